"""What this room hears: whatever happened to an order, its milestones, its money or its letter of credit, a moment later."""

from typing import Any

from boothline.billing import events as billing
from boothline.core.actors import SYSTEM, Actor
from boothline.customers import events as customers
from boothline.orders import events as orders
from boothline.orders.register import Order
from boothline.radar.watch import TOGETHER, Risk, Risks, look, place_again
from boothline.timeline import hearing
from boothline.timeline.kinds import EventKind

FOR_MONEY = ("deposit", "balance")
HEARD = ("orders.", "contracts.milestone_", "contracts.plan_")
BOOKED = (
    billing.RECEIVED, billing.ALLOCATED, billing.RECEIPT_VOIDED, billing.CREDIT_USED, billing.ALLOWED, billing.WRITTEN_OFF,
    billing.ANNOUNCED, billing.SET_ASIDE,
)  # fmt: skip
MONEY = (*BOOKED, billing.RESCHEDULED, billing.LC_NOTED)


def register() -> None:
    """Now: what endangered an order that is merged stands against the one that took it in, since the same day; whoever booked money, or
    looked for what a customer says they paid, sees at once what it ended; whoever has a customer now follows up what endangers their
    orders. Later: the radar looks at the orders of the customer again."""
    hearing.now(orders.MERGED, go_along)
    hearing.now(customers.ASSIGNED, look_who_follows)
    for kind in BOOKED:
        hearing.now(kind, look_at_money)
    hearing.every_later(look_again, name="radar.look_again", wants=wants)


def wants(kind: EventKind) -> bool:
    """What may begin or end a risk. Of orders of the past that come in numbers, the daily task finds what is left open."""
    return kind is not orders.TAKEN_IN and (kind.code.startswith(HEARD) or kind in MONEY)


def go_along(told: list[Any], by: Actor) -> None:
    """Whatever does not stand there yet."""
    for event in told:
        other = Order.objects.get(number=event.values["other"])
        there = set(Risk.objects.standing().filter(order=event.subject_id).values_list("code", "about"))
        for risk in Risk.objects.standing().filter(order=other):
            if (risk.code, risk.about) not in there:
                Risk.objects.filter(pk=risk.pk).update(order=event.subject_id)
        place_again((event.subject_id, other.pk))


def look_at_money(told: list[Any], by: Actor) -> None:
    """The orders of those customers that stood on the radar for money; whatever else it brings is seen a moment later."""
    _look_at(told, Risk.objects.standing().filter(code__in=FOR_MONEY))


def look_who_follows(told: list[Any], by: Actor) -> None:
    """Customers changed hands: so does what endangers their orders."""
    _look_at(told, Risk.objects.standing())


def _look_at(told: list[Any], standing: Risks) -> None:
    theirs = {event.under_id for event in told if event.under_kind == "customer"}
    found = sorted(set(standing.filter(order__customer__in=theirs).order_by().values_list("order_id", flat=True)))
    for n in range(0, len(found), TOGETHER):
        look(found[n : n + TOGETHER], by=SYSTEM)


def look_again(event: Any) -> None:
    """At the orders of that customer; what stood against one that is over ends."""
    if event.under_kind != "customer":
        return
    found = list(Order.objects.filter(customer=event.under_id).values_list("pk", flat=True))
    if found:
        look(found, by=SYSTEM)
