"""The radar keeps what it saw: since when a risk of an order stands, since when it is red, until when it stood.

`look` alone writes. It is asked by the daily task, and soon after whatever happened to an order. Of the risks of an order one
leads: the worst colour, then the one that stands longest; that one has a place in the list: worst colour, nearest D, largest value.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.db import models
from django.utils.translation import gettext as _

from boothline.accounts.people import User
from boothline.core import clock
from boothline.core.actors import Actor
from boothline.core.operations import operation
from boothline.core.privacy import PLAIN, tags
from boothline.core.records import Record
from boothline.core.tasks import alone
from boothline.core.text import bracketed, listed
from boothline.customers.card import Customer
from boothline.orders.register import Order
from boothline.radar import events
from boothline.radar.facts import known
from boothline.radar.lists import COLOURS, OWES, RISKS
from boothline.radar.rules import BY_THEIR_OWN, Found, Known, risks
from boothline.timeline.history import Telling, record_many

TOGETHER = 50  # orders that one operation looks at
FAR = 10**13  # more than any order costs
PLACED = ("place", "behind")

Key = tuple[int, str, str]


class Risks(models.QuerySet["Risk"]):
    """Questions about risks."""

    def visible_to(self, by: Actor) -> Risks:
        """Those of the orders that the actor sees."""
        return self.filter(order__in=Order.objects.visible_to(by))

    def standing(self) -> Risks:
        """Those that hold."""
        return self.filter(ended_on=None)

    def leading(self) -> Risks:
        """One an order: what the radar's list shows."""
        return self.standing().exclude(place="")

    def for_list(self) -> Risks:
        """With everything that a line shows: its order's other risks come with the rows, in one question."""
        others = Risk.objects.standing().select_related("person", "follows")
        return self.select_related("order__customer__owner", "person", "follows").prefetch_related(models.Prefetch("others", others))

    def search(self, words: str, by: Actor) -> Risks:
        """By order, PO number or customer."""
        return self.filter(order__in=Order.objects.all().search(words, by))


class Risk(Record):
    """That something endangers an order, from the first day on which it held. `about` names a shipment or a problem. Kept are `place`,
    where the order stands in the list, empty where another risk of it leads; and `behind`, which one that is."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="+")
    code = models.CharField(max_length=20, choices=list(RISKS.items()))
    about = models.CharField(max_length=20, blank=True, default="")
    colour = models.CharField(max_length=5, choices=list(COLOURS.items()))
    since = models.DateField()
    red_on = models.DateField(null=True)
    ended_on = models.DateField(null=True)
    owes = models.CharField(max_length=8, choices=list(OWES.items()))
    person = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")  # of us, who owes
    said_on = models.DateField(null=True)  # of missing money: the customer says that they paid on this day
    follows = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    place = models.CharField(max_length=40, blank=True, default="")
    behind = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="others")
    privacy = tags(code=PLAIN, about=PLAIN, colour=PLAIN, owes=PLAIN, place=PLAIN)

    objects = Risks.as_manager()

    class Meta:
        ordering = ("colour", "since", "id")
        constraints = [
            models.UniqueConstraint(fields=["order", "code", "about"], condition=models.Q(ended_on=None), name="risk_stands_once"),
        ]
        indexes = [
            models.Index(fields=["place", "id"], name="risk_list", condition=models.Q(ended_on=None)),
            models.Index(fields=["order"], name="risk_order"),
        ]

    def __str__(self) -> str:
        return f"{self.order.number} {self.words}"

    @property
    def customer(self) -> Customer:
        """Whose order it is."""
        return self.order.customer

    @property
    def words(self) -> str:
        """The risk, with the shipment or problem that it is about; with the shipment that waits for money."""
        words = f"{RISKS[self.code]} {self.about}".strip()
        if self.is_waited_for:
            words = _("money not in: %(shipment)s waits for it") % {"shipment": self.about}
        if self.said_on is None:
            return words
        return _("%(risk)s; the customer says they paid on %(on)s, not found in the bank yet") % {
            "risk": words, "on": clock.day_words(self.said_on),
        }  # fmt: skip

    @property
    def beside(self) -> list[Risk]:
        """What else endangers the order of the one that leads, the worst first."""
        return sorted(self.others.all(), key=_weight)

    @property
    def debtors(self) -> str:
        """Everybody who owes something of the order, the worst first, each once: who owes what this line is about by name alone, the
        others with what they owe."""
        owed: dict[str, list[str]] = {}
        for risk in self.beside:
            owed.setdefault(risk.owing, []).append(_("money not in") if risk.is_waited_for else str(RISKS[risk.code]))
        others = [bracketed(who, listed(dict.fromkeys(what))) for who, what in owed.items() if who != self.owing]
        return listed([self.owing, *others], weak=False)

    @property
    def is_waited_for(self) -> bool:
        """Money that a shipment waits for: the deposit may be part of it."""
        return self.code == "balance" and bool(self.about)

    @property
    def owing(self) -> str:
        """Who owes: one of us by name."""
        return str(self.person or OWES[self.owes])

    @property
    def following(self) -> str:
        """Who follows it up; empty where that is who owes."""
        return "" if self.follows is None or self.follows_id == self.person_id else str(self.follows)

    @property
    def whose(self) -> list[str]:
        """欠：客户, 跟：林梅."""
        owes = _("Who owes it: %(who)s") % {"who": self.owing}
        return [owes, _("Follows: %(who)s") % {"who": self.following}] if self.following else [owes]


def endangered(order: Order) -> list[Risk]:
    """What stands against an order, the worst first."""
    found = list(Risk.objects.standing().filter(order=order).select_related("person", "follows"))
    return sorted(found, key=_weight)


def _weight(risk: Risk) -> tuple[bool, object, int]:
    return (risk.colour != "red", risk.since, list(RISKS).index(risk.code))


@operation("radar.look")
def look(orders: Iterable[int], *, by: Actor) -> list[Risk]:
    """Compares what these orders are in danger of today with what is kept: what began, what turned red, what is over."""
    today = clock.today()
    free = Order.objects.select_for_update(of=("self",), skip_locked=True)  # who holds an order now, has it looked at again
    rows = list(free.filter(pk__in=list(orders)).select_related("customer__owner").order_by("pk"))
    by_id = {order.pk: order for order in rows}
    kept = {_key(r): r for r in Risk.objects.standing().filter(order__in=rows).select_related("order__customer")}
    said = known([order for order in rows if is_watched(order)])
    wanted: dict[Key, Found] = {(pk, f.code, f.about): f for pk, now in said.items() for f in risks(now)}
    begun = [_new(by_id[key[0]], found, said[key[0]], today) for key, found in wanted.items() if key not in kept]
    over = [risk for key, risk in kept.items() if key not in wanted]
    red = [risk for key, risk in kept.items() if key in wanted and wanted[key].is_red and risk.colour != "red"]
    for risk in over:
        risk.ended_on, risk.place, risk.behind = today, "", None
    Risk.objects.bulk_create(begun)
    going = [*begun, *(risk for key, risk in kept.items() if key in wanted)]
    was = {risk.pk: _shown(risk) for risk in [*kept.values(), *begun]}
    _follow(going, wanted, today)
    _place(going)
    Risk.objects.bulk_update(
        [risk for risk in [*over, *going] if risk in over or was[risk.pk] != _shown(risk)],
        ["colour", "red_on", "ended_on", "owes", "person", "said_on", "follows", *PLACED],
    )
    record_many(events.BEGAN, map(_telling, begun), by=by)
    record_many(events.REDDENED, map(_telling, red), by=by)
    record_many(events.ENDED, map(_telling, over), by=by)
    return [*begun, *red, *over]


def is_watched(order: Order) -> bool:
    """Something may still go wrong with it."""
    return order.void_at is None and order.state not in ("complete", "cancelled")


def _key(risk: Risk) -> Key:
    return (risk.order_id, risk.code, risk.about)


def _new(order: Order, found: Found, now: Known, today: date) -> Risk:
    """It held since the day that the plan says, whenever the radar looked. What is counted back from the shipping date endangered
    nothing before there was an order; a milestone is late by its plan date, as its own line says."""
    first = now.begun_on if found.code in BY_THEIR_OWN else None
    since = min(today, max(found.since or today, first or date.min))
    return Risk(order=order, code=found.code, about=found.about, since=since, colour="red" if found.is_red else "amber", owes=found.owes)


def _shown(risk: Risk) -> tuple[object, ...]:
    return (risk.colour, risk.red_on, risk.owes, risk.person_id, risk.said_on, risk.follows_id, risk.place, risk.behind_id)


def _follow(going: list[Risk], wanted: dict[Key, Found], today: date) -> None:
    """Colour and people as they are today; the first red day stays."""
    for risk in going:
        found = wanted[_key(risk)]
        risk.colour = "red" if found.is_red else "amber"
        risk.red_on = risk.red_on or (today if found.is_red else None)
        risk.owes, risk.person, risk.said_on, risk.follows = found.owes, found.person, found.said_on, found.follows


def _place(going: list[Risk]) -> None:
    """One of each order leads: its place begins with its colour, then D, then the value, large before small."""
    of_order: dict[int, list[Risk]] = defaultdict(list)
    for risk in going:
        of_order[risk.order_id].append(risk)
    for found in of_order.values():
        first, *others = sorted(found, key=_weight)
        order = first.order
        day = order.promised_on.isoformat() if order.promised_on else "9999-12-31"
        first.place, first.behind = f"{0 if first.colour == 'red' else 1} {day} {FAR - int(order.total):014d}", None
        for risk in others:
            risk.place, risk.behind = "", first


def place_again(orders: Iterable[int]) -> None:
    """Risks moved between these orders: which of each leads now."""
    standing = list(Risk.objects.standing().filter(order__in=list(orders)).select_related("order"))
    _place(standing)
    Risk.objects.bulk_update(standing, PLACED)


def _telling(risk: Risk) -> Telling:
    values = {"number": risk.order.number, "risk": risk.code, "colour": risk.colour, "about": risk.about}
    return Telling(risk, under=risk.order.customer, values=values)


def run_daily() -> int:
    """The daily task: every order of which something may still go wrong, and those that stand on the radar."""
    watched = Order.objects.filter(void_at=None).exclude(state__in=("complete", "cancelled"))
    ids = sorted({*watched.values_list("pk", flat=True), *Risk.objects.standing().values_list("order_id", flat=True)})
    return sum(alone(look, ids[n : n + TOGETHER]) for n in range(0, len(ids), TOGETHER))
