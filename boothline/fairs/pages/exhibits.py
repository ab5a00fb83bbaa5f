"""The forms of a fair's exhibits; the list stands on the fair's page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from boothline.catalogue.products import Variant
from boothline.fairs.exhibits import MOST, Exhibit, add_exhibit, edit_exhibit, remove_exhibit
from boothline.fairs.pages.roster import FairFormPage
from boothline.ui.fields import Text, narrow
from boothline.ui.kit import ActionPage, FormPage


def exhibits_of(pk: int) -> str:
    """Where the list stands."""
    return f"{reverse('fair', args=[pk])}#exhibits"


class Named(forms.ModelChoiceField):
    """A variant by its number and full name."""

    def label_from_instance(self, obj: Any) -> str:
        """What stands in the choice."""
        return f"{obj.sku} {obj.product}"


class ExhibitForm(forms.Form):
    """How many, under which number, where."""

    pieces = forms.IntegerField(label=_("pieces taken along"), min_value=1, max_value=MOST, initial=1)
    sample_number = Text(label=_("sample no."), max_length=40, required=False)
    place = Text(label=_("place at the booth"), max_length=100, required=False)


class NewExhibitForm(ExhibitForm):
    """And what."""

    variant = Named(label=_("article"), queryset=Variant.objects.none(), empty_label=None)
    field_order = ("variant", "pieces", "sample_number", "place")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        narrow(self, "variant", Variant.objects.filter(product__retired_at=None).select_related("product").order_by("sku"))


class CountForm(ExhibitForm):
    """And what became of it."""

    back = forms.IntegerField(
        label=_("pieces back"), min_value=0, max_value=MOST, required=False, help_text=_("Leave it open until it was counted.")
    )
    sold = forms.IntegerField(label=_("pieces sold"), min_value=0, max_value=MOST, required=False)


class NewExhibit(FairFormPage):
    """Puts an article on the list."""

    title = _("New exhibit")
    form = NewExhibitForm
    button = _("Save exhibit")

    def save(self, form: Any) -> str:
        """Adds it."""
        add_exhibit(self.record, by=self.by, **form.cleaned_data)
        return exhibits_of(self.record.pk)


class EditExhibit(FormPage):
    """Corrects a row; counts what came back and was sold."""

    right = "fairs.edit"
    title = _("Edit exhibit")
    nav = "fairs"
    form = CountForm
    button = _("Save exhibit")

    def find(self) -> QuerySet[Exhibit]:
        """Of every fair."""
        return Exhibit.objects.select_related("fair", "variant__product") if self.by.kind != "guest" else Exhibit.objects.none()

    def leading(self) -> str:
        """Which."""
        return f"{self.record.variant.sku} {self.record.variant.product}"

    def trail(self) -> list[tuple[str, str]]:
        """Fairs, the fair."""
        return [(str(_("Fairs")), reverse("fairs")), (str(self.record.fair), exhibits_of(self.record.fair_id))]

    def initial(self) -> dict[str, Any]:
        """As it is."""
        return {name: getattr(self.record, name) for name in CountForm.base_fields}

    def save(self, form: Any) -> str:
        """Edits it."""
        edit_exhibit(self.record, by=self.by, revision=self.seen, values=form.cleaned_data)
        return exhibits_of(self.record.fair_id)


class RemoveExhibit(ActionPage):
    """Takes a row off the list."""

    right = "fairs.edit"
    done = _("The exhibit is off the list.")

    def find(self) -> QuerySet[Exhibit]:
        """Of every fair."""
        return Exhibit.objects.select_related("fair", "variant") if self.by.kind != "guest" else Exhibit.objects.none()

    def back(self) -> str:
        """The fair."""
        return exhibits_of(self.record.fair_id)

    def press(self) -> str:
        """Removes it."""
        back = self.back()
        remove_exhibit(self.record, by=self.by)
        return back
