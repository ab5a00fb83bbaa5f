"""Payments due of all orders, and what is done about the money of one."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from boothline.billing.books import Instalment, standing
from boothline.billing.credits import credit_for, too_little, use
from boothline.billing.filters import InstalmentFilter
from boothline.billing.lists import BEFORE_SHIPPING, EXCHANGE, INSTALMENT_KINDS, INSTALMENT_STATES
from boothline.billing.receipts import write_off
from boothline.billing.schedule import LetterOfCredit, check_pays, note_lc
from boothline.core import clock
from boothline.core.amounts import exact_sum, from_units
from boothline.core.errors import Words
from boothline.core.money import money_words
from boothline.core.slots import Summed, hang
from boothline.orders.register import Order
from boothline.ui.columns import Column, Sort
from boothline.ui.fields import Day, Text
from boothline.ui.kit import ActionPage, FormPage, ListPage


def order_url(order: Order) -> str:
    """The order's page."""
    return reverse("order", args=[order.number])


class Amount(forms.DecimalField):
    """An amount of money: up to two decimals, the currency's own smallest unit is asked by the rules."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=14, decimal_places=2, min_value=0, **options)
        self.widget.attrs.update(inputmode="decimal", step="any")


def waiting(part: Any) -> str:
    """The goods that wait for it by now, whatever its own day is."""
    if part.waits_at is None or part.rest <= 0 or part.kind not in BEFORE_SHIPPING:
        return ""
    since = clock.day_words(timezone.localdate(part.waits_at))
    if part.waits_number:
        return _now("%(shipment)s since %(since)s") % {"shipment": part.waits_number, "since": since}
    return _now("all since %(since)s") % {"since": since}


def state_of(part: Any) -> tuple[str, Words]:
    """By its day; not of what goods wait for, which is asked for now."""
    if part.state == "open" and waiting(part):
        return "pay_due", _("goods wait for it")
    return f"pay_{part.state}", INSTALMENT_STATES[part.state]


def open_sums(rows: QuerySet[Instalment], shown: set[str]) -> dict[str, dict[str, Decimal]]:
    """What the instalments of a list come to, each currency for itself, in one query; what is set off when goods come back is none."""
    if not shown & {"rest", "amount", "covered"}:
        return {}
    same = Instalment.objects.filter(pk__in=rows.order_by().values("pk")).exclude(kind=EXCHANGE).order_by()
    found: Any = same.values("order__currency").annotate(whole=exact_sum("amount", 2), inside=exact_sum("covered", 2))
    sums = {row["order__currency"]: (from_units(row["whole"], 2), from_units(row["inside"], 2)) for row in found}
    return {
        currency: {name: kept for name, kept in (("rest", whole - inside), ("amount", whole), ("covered", inside)) if name in shown}
        for currency, (whole, inside) in sums.items()
    }


class InstalmentList(ListPage):
    """What is to be paid when."""

    right = "billing.see"
    title = _("Payments due")
    nav = "instalments"
    columns = [
        Column(_("order"), lambda i: i.order.number, "link", lambda i: order_url(i.order)),
        Column(_("state"), state_of, "state"),
        Column(_("customer"), lambda i: str(i.order.customer)),
        Column(_("still open"), lambda i: (i.rest, i.order.currency), "money", name="rest"),
        Column(_("due on"), lambda i: i.due_on, "day"),
        Column(_("goods that wait"), waiting, name="waiting"),
        Column(_("owner"), lambda i: str(i.order.customer.owner or "")),
        Column(_("kind"), lambda i: INSTALMENT_KINDS[i.kind]),
        Column(_("amount"), lambda i: (i.amount, i.order.currency), "money"),
        Column(_("paid"), lambda i: (i.covered, i.order.currency), "money", name="covered", usual=False),
        Column(_("PO number"), lambda i: i.order.po_number, usual=False),
        Column(_("shipping date"), lambda i: i.order.promised_on, "day", usual=False),
    ]
    under = "order__customer"
    sentence = _("Showing payments, state: %(state)s, kind: %(kind)s, sorted by %(sort)s.")
    sorts = {
        "due": Sort(_("due date"), "due_on", nulls=True),
        "newest": Sort(_("newest"), "id", descending=True),
    }
    filters = InstalmentFilter
    search_words = _("Find: order, PO number, customer")
    empty = _("No payments yet. They open with the first order.")

    def rows(self) -> QuerySet[Instalment]:
        """Of visible orders; what a change took away is not shown."""
        return Instalment.objects.visible_to(self.by).filter(amount__gt=0).for_list()


hang("sums.instalments", Summed(open_sums))


class OrderMoneyPage(FormPage):
    """What the forms about an order's money share."""

    right = "receipts.record"
    nav = "orders"
    key = "number"

    def find(self) -> QuerySet[Order]:
        """Visible ones."""
        return Order.objects.visible_to(self.by).for_list()

    def trail(self) -> list[tuple[str, str]]:
        """The order."""
        return [(str(_("Orders")), reverse("orders")), (self.record.number, order_url(self.record))]


class WriteOff(ActionPage):
    """A small rest stays with the banks."""

    right = "receipts.record"
    key = "number"
    done = _("The rest is written off.")

    def find(self) -> QuerySet[Order]:
        """Visible ones."""
        return Order.objects.visible_to(self.by).for_list()

    def back(self) -> str:
        """The order."""
        return order_url(self.record)

    def press(self) -> str:
        """Writes it off."""
        write_off(self.record, by=self.by)
        return self.back()


class CreditForm(forms.Form):
    """How much of the credit."""

    amount = Amount(label=_("amount"))


class UseCredit(OrderMoneyPage):
    """Applies the customer's credit, oldest first."""

    title = _("Use the credit")
    form = CreditForm
    button = _("Apply credit")

    def leading(self) -> str:
        """How much there is, and how much is open."""
        order: Order = self.record
        values = {"credit": money_words(credit_for(order), order.currency), "open": money_words(standing(order).open, order.currency)}
        return _now("Credit of the customer: %(credit)s. Open of this order: %(open)s.") % values

    def hindered(self) -> Words:
        """Nothing is open, or nothing is there to use."""
        if standing(self.record).open <= 0:
            return _("Nothing of this order is open.")
        return "" if credit_for(self.record) > 0 else too_little(self.record)

    def initial(self) -> dict[str, Any]:
        """What is open, as far as the credit goes."""
        return {"amount": max(min(standing(self.record).open, credit_for(self.record)), 0)}

    def save(self, form: Any) -> str:
        """Applies it."""
        use(self.record, by=self.by, amount=form.cleaned_data["amount"])
        return order_url(self.record)


class LcForm(forms.Form):
    """What stands in it."""

    number = Text(label=_("number of the letter of credit"), max_length=60)
    bank = Text(label=_("bank"), max_length=200, required=False)
    amount = Amount(label=_("amount"), required=False)
    ship_by = Day(label=_("latest shipment"), required=False)
    present_by = Day(label=_("presentation by"), required=False)
    expires_on = Day(label=_("expiry"), required=False)


class NoteLc(OrderMoneyPage):
    """The letter of credit of an order."""

    title = _("Letter of credit")
    form = LcForm
    button = _("Save letter of credit")

    def _kept(self) -> LetterOfCredit | None:
        return LetterOfCredit.objects.filter(order=self.record).first()

    def revision(self) -> int:
        """Of the letter of credit."""
        kept = self._kept()
        return kept.revision if kept else 0

    def initial(self) -> dict[str, Any]:
        """As it is."""
        kept = self._kept()
        return {name: getattr(kept, name) for name in LcForm.base_fields} if kept else {}

    def save(self, form: Any) -> str:
        """Writes it; one that would not pay is asked about first."""
        values = {name: form.cleaned_data[name] for name in LcForm.base_fields}
        if not self.is_sure:
            check_pays(self.record, values=values)
        note_lc(self.record, by=self.by, revision=self.seen, values=values)
        return order_url(self.record)
