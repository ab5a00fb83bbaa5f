"""The rules of the radar: one function a risk, from what the records of an order say to amber, red or nothing.

The capacity of a day has no records yet; nothing here speaks of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.utils.translation import gettext_lazy

from boothline.accounts.people import User
from boothline.billing.schedule import ASKED_DAYS, nearness
from boothline.contracts.templates import BOOKING, CUSTOMERS, MODES
from boothline.core.rules import declare
from boothline.core.text import labelled_lazy
from boothline.orders.shipments import expected_on

DEPOSIT_RED = declare("radar.deposit_red_days", 4, gettext_lazy("Days after its plan date that a missing deposit is red"), low=0, high=90)
GOODS_AMBER = declare("radar.goods_days", 3, gettext_lazy("Days before their plan date that missing goods data is amber"), low=0, high=90)
NOT_BOOKED = gettext_lazy("days before the shipping date that a carrier not booked is amber")
BOOKING_AMBER = {
    mode: declare(f"radar.booking_{mode}", days, labelled_lazy(MODES[mode], NOT_BOOKED), low=0, high=120)
    for mode, days in (("express", 5), ("road", 5), ("air", 7), ("rail", 21), ("sea", 21))
}
RELEASE = (
    declare("radar.release_days", 3, gettext_lazy("Days before the shipping date that goods not released are amber"), low=0, high=60),
    declare("radar.release_red_days", 1, gettext_lazy("Days before the shipping date that goods not released are red"), low=0, high=60),
)
NO_WORD = gettext_lazy("workdays without word of a shipment")
SILENCE = {
    mode: declare(f"radar.silent_{mode}", days, labelled_lazy(words, NO_WORD), low=1, high=60)
    for mode, days, words in (
        ("express", 3, MODES["express"]), ("air", 5, MODES["air"]), ("road", 4, MODES["road"]), ("rail", 7, MODES["rail"]),
        ("sea", 10, MODES["sea"]), ("customs", 3, gettext_lazy("at customs")),
    )
}  # fmt: skip
CUSTOMS = (
    declare("radar.customs_days", 2, gettext_lazy("Days at customs until a shipment is amber"), low=1, high=60),
    declare("radar.customs_red_days", 5, gettext_lazy("Days at customs until a shipment is red"), low=1, high=60),
)
UNSIGNED = (
    declare("radar.unsigned_days", 3, gettext_lazy("Days after delivery that goods not signed for are amber"), low=1, high=60),
    declare("radar.unsigned_red_days", 7, gettext_lazy("Days after delivery that goods not signed for are red"), low=1, high=60),
)
PURCHASE = declare("radar.purchase_days", 5, gettext_lazy("Days before the shipping date after which a purchase is amber"), low=0, high=90)
STOCK = (
    declare("radar.stock_days", 14, gettext_lazy("Days before the shipping date that short stock is amber"), low=0, high=120),
    declare("radar.stock_red_days", 7, gettext_lazy("Days before the shipping date that short stock is red"), low=0, high=120),
)
BY_THEIR_OWN = ("deposit", "goods", "balance", "booked")  # milestones with a rule of their own


@dataclass(frozen=True)
class Point:
    """A milestone that is open, and who sees to it."""

    plan_on: date
    who: User | None


@dataclass(frozen=True)
class Way:
    """A shipment that was not cancelled: when it is planned for or left and was expected then, what was heard of it last, when it came."""

    number: str
    planned_on: date
    left_on: date | None = None
    there_on: date | None = None
    heard_on: date | None = None
    customs_since: date | None = None
    delivered_on: date | None = None
    is_signed: bool = False

    @property
    def is_moving(self) -> bool:
        """It left and has not come."""
        return self.left_on is not None and self.delivered_on is None and not self.is_signed


@dataclass(frozen=True)
class Trouble:
    """An open problem, critical or major."""

    number: str
    severity: str
    who: User | None
    is_theirs: bool  # the customer is to answer


@dataclass(frozen=True)
class Coming:
    """A purchase that goods of the order are reserved of, and when the last of them is expected."""

    number: str
    expected_on: date


@dataclass(frozen=True)
class Known:
    """What the records of one order say today; every risk is a question to it."""

    today: date
    soon: date  # the last day that is soon for a milestone
    leaves_on: date | None = None  # D
    arrives_on: date | None = None  # A
    mode: str = "road"
    is_leaving: bool = True  # something is still to be shipped
    is_released: bool = False  # and all of that is released
    is_planned: bool = False  # and all of that stands in a shipment
    is_held: bool = False  # by money that must be in
    held_on: date | None = None  # the first of the days since when
    held_due: date | None = None  # by when that money must be in
    held: str = ""  # the shipment that waits since then; "" where it is the order
    paid: frozenset[str] = frozenset()  # deposit, balance: the order's own part of it is in, whatever others of its contract owe
    booked_soon: frozenset[str] = frozenset()  # what is missing of it came from the customer, and nobody has allocated it
    said_paid_on: date | None = None  # the customer says that they sent money for it, which nobody has found in the bank
    begun_on: date | None = None  # confirmed: nothing endangered the order before
    waits: bool = False  # production waits for the deposit or the artwork
    points: Mapping[str, Point] = field(default_factory=dict)
    goods_owed: tuple[tuple[str, User | None], ...] = ()  # who owes each piece of goods data that is not in order, by the lines
    ways: tuple[Way, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    coming: tuple[Coming, ...] = ()
    short_on: date | None = None  # when goods are to leave of which stock is kept and that nothing covers: with a shipment, else on D
    letters: Mapping[str, date] = field(default_factory=dict)  # dates of a letter of credit that are still ahead of us
    unpayable: frozenset[str] = frozenset()  # lc_missing, lc_late, lc_short: why the bank would not pay by letter of credit
    seller: User | None = None
    clerk: User | None = None
    buyer: User | None = None
    booker: User | None = None  # who allocates what came in
    after: Callable[[date, int], date] = lambda day, n: day + timedelta(days=n)  # so many workdays later


@dataclass(frozen=True)
class Found:
    """A risk that holds: its colour, who owes and who follows. `about` names the shipment or the problem; `since` is the first day on
    which it held, where the plan alone says so."""

    code: str
    is_red: bool
    owes: str
    person: User | None  # of us, who owes
    follows: User | None
    about: str = ""
    since: date | None = None
    said_on: date | None = None  # the customer says that they paid on this day


def _unpaid(now: Known, code: str, *, is_red: bool, since: date | None, about: str = "") -> Found:
    """The customer owes it; we do, once it came and waits to be allocated, or once they say that they paid: somebody looks for it."""
    if code in now.booked_soon:
        return Found(code, is_red, "us", now.booker, now.seller, about, since)
    if now.said_paid_on:
        return Found(code, is_red, "us", now.booker, now.seller, about, since, now.said_paid_on)
    return Found(code, is_red, "customer", None, now.seller, about, since)


def deposit(now: Known) -> Iterator[Found]:
    """Missing on its plan date; red 4 days later."""
    point = now.points.get("deposit")
    if point and now.is_leaving and "deposit" not in now.paid and now.today >= point.plan_on:
        is_red = now.today >= point.plan_on + timedelta(days=DEPOSIT_RED.value)
        yield _unpaid(now, "deposit", is_red=is_red, since=point.plan_on)


def goods(now: Known) -> Iterator[Found]:
    """Not approved 3 days before the plan date; red on it."""
    point = now.points.get("goods")
    near = point.plan_on - timedelta(days=GOODS_AMBER.value) if point else now.today
    if point and now.is_leaving and now.today >= near:
        parties = {owes for owes, _person in now.goods_owed}
        owes = parties.pop() if len(parties) == 1 else "us"  # as long as we owe something ourselves, or two others do, it is ours
        person = next((person for _owes, person in now.goods_owed if person), point.who) if owes == "us" else None
        yield Found("goods", now.today >= point.plan_on, owes, person, now.clerk, since=near)


def balance(now: Known) -> Iterator[Found]:
    """Missing 14 days before D; red on its plan date, or on the day by which goods of a shipment wait for it."""
    point = None if "balance" in now.paid else now.points.get("balance")
    days = [now.held_on or now.today] if now.is_held else []
    if point:
        days += [point.plan_on, *([now.leaves_on - timedelta(days=ASKED_DAYS.value)] if now.leaves_on else [])]
    if now.is_leaving and days and now.today >= min(days):
        is_red = (now.is_held and now.today >= (now.held_due or now.today)) or (point is not None and now.today >= point.plan_on)
        yield _unpaid(now, "balance", is_red=is_red, since=min(days), about=now.held)


def milestones(now: Known) -> Iterator[Found]:
    """Soon: amber; late: red, from the day after its plan date. Production that waits for the customer is not late: what it waits
    for is."""
    for code, point in now.points.items():
        is_over = code != "installed" and not now.is_leaving
        if code in BY_THEIR_OWN or is_over or (now.waits and code.startswith("production")) or point.plan_on > now.soon:
            continue
        owes = "customer" if code in CUSTOMERS else "us"
        is_late = point.plan_on < now.today
        since = point.plan_on + timedelta(days=1) if is_late else None
        yield Found(code, is_late, owes, None if owes == "customer" else point.who, point.who, since=since)


def booked(now: Known) -> Iterator[Found]:
    """The carrier is not booked: sea D-21 / D-14, air D-7 / D-5, road D-5 / D-3."""
    point = now.points.get("booked")
    if point and now.leaves_on and now.is_leaving:
        left = (now.leaves_on - now.today).days
        is_red = left <= BOOKING[now.mode].value
        if is_red or left <= BOOKING_AMBER[now.mode].value:
            yield Found("booked", is_red, "us", point.who, now.clerk)


def release(now: Known) -> Iterator[Found]:
    """Not all that is still to leave is released: D-3 / D-1."""
    if now.leaves_on and now.is_leaving and not now.is_released:
        left = (now.leaves_on - now.today).days
        if left <= RELEASE[0].value:
            yield Found("release", left <= RELEASE[1].value, "us", now.clerk, now.clerk)


def purchase(now: Known) -> Iterator[Found]:
    """Goods that are bought in are expected after D-5; red after D. What should have come is expected today at the earliest, and it is
    the supplier who owes it."""
    for one in now.coming:
        on = max(one.expected_on, now.today)
        if now.leaves_on and on > now.leaves_on - timedelta(days=PURCHASE.value):
            is_late = one.expected_on < now.today
            owes, person, follows = ("supplier", None, now.buyer) if is_late else ("us", now.buyer, now.clerk)
            yield Found("purchase", on > now.leaves_on, owes, person, follows, one.number)


def stock(now: Known) -> Iterator[Found]:
    """Covered by nothing: D-14 / D-7; what stands on a shipment has the day of that."""
    if now.short_on:
        left = (now.short_on - now.today).days
        if left <= STOCK[0].value:
            yield Found("stock", left <= STOCK[1].value, "us", now.clerk, now.clerk)


def silent(now: Known) -> Iterator[Found]:
    """No word of a shipment for as many workdays as its kind has; red at twice as many."""
    for way in now.ways:
        if way.is_moving and way.left_on:
            limit = SILENCE["customs" if way.customs_since else now.mode].value
            last = max(way.left_on, way.heard_on or way.left_on)
            if now.today >= now.after(last, limit):
                yield Found("silent", now.today >= now.after(last, 2 * limit), "carrier", None, now.clerk, way.number)


def customs(now: Known) -> Iterator[Found]:
    """2 days at customs; red after 5."""
    for way in now.ways:
        if way.is_moving and way.customs_since:
            days = (now.today - way.customs_since).days
            if days >= CUSTOMS[0].value:
                yield Found("customs", days >= CUSTOMS[1].value, "carrier", None, now.clerk, way.number)


def late_arrival(now: Known) -> Iterator[Found]:
    """Expected later than A, at once red. Expected: the day it left, or is planned for, and the days on the way; today at the earliest."""
    if now.arrives_on is None:
        return
    for way in now.ways:
        on = max(way.there_on or expected_on(way.planned_on, way.left_on, now.mode, now.today), now.today)
        if way.is_moving and on > now.arrives_on:
            yield Found("late_arrival", True, "carrier", None, now.clerk, way.number)
        elif way.left_on is None and on > now.arrives_on:
            yield Found("late_arrival", True, "us", now.clerk, now.clerk, way.number)
    if now.is_leaving and not now.is_planned and expected_on(now.today, None, now.mode, now.today) > now.arrives_on:
        yield Found("late_arrival", True, "us", now.clerk, now.clerk)


def unsigned(now: Known) -> Iterator[Found]:
    """Delivered 3 days ago and not signed for; red after 7."""
    for way in now.ways:
        if way.delivered_on and not way.is_signed:
            days = (now.today - way.delivered_on).days
            if days >= UNSIGNED[0].value:
                yield Found("unsigned", days >= UNSIGNED[1].value, "customer", None, now.seller, way.number)


def problems(now: Known) -> Iterator[Found]:
    """Critical or major and open: at once red."""
    for one in now.troubles:
        yield Found(one.severity, True, "customer" if one.is_theirs else "us", None if one.is_theirs else one.who, one.who, one.number)


def letters(now: Known) -> Iterator[Found]:
    """The dates of a letter of credit: 14 days before, red 7 days before. One that would not pay, or only a part, is red at once; one that
    is not there has the days of the shipping date."""
    for code in ("lc_late", "lc_short"):
        if code in now.unpayable:
            yield Found(code, True, "customer", None, now.seller)
    missing = nearness(now.leaves_on, now.today) if "lc_missing" in now.unpayable else ""
    if missing:
        yield Found("lc_missing", missing == "red", "customer", None, now.seller)
    for code, day in now.letters.items():
        hue = nearness(day, now.today)
        if hue:
            yield Found(code, hue == "red", "us", now.seller, now.seller)


RULES: tuple[Callable[[Known], Iterator[Found]], ...] = (
    deposit, goods, balance, milestones, booked, purchase, stock, release, silent, customs, late_arrival, unsigned, problems, letters,
)  # fmt: skip


def risks(now: Known) -> list[Found]:
    """Everything that endangers this order today."""
    return [found for rule in RULES for found in rule(now)]
