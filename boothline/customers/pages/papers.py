"""Adding a document by hand; and who works with a customer besides the owner."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from boothline.accounts.people import User
from boothline.customers.card import collaborate
from boothline.customers.pages.customers import CustomerFormPage
from boothline.customers.papers import add_file
from boothline.files.attachments import read_received
from boothline.ui.fields import Several


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


class CollaboratorsForm(forms.Form):
    """The colleagues."""

    people = Several(label=_("collaborators"), queryset=User.objects.none(), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, owner_id: int | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.filter(is_active=True, held_roles__role__in=("sales", "clerk", "manager")).exclude(pk=owner_id)
        self.fields["people"].queryset = people.distinct()  # type: ignore[attr-defined]


class Collaborators(CustomerFormPage):
    """Adds and removes colleagues who also work with a customer."""

    right = "customers.assign"
    title = _("Collaborators")
    lead = _("They see the customer and may do what its owner may.")
    form = CollaboratorsForm
    button = _("Save collaborators")

    def form_options(self) -> dict[str, Any]:
        """The owner is no collaborator."""
        return {"owner_id": self.record.owner_id}

    def initial(self) -> dict[str, Any]:
        """Who does now."""
        return {"people": list(self.record.collaborators.values_list("user_id", flat=True))}

    def save(self, form: Any) -> str:
        """Sets them."""
        collaborate(self.record, by=self.by, people=list(form.cleaned_data["people"]), revision=self.seen)
        return self.back_to_customer()
