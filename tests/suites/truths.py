"""What is true of every customer at every moment, whatever was pressed before; said as the rule book says it.

The kept columns are recounted by tests/recount.py. Here stands what no column keeps: the money adds up, no more moves than there is,
and every record has the fact that it names.
"""

from __future__ import annotations

from decimal import Decimal as D
from typing import Any

from boothline.approvals.approval import Approval
from boothline.billing.books import Account, Allocation, Credit, CreditUse, Instalment, Receipt, Refund, added
from boothline.contracts.agreement import ALIVE, Contract
from boothline.contracts.establishment import LIVE, Confirmation, ConfirmationRequest
from boothline.core.amounts import exact_sum, from_units
from boothline.customers.ladder import TypeChange
from boothline.customers.models import Customer
from boothline.customers.pins import Pin
from boothline.intentions.expansion import Expansion
from boothline.intentions.products import Intention
from boothline.negotiation.briefing import Briefing
from boothline.negotiation.objections import Objection
from boothline.orders.arrivals import ArrivalLine
from boothline.orders.models import Order, OrderChange, OrderLine, Problem, Shipment
from boothline.orders.register import SETTLED
from boothline.orders.reservations import Reservation
from boothline.orders.shipments import ShipmentLine
from boothline.orders.solutions import COME_BACK, OF_MONEY, Resolution
from boothline.timeline.history import Event
from tests.recount import costs

OF_A_REQUEST = {"declined": "declined_at", "withdrawn": "withdrawn_at", "expired": "expired_at", "superseded": "superseded_at"}


def truths(customers: set[int], written: set[str]) -> None:
    """Of these customers, as far as those tables say something of it."""

    def wrote(*rooms: str) -> bool:
        return any(table.startswith(rooms) for table in written)

    if wrote("orders_", "billing_"):
        for order in Order.objects.filter(customer__in=customers).select_related("confirmation"):
            _goods(order)
            _money(order)
        for problem in Problem.objects.filter(order__customer__in=customers):
            _problem(problem)
        for credit in Credit.objects.filter(order__customer__in=customers):
            _credit(credit)
    if wrote("contracts_", "intentions_", "orders_", "approvals_"):
        for contract in Contract.objects.filter(customer__in=customers):
            _contract(contract)
        mine = Confirmation.objects.valid().filter(version__contract__customer__in=customers)
        for confirmation in mine.select_related("version", "request"):
            _confirmation(confirmation)
        for intention in Intention.objects.filter(customer__in=customers):
            _intention(intention)
    for customer in Customer.objects.filter(pk__in=customers):
        _customer(customer)


def _goods(order: Order) -> None:
    """6.1: 0 <= s <= p <= n, c + g <= r <= s, b <= r; r + h = s where an arrival is complete."""
    sent = _by_line(ShipmentLine.objects.filter(shipment__order=order, shipment__shipped_at__isnull=False))
    reserved = _by_line(Reservation.objects.filter(line__order=order))
    for line in order.lines.all():
        assert 0 <= reserved.get(line.pk, 0) <= line.due - line.shipped, f"{line}: reserved 0 <= v <= n - s"
        assert 0 <= line.shipped <= line.packed <= line.due, f"{line}: more is shipped than packed, or packed than ordered"
        assert line.shipped == sent.get(line.pk, 0), f"{line}: shipped is not what left"
        assert line.accepted + line.damaged <= line.arrived <= line.shipped, f"{line}: more arrived than left"
        assert 0 <= line.returned <= line.arrived, f"{line}: more came back than arrived"
        assert line.made_good <= line.short + line.damaged, f"{line}: more is made good than was wrong"
        assert not line.replaces_id or Resolution.objects.filter(new_line=line).exists(), f"{line}: replaces for no reason"
    for shipment in Shipment.objects.filter(order=order):
        assert not (shipment.shipped_at and shipment.cancelled_at), f"{shipment}: left and cancelled"
        assert not shipment.packed_at or shipment.released_at, f"{shipment}: packed and never released"
        assert not shipment.shipped_at or shipment.packed_at, f"{shipment}: left and never packed"
        assert not shipment.arrived_at or shipment.shipped_at, f"{shipment}: arrived and never left"
        counted = dict(ArrivalLine.objects.filter(arrival__shipment=shipment).values_list("line_id", "received"))
        short = dict(ArrivalLine.objects.filter(arrival__shipment=shipment).values_list("line_id", "short"))
        if shipment.arrived_at:
            parts = dict(shipment.lines.values_list("line_id", "quantity"))
            assert {pk: counted[pk] + short[pk] for pk in counted} == parts, f"{shipment}: received + short = shipped"
    for shipment in Shipment.objects.filter(order=order):
        assert all(part.line.order_id == order.pk for part in shipment.lines.select_related("line")), f"{shipment}: holds another's line"
    last = order.promise_moves.standing().last()
    assert not last or order.promised_on == last.now, f"{order}: promised for another day than was said last"


def _by_line(rows: Any) -> dict[int, D]:
    return {pk: from_units(n) for pk, n in rows.order_by().values_list("line_id").annotate(n=exact_sum("quantity"))}


def _money(order: Order) -> None:
    """6.4: T = lines + charges - order discount - allowances + tax; T = paid + credited + open, and none of them is below 0."""
    lines = sum(order.lines.values_list("amount", flat=True), D(0))
    besides = sum(order.changes.values_list("adjustment", flat=True), D(0))
    expected = D(0) if order.void_at else costs(order, lines) + besides
    assert order.total == expected, f"{order}: total = lines + charges - order discount - allowances + tax"
    charged = (order.freight, order.insurance, order.packing, order.tooling, order.other_charge, order.order_discount)
    assert min(charged) >= 0, f"{order}: a charge or the order discount is below 0"
    assert order.state != "cancelled" or order.void_at or not any(charged), f"{order}: cancelled, and something is charged"
    account = Account.objects.get(order=order)
    assert min(account.total, account.paid, account.credited, account.open) >= 0, (
        f"{order}: below 0: total {account.total}, paid {account.paid}, credited {account.credited}, open {account.open}"
    )
    came = added(Allocation.objects.filter(order=order, receipt__void_at=None)) + added(CreditUse.objects.filter(order=order))
    went = sum((credit.amount for credit in Credit.objects.filter(order=order)), D(0))
    assert account.paid + account.credited == came - went, f"{order}: what is in = what came - what became a credit"
    assert went <= came, f"{order}: more became a credit than ever came in"
    assert all(p.amount >= 0 and 0 <= p.covered <= p.amount for p in Instalment.objects.filter(order=order)), f"{order}: an instalment"


def _credit(credit: Credit) -> None:
    waiting = Refund.objects.waiting().filter(credit=credit)
    assert waiting.count() <= 1, f"{credit}: two refunds wait"
    for refund in credit.refunds.all():
        asked = Approval.objects.filter(matter="billing.refund", subject_id=refund.pk).last()
        assert bool(asked) == bool(refund.account), f"{refund}: asked without an account, or nobody was asked"
        assert not refund.paid_on or refund.approved_at, f"{refund}: paid and not approved"
        assert not refund.approved_at or asked.state == "approved", f"{refund}: approved by nobody"
        if refund.state in ("asked", "approved"):
            assert refund.amount <= credit.left, f"{refund}: more than is left"
        if refund.state == "asked":
            assert asked.state == "open", f"{refund}: waits for nobody"


def _problem(problem: Problem) -> None:
    """104, 6.3: a state is a fact."""
    standing = Resolution.objects.standing().filter(problem=problem)
    assert (problem.resolved_at is not None) == (problem.state in SETTLED), f"{problem}: {problem.state} and resolved at"
    assert (problem.closed_at is not None) == (problem.state == "closed"), f"{problem}: {problem.state} and closed at"
    if problem.state == "proposed":
        assert standing.filter(proposed_at__isnull=False, agreed_at=None).count() == 1, f"{problem}: proposed, and no proposal stands"
    if problem.state in ("agreed", "resolving"):
        assert standing.filter(agreed_at__isnull=False).exists(), f"{problem}: agreed, and nothing is"
    for made in problem.resolutions.all():
        assert not (made.agreed_at and (made.refused_at or made.withdrawn_at)), f"{made}: agreed and taken back"
        assert not made.done_at or made.agreed_at, f"{made}: done and never agreed"
        if not made.agreed_at:
            assert not made.returns.exists() and made.new_line is None, f"{made}: goods move for nothing"
            continue
        sends = made.kind in ("replace", "exchange")
        comes = made.kind in COME_BACK or made.faulty_back
        assert (made.new_line is not None) == sends, f"{made}: goods do not leave as it says"
        backs = list(made.returns.all())  # what comes in parts has a row for each, and one for what is still to come
        assert sum(back.wished for back in backs) == made.quantity * comes, f"{made}: other pieces come back than it says"
        assert sum(back.received_at is None for back in backs) <= 1, f"{made}: what is to come stands twice"
        taken_off = OrderChange.objects.filter(order__customer=problem.customer, kind="allowance", adjustment=-made.amount)
        assert made.kind not in OF_MONEY or taken_off.exists(), f"{made}: agreed, and nothing was taken off"


def _contract(contract: Contract) -> None:
    """5.4: at most one request is live; the contract's state is what its requests say."""
    requests = ConfirmationRequest.objects.filter(version__contract=contract)
    live = [request.state for request in requests if request.state in LIVE]
    expected = {"out": [["sent"], ["opened"]], "changes_asked": [["changes_asked"]]}
    assert live in expected.get(contract.state, [[]]), f"{contract}: {contract.state} with {live}"
    if contract.state == "agreed":
        assert contract.is_ordered, f"{contract}: agreed, and nothing is confirmed"
    if contract.state == "in_approval":
        asked = Approval.objects.filter(matter="contracts.send", state="open", subject_id__in=contract.versions.values("pk"))
        assert asked.exists(), f"{contract}: in approval with nobody"
    if contract.state in ("declined", "ended", "lapsed"):
        assert not contract.is_ordered, f"{contract}: {contract.state}, and its order stands"
    opened = Order.objects.filter(contract=contract, void_at=None, split_from=None).count()
    assert opened == int(contract.is_ordered), f"{contract}: one order, once"
    for request in requests.select_related("version"):
        assert request.state == "draft" or request.version.frozen_at, f"{request}: {request.state}, and its version may still change"
        moment = OF_A_REQUEST.get(request.state)
        assert not moment or getattr(request, moment), f"{request}: {request.state}, and never was"
        confirmed = Confirmation.objects.valid().filter(request=request)
        assert confirmed.exists() == (request.state == "confirmed"), f"{request}: {request.state}, and its confirmation"


def _confirmation(confirmation: Confirmation) -> None:
    """Confirming makes the order, or changes it; a deposit that is the evidence was received."""
    opened = Order.objects.filter(confirmation=confirmation, void_at=None).exists()
    changed = confirmation.version.contract.is_ordered and Order.objects.filter(changes__version=confirmation.version).exists()
    assert opened != changed, f"{confirmation}: confirmed, and made {'both' if opened else 'no'} order"
    if confirmation.how == "deposit":
        assert Receipt.objects.filter(confirmation=confirmation).exists(), f"{confirmation}: the deposit was never received"


def _intention(intention: Intention) -> None:
    """1.1: a contract alive holds it, or an order won it."""
    contracts = Contract.objects.filter(intention=intention)
    alive = [contract for contract in contracts if contract.state in ALIVE and not contract.is_ordered]
    assert (intention.state == "in_contract") == (len(alive) == 1), f"{intention}: {intention.state}, {len(alive)} contracts alive"
    if intention.state == "won":
        assert any(contract.is_ordered for contract in contracts), f"{intention}: won, and nothing is ordered"
    assert (intention.state == "lapsed") <= (intention.lapsed_at is not None), f"{intention}: lapsed, and never did"
    assert (intention.state == "lost") <= bool(intention.lost_reason), f"{intention}: lost for no reason"


def _customer(customer: Customer) -> None:
    """SP01: the type, its changes and their facts; money in = money there."""
    changes = TypeChange.objects.filter(customer=customer).order_by("id")
    for change in changes.filter(pinned=False):
        assert Event.objects.filter(kind=change.fact, at__lte=change.at).exists(), f"{customer}: {change} names {change.fact}"
        assert change.was != change.now, f"{customer}: {change} changes nothing"
    last = changes.filter(pinned=False).last()
    assert customer.derived_type == (last.now if last else "visitor"), f"{customer}: the last change says another type"
    pin = Pin.objects.standing().filter(customer=customer).first()
    assert customer.type == (pin.type if pin else customer.derived_type), f"{customer}: pinned"
    claims = {
        "ordering": any(_stands(line) for line in OrderLine.objects.filter(order__customer=customer)),
        "contract": Contract.objects.filter(customer=customer, state__in=ALIVE).exists(),
        "intending": any(wanted.standing for wanted in Intention.objects.filter(customer=customer, state="open")),
        "negotiating": Objection.objects.alive().filter(customer=customer).exists()
        or Briefing.objects.filter(customer=customer, answer="pending", is_explained=True).exists(),
    }
    assert customer.derived_type == next((name for name, holds in claims.items() if holds), "visitor"), f"{customer}: {claims}"
    for expansion in Expansion.objects.filter(customer=customer, state__in=("accepted", "in_part")):
        assert expansion.intention_id, f"{expansion}: accepted, and nothing is intended"


def _stands(line: OrderLine) -> bool:
    """1.1: not undone. n = 0, or nothing left to ship, all arrivals counted (r + h = s) and nothing kept (r - b = 0)."""
    is_over = line.shipped == line.due and line.arrived + line.short == line.shipped and line.arrived == line.returned
    return line.due != 0 and not is_over
