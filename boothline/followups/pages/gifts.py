"""The log of gifts and hospitality: the list, one entry, the form that logs one and the one that takes it back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from boothline.accounts.rights import may
from boothline.approvals.approval import newest_about
from boothline.core import clock
from boothline.core.errors import Words as Words_
from boothline.customers.card import Contact, Customer
from boothline.customers.trail import customer_trail
from boothline.followups.filters import GiftFilter
from boothline.followups.gifts import KINDS, MATTER, NEVER, STATES, WAYS, Gift, Told, limits, limits_words, log_gift, withdraw_gift
from boothline.timeline.history import Event
from boothline.ui.columns import Column, Sort
from boothline.ui.fields import Day, Text, narrow
from boothline.ui.kit import DetailPage, FormPage, ListPage


def gift_url(gift: Gift) -> str:
    """Its page."""
    return reverse("gift", args=[gift.pk])


class GiftList(ListPage):
    """Everything given and received; what was asked for and declined only for who may read that."""

    right = "gifts.see"
    title = _("Gifts and hospitality")
    nav = "gifts"
    columns = [
        Column(_("item"), lambda g: g.item, "link", gift_url),
        Column(_("given or received"), lambda g: WAYS[g.way]),
        Column(_("state"), lambda g: (f"gift_{g.state}", STATES[g.state]), "state"),
        Column(_("worth"), lambda g: None if g.value is None else (g.value, g.currency), "money"),
        Column(_("date"), lambda g: g.on, "day"),
        Column(_("giver"), lambda g: g.giver),
        Column(_("receiver"), lambda g: g.receiver),
        Column(_("customer"), lambda g: str(g.customer)),
        Column(_("occasion"), lambda g: g.occasion),
        Column(_("approver"), lambda g: str(g.decided_by or "")),
        Column(_("decision"), lambda g: g.decision, usual=False),
        Column(_("decided on"), lambda g: g.decided_at, "moment", usual=False),
        Column(_("kind"), lambda g: g.get_kind_display(), usual=False),
        Column(_("official or state-owned"), lambda g: _("yes") if g.is_official else _("no"), usual=False),
        Column(_("why it was taken back"), lambda g: g.withdrawn_why, usual=False),
    ]
    under = "customer"
    sentence = _("Showing gifts, %(way)s, state: %(state)s, %(year)s, sorted by %(sort)s.")
    sorts = {
        "newest": Sort(_("newest"), "on", descending=True),
        "value": Sort(_("value, highest first"), "value", descending=True, nulls=True),
    }
    filters = GiftFilter
    search_words = _("Find: customer, item, occasion")
    empty = _("Nothing was given or received. It is logged on the customer's page.")

    def leading(self) -> Words_:
        """The limits."""
        return limits_words()

    def rows(self) -> QuerySet[Gift]:
        """Visible ones."""
        return Gift.objects.visible_to(self.by).for_list()


class GiftPage(DetailPage):
    """One entry of the log: who, what, worth how much, who decided, and the sum of the year."""

    right = "gifts.see"
    template = "followups/gift.html"
    nav = "gifts"

    def find(self) -> QuerySet[Gift]:
        """Visible ones."""
        return Gift.objects.visible_to(self.by).for_list()

    def trail(self) -> list[tuple[str, str]]:
        """The log."""
        return [(str(_("Gifts and hospitality")), reverse("gifts"))]

    def context(self) -> dict[str, Any]:
        """The decision, the year, what may be done."""
        gift: Gift = self.record
        return {
            "state_words": STATES[gift.state],
            "way_words": WAYS[gift.way],
            "approval": newest_about(gift, MATTER) if gift.asked_at else None,
            "year": None if gift.way == "asked" else Gift.objects.standing().like(gift).worth(gift.currency),
            "limit": limits(gift.currency)[1],
            "may_withdraw": not gift.withdrawn_at and may(self.by, "gifts.log", gift),
            "events": Event.objects.about(gift).order_by("-id")[:20] if may(self.by, "history.see", gift) else [],
        }


class GiftForm(forms.Form):
    """What, for whom, on which occasion, worth how much."""

    way = forms.ChoiceField(label=_("given or received"), choices=list(WAYS.items()), widget=forms.RadioSelect)
    contact = forms.ModelChoiceField(label=_("their person"), queryset=Contact.objects.none(), empty_label=None)
    kind = forms.ChoiceField(label=_("kind"), choices=list((KINDS | NEVER).items()))
    item = Text(label=_("item"), max_length=200)
    occasion = Text(label=_("occasion"), max_length=200)
    value = forms.DecimalField(
        label=_("value for this person"), max_digits=14, decimal_places=2, min_value=0, required=False,
        help_text=_("What it costs; of what is received, an estimate. Only what we declined may stand without."),
    )  # fmt: skip
    on = Day(label=_("date"))
    is_official = forms.BooleanField(label=_("They are an official, or belong to a state-owned enterprise"), required=False)

    def __init__(self, *args: Any, contacts: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        narrow(self, "contact", contacts)


class LogGift(FormPage):
    """Who gives, receives or declines logs it themselves."""

    right = "gifts.log"
    title = _("Log a gift or hospitality")
    nav = "customers"
    form = GiftForm
    button = _("Save to the log")

    def find(self) -> QuerySet[Customer]:
        """Visible ones."""
        return Customer.objects.visible_to(self.by)

    def trail(self) -> list[tuple[str, str]]:
        """The customer."""
        return customer_trail(self.record)

    def leading(self) -> Words_:
        """The limits."""
        return limits_words()

    def initial(self) -> dict[str, Any]:
        """A present of ours, today, to the first contact."""
        return {"way": "given", "kind": "gift", "on": clock.today(), "contact": self._contacts().first()}

    def form_options(self) -> dict[str, Any]:
        """Their people."""
        return {"contacts": self._contacts()}

    def _contacts(self) -> QuerySet[Contact]:
        return Contact.objects.filter(customer=self.record).order_by("id")

    def save(self, form: Any) -> str:
        """Logs it."""
        return gift_url(log_gift(self.record, by=self.by, told=Told(**form.cleaned_data)))


class WithdrawForm(forms.Form):
    """Why."""

    reason = Text(label=_("reason"), max_length=300)


class WithdrawGift(FormPage):
    """It was not given after all, or logged wrong."""

    right = "gifts.log"
    title = _("Take the entry back")
    nav = "gifts"
    lead = _("It stays in the log with its reason, and no longer counts in the year's sum.")
    form = WithdrawForm
    button = _("Take the entry back")

    def find(self) -> QuerySet[Gift]:
        """Visible ones."""
        return Gift.objects.visible_to(self.by).for_list()

    def trail(self) -> list[tuple[str, str]]:
        """The entry."""
        return [(str(_("Gifts and hospitality")), reverse("gifts")), (str(self.record), gift_url(self.record))]

    def save(self, form: Any) -> str:
        """Takes it back."""
        return gift_url(withdraw_gift(self.record, by=self.by, **form.cleaned_data))
