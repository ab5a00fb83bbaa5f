"""What this type hears."""

from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from boothline.approvals.approval import drop
from boothline.catalogue.products import Variant, of_several
from boothline.core.actors import Actor
from boothline.core.errors import Refused
from boothline.customers import events as customers
from boothline.customers.card import Customer
from boothline.followups import events as followups
from boothline.followups.steps import NextStep, happened
from boothline.intentions import events as own
from boothline.intentions import expansion, offers, requirements
from boothline.intentions.expansion import QUESTION
from boothline.intentions.products import Intention, IntentionLine, Wish, open_intention
from boothline.intentions.quotation import MATTER, Quotation
from boothline.intentions.requirements import Requirement
from boothline.negotiation import events as negotiation
from boothline.negotiation.briefing import Briefing, BriefingItem
from boothline.negotiation.decisions import ask_outcomes
from boothline.negotiation.interest import hand_down
from boothline.negotiation.prices import alike, of_one_price, price_taken
from boothline.timeline import hearing


def register() -> None:
    """What a customer wants after a briefing becomes an intention in the same transaction, and keeps that answer; what they intend is
    handed down to their next briefing; what they want by a link of theirs waits for our offer; and when an intention closes, the plans that
    were to help it are asked how they ended."""
    hearing.now(negotiation.ANSWERED, intend_wanted)
    hearing.now(negotiation.ANSWER_CORRECTED, refuse_intended)
    for kind in (own.OPENED, own.BROUGHT, own.LINE_ADDED, own.LINE_EDITED, own.LINE_LOST, own.LOST, own.REOPENED, own.WON, own.LAPSED):
        hearing.now(kind, hand_lines_down)
    for kind in (customers.MERGED, customers.UNMERGED):
        hearing.now(kind, hand_all_down)
    for kind in (own.LOST, own.WON, own.LAPSED):
        hearing.now(kind, ask_how_plans_ended)
    for kind in (own.LOST, own.LINE_LOST, own.LAPSED):
        hearing.now(kind, ask_no_more)
    hearing.now(own.OPENED, offers.offer_what_they_want)
    for kind in (own.HANDED_OVER, own.WON, own.LOST, own.LAPSED):
        hearing.now(kind, offers.offered)
    for kind in (own.EXPANSION_ANSWERED, own.EXPANSION_ACCEPTED, own.EXPANSION_DECLINED, own.EXPANSION_WITHDRAWN):
        hearing.now(kind, end_the_question)
    for kind in followups.ENDED:
        hearing.now(kind, steps_ended)
    hearing.now(own.REOPENED, require_again)


def intend_wanted(events: list[Any], by: Actor) -> None:
    """Opens an intention with the wanted products of each briefing that was answered *wants*."""
    for event in events:
        if event.values["answer"] != "wants":
            continue
        briefing = Briefing.objects.select_related("customer").get(pk=event.subject_id)
        items = briefing.items.filter(wanted=True).select_related("product", "variant")
        currency = next((i.currency for i in items), "CNY")
        unsaid = of_several([i.product_id for i in items])
        holds = of_one_price(briefing.customer, unsaid)  # the price that was shown, whichever variant they mean
        wishes = [
            Wish(
                i.product, None, quantity=i.quantity,
                price=_price(briefing, i, currency, alike(briefing.customer, i.product)) if i.product_id in holds else None,
            )
            if i.product_id in unsaid
            else Wish(product=i.product, variant=i.variant, quantity=i.quantity, price=_price(briefing, i, currency, i.variant))
            for i in items
        ]  # fmt: skip
        open_intention(briefing.customer, by=by, wishes=wishes, currency=currency, source="briefing")


def _price(briefing: Briefing, item: BriefingItem, currency: str, variant: Variant | None) -> Decimal | None:
    if item.currency != currency:
        return None
    return price_taken(briefing.customer, variant, item.quantity, item.price, item.currency) if variant else item.price


def refuse_intended(events: list[Any], by: Actor) -> None:
    """An answer was wrong: what became of it is told, and stays until somebody says that it is wrong too."""
    for event in events:
        briefing = Briefing.objects.get(pk=event.subject_id)
        if event.values["was"] != "wants" or briefing.answered_at is None:
            continue
        since = Intention.objects.filter(customer=briefing.customer_id, source="briefing", made_at__gte=briefing.answered_at)
        made = since.for_list().order_by("id").first()  # opened with the answer
        if made is None or made.state in ("lost", "lapsed"):
            continue
        words = _("This answer opened the intention %(what)s. Record that as lost first; then correct the answer.")
        if made.state != "open":
            words = _("The intention %(what)s, which this answer opened, stands in a contract already. The answer stays.")
        raise Refused(words % {"what": made}, code="built_on")


def ask_no_more(events: list[Any], by: Actor) -> None:
    """What nobody wants any more: its requirements are answered by nobody, and no quotation of it is approved."""
    closed = [event.subject_id for event in events if event.kind != own.LINE_LOST.code]
    lost = Q(intention__in=closed) | Q(intention__in=[event.subject_id for event in events], line__lost_at__isnull=False)
    requirements.leave(list(Requirement.objects.filter(lost).select_related("step__customer")), by=by)
    for quotation in Quotation.objects.filter(intention__in=closed):
        drop(quotation, by=by, matter=MATTER)


def end_the_question(events: list[Any], by: Actor) -> None:
    """They asked something about an expansion request: it is answered, or over."""
    for event in events:
        happened(QUESTION, by=by, customers=[event.under_id], expansion=event.subject_id)


def steps_ended(events: list[Any], by: Actor) -> None:
    """Of these steps somebody may have waited for the answer to a question, or to a requirement."""
    ended = [event.subject_id for event in events]
    questions = NextStep.objects.filter(pk__in=ended, what=QUESTION).values_list("values__expansion", flat=True)
    expansion.go_on([pk for pk in questions if pk], by=by)
    if dropped := [event.subject_id for event in events if event.kind != followups.DONE.code]:  # done, they say: then they answer
        requirements.ask_again(Requirement.objects.filter(step__in=dropped), by=by)


def require_again(events: list[Any], by: Actor) -> None:
    """Intentions go on: so does what was required of them."""
    requirements.ask_again(Requirement.objects.filter(intention__in=[event.subject_id for event in events]), by=by)


def hand_lines_down(events: list[Any], by: Actor) -> None:
    """What each of these customers intends now: the standing lines of what is open or in contract."""
    _hand_down(_customers(events))


def hand_all_down(events: list[Any], by: Actor) -> None:
    """Two customers became one, or two again: what each of them intends."""
    _hand_down(list(Customer.objects.filter(pk__in=[event.under_id for event in events])))


def _hand_down(those: list[Customer]) -> None:
    intended: dict[int, list[tuple[int, Decimal | None]]] = {customer.pk: [] for customer in those}
    standing = IntentionLine.objects.filter(
        intention__customer__in=intended, intention__state__in=("open", "in_contract"), lost_at=None, product__isnull=False
    )
    for customer, product, quantity in standing.order_by("id").values_list("intention__customer", "product", "quantity"):
        intended[customer].append((product, quantity))
    hand_down(intended)


def ask_how_plans_ended(events: list[Any], by: Actor) -> None:
    """An intention closed: the running plans of its customer. Those for its products are over, and all where nothing else is intended."""
    closed = [event.subject_id for event in events]
    for customer in _customers(events):
        goes_on = Intention.objects.filter(customer=customer, state__in=("open", "in_contract")).exists()
        lines = IntentionLine.objects.filter(intention__in=closed, intention__customer=customer, product__isnull=False)
        ask_outcomes(customer, by=by, over=set(lines.values_list("product_id", flat=True)) if goes_on else None)


def _customers(events: list[Any]) -> list[Customer]:
    intentions = Intention.objects.filter(pk__in=[event.subject_id for event in events]).select_related("customer")
    return list({intention.customer_id: intention.customer for intention in intentions}.values())
