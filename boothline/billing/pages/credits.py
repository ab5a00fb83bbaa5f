"""Credits 挂账: the table with its clock, one of them, its refund, and what the customer wishes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from boothline.accounts.rights import may
from boothline.billing.books import Account, Credit, Refund
from boothline.billing.credits import leave, note_contact
from boothline.billing.filters import CreditFilter
from boothline.billing.lists import REFUND_STATES
from boothline.billing.pages.orders import Amount
from boothline.billing.panel import owes_refund
from boothline.billing.refunds import account_of, name_account, pay, prepare, told_account
from boothline.core import clock
from boothline.core.actors import Actor
from boothline.core.errors import Words as Said
from boothline.core.money import money_words
from boothline.core.text import labelled, listed, prose, quoted
from boothline.orders.lists import CHANGE_KINDS
from boothline.timeline.history import Event
from boothline.ui.columns import Column, Sort
from boothline.ui.fields import Day, Text, Words
from boothline.ui.kit import DetailPage, FormPage, ListPage


def credit_url(credit: Credit) -> str:
    """The credit's page."""
    return reverse("credit", args=[credit.pk])


def credit_words(credit: Credit) -> str:
    """What its page and the way to it are called."""
    return _now("Credit of order %(number)s") % {"number": credit.order.number}


def used_for(credit: Credit) -> str:
    """Which orders have how much of it."""
    return listed(f"{use.order.number} {money_words(use.amount, credit.currency)}" for use in credit.uses.all())


def refunded_on(credit: Credit) -> Any:
    """The last day on which something of it went back."""
    return max((r.paid_on for r in credit.refunds.all() if r.paid_on), default=None)


class CreditList(ListPage):
    """客户挂账表: what is to be refunded or used, by when."""

    right = "billing.see"
    title = _("Credits")
    nav = "credits"
    columns = [
        Column(_("customer"), lambda c: str(c.order.customer), "link", credit_url),
        Column(_("state"), lambda c: (f"credit_{c.state}", c.standing), "state"),
        Column(_("order"), lambda c: c.order.number),
        Column(_("change that made it"), lambda c: CHANGE_KINDS[c.change.kind] if c.change else ""),
        Column(_("amount to refund"), lambda c: (c.left, c.currency), "money"),
        Column(_("credited"), lambda c: (c.amount, c.currency), "money", usual=False),
        Column(_("origin"), lambda c: c.origin_on, "day"),
        Column(_("due on"), lambda c: c.due_on, "day"),
        Column(_("used for"), used_for),
        Column(_("refunded on"), refunded_on, "day"),
        Column(_("contacted on"), lambda c: c.contacted_on, "day"),
        Column(_("contacted by"), lambda c: str(c.contacted_by or "")),
        Column(_("owner"), lambda c: str(c.order.customer.owner or ""), usual=False),
    ]
    under = "order__customer"
    sentence = _("Showing credits, state: %(state)s, sorted by %(sort)s.")
    sorts = {"due": Sort(_("due date"), "due_on"), "newest": Sort(_("newest"), "id", descending=True)}
    filters = CreditFilter
    search_words = _("Find: order, PO number, customer")
    empty = _("No credits. One opens when an order costs less than was paid.")

    def rows(self) -> QuerySet[Credit]:
        """Of visible orders."""
        return Credit.objects.visible_to(self.by).for_list()


class CreditPage(DetailPage):
    """One credit: what is left, until when, what became of it."""

    right = "billing.see"
    template = "billing/credit.html"
    nav = "credits"

    def find(self) -> QuerySet[Credit]:
        """Of visible orders."""
        return Credit.objects.visible_to(self.by).for_list().select_related("resolution__problem")

    def trail(self) -> list[tuple[str, str]]:
        """Credits."""
        return [(str(_("Credits")), reverse("credits"))]

    def heading(self) -> str:
        """Of which order."""
        return credit_words(self.record)

    def context(self) -> dict[str, Any]:
        """What may be done."""
        credit: Credit = self.record
        waiting = credit.waiting
        return {
            "state_words": credit.standing,
            "change_words": CHANGE_KINDS[credit.change.kind] if credit.change else "",
            "refund_states": REFUND_STATES,
            "orders": _orders(credit, self.by) if credit.free > 0 else [],
            "keeps": may(self.by, "receipts.record", credit),
            "owes": owes_refund(credit) if waiting else "",
            "waiting": waiting,
            "to_pay": waiting if waiting and waiting.state == "approved" else None,
            "may_refund": may(self.by, "refunds.propose", credit),
            "may_talk": may(self.by, "credits.talk", credit),
            "events": Event.objects.about_any([credit, *credit.refunds.all()]).order_by("-id")[:20]
            if may(self.by, "history.see", credit)
            else [],
        }


def _orders(credit: Credit, by: Actor) -> list[Account]:
    """The customer's orders for which it can be used."""
    theirs = Account.objects.visible_to(by).filter(order__customer=credit.order.customer_id, order__currency=credit.currency, open__gt=0)
    return list(theirs.select_related("order").order_by("order_id")[:20])


class CreditFormPage(FormPage):
    """What the forms of a credit share."""

    nav = "credits"

    def find(self) -> QuerySet[Credit]:
        """Of visible orders."""
        return Credit.objects.visible_to(self.by).for_list()

    def trail(self) -> list[tuple[str, str]]:
        """The credit."""
        return [(str(_("Credits")), reverse("credits")), (credit_words(self.record), credit_url(self.record))]

    def leading(self) -> str:
        """How much is left."""
        values = {"left": money_words(self.record.left, self.record.currency), "due": clock.day_words(self.record.due_on)}
        return _now("%(left)s left, due on %(due)s.") % values


class RefundForm(forms.Form):
    """How much, to which account."""

    amount = Amount(label=_("amount"))
    account = Words(label=_("bank account"), rows=2, max_length=300, help_text=_("Holder, bank, account number."))


class PrepareRefund(CreditFormPage):
    """A refund for approval."""

    right = "refunds.propose"
    title = _("Prepare a refund")
    form = RefundForm
    button = _("Ask for approval")

    def initial(self) -> dict[str, Any]:
        """What is left, to the account known."""
        return {"amount": self.record.left, "account": account_of(self.record)}

    def hindered(self) -> Said:
        """Nothing of it is left, or it is under refund already."""
        return "" if self.record.free > 0 else _("Nothing of this credit is left that could be refunded.")

    def save(self, form: Any) -> str:
        """Prepares it."""
        prepare(self.record, by=self.by, **form.cleaned_data)
        return credit_url(self.record)


class LeaveForm(forms.Form):
    """Until when, and how we know."""

    until = Day(label=_("leave it until"))
    words = Text(label=_("what the customer wrote"), max_length=300)


class Leave(CreditFormPage):
    """The customer wishes to leave the money with us."""

    right = "credits.talk"
    title = _("The customer leaves it with us")
    form = LeaveForm
    button = _("Move the date")

    def save(self, form: Any) -> str:
        """Moves the clock."""
        return credit_url(leave(self.record, by=self.by, **form.cleaned_data))


class ContactForm(forms.Form):
    """What was said."""

    words = Text(label=_("what was said"), max_length=300)


class NoteContact(CreditFormPage):
    """Somebody spoke with the customer about it."""

    right = "credits.talk"
    title = _("Note the contact")
    form = ContactForm
    button = _("Save note")

    def save(self, form: Any) -> str:
        """Notes it."""
        return credit_url(note_contact(self.record, by=self.by, words=form.cleaned_data["words"]))


class RefundFormPage(FormPage):
    """What the forms of a refund share."""

    right = "refunds.propose"
    nav = "credits"
    key = "number"

    def find(self) -> QuerySet[Refund]:
        """Of visible orders."""
        return Refund.objects.visible_to(self.by).select_related("credit__order__customer")

    def trail(self) -> list[tuple[str, str]]:
        """The credit."""
        return [(str(_("Credits")), reverse("credits")), (credit_words(self.record.credit), credit_url(self.record.credit))]

    def leading(self) -> str:
        """How much goes back, and to which account."""
        values = {"amount": money_words(self.record.amount, self.record.credit.currency), "account": self.record.account}
        return _now("%(amount)s to %(account)s") % values if self.record.account else values["amount"]

    def hindered(self) -> Said:
        """It is over."""
        words = _("Refund %(number)s is over: %(state)s.")
        return "" if self.record.is_waiting else words % {"number": self.record.number, "state": REFUND_STATES[self.record.state]}


class AccountForm(forms.Form):
    """To which account."""

    account = Words(label=_("bank account"), rows=2, max_length=300, help_text=_("Holder, bank, account number."))


class NameAccount(RefundFormPage):
    """To which account it goes; that is approved anew."""

    title = _("Bank account of the refund")
    form = AccountForm
    button = _("Ask for approval")

    def leading(self) -> str:
        """What it is for, and what the customer wrote of their account."""
        wrote = told_account(self.record)
        return prose([super().leading(), labelled(_now("The customer wrote"), quoted(wrote))]) if wrote else super().leading()

    def initial(self) -> dict[str, Any]:
        """As it is."""
        return {"account": self.record.account}

    def save(self, form: Any) -> str:
        """Names it."""
        return credit_url(name_account(self.record, by=self.by, account=form.cleaned_data["account"]).credit)


class PayForm(forms.Form):
    """When."""

    paid_on = Day(label=_("paid on"))


class PayRefund(RefundFormPage):
    """The money went back."""

    title = _("Refund paid")
    form = PayForm
    button = _("Save payment")

    def hindered(self) -> Said:
        """It is over, or nobody approved it yet."""
        words = _("Refund %(number)s is not approved.") % {"number": self.record.number}
        return super().hindered() or ("" if self.record.state == "approved" else words)

    def heading(self) -> str:
        """Which one."""
        return _now("Refund %(number)s paid") % {"number": self.record.number}

    def initial(self) -> dict[str, Any]:
        """Today."""
        return {"paid_on": clock.today()}

    def save(self, form: Any) -> str:
        """Notes the payment."""
        return credit_url(pay(self.record, by=self.by, paid_on=form.cleaned_data["paid_on"]).credit)
