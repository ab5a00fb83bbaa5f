"""Every kept column, counted anew from the facts it is kept beside; asked after each test that touched the database."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import fields
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import Max, Min
from django.utils import timezone

from boothline.billing.books import Account, Balance, Credit, Instalment, Receipt, added, counted, left_of, standing
from boothline.care.complaints import Complaint, state_of
from boothline.catalogue.models import Variant
from boothline.catalogue.stock import on_hand_of
from boothline.contracts.models import Confirmation, ConfirmationRequest, Version
from boothline.core.amounts import exact_sum, from_units
from boothline.customers.grades import GradePin, asks, ungraded
from boothline.customers.ladder import TypeChange, unsettled
from boothline.customers.lists import TYPES
from boothline.customers.models import Customer, Merge, Quiet
from boothline.followups.models import NextStep, Touch
from boothline.orders.compensation import recovered_of
from boothline.orders.models import Arrival, Order, OrderLine, Problem, Purchase, PurchaseArrivalLine, PurchaseLine, Reservation, Shipment
from boothline.orders.purchases import standing_of
from boothline.orders.register import Counts, counts, in_trouble, line_state, on_hold, order_state, production_of, terms, total_of
from boothline.orders.reservations import claims
from boothline.orders.tracking import whereabouts
from boothline.radar.models import Risk
from boothline.search.index import SOURCES, differences
from boothline.timeline.kinds import KINDS
from boothline.timeline.models import Event

Whose = Callable[..., dict[str, Any]]


def recount(touched: set[int] | None = None, written: set[str] | None = None, daily: date | None = None) -> None:
    """Fails where something kept differs from its facts; contracts, orders and money only of the `touched` customers (None: of all), and
    where a table of theirs was `written` to (None: any). `daily` is the day on which the daily task ran last."""

    def theirs(way: str = "") -> dict[str, Any]:
        return {} if touched is None else {f"{way}customer__in": touched}

    assert not unsettled().exists(), "a stored type differs from the derived one"
    _customers()
    _grades(touched, daily)
    if written is None or any(map(re.compile("orders_|care_|contracts_|customers_quiet").match, written)):
        _orders(theirs)
    if written is None or any(map(re.compile("orders_|billing_").match, written)):
        _money(theirs)
    if written is None or any(map(re.compile("orders_|catalogue_(variant|stock)").match, written)):
        _stock()
    if written is None or "radar_risk" in written:
        _radar(theirs)
    for source in SOURCES.values():
        if written is not None and not any(table.startswith((f"{source.model._meta.app_label}_", "search_")) for table in written):
            continue
        ids = list(source.model._default_manager.values_list("pk", flat=True))
        assert not differences(source.kind, ids), f"the search index has a {source.kind} otherwise than it is"
    if written is None or any(table.startswith("contracts_") for table in written):
        requests = ConfirmationRequest.objects.filter(**theirs("version__contract__"))
        confirmed = set(Confirmation.objects.filter(request__in=requests, void_at=None).values_list("request", flat=True))
        assert set(requests.filter(state="confirmed").values_list("pk", flat=True)) == confirmed, "a request is confirmed, or not"
    versions = Version.objects.filter(**theirs("contract__")).prefetch_related("lines")
    for version in versions if written is None or any(table.startswith("contracts_") for table in written) else ():
        amounts = [line.amount for line in version.lines.all()]
        assert (version.total, version.line_count) == (costs(version, sum(amounts)), len(amounts)), f"{version}: total or line count"


def costs(deal: Any, goods: Decimal) -> Decimal:
    """What the rule book says that a document of a deal costs (6.4): lines + charges - order discount, and tax where prices are
    without it, rounded once."""
    agreed = goods + deal.freight + deal.insurance + deal.packing + deal.tooling + deal.other_charge - deal.order_discount
    unit = Decimal(1) if deal.currency == "JPY" else Decimal("0.01")
    return agreed + (agreed * (deal.tax_rate or 0) / 100).quantize(unit, rounding=ROUND_HALF_UP)


def _grades(touched: set[int] | None, daily: date | None) -> None:
    """As of the last day on which something asked: time changes nothing until the daily task says so."""
    told = Event.objects.filter(under_kind="customer", kind__in=[k.code for k in KINDS.values() if asks(k)])
    guests = Event.objects.filter(under_kind="customer", actor_kind="guest")
    rows = (told | guests).filter(**({} if touched is None else {"under_id__in": touched})).order_by()
    days: dict[date, list[int]] = defaultdict(list)
    for pk, at in rows.values_list("under_id").annotate(Max("at")):
        days[max(timezone.localdate(at), daily or date.min)].append(pk)
    for day, ids in days.items():
        assert not ungraded(ids, day), f"a kept grade differs from what the facts said on {day}"
    pins = dict(GradePin.objects.standing().values_list("customer_id", "grade"))
    for customer in Customer.objects.filter(pk__in=[pk for ids in days.values() for pk in ids]):
        assert customer.grade == (pins.get(customer.pk, customer.derived_grade) if customer.derived_grade else ""), f"{customer}: grade"


def _orders(theirs: Whose) -> None:
    for order in Order.objects.filter(**theirs()):
        lines = list(order.lines.all())
        counted, production = counts(order), production_of(order)
        assert {line.pk: Counts(**{f.name: getattr(line, f.name) for f in fields(Counts)}) for line in lines} == counted
        assert all(line.state == line_state(line.due, counted[line.pk], production[line.pk]) for line in lines), f"{order}: state of a line"
        assert order.state == order_state(order)
        assert order.in_trouble == in_trouble(order), f"{order}: trouble"
        assert {line.pk: (line.due, line.amount) for line in lines} == terms(order), f"{order}: due or amount of a line"
        assert order.total == total_of(order), f"{order}: total"
        assert order.let_go_at is None or order.state == "complete", f"{order}: let go, and not complete"
        assert order.on_hold == on_hold(order), f"{order}: hold"
        before = order.confirmation.version.total if not order.void_at and not order.split_from_id else 0
        assert not order.merged_into_id or (order.total == 0 and not lines), f"{order}: merged into another, and not empty"
        assert order.total == before + sum(c.delta for c in order.changes.all()) or order.void_at, f"{order}: its changes"

    for shipment in Shipment.objects.filter(**theirs("order__")):
        now = whereabouts(shipment.tracking.order_by("id").values_list("state", "at"))
        assert (shipment.tracking_state, shipment.tracking_at) == (now or ("", None)), f"{shipment}: where it is"
        arrival = Arrival.objects.filter(shipment=shipment).first()
        assert shipment.arrived_at == (arrival.at if arrival else None), f"{shipment}: arrived"
    for problem in Problem.objects.filter(**theirs("order__")):
        assert problem.turn == problem.turns.order_by("-id").values_list("state", flat=True).first(), f"{problem}: state"
        assert problem.recovered == recovered_of(problem), f"{problem}: recovered"
        quiet = problem.is_open and problem.severity == "critical"
        assert Quiet.objects.filter(source_kind="problem", source_id=problem.pk, until=None).exists() == quiet, f"{problem}: quiet"
    for complaint in Complaint.objects.filter(**theirs()):
        assert complaint.state == state_of(complaint), f"{complaint}: state"
        if complaint.is_carried:
            assert complaint.is_open == complaint.problem.is_open and complaint.next_at is None, f"{complaint}: as the problem"
        quiet = complaint.is_open and complaint.kind == "complaint"
        assert Quiet.objects.filter(source_kind="complaint", source_id=complaint.pk, until=None).exists() == quiet, f"{complaint}: quiet"


def _stock() -> None:
    for variant in Variant.objects.all():
        said, dues = claims(variant), {due.on: (due.quantity, due.reserved) for due in variant.dues.all()}
        assert variant.on_hand == on_hand_of(variant.pk) >= 0, f"{variant}: on hand"
        assert (variant.on_hand_reserved, variant.missing, dues) == (said.reserved, said.missing, said.dues), f"{variant}: claims"
        assert variant.short == (variant.missing if variant.stock_kind == "counted" else 0), f"{variant}: short"
        assert variant.on_hand_reserved <= variant.on_hand or not variant.keeps_stock, f"{variant}: more is reserved than there is"
    for purchase in Purchase.objects.all():
        assert (purchase.state, purchase.expected_on) == standing_of(purchase), f"{purchase}: state"
    came = dict(PurchaseArrivalLine.objects.order_by().values_list("line").annotate(n=exact_sum("quantity")))
    taken = dict(Reservation.objects.exclude(purchase_line=None).order_by().values_list("purchase_line").annotate(n=exact_sum("quantity")))
    for line in PurchaseLine.objects.all():
        assert line.arrived == from_units(came.get(line.pk, 0)), f"{line}: arrived"
        assert 0 <= from_units(taken.get(line.pk, 0)) <= line.rest, f"{line}: more is reserved than comes"
    for line in OrderLine.objects.filter(reserved__gt=0):
        assert line.at_hand <= line.reserved <= line.due - line.shipped, f"{line}: more is reserved than wanted"


def _radar(theirs: Whose) -> None:
    of_order: dict[int, list[Risk]] = defaultdict(list)
    for risk in Risk.objects.filter(**theirs("order__")):
        assert risk.place == "" or risk.ended_on is None, f"{risk}: it is over and has a place"
        if risk.ended_on is None:
            of_order[risk.order_id].append(risk)
    for found in of_order.values():
        worst = "0" if any(risk.colour == "red" for risk in found) else "1"
        assert [risk.place[0] for risk in found if risk.place] == [worst], f"{found}: which of them leads"
        first = next(risk for risk in found if risk.place)
        assert all(risk.behind_id == (None if risk is first else first.pk) for risk in found), f"{found}: which stand behind it"


def _money(theirs: Whose) -> None:
    for order in Order.objects.filter(**theirs()).select_related("customer"):
        now, account = standing(order), Account.objects.get(order=order)
        assert (account.total, account.paid, account.credited, account.open) == (now.total, now.paid, now.credited, now.open), (
            f"{order}: money"
        )
        assert account.total == account.paid + account.credited + account.open and account.open >= 0, (
            f"{order}: total = paid + credited + open"
        )
        parts = list(Instalment.objects.filter(order=order))
        assert sum(part.amount for part in parts) == order.total, f"{order}: instalments"
        assert sum(part.covered for part in parts) == now.paid + now.credited, f"{order}: what fills the instalments"
        days = sorted(part.due_on for part in parts if part.rest > 0 and part.due_on)
        assert account.next_due_on == (days[0] if days else None), f"{order}: next due"
    for receipt in Receipt.objects.filter(**theirs()):
        assert receipt.allocated == added(receipt.allocations.all()) <= receipt.amount, f"{receipt}: allocated"
    for credit in Credit.objects.filter(**theirs("order__")):
        assert credit.left == left_of(credit) >= 0, f"{credit}: left"
    for balance in Balance.objects.filter(**theirs()).select_related("customer"):
        figures = counted(balance.customer, balance.currency)
        assert {name: getattr(balance, name) for name in figures} == figures, f"{balance}: balance"
        there = balance.paid + balance.credited + balance.credit + balance.unallocated
        assert balance.received - balance.refunded == there, f"{balance}: receipts - refunds = paid + credited + credit + unallocated"


def _customers() -> None:
    deepest: dict[int, int] = {}
    for pk, now in TypeChange.objects.filter(pinned=False).values_list("customer_id", "now"):
        deepest[pk] = max(deepest.get(pk, 0), TYPES.index(now))
    for pk, place in Merge.objects.filter(undone_at=None, contact=None).values_list("customer_id", "gone_furthest"):
        deepest[pk] = max(deepest.get(pk, 0), place)
    assert dict(Customer.objects.filter(furthest__gt=0).values_list("pk", "furthest")) == {k: n for k, n in deepest.items() if n}
    begun = dict(Customer.objects.values_list("pk", "made_at"))
    for change in TypeChange.objects.filter(pinned=False).order_by("id"):
        at, since = timezone.localdate(change.at), timezone.localdate(begun[change.customer_id])
        assert change.days == max(0, (at - since).days), f"{change.customer}: days of {change}"
        begun[change.customer_id] = change.at
    nearest = dict(NextStep.objects.open().values_list("customer_id").annotate(Min("due_on")))
    latest = dict(Touch.objects.values_list("customer_id").annotate(Max("at")))
    for customer in Customer.objects.all():
        assert customer.next_step_on == nearest.get(customer.pk), f"{customer}: next step"
        assert customer.last_touch_at == latest.get(customer.pk), f"{customer}: last touch"
