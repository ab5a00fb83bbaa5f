"""The report of a fair 展会报告: who came, how far they came, what was ordered and received, and what it cost.

Counts are of the customers and orders that the reader sees, so that each opens the list of the same. What divides the cost
is counted of the whole fair and names nobody: the cost was one for all.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Count, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy

from boothline.billing.books import Account
from boothline.core.actors import Actor
from boothline.core.amounts import exact_sum, from_units
from boothline.core.money import round_line, total
from boothline.customers.card import Customer, Customers
from boothline.customers.lists import TYPES
from boothline.fairs.budget import BudgetLine, cost_of, currency_of
from boothline.fairs.editions import Fair
from boothline.fairs.goals import Goal, Measure, attainment
from boothline.fairs.invitations import Invitation, reach
from boothline.followups.clocks import Clock, share
from boothline.insights.met import PARTS, Way, customers_of, part_of, ways
from boothline.insights.origin import intentions_with_fair, standing, with_fair
from boothline.insights.parts import Parts, parts
from boothline.intentions.products import Intention
from boothline.orders.register import Order, Orders

ZERO = Decimal("0.00")
MEASURES = [
    Measure("captured", "basic", gettext_lazy("customers captured"), 10),
    Measure("new", "basic", gettext_lazy("new customers captured"), 20),
    Measure("known", "communication", gettext_lazy("known customers met"), 30),
    Measure("appointment", "communication", gettext_lazy("customers who kept an appointment"), 40),
    Measure("price", "price", gettext_lazy("customers who objected to a price"), 50),
    Measure("agent", "distribution", gettext_lazy("agents found for cooperation"), 60),
    Measure("product", "product", gettext_lazy("customers who objected to a product"), 70),
]


def each(cost: Decimal | None, count: int, currency: str) -> Decimal | None:
    """The cost of one of so many, rounded to the cent; None where there is no cost or nobody."""
    return round_line(cost / count, currency) if cost is not None and count else None


def ratio(part: Decimal | int, whole: Decimal | int | None) -> Decimal | None:
    """part / whole, not rounded; None of nothing."""
    return Decimal(part) / Decimal(whole) if whole else None


def margin_return(margin: Decimal | None, cost: Decimal | None) -> Decimal | None:
    """Return = (margin - cost) / cost; None where no margin is on record."""
    return (margin - cost) / cost if margin is not None and cost else None


@dataclass(frozen=True)
class Brought:
    """What a fair brought, of its whole or of what the reader sees. Money by currency; `ordered` and `received` of its orders, and how
    much of that was `credited`: paid once for another order, and used for these."""

    customers: int = 0
    buyers: int = 0
    orders: int = 0
    ordering: int = 0
    ordered: dict[str, Decimal] = field(default_factory=dict)
    received: dict[str, Decimal] = field(default_factory=dict)
    credited: dict[str, Decimal] = field(default_factory=dict)
    opened: int = 0  # contracts that became orders: one that was split counts once

    @property
    def paid(self) -> dict[str, Decimal]:
        """What came for these orders themselves, as their list says it beside the credit."""
        return {currency: amount - self.credited.get(currency, ZERO) for currency, amount in self.received.items()}


@dataclass(frozen=True)
class Cost:
    """What a fair cost, and what each of what it brought cost. There is no margin on record yet."""

    actual: Decimal | None
    currency: str
    brought: Brought
    margin: Decimal | None = None

    @property
    def received(self) -> Decimal:
        """In the currency of the cost; there is no rate between two."""
        return self.brought.received.get(self.currency, ZERO)

    @property
    def elsewhere(self) -> dict[str, Decimal]:
        """What was received in other currencies."""
        return {currency: amount for currency, amount in self.brought.received.items() if currency != self.currency and amount}

    @property
    def a_customer(self) -> Decimal | None:
        """Cost per captured customer."""
        return each(self.actual, self.brought.customers, self.currency)

    @property
    def a_buyer(self) -> Decimal | None:
        """Per buyer."""
        return each(self.actual, self.brought.buyers, self.currency)

    @property
    def an_order(self) -> Decimal | None:
        """Per order that opened."""
        return each(self.actual, self.brought.opened, self.currency)

    @property
    def a_yuan(self) -> Decimal | None:
        """Per unit of money received, not rounded."""
        return ratio(self.actual, self.received) if self.actual is not None else None

    @property
    def cash_return(self) -> Decimal | None:
        """Received / cost, not rounded."""
        return ratio(self.received, self.actual)

    @property
    def profit(self) -> Decimal | None:
        """Return on cost, not rounded."""
        return margin_return(self.margin, self.actual)


@dataclass(frozen=True)
class Step:
    """One of the five types: how many customers of the fair are there now, and how many came so far within the days."""

    type: str
    now: int
    came: int
    new: int
    known: int
    before: int  # of the known, how many were there already
    all: int

    @property
    def share(self) -> Decimal | None:
        """Conversion: who came so far, of all."""
        return ratio(self.came, self.all)


@dataclass(frozen=True)
class Report:
    """Everything on the page."""

    seen: Brought
    cost: Cost
    steps: list[Step]
    new: int
    known: int
    clocks: tuple[int, int]  # answered in time, all whose limit has passed
    won: int
    lost: int
    lines: list[BudgetLine]
    goals: list[tuple[Goal, Decimal | int | None, Decimal | None]]
    parts: Parts
    invited: tuple[int, int] = (0, 0)  # who came, of those who were written to

    @property
    def reach(self) -> Decimal | None:
        """Invited who came / invited."""
        return ratio(*self.invited)

    @property
    def closing(self) -> Decimal | None:
        """Closing rate: won / (won + lost)."""
        return ratio(self.won, self.won + self.lost)

    @property
    def in_time(self) -> Decimal | None:
        """In-time share of first answers."""
        return ratio(*self.clocks)

    @property
    def sees_all(self) -> bool:
        """The reader sees every customer of the fair."""
        return self.seen.customers == self.cost.brought.customers

    @property
    def unknown(self) -> list[str]:
        """The kinds of cost that were planned and whose actual cost nobody has entered yet."""
        return [str(line) for line in self.lines if line.planned and line.actual is None]

    @property
    def planned(self) -> Decimal:
        """The budget."""
        return total(line.planned or ZERO for line in self.lines)


def report(fair: Fair, by: Actor) -> Report:
    """All figures of a fair; the same number of queries whatever it brought."""
    mine = Customer.objects.visible_to(by)
    found = ways(fair, mine)
    lines = list(fair.budget.order_by("id"))
    seen = brought(fair, mine, Order.objects.visible_to(by))
    whole = seen if by.reach == "all" else brought(fair, Customer.objects.all(), Order.objects.all())
    here: dict[str, int] = dict.fromkeys(TYPES, 0)
    here |= dict(
        customers_of(fair).filter(pk__in=mine.order_by().values("pk")).order_by().values_list("derived_type").annotate(Count("pk"))
    )
    intentions = intentions_with_fair(Intention.objects.visible_to(by)).filter(fair_id=fair.pk)
    ended = intentions.aggregate(won=Count("pk", filter=Q(state="won")), lost=Count("pk", filter=Q(state="lost")))
    clocks = Clock.objects.visible_to(by).filter(show=fair.show, show__isnull=False)
    return Report(
        seen, Cost(cost_of(lines), currency_of(lines), whole), steps(list(found.values()), here),
        sum(way.is_new for way in found.values()), sum(not way.is_new for way in found.values()), share(clocks),
        ended["won"], ended["lost"], lines, goals(fair, whole.customers),
        parts(fair, mine, Order.objects.visible_to(by), found), reach(Invitation.objects.visible_to(by).filter(fair=fair)),
    )  # fmt: skip


def steps(found: list[Way], now: dict[str, int]) -> list[Step]:
    """The five types, by the ways of a fair's customers."""
    made = []
    for place, code in enumerate(TYPES):
        there = [way for way in found if way.furthest >= place]
        new = sum(way.is_new for way in there)
        before = sum(not way.is_new and way.before >= place for way in there)
        made.append(Step(code, now[code], len(there), new, len(there) - new, before, len(found)))
    return made


def brought(fair: Fair, customers: Customers, orders: Orders) -> Brought:
    """Customers, buyers, orders and money of a fair among these."""
    own = customers_of(fair).filter(pk__in=customers.order_by().values("pk"))
    people = own.aggregate(all=Count("pk"), buyers=Count("pk", filter=Q(nature="buyer")))
    theirs = with_fair(standing(orders).filter(customer__in=customers_of(fair).values("pk"))).filter(fair_id=fair.pk)
    rows = Account.objects.filter(order__in=theirs.order_by().values("pk"))
    ordered: dict[str, Decimal] = defaultdict(Decimal)
    received: dict[str, Decimal] = defaultdict(Decimal)
    used: dict[str, Decimal] = defaultdict(Decimal)
    who, contracts = set(), set()
    count = 0
    asked = ("order__customer", "order__contract", "order__currency", "total", "paid", "credited")
    for customer, contract, currency, amount, paid, credited in rows.values_list(*asked):
        count += 1
        who.add(customer)
        contracts.add(contract)
        ordered[currency] += amount
        received[currency] += paid + credited
        used[currency] += credited
    sums = (
        dict(sorted(ordered.items())),
        dict(sorted(received.items())),
        {currency: amount for currency, amount in used.items() if amount},
    )
    return Brought(people["all"], people["buyers"], count, len(who), *sums, opened=len(contracts))


def goals(fair: Fair, captured: int) -> list[tuple[Goal, Decimal | int | None, Decimal | None]]:
    """Each goal with what was reached and its attainment; everything that is counted, in one query."""
    rows = list(fair.goals.select_related("who").order_by("id"))
    parts = {goal.measure for goal in rows} & set(PARTS)
    counts = {code: Count("pk", filter=part_of(fair, code)) for code in sorted(parts)}
    found = customers_of(fair).aggregate(**counts) if counts else {}
    found["captured"] = captured
    reached = [(goal, found.get(goal.measure) if goal.measure else goal.reached) for goal in rows]
    return [(goal, actual, attainment(actual, goal.target)) for goal, actual in reached]


@dataclass(frozen=True)
class Share:
    """What one fair has of all orders in one currency; without a fair, the rest."""

    fair: Fair | None
    currency: str
    orders: int
    ordered: Decimal
    received: Decimal


def shares(by: Actor) -> list[Share]:
    """Every order that stands under its fair, cancelled ones with what is left of them, though they count as none; they add up to the
    ledger to the cent."""
    orders = with_fair(Order.objects.visible_to(by)).filter(pk=OuterRef("order"))
    rows = Account.objects.filter(order__in=Order.objects.visible_to(by).values("pk")).annotate(fair=Subquery(orders.values("fair_id")))
    sums = rows.order_by().values("fair", "order__currency").annotate(
        orders=Count("pk", filter=~Q(order__state="cancelled")),
        ordered=exact_sum("total"), paid=exact_sum("paid"), credited=exact_sum("credited")
    )  # fmt: skip
    fairs = {fair.pk: fair for fair in Fair.objects.all()}
    found = []
    for row in sums:
        received = from_units(row["paid"] + row["credited"])
        found.append(Share(fairs.get(row["fair"]), row["order__currency"], row["orders"], from_units(row["ordered"]), received))
    return sorted(found, key=lambda s: (s.fair is None, -(s.fair.starts_on.toordinal() if s.fair else 0), s.currency))
