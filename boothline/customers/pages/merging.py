"""Likely duplicates: their list, two customers or two contacts side by side, the merge, and the way back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from boothline.accounts.rights import require
from boothline.core import presses
from boothline.core.countries import called
from boothline.core.errors import Refused
from boothline.core.records import label_of
from boothline.core.text import phrase, whole
from boothline.customers.card import Contact, Customer, is_unmasked
from boothline.customers.contact_merging import alike_contacts, merge_contacts, set_contacts_apart
from boothline.customers.duplicates import Alike, likely, set_apart
from boothline.customers.merges import UNDONE_WITHIN, Merge, led_to
from boothline.customers.merging import (
    differing,
    fields_of,
    merge,
    notes,
    richer_first,
    unmerge,
    usual,
)
from boothline.customers.pages.customers import CustomerFormPage
from boothline.customers.trail import customer_url
from boothline.ui.columns import Column, Sort
from boothline.ui.fields import Text
from boothline.ui.kit import ActionPage, ListPage, say_done

FOUND = 10  # customers that a search offers


def merge_url(stays: Customer, goes: Customer) -> str:
    """The page where the two stand side by side."""
    return f"{reverse('customer-merge', args=[stays.pk])}?with={goes.pk}"


def _pair_url(pair: Alike) -> str:
    return merge_url(*richer_first(pair.customer, pair.other))


class DuplicateList(ListPage):
    """Every pair of which one sees both."""

    right = "customers.merge"
    title = _("Likely duplicates")
    lead = _("Two customers who may be one. Nothing is merged by itself.")
    nav = "duplicates"
    columns = [
        Column(_("customer"), lambda a: str(richer_first(a.customer, a.other)[0]), "link", _pair_url),
        Column(_("looks like"), lambda a: str(richer_first(a.customer, a.other)[1])),
        Column(_("why"), lambda a: a.reasons),
        Column(_("owner"), lambda a: str(richer_first(a.customer, a.other)[0].owner or "")),
        Column(_("owner of the other"), lambda a: str(richer_first(a.customer, a.other)[1].owner or "")),
        Column(_("found"), lambda a: a.found_at, "day"),
    ]
    under = "customer"
    sentence = _("Showing likely duplicates, sorted by %(sort)s.")
    sorts = {"strongest": Sort(_("strongest"), "weight", descending=True), "newest": Sort(_("newest"), "id", descending=True)}
    search_words = _("Find: customer")
    empty = _("No customer looks like another one. New ones are compared every quarter of an hour.")

    def rows(self) -> QuerySet[Alike]:
        """Those that nobody told apart."""
        return Alike.objects.visible_to(self.by).open().for_list()


def contact_merge_url(stays: Contact, goes: Contact) -> str:
    """The page where two contacts stand side by side."""
    return f"{reverse('contact-merge', args=[stays.pk])}?with={goes.pk}"


def label(record: Customer | Contact, name: str) -> str:
    """What a field of the card is called."""
    if name == "name" and isinstance(record, Contact):
        return pgettext("person", "name")
    return _now("kind") if name == "kind" else label_of(type(record), name)


def shown(record: Any, name: str) -> str:
    """A value of the card in the reader's words."""
    if name == "country":
        return called(record.country)
    if name == "suitable":
        return str(record.suitable_words)
    return str(getattr(record, f"get_{name}_display")() if name in ("kind", "language") else getattr(record, name) or "")


class MergeForm(forms.Form):
    """Whose value stays, for each field that both have; and why they are one."""

    other_revision = forms.IntegerField(widget=forms.HiddenInput, required=False)
    reason = Text(label=_("reason"), max_length=500, required=False)

    def __init__(self, *args: Any, stays: Any, goes: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in differing(stays, goes):
            choices: list[tuple[str, Any]] = [("stays", shown(stays, name)), ("goes", shown(goes, name))]
            if name == "note":
                choices.append(("both", _("both, one under the other")))
            self.fields[name] = forms.ChoiceField(
                label=label(stays, name), choices=choices, widget=forms.RadioSelect, initial=usual(name, stays, goes)
            )


class MergeCustomers(CustomerFormPage):
    """Two customers side by side; or, while nobody is chosen, who it could be."""

    right = "customers.merge"
    title = _("Merge customers")
    template = "customers/merge.html"
    form = MergeForm
    button = _("Merge the two")
    act: Any = staticmethod(merge)
    said: Any = _("%(goes)s is part of %(stays)s now.")
    other: Any = None

    def load(self) -> Any:
        """The one that stays, and the other that was chosen; both are theirs to merge."""
        found = super().load()
        wanted = whole(self.request.GET.get("with"))
        if wanted and wanted != found.pk:
            self.other = self.others(found).filter(pk=wanted).first()
            if self.other is None:
                raise Http404
            require(self.by, self.right, self.other.customer)
        return found

    def others(self, record: Any) -> QuerySet[Any]:
        """Who may be chosen."""
        return Customer.objects.visible_to(self.by).select_related("owner")

    def leading(self) -> str:
        """What happens."""
        if self.other is None:
            return phrase(_now("Who is the same customer as %(name)s?"), {"name": self.record})
        words = _now(
            "Everything of %(goes)s goes over to %(stays)s: people, touches, contracts, orders, money, files, history. "
            "For %(days)s days it can be taken back."
        )
        return words % {"goes": self.other, "stays": self.record, "days": UNDONE_WITHIN.days}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Side by side; whoever comes back after the merge is led to the customer."""
        into = led_to(whole(request.GET.get("with")) or 0)
        if into == self.kwargs["key"]:
            return redirect("customer", into)
        return self._side_by_side()

    def _side_by_side(self) -> HttpResponse:
        self._load()
        if self.other is None:
            return self.answer(form=None, record=self.record, seen=0, was="", **self._candidates())
        return self._show(self.form(initial=self.initial(), **self.form_options()), self.revision())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Merges what was chosen."""
        self._load()
        return super().post(request, *args, **kwargs) if self.other else redirect(request.path)

    def _candidates(self) -> dict[str, Any]:
        words = self.request.GET.get("q", "").replace("\x00", "").strip()[:100]
        found = Customer.objects.visible_to(self.by).search(words, self.by).exclude(pk=self.record.pk) if words else Customer.objects.none()
        rows = [(merge_url(*richer_first(self.record, one.other)), one.other, one.reasons) for one in likely(self.record, self.by)]
        seen = {other.pk for _url, other, _why in rows}
        rows += [
            (merge_url(*richer_first(self.record, one)), one, str(one.owner or ""))
            for one in found.select_related("owner").order_by("sort_key", "id")[:FOUND]
            if one.pk not in seen
        ]
        return {"candidates": rows, "words": words}

    def context(self) -> dict[str, Any]:
        """The rows of both, and what is said beforehand."""
        if self.other is None:
            return {}
        fields, apart = fields_of(self.record), differing(self.record, self.other)
        rows = [(label(self.record, name), shown(self.record, name), shown(self.other, name)) for name in fields if name not in apart]
        same = [row for row in rows if row[1] or row[2]]
        return {"other": self.other, "same": same, "fields": fields, **self.beside()}

    def beside(self) -> dict[str, Any]:
        """What is said beforehand, and where the buttons lead."""
        return {"said_before": notes(self.record, self.other), "swapped": merge_url(self.other, self.record)}

    def initial(self) -> dict[str, Any]:
        """Which state of the other they saw."""
        return {"other_revision": self.other.revision if self.other else 0}

    def form_options(self) -> dict[str, Any]:
        """The two."""
        return {"stays": self.record, "goes": self.other}

    def save(self, form: Any) -> str:
        """Merges them; where one was changed meanwhile, the page shows both as they are now."""
        data = form.cleaned_data
        choices = {name: data[name] for name in fields_of(self.record) if name in data}
        try:
            self.act(
                self.record, by=self.by, goes=self.other, choices=choices, seen=(self.seen, data["other_revision"] or 0),
                reason=data["reason"],
            )  # fmt: skip
        except Refused as refused:
            if refused.code != "changed":
                raise
            messages.error(self.request, str(refused.words))
            return self.request.get_full_path()
        self.done = phrase(str(self.said), {"goes": self.other, "stays": self.record})
        return self.back_to_customer()


class MergeContacts(MergeCustomers):
    """Two contacts of a customer side by side; or, while nobody is chosen, who it could be."""

    title = _("Merge contacts")
    template = "customers/merge_contacts.html"
    act = staticmethod(merge_contacts)
    said = _("The two contacts are one now: %(stays)s.")

    def find(self) -> QuerySet[Contact]:
        """People of visible customers."""
        return Contact.objects.visible_to(self.by).select_related("customer").prefetch_related("points")

    def others(self, record: Contact) -> QuerySet[Contact]:
        """The others there."""
        return self.find().filter(customer=record.customer_id).exclude(pk=record.pk).order_by("id")

    def leading(self) -> str:
        """What happens."""
        if self.other is None:
            return phrase(_now("Who is the same person as %(name)s?"), {"name": self.record})
        words = _now(
            "The two become one contact, with the ways to reach both, touches, papers and history. For %(days)s days it can be taken back."
        )
        return words % {"days": UNDONE_WITHIN.days}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Side by side, with what is masked elsewhere: of somebody else's customer one says first that one looks."""
        contact = self.find().filter(pk=self.kwargs["key"]).first()
        if contact and not is_unmasked(contact.customer, self.by):
            messages.warning(request, _now("Show phone and e-mail first; then edit."))
            return redirect("customer", contact.customer_id)
        return self._side_by_side()

    def _candidates(self) -> dict[str, Any]:
        alike = {(one.pk, other.pk): why for one, other, why in alike_contacts(self.record.customer)}
        reasons = {one if other == self.record.pk else other: why for (one, other), why in alike.items() if self.record.pk in (one, other)}
        rows = [(contact_merge_url(self.record, one), one, reasons.get(one.pk, one.title)) for one in self.others(self.record)]
        return {"candidates": sorted(rows, key=lambda row: row[1].pk not in reasons)}

    def beside(self) -> dict[str, Any]:
        """The ways to reach both."""
        ways = [[point.value for point in contact.points.all()] for contact in (self.record, self.other)]
        return {"said_before": notes(self.record, self.other), "swapped": contact_merge_url(self.other, self.record), "ways": ways}


class TellContactsApart(ActionPage):
    """Says that two contacts are two people; they are not proposed again."""

    right = "customers.merge"

    def find(self) -> QuerySet[Contact]:
        """People of visible customers."""
        return Contact.objects.visible_to(self.by).select_related("customer")

    def back(self) -> str:
        """The customer."""
        return customer_url(self.record.customer)

    def press(self) -> str:
        """Notes it."""
        others = self.find().filter(customer=self.record.customer_id).exclude(pk=self.record.pk)
        other = others.filter(pk=whole(self.request.POST.get("other")) or 0).first()
        if other is None:
            raise Refused(_now("Choose the other contact."))
        set_contacts_apart(self.record, by=self.by, other=other)
        if presses.repeats() is None:
            messages.success(self.request, phrase(_now("%(one)s and %(other)s are two people."), {"one": self.record, "other": other}))
        return self.back()


class TellApart(ActionPage):
    """Says that two are two; they are not proposed again."""

    right = "customers.merge"

    def find(self) -> QuerySet[Customer]:
        """Visible ones."""
        return Customer.objects.visible_to(self.by)

    def back(self) -> str:
        """The customer."""
        return customer_url(self.record)

    def press(self) -> str:
        """Notes it; on to the next pair."""
        other = self.find().filter(pk=whole(self.request.POST.get("other")) or 0).exclude(pk=self.record.pk).first()
        if other is None:
            raise Refused(_now("Choose the other customer."))
        set_apart(self.record, by=self.by, other=other)
        if presses.repeats() is None:
            messages.success(self.request, phrase(_now("%(one)s and %(other)s are two customers."), {"one": self.record, "other": other}))
        return reverse("duplicates")


class TakeMergeBack(ActionPage):
    """Takes a merge into this customer back."""

    right = "customers.merge"

    def find(self) -> QuerySet[Customer]:
        """Visible ones."""
        return Customer.objects.visible_to(self.by)

    def back(self) -> str:
        """The customer."""
        return customer_url(self.record)

    def press(self) -> str:
        """The one that is named."""
        found = Merge.objects.filter(customer=self.record, pk=whole(self.request.POST.get("merge")) or 0).first()
        if found is None:
            raise Refused(_now("Nothing was merged into this customer that can be taken back."))
        back = unmerge(found, by=self.by)
        words = (
            _now("%(name)s is a customer of its own again.")
            if found.contact_id is None
            else _now("They are two contacts again: %(name)s has its own card.")
        )
        say_done(self.request, phrase(words, {"name": back}))
        return customer_url(back.customer) if self.find().filter(pk=back.customer_id).exists() else self.back()
