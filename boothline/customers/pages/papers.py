"""Adding a document by hand; and who works with a customer besides the owner."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from boothline.accounts.people import User
from boothline.core.text import whole
from boothline.customers.card import Customer, add_collaborator, remove_collaborator
from boothline.customers.pages.customers import CustomerFormPage
from boothline.customers.papers import add_file
from boothline.files.attachments import read_received
from boothline.ui.fields import narrow
from boothline.ui.kit import ActionPage


class FileForm(forms.Form):
    """One file."""

    file = forms.FileField(
        label=_("file"),
        help_text=_("A picture or a PDF, at most 10 MB."),
        widget=forms.FileInput(attrs={"accept": "image/*,application/pdf"}),
    )


class NewFile(CustomerFormPage):
    """Adds a document to a customer."""

    right = "customers.edit"
    title = _("Add a document")
    form = FileForm
    button = _("Save document")
    done = _("Saved.")

    def save(self, form: Any) -> str:
        """Keeps it."""
        add_file(self.record, by=self.by, received=read_received(form.cleaned_data["file"]))
        return self.back_to_customer()


class CollaboratorForm(forms.Form):
    """One colleague."""

    user = forms.ModelChoiceField(label=_("colleague"), queryset=User.objects.none(), empty_label=_("choose a colleague"))

    def __init__(self, *args: Any, owner_id: int | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.filter(is_active=True, held_roles__role__in=("sales", "clerk", "manager")).exclude(pk=owner_id or 0)
        narrow(self, "user", people.distinct())


class Collaborators(CustomerFormPage):
    """Brings in colleagues who also work with a customer, and takes them out."""

    right = "customers.assign"
    title = _("Collaborators")
    lead = _("They see the customer and may do what its owner may.")
    template = "customers/collaborators.html"
    form = CollaboratorForm
    button = _("Bring in")
    done = _("Saved.")

    def form_options(self) -> dict[str, Any]:
        """The owner is no collaborator."""
        return {"owner_id": self.record.owner_id}

    def context(self) -> dict[str, Any]:
        """Who does now."""
        beside = self.record.collaborators.exclude(user=self.record.owner_id)  # who was one before they were the owner is again after them
        return {"collaborators": list(beside.select_related("user").order_by("id"))}

    def save(self, form: Any) -> str:
        """Brings them in."""
        add_collaborator(self.record, by=self.by, user=form.cleaned_data["user"])
        return reverse("customer-collaborators", args=[self.record.pk])


class RemoveCollaborator(ActionPage):
    """Takes a colleague out."""

    right = "customers.assign"

    def find(self) -> QuerySet[Customer]:
        """Visible ones."""
        return Customer.objects.visible_to(self.by)

    def back(self) -> str:
        """Where they stand."""
        return reverse("customer-collaborators", args=[self.record.pk])

    def press(self) -> str:
        """Takes them out; whom nobody knows is out already."""
        pk = whole(self.request.POST.get("user"))
        user = User.objects.filter(pk=pk).first() if pk else None
        if user:
            remove_collaborator(self.record, by=self.by, user=user)
        return self.back()
