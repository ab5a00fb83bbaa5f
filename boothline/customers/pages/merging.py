"""Likely duplicates: their list, two customers side by side, the merge, and the way back."""

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

from boothline.accounts.rights import require
from boothline.core import presses
from boothline.core.countries import called
from boothline.core.errors import Refused
from boothline.core.records import label_of
from boothline.core.text import whole
from boothline.customers.card import Customer
from boothline.customers.duplicates import Alike, likely, set_apart
from boothline.customers.merging import FIELDS, UNDONE_WITHIN, Merge, differing, led_to, merge, notes, older_first, unmerge, usual
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
    return merge_url(*older_first(pair.customer, pair.other))


class DuplicateList(ListPage):
    """Every pair of which one sees both."""

    right = "customers.merge"
    title = _("Likely duplicates")
    lead = _("Two customers who may be one. Nothing is merged by itself.")
    nav = "duplicates"
    columns = [
        Column(_("customer"), lambda a: str(older_first(a.customer, a.other)[0]), "link", _pair_url),
        Column(_("looks like"), lambda a: str(older_first(a.customer, a.other)[1])),
        Column(_("why"), lambda a: a.reasons),
        Column(_("owner"), lambda a: str(older_first(a.customer, a.other)[0].owner or "")),
        Column(_("owner of the other"), lambda a: str(older_first(a.customer, a.other)[1].owner or "")),
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


def label(name: str) -> str:
    """What a field of the card is called."""
    return _now("kind") if name == "kind" else label_of(Customer, name)


def shown(customer: Customer, name: str) -> str:
    """A value of the card in the reader's words."""
    if name == "country":
        return called(customer.country)
    return str(customer.get_kind_display() if name == "kind" else getattr(customer, name) or "")


class MergeForm(forms.Form):
    """Whose value stays, for each field that both have; and why they are one."""

    other_revision = forms.IntegerField(widget=forms.HiddenInput, required=False)
    reason = Text(label=_("reason"), max_length=500, required=False)

    def __init__(self, *args: Any, stays: Customer, goes: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in differing(stays, goes):
            choices: list[tuple[str, Any]] = [("stays", shown(stays, name)), ("goes", shown(goes, name))]
            if name == "note":
                choices.append(("both", _("both, one under the other")))
            self.fields[name] = forms.ChoiceField(
                label=label(name), choices=choices, widget=forms.RadioSelect, initial=usual(name, stays, goes)
            )


class MergeCustomers(CustomerFormPage):
    """Two customers side by side; or, while nobody is chosen, who it could be."""

    right = "customers.merge"
    title = _("Merge customers")
    template = "customers/merge.html"
    form = MergeForm
    button = _("Merge the two")
    other: Customer | None = None

    def load(self) -> Customer:
        """The one that stays, and the other that was chosen; both are theirs to merge."""
        found: Customer = super().load()
        wanted = whole(self.request.GET.get("with"))
        if wanted and wanted != found.pk:
            self.other = Customer.objects.visible_to(self.by).select_related("owner").filter(pk=wanted).first()
            if self.other is None:
                raise Http404
            require(self.by, self.right, self.other)
        return found

    def leading(self) -> str:
        """What happens."""
        if self.other is None:
            return _now("Who is the same customer as %(name)s?") % {"name": self.record}
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
        rows = [(merge_url(self.record, one.other), one.other, one.reasons) for one in likely(self.record, self.by)]
        seen = {other.pk for _url, other, _why in rows}
        rows += [
            (merge_url(self.record, one), one, str(one.owner or ""))
            for one in found.select_related("owner").order_by("sort_key", "id")[:FOUND]
            if one.pk not in seen
        ]
        return {"candidates": rows, "words": words}

    def context(self) -> dict[str, Any]:
        """The rows of both, and what is said beforehand."""
        if self.other is None:
            return {}
        alike = [name for name in FIELDS if name not in differing(self.record, self.other)]
        rows = [(label(name), shown(self.record, name), shown(self.other, name)) for name in alike]
        return {
            "other": self.other, "said_before": notes(self.record, self.other), "swapped": merge_url(self.other, self.record),
            "same": [row for row in rows if row[1] or row[2]], "fields": FIELDS,
        }  # fmt: skip

    def initial(self) -> dict[str, Any]:
        """Which state of the other they saw."""
        return {"other_revision": self.other.revision if self.other else 0}

    def form_options(self) -> dict[str, Any]:
        """The two."""
        return {"stays": self.record, "goes": self.other}

    def save(self, form: Any) -> str:
        """Merges them; where one was changed meanwhile, the page shows both as they are now."""
        assert self.other is not None
        data = form.cleaned_data
        choices = {name: data[name] for name in FIELDS if name in data}
        try:
            merge(
                self.record, by=self.by, goes=self.other, choices=choices, seen=(self.seen, data["other_revision"] or 0),
                reason=data["reason"],
            )  # fmt: skip
        except Refused as refused:
            if refused.code != "changed":
                raise
            messages.error(self.request, str(refused.words))
            return merge_url(self.record, self.other)
        say_done(self.request, _now("%(goes)s is part of %(stays)s now.") % {"goes": self.other, "stays": self.record})
        return self.back_to_customer()


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
            messages.success(self.request, _now("%(one)s and %(other)s are two customers.") % {"one": self.record, "other": other})
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
        say_done(self.request, _now("%(name)s is a customer of its own again.") % {"name": back})
        return customer_url(back) if self.find().filter(pk=back.pk).exists() else self.back()
