"""What this room shows on Today, for who keeps the books: refunds that wait for a bank account or to be paid, and payments that customers
say they sent."""

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boothline.accounts.rights import where
from boothline.billing.announced import Announcement
from boothline.billing.books import Credit, Refund
from boothline.billing.lists import REFUND_STATES
from boothline.core.money import money_words
from boothline.core.text import bracketed, quoted
from boothline.customers.card import Customer, Customers
from boothline.followups.today import SHOWN, Asked, Row, end_of

STEPS = {  # what a refund waits for from us: words of the way there, page, icon; for approval it waits on Today of who approves
    "no_account": (gettext_lazy("Enter the bank account"), "refund-account", "pen"),
    "approved": (gettext_lazy("Refund paid"), "refund-payment", "ok"),
}


def _customers(asked: Asked, right: str) -> Customers | None:
    """For whose money they may do this: it is nobody's own work. None where they may not at all."""
    if not asked.by.has(right):
        return None
    theirs = Customer.objects.filter(where(asked.by, right) or Q())
    return theirs.filter(team_id=asked.by.team_id or 0) if asked.whose == "team" else theirs


def refunds(asked: Asked) -> list[Row]:
    """Credits whose refund waits for us, and those of which a refund was agreed and none is prepared; by the day until which they are to
    be paid back."""
    theirs = _customers(asked, "refunds.propose")
    if theirs is None:
        return []
    ours = Q(pk__in=Refund.objects.waiting().filter(Q(account="") | Q(approved_at__isnull=False)).values("credit"))
    again = Q(resolution__done_at=None, resolution__isnull=False) & ~Q(pk__in=Refund.objects.waiting().values("credit"))
    found = Credit.objects.visible_to(asked.by).open().filter(ours | again, order__customer__in=theirs)
    return [_refund(credit) for credit in found.for_list().select_related("resolution__problem").order_by("due_on", "id")[: SHOWN + 1]]


def _refund(credit: Credit) -> Row:
    waiting = credit.waiting
    amount = money_words(waiting.amount if waiting else credit.left, credit.currency)
    values = {"amount": amount, "number": credit.order.number}
    why = _("Refund of %(amount)s, order %(number)s") % values
    words, page, icon = STEPS[waiting.state] if waiting and waiting.state in STEPS else (_("Prepare a refund"), "credit-refund", "in")
    problem = credit.resolution.problem if credit.resolution else None
    return Row(
        "refunds", credit.customer, end_of(credit.due_on), bracketed(why, str(REFUND_STATES[waiting.state])) if waiting else why, kind="do",
        say=[_("Agreed on problem %(number)s") % {"number": problem.number}] if problem else [],
        opens=(str(words), page, waiting.number if waiting and waiting.state in STEPS else credit.pk, icon),
    )  # fmt: skip


def announced(asked: Asked) -> list[Row]:
    """What customers say they sent and nobody has recorded, the longest ago first."""
    theirs = _customers(asked, "receipts.record")
    if theirs is None:
        return []
    found = Announcement.objects.visible_to(asked.by).open().filter(customer__in=theirs)
    return [
        Row(
            "announced", one.customer, end_of(one.paid_on),
            _("Says they paid %(amount)s") % {"amount": money_words(one.amount, one.currency)},
            kind="do", say=[part for part in (one.order.number if one.order else "", quoted(one.note) if one.note else "") if part],
            opens=(_("Check the payment"), "announcement", one.pk, "card"),
        )
        for one in found.for_list().order_by("paid_on", "id")[: SHOWN + 1]
    ]  # fmt: skip
