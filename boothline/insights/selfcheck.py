"""The self-check 自查: recounts what is kept beside the facts, and says that it is equal, or what differs.

Every night, and when somebody presses. It writes nothing but its answer: what differs is for people to look at. Each sum is
counted by the database for all records at once; the lines of an order, by their own room's rule, only while the order is
not closed or was told of lately. A difference counts when it is found twice: somebody may write between two questions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import astuple, dataclass, fields
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Case, Exists, F, Max, Min, Model, OuterRef, Q, QuerySet, Subquery, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from boothline.accounts.company import company
from boothline.accounts.people import User
from boothline.accounts.rights import require
from boothline.billing.books import Account, Allocation, Balance, Credit, CreditUse, Instalment, Receipt, Refund
from boothline.care.complaints import Complaint, state_of
from boothline.catalogue.products import Variant
from boothline.catalogue.stock import on_hand_of
from boothline.contracts.agreement import Version
from boothline.contracts.establishment import Confirmation, ConfirmationRequest
from boothline.core import kinds
from boothline.core.actors import SYSTEM, Actor
from boothline.core.amounts import exact_sum, from_units
from boothline.core.errors import Words
from boothline.core.money import trimmed
from boothline.core.operations import operation
from boothline.customers import ladder
from boothline.customers.card import Customer
from boothline.customers.lists import TYPES
from boothline.customers.pins import Pin
from boothline.followups.steps import NextStep
from boothline.followups.touches import Touch
from boothline.insights import events
from boothline.orders.compensation import CompensationPayment
from boothline.orders.problems import UNTOLD, Problem
from boothline.orders.purchases import Purchase, standing_of
from boothline.orders.register import Counts, Order, costs_of, counts, in_trouble, line_state, on_hold, order_state, production_of
from boothline.orders.reservations import claims
from boothline.timeline.history import Event, record

NIGHT = time(3)  # from then on, once a day; the lists of the search were compared an hour before
LATELY = timedelta(days=30)
MOST = 200  # differences that are kept by name
CLOSED = ("complete", "cancelled")


@dataclass(frozen=True)
class Difference:
    """One figure that differs: which check, of what record, what is kept and what a recount says; of several, those that differ."""

    check: str
    kind: str
    id: int
    name: str
    kept: tuple[str, ...]
    counted: tuple[str, ...]


Pairs = Iterable[tuple[Model, Any, Any]]  # record, kept, counted


@dataclass(frozen=True)
class Check:
    """One kind of kept figure: what it is called, how many there are, and those of them that may differ."""

    code: str
    words: Words
    rows: Callable[[], QuerySet[Any]]
    pairs: Callable[[QuerySet[Any]], Pairs]

    def differences(self) -> list[Difference]:
        """What a recount says otherwise."""
        return [
            Difference(self.code, kinds.kind_of(one), one.pk, str(one)[:200], *_apart(kept, said))
            for one, kept, said in self.pairs(self.rows())
            if kept != said
        ]


def _apart(kept: Any, said: Any) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if not isinstance(kept, tuple):
        kept, said = (kept,), (said,)
    differing = [(_plain(was), _plain(now)) for was, now in zip(kept, said, strict=True) if was != now]
    return tuple(was for was, _now in differing), tuple(now for _was, now in differing)


def _plain(value: Any) -> str:
    """As it is kept and shown: a number without empty decimals, a moment in the company's time, a code as it is."""
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M:%S}"
    return "" if value is None else trimmed(value, 2) if isinstance(value, Decimal) else str(value)


def _types(rows: QuerySet[Any]) -> Pairs:
    wrong = ladder.recount()
    pins = dict(Pin.objects.standing().filter(customer__in=wrong).values_list("customer", "type")) if wrong else {}
    for customer in rows.filter(pk__in=wrong):
        said = wrong[customer.pk][1]
        yield customer, (customer.derived_type, customer.type), (said, pins.get(customer.pk, said))


def _furthest(rows: QuerySet[Any]) -> Pairs:
    deepest = ladder.deepest()
    held = dict(rows.values_list("pk", "furthest"))
    wrong = {pk: deepest[pk] for pk, place in held.items() if place != deepest[pk]}
    for customer in rows.filter(pk__in=wrong):
        yield customer, TYPES[customer.furthest], TYPES[wrong[customer.pk]]


def _unequal(name: str) -> Q:
    """Kept and counted differ, where either may be empty."""
    both = Q(**{f"{name}__isnull": False, "said__isnull": False})
    return Q(both, ~Q(**{name: F("said")})) | Q(**{f"{name}__isnull": True, "said__isnull": False}) | Q(
        **{f"{name}__isnull": False, "said__isnull": True}
    )  # fmt: skip


def _dated(name: str, facts: QuerySet[Any], asked: Any) -> Callable[[QuerySet[Any]], Pairs]:
    def pairs(rows: QuerySet[Any]) -> Pairs:
        said = facts.filter(customer=OuterRef("pk")).order_by().values("customer").annotate(said=asked).values("said")
        for customer in rows.annotate(said=Subquery(said)).filter(_unequal(name)):
            yield customer, getattr(customer, name), customer.said

    return pairs


def _amounts(rows: QuerySet[Any], by: str = "order", column: str = "amount") -> dict[int, Decimal]:
    """{what it is of: the exact sum}."""
    found = rows.order_by().values_list(by).annotate(said=exact_sum(column, 2))
    return defaultdict(lambda: Decimal(0), {pk: from_units(units, 2) for pk, units in found})


def _versions(rows: QuerySet[Any]) -> Pairs:
    for version in rows.prefetch_related("lines").iterator(chunk_size=500):
        yield version.contract, (version.total, version.line_count), (version.costs().total, len(version.lines.all()))


def _totals(rows: QuerySet[Any]) -> Pairs:
    lines = _amounts(rows, "pk", "lines__amount")
    changes = _amounts(rows.filter(void_at=None), "pk", "changes__adjustment")
    for order in rows.iterator(chunk_size=500):
        yield order, order.total, costs_of(order, amounts=[lines[order.pk]], besides=changes[order.pk]).total


def _lines(rows: QuerySet[Any]) -> Pairs:
    for order in _moving(rows):
        said, production = counts(order), production_of(order)
        for line in order.lines.all():
            kept = Counts(**{f.name: getattr(line, f.name) for f in fields(Counts)})
            yield order, (line.state, *astuple(kept)), (line_state(line.due, said[line.pk], production[line.pk]), *astuple(said[line.pk]))


def _states(rows: QuerySet[Any]) -> Pairs:
    for order in _moving(rows):
        yield order, (order.state, order.in_trouble, order.on_hold), (order_state(order), in_trouble(order), on_hold(order))


def _moving(rows: QuerySet[Any]) -> Iterator[Any]:
    lately = Event.objects.filter(under_kind="customer", at__gte=timezone.now() - LATELY).order_by().values("under_id")
    return rows.exclude(Q(state__in=CLOSED) & ~Q(customer__in=lately)).iterator(chunk_size=500)


def _accounts(rows: QuerySet[Any]) -> Pairs:
    allocated = _amounts(Allocation.objects.filter(receipt__void_at=None))
    used = _amounts(CreditUse.objects.all())
    from_paid, from_credited = (_amounts(Credit.objects.all(), column=name) for name in ("from_paid", "from_credited"))
    for account in rows.select_related("order").iterator(chunk_size=500):
        pk, total = account.order_id, account.order.total
        paid, credited = allocated[pk] - from_paid[pk], used[pk] - from_credited[pk]
        kept = (account.total, account.paid, account.credited, account.open)
        yield account.order, kept, (total, paid, credited, total - paid - credited)


def _instalments(rows: QuerySet[Any]) -> Pairs:
    parts, covered = (_amounts(Instalment.objects.all(), column=name) for name in ("amount", "covered"))
    for account in rows.select_related("order").iterator(chunk_size=500):
        order = account.order
        yield order, (parts[order.pk], covered[order.pk]), (order.total, account.paid + account.credited)


def _receipts(rows: QuerySet[Any]) -> Pairs:
    allocated = _amounts(Allocation.objects.all(), "receipt")
    for receipt in rows.iterator(chunk_size=500):
        yield receipt, receipt.allocated, allocated[receipt.pk]


def _credits(rows: QuerySet[Any]) -> Pairs:
    used = _amounts(CreditUse.objects.all(), "credit")
    back = _amounts(Refund.objects.filter(paid_on__isnull=False), "credit")
    for credit in rows.iterator(chunk_size=500):
        yield credit, credit.left, credit.amount - used[credit.pk] - back[credit.pk]


def _balances(rows: QuerySet[Any]) -> Pairs:
    def of(found: QuerySet[Any], customer: str, currency: str, column: str = "amount") -> dict[tuple[int, str], Decimal]:
        grouped = found.order_by().values_list(customer, currency).annotate(said=exact_sum(column, 2))
        return defaultdict(lambda: Decimal(0), {(pk, code): from_units(units, 2) for pk, code, units in grouped})

    received = of(Receipt.objects.standing(), "customer", "currency")
    allocated = of(Allocation.objects.filter(receipt__void_at=None), "receipt__customer", "receipt__currency")
    refunded = of(Refund.objects.filter(paid_on__isnull=False), "credit__order__customer", "credit__currency")
    paid, credited, still_open = (
        of(Account.objects.all(), "order__customer", "order__currency", name) for name in ("paid", "credited", "open")
    )
    credit = of(Credit.objects.all(), "order__customer", "currency", "left")
    for balance in rows.select_related("customer").iterator(chunk_size=500):
        at = (balance.customer_id, balance.currency)
        said = {
            "received": received[at], "refunded": refunded[at], "paid": paid[at], "credited": credited[at], "open": still_open[at],
            "credit": credit[at], "unallocated": received[at] - allocated[at],
        }  # fmt: skip
        there = said["received"] - said["refunded"] == said["paid"] + said["credited"] + said["credit"] + said["unallocated"]
        yield balance.customer, (*(getattr(balance, name) for name in said), True), (*said.values(), there)


def _goods(rows: QuerySet[Any]) -> Pairs:
    for variant in rows.prefetch_related("dues").iterator(chunk_size=500):
        said = claims(variant)
        dues = sorted((due.on, due.quantity, due.reserved) for due in variant.dues.all())
        counted = sorted((on, quantity, reserved) for on, (quantity, reserved) in said.dues.items())
        kept = (variant.on_hand, variant.on_hand_reserved, variant.missing, _lines_of(dues))
        yield variant, kept, (on_hand_of(variant.pk), said.reserved, said.missing, _lines_of(counted))


def _lines_of(dues: Iterable[tuple[Any, Decimal, Decimal]]) -> str:
    return ", ".join(f"{on} {trimmed(reserved)}/{trimmed(quantity)}" for on, quantity, reserved in dues)


def _purchases(rows: QuerySet[Any]) -> Pairs:
    for purchase in rows.prefetch_related("lines").iterator(chunk_size=500):
        yield purchase, (purchase.state, purchase.expected_on), standing_of(purchase)


def _problems(rows: QuerySet[Any]) -> Pairs:
    untold = When(untold_since__isnull=False, state__in=UNTOLD, then=Value("untold"))
    turns = rows.annotate(stands=Case(untold, default=F("state")), noted=Subquery(_last_turn()))
    for problem in turns.exclude(stands=F("noted")):
        yield problem, problem.turn, problem.noted


def _last_turn() -> Any:
    turns: Any = Problem._meta.get_field("turns").related_model
    return turns._default_manager.filter(problem=OuterRef("pk")).order_by("-id").values("state")[:1]


def _recovered(rows: QuerySet[Any]) -> Pairs:
    came = _amounts(CompensationPayment.objects.all(), "claim__problem")
    for problem in rows.filter(Q(recovered__gt=0) | Q(pk__in=list(came))):
        yield problem, problem.recovered, came[problem.pk]


def _complaints(rows: QuerySet[Any]) -> Pairs:
    for complaint in rows.iterator(chunk_size=500):
        yield complaint, complaint.state, state_of(complaint)


def _requests(rows: QuerySet[Any]) -> Pairs:
    stands = Exists(Confirmation.objects.filter(request=OuterRef("pk"), void_at=None))
    for request in rows.annotate(said=stands).filter(Q(state="confirmed", said=False) | Q(~Q(state="confirmed"), said=True)):
        yield request.version.contract, request.state, "confirmed" if request.said else ""


CHECKS = [
    Check("types", _("types of customers"), Customer.objects.all, _types),
    Check("furthest", _("how far customers ever came"), Customer.objects.all, _furthest),
    Check("steps", _("day of the next step"), Customer.objects.all, _dated("next_step_on", NextStep.objects.open(), Min("due_on"))),
    Check("touches", _("last touch"), Customer.objects.all, _dated("last_touch_at", Touch.objects.all(), Max("at"))),
    Check("versions", _("totals of contracts"), Version.objects.select_related("contract").all, _versions),
    Check("requests", _("which requests are confirmed"), ConfirmationRequest.objects.select_related("version__contract").all, _requests),
    Check("totals", _("totals of orders"), Order.objects.all, _totals),
    Check("lines", _("quantities and states of order lines"), Order.objects.all, _lines),
    Check("states", _("states of orders"), Order.objects.all, _states),
    Check("accounts", _("paid, credited and open of orders"), Account.objects.all, _accounts),
    Check("instalments", _("instalments of orders"), Account.objects.all, _instalments),
    Check("receipts", _("what of receipts is allocated"), Receipt.objects.all, _receipts),
    Check("credits", _("what is left of credits"), Credit.objects.all, _credits),
    Check("balances", _("balances of customers"), Balance.objects.all, _balances),
    Check("goods", _("stock of variants"), Variant.objects.kept, _goods),
    Check("purchases", _("states of purchases"), Purchase.objects.all, _purchases),
    Check("problems", _("states of order problems"), Problem.objects.all, _problems),
    Check("recovered", _("compensation received for problems"), Problem.objects.all, _recovered),
    Check("complaints", _("states of complaints"), Complaint.objects.all, _complaints),
]


def recount() -> tuple[dict[str, int], list[Difference]]:
    """({check: how many were compared}, what differs); nothing is written."""
    seen, found = {}, []
    for check in CHECKS:
        seen[check.code] = check.rows().count()
        first = check.differences()
        if first:
            again = set(check.differences())
            found += [one for one in first if one in again]
    return seen, found


@operation("insights.ask_check")
def ask_check(*, by: Actor) -> Event:
    """Asks for a recount; it begins at once and says its answer when it is done."""
    require(by, "insights.check")
    return record(events.CHECK_ASKED, subject=company(), by=by)


def check_now(asked: Event) -> None:
    """Recounts for whoever asked."""
    run_check(by=ladder.actor_of(asked))


def nightly() -> None:
    """The night's recount; the daily task asks often, it is done once."""
    if not User.objects.exists():
        return  # nobody has begun here: the database is to stay empty
    now = timezone.localtime()
    begun = now.replace(hour=0, minute=0, second=0, microsecond=0)
    if now.time() >= NIGHT and not Event.objects.filter(kind=events.CHECKED.code, at__gte=begun).exists():
        run_check(by=SYSTEM)


def run_check(*, by: Actor) -> Event:
    """Recounts in no transaction, so that nobody waits for it, and notes what it found."""
    seen, found = recount()
    return note_check(by=by, seen=seen, found=found)


@operation("insights.note_check")
def note_check(*, by: Actor, seen: dict[str, int], found: list[Difference]) -> Event:
    """Notes how many of each were compared, and the first that differ."""
    require(by, "insights.check")
    counts_of = {code: sum(one.check == code for one in found) for code in seen}
    values = {
        "seen": sum(seen.values()), "different": len(found), "checks": {code: [n, counts_of[code]] for code, n in seen.items()},
        "found": [list(astuple(one)) for one in found[:MOST]],
    }  # fmt: skip
    return record(events.CHECKED, subject=company(), by=by, values=values)


@dataclass(frozen=True)
class Answer:
    """The last recount: when, how many of each were compared and differed, and what differs, as far as the reader sees it."""

    at: datetime
    rows: list[tuple[Words, int, int]]
    found: list[tuple[Words, Difference]]
    hidden: int

    @property
    def different(self) -> int:
        """How many figures differ."""
        return sum(different for _words, _seen, different in self.rows)


def last_answer(by: Actor) -> Answer | None:
    """What the last recount found; records that the reader does not see are only counted."""
    told = Event.objects.filter(kind=events.CHECKED.code).order_by("-id").first()
    if told is None:
        return None
    words = {check.code: check.words for check in CHECKS}
    rows = [(words[code], seen, different) for code, (seen, different) in told.values["checks"].items() if code in words]
    found = [
        Difference(check, kind, pk, name, tuple(kept), tuple(said))
        for check, kind, pk, name, kept, said in told.values["found"]
        if check in words
    ]
    seen = {kind: _seen(kind, {one.id for one in found if one.kind == kind}, by) for kind in {one.kind for one in found}}
    shown = [(words[one.check], one) for one in found if one.id in seen[one.kind]]
    return Answer(told.at, rows, shown, told.values["different"] - len(shown))


def _seen(kind: str, ids: set[int], by: Actor) -> set[int]:
    model: Any = kinds.model_of(kind)
    return set(model._default_manager.visible_to(by).filter(pk__in=ids).values_list("pk", flat=True))


def asked_since(answer: Answer | None) -> Event | None:
    """A press that is not answered yet."""
    asked = Event.objects.filter(kind=events.CHECK_ASKED.code).order_by("-id").first()
    return asked if asked and (answer is None or asked.at > answer.at) else None
