"""What this room shows about a customer: the next step."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _

from boothline.accounts.rights import may
from boothline.core import clock
from boothline.core.actors import Actor
from boothline.core.slots import hung
from boothline.customers.card import Customer
from boothline.followups.cadence import HOW, Progress, calls_to_a, care_of_b_and_c
from boothline.followups.clocks import Clock
from boothline.followups.gifts import STATES, WAYS, Gift
from boothline.followups.lapse import days_of
from boothline.followups.pool import EXEMPT, Taking, exempt, idle_of, refusal
from boothline.followups.quick import quick_choices, quick_first
from boothline.followups.settling import presses, questions
from boothline.followups.steps import FIRST, NextStep
from boothline.followups.touches import CHANNELS, REACHES
from boothline.followups.ways import CHANNEL, known_ways, way

MOST = 20  # further steps that are counted
MOST_WAITS = 4  # open things that are named where there is no step


def nearest_steps(ids: list[int]) -> dict[int, NextStep]:
    """{customer id: the nearest open step}."""
    steps = NextStep.objects.open().filter(customer__in=ids).for_list().nearest_first().reverse()
    return {step.customer_id: step for step in steps}


def quick(customer: Customer, by: Actor) -> dict[str, Any] | None:
    """The line in which a touch is logged without leaving the page: what was said, by which channel, how it goes on."""
    if not may(by, "touches.log", customer):
        return None
    grade, known = customer.grade, known_ways([customer.pk])[customer.pk]
    channel = CHANNEL[way("call", known)]
    return {
        "channel": channel, "reach": "sent" if channel in ("mail", "wechat") else "reached",
        "channels": CHANNELS, "reaches": REACHES, "quick": quick_choices(grade), "first": quick_first(grade, presses=presses(customer)),
        "kind": way(HOW.get(grade, "call"), known), "is_open": customer.next_step_on is not None,
        "questions": questions(customer, by),
    }  # fmt: skip


def standards(record: None, by: Actor) -> dict[str, Any] | None:
    """How far a salesperson is today with calls to A, and this week with B and C."""
    if by.kind != "user" or by.id is None or "sales" not in by.roles:
        return None
    done: list[tuple[str, Progress]] = [
        (_("Calls to A today"), calls_to_a(by.id, clock.today())),
        (_("B and C this week"), care_of_b_and_c(by.id, clock.today())),
    ]
    return {"standards": done}


@dataclass(frozen=True)
class Waits:
    """Hung into the slot "waits": what is open with a customer there, as (words, page, key), though nobody has a step for it."""

    tell: Callable[[Customer, Actor], list[tuple[str, str, Any]]]
    order: int = 100


def next_step(customer: Customer, by: Actor) -> dict[str, Any]:
    """What the customer waits for first, else the nearest open step; whom one calls about it, how many more there are, and what one may
    do with it."""
    of_clock = Clock.objects.open().filter(step=OuterRef("pk"), contact__isnull=False).values("contact")[:1]
    steps = NextStep.objects.open().filter(customer=customer).for_list().waited_for_first().annotate(answers=Subquery(of_clock))
    found = list(steps[: MOST + 1])
    step = found[0] if found else None
    people = list(customer.contacts.all())
    about = (step.answers or step.contact_id) if step else None
    return {
        "step": step,
        "more": len(found[1:]),
        "waits": [] if step else [one for room in hung("waits") for one in room.tell(customer, by)][:MOST_WAITS],
        "person": next((contact for contact in people if contact.pk == about), people[0] if people else None),
        "is_theirs": bool(step and step.is_for(by) and not (step.desk and step.what in FIRST)),
        "may_log": may(by, "touches.log", customer),
        "may_plan": may(by, "steps.plan", customer),
    }


def pool(customer: Customer, by: Actor) -> dict[str, Any] | None:
    """When they would go to the pool and why not, or since when they are there; who took them. Nothing of peers."""
    if not may(by, "pool.take", customer) or customer.nature == "peer":
        return None
    if customer.owner_id is None:
        return {"no": refusal(customer, by)}
    taking = Taking.objects.standing().filter(customer=customer).select_related("user").order_by("-at").first()
    is_spoken = bool(taking and customer.last_touch_at and customer.last_touch_at >= taking.at)
    why = exempt([customer]).get(customer.pk)
    day = None if why else next(iter(days_of(idle_of([customer])).values()), None)
    first_by = taking.touch_by if taking and not is_spoken and not why else None
    if first_by and day:  # two days in one place: the nearer one is the one that counts
        first_by, day = (first_by, None) if first_by <= day else (None, day)
    return {"taking": taking, "why": EXEMPT[why] if why else "", "day": day, "first_by": first_by}


def gifts(customer: Customer, by: Actor) -> dict[str, Any] | None:
    """The newest three entries of the log, and what each of their people was given this year; nothing where nothing was."""
    if not by.has("gifts.see"):
        return None
    theirs = list(Gift.objects.visible_to(by).filter(customer=customer).for_list().order_by("-on", "-id"))
    sums: dict[tuple[str, str], Decimal] = {}
    for gift in theirs:
        if gift.way == "given" and gift.counts and gift.on.year == clock.today().year:
            key = (str(gift.contact), gift.currency)
            sums[key] = sums.get(key, Decimal(0)) + (gift.value or 0)
    totals = [(name, total, currency) for (name, currency), total in sums.items()]
    return {"gifts": theirs[:3], "states": STATES, "ways": WAYS, "sums": totals} if theirs else None
