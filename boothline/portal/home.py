"""What one contact has with us: what waits for them, then contracts, orders, goods on the way, problems, and what else we sent.

Nothing here is wider than the pages that it leads to: of their company what is the company's, of themselves what was sent to them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from boothline.billing.books import Refund
from boothline.billing.panel import Asked, asked_of_contact, asks_letter, letters_to_open
from boothline.billing.refunds import told_account
from boothline.care.complaints import Complaint
from boothline.care.surveys import Survey
from boothline.contracts.establishment import ConfirmationRequest
from boothline.core import clock
from boothline.core.money import money_words
from boothline.core.text import phrase, quoted
from boothline.customers.card import with_countries
from boothline.fairs.invitations import Invitation
from boothline.fairs.lists import UNANSWERED
from boothline.intentions.expansion import Expansion
from boothline.intentions.quotation import Quotation
from boothline.negotiation.briefing import Briefing
from boothline.negotiation.questions import Question
from boothline.orders.problems import Problem
from boothline.orders.register import Order
from boothline.orders.shipments import STATES, Shipment
from boothline.portal.guests import Guest

OVER = ("complete", "cancelled")  # orders of which nothing more is to come
SETTLED = ("checked", "evaluated")  # complaints that the customer has spoken the last word of
EARLIER = 10  # how much of what is over is named


@dataclass(frozen=True)
class Entry:
    """One thing of theirs, and its page. `asks`: what they are to do; empty while nothing waits for them."""

    icon: str
    words: str
    page: str
    key: object = None
    note: str = ""
    standing: str = ""
    asks: str = ""
    until: date | None = None
    leaves: date | None = None  # goods that wait for it are planned to go then
    at: datetime | None = None


def contracts_of(guest: Guest) -> QuerySet[ConfirmationRequest]:
    """What this contact may see of contracts: the request that their link is about, and those that name them the signatory. A newer
    version that went to somebody else is not theirs."""
    contact, held = guest.contact, guest.grant
    about = held.subject_id if held.subject_kind == "request" else None
    own = ConfirmationRequest.objects.of_contact(contact).filter(Q(signatory=contact) | Q(pk=about))
    return own.for_list()


def shipped_to(guest: Guest) -> QuerySet[Shipment]:
    """The shipments that have left to their company."""
    orders = Order.objects.of_contact(guest.contact)
    return Shipment.objects.for_list().filter(order__in=orders, shipped_at__isnull=False, cancelled_at=None)


def standing_words(problem: Problem) -> str:
    """How far a problem is, as the customer reads it on every page; solved only by their word, or by time."""
    words = {
        "reported": _("we have received it and will answer soon"), "in_work": _("we work on it"), "waiting": _("we wait for your answer"),
        "proposed": _("we propose a solution"), "agreed": _("agreed, we carry it out"), "resolving": _("agreed, we carry it out"),
        "resolved": _("solved as we see it"), "closed": _("solved"),
    }  # fmt: skip
    return words[problem.state]


def question_of(problem: Problem) -> str:
    """What a problem asks of them; nothing while it is our turn."""
    asks = {
        "waiting": _("Answer our question, %(number)s"), "proposed": _("Answer our proposal, %(number)s"),
        "resolved": _("Is %(number)s solved?"),
    }  # fmt: skip
    return asks.get(problem.state, "") % {"number": problem.number}


def standing_of(guest: Guest) -> tuple[list[Entry], list[tuple[str, list[Entry]]]]:
    """What waits for them, and then everything in its groups, with a fixed number of queries."""
    groups = [
        (_("Contracts"), _contracts(guest)), (_("Orders"), _orders(guest)), (_("Goods on the way"), _goods(guest)),
        (_("Problems"), _problems(guest)), (_("Complaints and suggestions"), _complaints(guest)), (_("Sent to you"), _sent(guest)),
    ]  # fmt: skip
    asked = [entry for _title, entries in groups for entry in entries if entry.asks]
    return [*asked, *_due(guest), *_letters(guest), *_accounts(guest)], [(title, entries) for title, entries in groups if entries]


def _contracts(guest: Guest) -> list[Entry]:
    """Of each contract the newest request that is theirs; what waits before what is over."""
    newest: dict[int, ConfirmationRequest] = {}
    for one in contracts_of(guest).order_by("-id"):
        newest.setdefault(one.version.contract_id, one)
    live = [one for one in newest.values() if one.is_live]
    return [_contract(one, guest) for one in [*live, *[one for one in newest.values() if not one.is_live][:EARLIER]]]


def _contract(asked: ConfirmationRequest, guest: Guest) -> Entry:
    number, version = asked.contract.number, asked.version
    is_theirs = asked.is_live and asked.state != "changes_asked" and asked.signatory_id == guest.contact.pk
    standing = {
        "confirmed": _("Confirmed"), "declined": _("Declined"), "withdrawn": _("Withdrawn"), "superseded": _("Replaced by a new version"),
        "changes_asked": _("You asked for changes"),
    }  # fmt: skip
    waits = phrase(_("Waiting for %(name)s"), {"name": asked.signatory.name}) if asked.is_live else _("Expired")
    return Entry(
        "i-file", _("Contract %(number)s") % {"number": number}, "portal-contract", number, note=_po(version.po_number),
        standing=standing.get(asked.state, waits), asks=_("Answer contract %(number)s") % {"number": number} if is_theirs else "",
        until=asked.last_day,
    )  # fmt: skip


def _orders(guest: Guest) -> list[Entry]:
    """What is not over, and the last of what is."""
    theirs = Order.objects.of_contact(guest.contact).select_related("merged_into").order_by("-id")
    return [
        Entry(
            "i-box", _("Order %(number)s") % {"number": one.number}, "portal-order", one.number, note=_po(one.po_number),
            standing=_order_standing(one),
        )
        for one in [*theirs.exclude(state__in=OVER), *theirs.filter(state__in=OVER)[:EARLIER]]
    ]  # fmt: skip


def _order_standing(order: Order) -> str:
    if order.merged_into:
        return _("Goes on as order %(number)s") % {"number": order.merged_into.number}
    return str(order.get_state_display())


def is_there(shipment: Shipment) -> bool:
    """Whether its goods should be with them by now, so that somebody is to sign for them."""
    return shipment.arrived_at is None and (shipment.expected_on is None or shipment.expected_on <= clock.today())


def _goods(guest: Guest) -> list[Entry]:
    goods = list(shipped_to(guest).filter(arrived_at=None).order_by("shipped_at", "id"))
    with_countries(one.order.customer for one in goods)
    return [
        Entry(
            "i-pen", one.number, "portal-arrival", one.number, note=" ".join(filter(None, (one.carrier, one.tracking_number))),
            standing=_("on its way, expected on %(on)s") % {"on": clock.day_words(one.expected_on)} if one.expected_on else _where(one),
            asks=_("Sign for shipment %(number)s") % {"number": one.number} if is_there(one) else "",
        )
        for one in goods
    ]  # fmt: skip


def _where(shipment: Shipment) -> str:
    return str(shipment.get_tracking_state_display() or STATES[shipment.state])


def _problems(guest: Guest) -> list[Entry]:
    orders = Order.objects.of_contact(guest.contact)
    return [
        Entry(
            "i-chat", one.number, "portal-problem", one.number, note=str(one.get_kind_display()), standing=standing_words(one),
            asks=question_of(one),
        )
        for one in Problem.objects.of_contact(guest.contact).filter(order__in=orders).exclude(state="closed").order_by("-id")
    ]  # fmt: skip


def _complaints(guest: Guest) -> list[Entry]:
    return [
        Entry(
            "i-chat", one.number, "portal-complaint", one.number, note=str(one.get_about_display()),
            standing=_("settled as we see it") if one.state == "done" else str(one.get_state_display()),
            asks=_("Is %(number)s settled?") % {"number": one.number} if one.state == "done" and not one.is_carried else "",
        )
        for one in Complaint.objects.of_contact(guest.contact).exclude(state__in=SETTLED).select_related("problem").order_by("-id")
    ]  # fmt: skip


def payment_words(asked: Asked) -> str:
    """What is to be paid for an order, as the customer reads it on every page."""
    words = _("Payment due for order %(number)s: %(amount)s") if asked.is_due else _("To pay for order %(number)s: %(amount)s")
    if asked.leaves_on:
        words = _("The goods of order %(number)s wait for your payment: %(amount)s")
    return words % {"number": asked.order.number, "amount": money_words(asked.amount, asked.order.currency)}


def _due(guest: Guest) -> list[Entry]:
    return [
        Entry(
            "i-card", one.order.number, "portal-money", asks=payment_words(one), until=one.due_on, leaves=one.leaves_on,
        )
        for one in asked_of_contact(guest.contact)
    ]  # fmt: skip


def _letters(guest: Guest) -> list[Entry]:
    """Letters of credit that they are to have opened."""
    return [Entry("i-card", order.number, "portal-money", asks=asks_letter(order, owed)) for order, owed in letters_to_open(guest.contact)]


def _accounts(guest: Guest) -> list[Entry]:
    """What we are to pay back and were not told where to: they write their bank account with the problem that it is for."""
    theirs = Refund.objects.waiting().filter(account="", credit__order__in=Order.objects.of_contact(guest.contact))
    found = []
    for refund in theirs.select_related("credit__order", "credit__resolution__problem"):
        if told_account(refund):
            continue
        credit, amount = refund.credit, money_words(refund.amount, refund.credit.currency)
        asks = _("Write us the bank account for our refund of %(amount)s, order %(number)s") % {
            "amount": amount,
            "number": credit.order.number,
        }
        problem = credit.resolution.problem if credit.resolution else None
        page, key = ("portal-problem", problem.number) if problem else ("portal-money", None)
        found.append(Entry("i-card", credit.order.number, page, key, asks=asks))
    return found


def _sent(guest: Guest) -> list[Entry]:
    """What was sent to this person; all that waits for an answer, and the last of the rest."""
    found = [*_quotations(guest), *_briefings(guest), *_expansions(guest), *_surveys(guest), *_invitations(guest)]
    found.sort(key=lambda entry: entry.at or clock.now(), reverse=True)
    return [entry for n, entry in enumerate(found) if entry.asks or n < EARLIER]


def _quotations(guest: Guest) -> Iterable[Entry]:
    for one in Quotation.objects.of_contact(guest.contact).filter(contact=guest.contact):
        standing = _("ended on %(on)s") if one.valid_until < clock.today() else _("valid until %(on)s")
        yield Entry(
            "i-file", _("Quotation %(number)s") % {"number": one.number}, "portal-quotation", one.number, at=one.sent_at,
            standing=standing % {"on": clock.day_words(one.valid_until)},
        )  # fmt: skip


def _briefings(guest: Guest) -> Iterable[Entry]:
    for one in Briefing.objects.of_contact(guest.contact).filter(contact=guest.contact).for_list().prefetch_related("questions"):
        asked = list(one.questions.all())
        yield _answered(
            Entry("i-box", _("Products for you"), "portal-briefing", one.pk, note=_asked(str(one), asked), at=one.shown_at),
            _("Say which of our products you want") if one.answer == "pending" else "", one.answered_at,
            waits=_("you asked, we answer") if any(question.answered_at is None for question in asked) else "",
        )  # fmt: skip


def _asked(about: str, questions: list[Question]) -> str:
    """What it is about; of the last question its words, and what we answered."""
    if not questions:
        return about
    last = questions[-1]
    values = {"about": about, "question": quoted(last.words[:80]), "answer": quoted(last.answer[:80])}
    words = _("%(about)s. You asked: %(question)s. Our answer: %(answer)s") if last.answer else _("%(about)s. You asked: %(question)s")
    return words % values


def _expansions(guest: Guest) -> Iterable[Entry]:
    theirs = Expansion.objects.of_contact(guest.contact).filter(contact=guest.contact).exclude(state="withdrawn")
    for one in theirs:
        yield _answered(
            Entry("i-star", _("A proposal for you"), "portal-expansion", one.pk, note=str(one), until=one.ends_on, at=one.sent_at),
            _("Answer our proposal") if one.is_running and one.state != "asked" else "", one.answered_at,
            waits=_("you asked, we answer") if one.is_running and one.state == "asked" else "",
        )  # fmt: skip


def _surveys(guest: Guest) -> Iterable[Entry]:
    for one in Survey.objects.of_contact(guest.contact):
        yield _answered(
            Entry("i-chart", _("How did we do?"), "portal-survey", one.pk, note=one.occasion_name, until=one.ends_on, at=one.sent_at),
            _("Tell us how we did: %(about)s") % {"about": one.occasion_name} if one.is_running else "", one.answered_at,
        )  # fmt: skip


def _invitations(guest: Guest) -> Iterable[Entry]:
    for one in Invitation.objects.of_contact(guest.contact).for_list():
        yield _answered(
            Entry("i-fair", _("An invitation for you"), "portal-invitation", one.pk, note=str(one.fair), at=one.sent_at),
            phrase(_("Will you come to %(fair)s?"), {"fair": one.fair}) if one.is_open and one.state in UNANSWERED else "", one.answered_at,
        )  # fmt: skip


def _answered(entry: Entry, asks: str, at: datetime | None, waits: str = "") -> Entry:
    """Waits for their answer, for ours, has theirs, or is over."""
    answered = pgettext("customer", "answered") if at else pgettext("customer", "ended")
    return replace(entry, asks=asks, standing=_("waits for your answer") if asks else waits or answered)


def _po(number: str) -> str:
    return _("your order no. %(n)s") % {"n": number} if number else ""
