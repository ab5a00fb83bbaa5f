"""The walk of the machine: people and customers do anything that they may, in any order, while days pass.

Each rule is one press: it takes some record of the customers that the run is about, and calls the operation that a page would
call. A refusal in the rule's own words is an answer; anything else that is raised, or logged as a failure, is an error of ours.
After each step the truths of tests/suites/truths.py are asked, and the kept columns are recounted.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal as D
from functools import partial
from random import Random
from typing import Any
from unittest.mock import patch

import time_machine
from django.db import connection, models, transaction
from django.utils import timezone
from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from boothline.accounts.people import User
from boothline.approvals.approval import Approval
from boothline.approvals.approval import approve as say_yes
from boothline.approvals.approval import refuse as say_no
from boothline.billing.books import Credit, Receipt, Refund, standing
from boothline.billing.credits import leave, note_contact, use
from boothline.billing.receipts import Sent, allocate, allow, receive, void_receipt, write_off
from boothline.billing.refunds import pay, prepare
from boothline.catalogue.products import Variant
from boothline.catalogue.stock import correct_stock, count_stock, keep_stock
from boothline.contracts.agreement import Added, Contract, Term, Version, edit_version, new_version
from boothline.contracts.agreement import prepare as make_contract
from boothline.contracts.clearance import ask_approval
from boothline.contracts.establishment import (
    NO_LONGER_WANTED,
    Confirmation,
    ConfirmationRequest,
    ask_changes,
    confirm,
    decline,
    end_contract,
    open_request,
    resend,
    send,
    stand_by,
    take_back_changes,
    withdraw,
)
from boothline.contracts.evidence import hand_device, record_paper, void
from boothline.contracts.lapse import reopen_lapsed as reopen_contract
from boothline.contracts.lists import ON_PAPER
from boothline.contracts.milestones import Milestone, reach, reopen_milestone
from boothline.contracts.milestones import skip as skip_milestone
from boothline.contracts.needs import Need, record_need, refuse_need, reopen_need, trace, waive_need
from boothline.contracts.reminders import ask_again
from boothline.contracts.signatory import name_signatory
from boothline.core import clock, tasks
from boothline.core.actors import SYSTEM, Actor
from boothline.core.errors import NotAllowed, Refused
from boothline.customers.card import Customer, Person, assign
from boothline.customers.pins import Pin, pin
from boothline.customers.pins import lift as lift_pin
from boothline.files.attachments import Received
from boothline.followups.handover import hand_over_all, hand_over_day
from boothline.followups.pool import take_from_pool
from boothline.followups.steps import NextStep, Plan, done, postpone
from boothline.followups.touches import log_touch
from boothline.insights import selfcheck
from boothline.intentions import expansion as expansions
from boothline.intentions.collection import collect, collection_of
from boothline.intentions.expansion import Expansion, Proposed
from boothline.intentions.lapse import reopen_lapsed as reopen_intention
from boothline.intentions.products import Intention, IntentionLine, Wish, add_line, edit_line, lose, lose_line, open_intention
from boothline.intentions.quotation import quote
from boothline.intentions.requirements import Requirement, ask_for, meet, reopen, waive
from boothline.intentions.requirements import refuse as refuse_requirement
from boothline.negotiation.briefing import Briefing, Wanted, answer, brief, choose, turn_down
from boothline.negotiation.decisions import DecisionStep, decide, offers
from boothline.negotiation.decisions import skip as skip_step
from boothline.negotiation.lapse import reopen_briefing, reopen_objection
from boothline.negotiation.objections import Objection, close, object_to
from boothline.negotiation.questions import ask_about
from boothline.orders import problems, solutions
from boothline.orders.arrivals import Count, sign
from boothline.orders.arrivals import record_paper as record_arrival
from boothline.orders.changes import ChangeWish, LineWish, NewLine, cancel, change, underway
from boothline.orders.goods import GoodsItem, approve, approve_line, not_needed, reject, submit
from boothline.orders.holds import Hold, lift, stop
from boothline.orders.lists import PROBLEM_KINDS, RESOLUTIONS, SEVERITIES, TRACKING
from boothline.orders.models import Order, Problem, Shipment
from boothline.orders.problems import Report
from boothline.orders.purchases import Bought, Purchase, add_purchase, cancel_rest, edit_purchase, expect
from boothline.orders.purchases import arrive as arrive_of_purchase
from boothline.orders.reservations import free as free_stock
from boothline.orders.reservations import reserve
from boothline.orders.shipments import cancel as cancel_shipment
from boothline.orders.shipments import pack, plan, planned_elsewhere, release, ship
from boothline.orders.solutions import GoodsReturn, Offer, Resolution
from boothline.orders.splits import merge, mergeable, movable, split
from boothline.orders.tracking import track
from boothline.search import upkeep
from boothline.timeline.history import Event
from boothline.visitors.solicitation import Taken, take
from tests import stages
from tests.recount import recount
from tests.suites.truths import truths
from tests.world import World, fill_dossier

MONDAY = timezone.make_aware(datetime(2027, 3, 1, 9, 30))
SCAN = Received(b"%PDF-1.4 signed", "signed.pdf", "paper")
DAILY_TERMS = ("before_shipping", "documents", "on_delivery", "days_after", "lc", "monthly")
REASONS = ("price", "quality", "lead_time", "payment", "other")
OUTCOMES = ("resolved", "partly", "not_resolved", "let_go", "withdrawn")
COUNTED: Counter[tuple[str, str]] = Counter()  # (operation, done or why not) of all runs

WHICH, YES, PARTS = range(6), (False, True), ("all", "all", "half", "one")
luck = st.integers(0, 2**32)


@dataclass(frozen=True)
class Press:
    """Something that can be pressed where there is what it `needs`, and what it may be given."""

    name: str
    needs: str
    given: dict[str, Any]


PRESSES: dict[str, list[Press]] = {}


def press(area: str, needs: str = "", **given: Any) -> Callable[[Any], Any]:
    """Makes a method something that is pressed in this area."""

    def kept(method: Any) -> Any:
        PRESSES.setdefault(area, []).append(Press(method.__name__, needs, given))
        return method

    return kept


@dataclass
class Estate:
    """What stands before each run; made once, and put back by rolling back."""

    world: World
    actors: dict[str, Actor] = field(default_factory=dict)
    firms: list[int] = field(default_factory=list)


class Failures(logging.Handler):
    """What the house logs instead of raising: a daily task or a listener that failed."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info or record.levelno >= logging.ERROR:
            why = logging.Formatter().formatException(record.exc_info) if record.exc_info else ""
            self.found.append(f"{record.getMessage()}\n{why}")


def make_estate() -> Estate:
    """One firm at each step of the ladder; the orders stand at different terms, one of them with goods on the way."""
    from tests.world import make_world

    world = make_world()
    estate = Estate(world, {name: getattr(world, name) for name in ("mei", "kevin", "haoran", "heyuan")})
    named = [("光速贸易有限公司", "张伟"), ("新月灯饰", "李娜"), ("北辰照明", "王强"), ("海棠家居", "赵敏"), ("远山电器", "周杰")]
    firms = []
    for i, (company, name) in enumerate(named):
        person = {"emails": [f"firm{i}@example.com"], "phones": [f"1390000204{i}"], "consents": ["follow_up"]}
        taken = Taken(person=Person(name=name, company=company, emails=person["emails"], phones=person["phones"]), consents=["follow_up"])
        firms.append(Customer.objects.get(pk=take(taken, by=world.mei, fair=world.fair).customer_id))
    estate.firms = [firm.pk for firm in firms]
    world.intend(firms[1])
    world.sent(firms[2])
    world.confirm(world.sent(firms[3]))
    _half_on_the_way(world, _ordered_with_charges(world, firms[4]))
    return estate


def _ordered_with_charges(world: World, firm: Customer) -> Order:
    """Paid; in odd cents, with tax added."""
    draft = world.contract(firm).newest
    values = {"freight": D("120.01"), "packing": D("7.77"), "order_discount": D("33.33"), "tax_rate": D("13.00")}
    edit_version(draft, by=world.mei, revision=draft.revision, values=values, terms=[])
    asked = send(Version.objects.get(pk=draft.pk), by=world.mei)
    world.confirm(ConfirmationRequest.objects.for_list().get(pk=asked.pk))
    order = Order.objects.get(customer=firm)
    world.pays(order)
    return Order.objects.get(pk=order.pk)


def _half_on_the_way(world: World, order: Order) -> None:
    for line in order.lines.all():
        approve_line(line, by=world.haoran)
    made = plan(order, by=world.haoran, quantities={line.pk: line.due // 2 for line in order.lines.all()}, planned_on=clock.today())
    release(made, by=world.haoran)
    pack(made, by=world.haoran)
    ship(made, by=world.haoran, carrier="恒达速运", tracking_number="HD1")
    split(order, by=world.haoran, quantities={order.lines.all()[0].pk: D(2)}, reason="客户要分开提货")


def some(rows: models.QuerySet[Any] | Iterable[Any], n: int) -> Any:
    """The nth of some records, round and round; None where there is none."""
    found = list(rows.order_by("pk")) if isinstance(rows, models.QuerySet) and not rows.query.is_sliced else list(rows)
    return found[n % len(found)] if found else None


def much(of: D, part: str) -> D:
    """All, half or one of a quantity, in whole pieces."""
    return {"all": of, "half": max(of // 2, D(1)), "one": min(of, D(1))}[part]


COMPARING = (selfcheck.nightly, upkeep.nightly)


class Walk(RuleBasedStateMachine):
    """`estate` is set by the test that runs it."""

    estate: Estate

    def __init__(self) -> None:
        super().__init__()
        self.ways = ExitStack()
        self.failures = Failures()
        logging.getLogger("boothline").addHandler(self.failures)
        self.ways.callback(logging.getLogger("boothline").removeHandler, self.failures)
        self.travel = self.ways.enter_context(time_machine.travel(MONDAY, tick=False))
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.ways.enter_context(patch.object(tasks, "_daily", [work for work in tasks._daily if work not in COMPARING]))
        self.firms: list[int] = []
        self.is_right = False
        self.last = self.first = Event.objects.aggregate(last=models.Max("id"))["last"] or 0
        self.have: set[str] = set()
        self.pressed = 0
        self.daily = MONDAY.date()
        self.written: set[str] = set()
        self.ways.enter_context(connection.execute_wrapper(self.watch))

    def teardown(self) -> None:
        try:
            if self.is_right:  # else something is told already
                self.compare()
        finally:
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)
            self.ways.close()

    def compare(self) -> None:
        """What a night only compares is compared once, at the end of the walk: nothing differs."""
        _seen, differs = selfcheck.recount()
        assert not differs, differs
        assert upkeep.compare(by=SYSTEM) == 0, "somebody is found otherwise than by what stands on record"

    def watch(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        """Which tables a step writes to."""
        if found := stages.WRITES.match(sql):
            self.written.add(found[1])
        return execute(sql, params, many, context)

    # Who and what.

    @initialize(at=luck, beside=luck)
    def begin(self, at: int, beside: int) -> None:
        """Whom the run is about: often one with an order; stock of the goods is mostly kept."""
        firms = self.estate.firms
        for n in range(at % 4 and 2):  # three runs of four
            self.keep_stock_of(n, "preorder" if at % 3 == n else "counted")
            self.count_goods(n, "count", 8)
        self.firms = sorted({firms[-1 - Random(at).choice((0, 0, 0, 1, 1, 2, 3, 4))], firms[Random(beside).randrange(len(firms))]})
        self.look()

    def by(self, name: str) -> Actor:
        return self.estate.actors[name]

    def guest(self, customer: Customer, n: int = 0) -> Actor:
        """One of the customer's people with their link."""
        contact = some(customer.contacts.all(), n)
        return Actor(kind="guest", id=contact.pk, name=contact.name, customer_id=customer.pk)

    def mine(self, model: type[models.Model], path: str = "customer", **only: Any) -> models.QuerySet[Any]:
        return model._default_manager.filter(**{f"{path}__in": self.firms}, **only)

    def customer(self, n: int) -> Customer:
        return some(Customer.objects.filter(pk__in=self.firms), n)

    def do(self, operation: Callable[..., Any], *args: Any, **more: Any) -> Any:
        """One press. A refusal is an answer; who may not asks the manager to."""
        self.travel.shift(timedelta(minutes=7))
        code = operation.operation_code
        try:
            made = operation(*args, **more)
        except NotAllowed as refused:
            COUNTED[code, refused.code] += 1
            return None if more["by"].id == self.by("heyuan").id else self.do(operation, *args, **more | {"by": self.by("heyuan")})
        except Refused as refused:
            COUNTED[code, refused.field or refused.code] += 1
            return None
        COUNTED[code, "done"] += 1
        return made

    def look(self) -> None:
        """Which records there are: no rule is chosen that has nothing to do."""
        there = {
            "briefing": self.mine(Briefing), "objection": self.mine(Objection), "intention": self.mine(Intention),
            "requirement": self.mine(Requirement, "intention__customer"), "contract": self.mine(Contract),
            "draft": self.mine(Version, "contract__customer", frozen_at=None),
            "request": self.mine(ConfirmationRequest, "version__contract__customer"),
            "confirmation": self.mine(Confirmation, "version__contract__customer"), "order": self.mine(Order),
            "shipment": self.mine(Shipment, "order__customer"),
            "way": self.mine(Shipment, "order__customer", shipped_at__isnull=False),
            "problem": self.mine(Problem, "order__customer"), "resolution": self.mine(Resolution, "problem__order__customer"),
            "return": self.mine(GoodsReturn, "line__order__customer"), "receipt": self.mine(Receipt),
            "credit": self.mine(Credit, "order__customer"), "refund": self.mine(Refund, "credit__order__customer"),
            "hold": self.mine(Hold, "order__customer", lifted_at=None), "expansion": self.mine(Expansion),
            "pool": Customer.objects.filter(pk__in=self.firms, owner=None), "approval": Approval.objects.filter(state="open"),
            "pin": Pin.objects.standing().filter(customer__in=self.firms), "step": NextStep.objects.open().filter(customer__in=self.firms),
            "kept": Variant.objects.kept(), "coming": Purchase.objects.filter(expected_on__isnull=False),
            "need": self.mine(Need, "contract__customer"), "decision": self.mine(DecisionStep, "decision__objection__customer"),
        }  # fmt: skip
        self.have = {name for name, rows in there.items() if rows.exists()}

    @invariant()
    def everything_holds(self) -> None:
        """After each step."""
        self.is_right = False
        assert not self.failures.found, self.failures.found[0]
        newest = Event.objects.aggregate(last=models.Max("id"))["last"] or 0
        if newest == self.last:
            self.is_right = True
            return
        told = Event.objects.filter(id__gt=self.last).values_list("subject_kind", "subject_id", "under_kind", "under_id")
        touched = {pk for row in told for kind, pk in (row[:2], row[2:]) if kind == "customer"}
        self.last = newest
        recount(touched, self.written, self.daily)
        truths(touched, self.written)
        self.written.clear()
        self.look()
        self.is_right = True

    # Each area is a rule; what is pressed there is drawn evenly from what can be.

    def draw(self, area: str, luck: int) -> None:
        self.pressed += 1
        drawn = Random(luck + self.pressed)  # the same luck twice is not the same press
        pressed = drawn.choice([p for p in PRESSES[area] if not p.needs or p.needs in self.have] or [None])
        if pressed:
            given = {name: drawn.choice(list(values)) for name, values in pressed.given.items()}
            note(f"    {pressed.name}({', '.join(f'{name}={value!r}' for name, value in given.items())})")
            getattr(self, pressed.name)(**given)

    @rule(luck=luck)
    def before_a_contract(self, luck: int) -> None:
        self.draw("early", luck)

    @rule(luck=luck)
    def about_a_contract(self, luck: int) -> None:
        self.draw("contract", luck)

    @rule(luck=luck)
    def about_an_order(self, luck: int) -> None:
        self.draw("order", luck)

    @rule(luck=luck)
    def about_goods(self, luck: int) -> None:
        self.draw("goods", luck)

    @rule(luck=luck)
    def about_stock(self, luck: int) -> None:
        self.draw("stock", luck)

    @rule(luck=luck)
    def about_a_problem(self, luck: int) -> None:
        self.draw("problem", luck)

    @rule(luck=luck)
    def about_money(self, luck: int) -> None:
        self.draw("money", luck)

    @rule(luck=luck)
    def about_who_cares(self, luck: int) -> None:
        self.draw("hands", luck)

    @rule(luck=luck)
    def time_passes(self, luck: int) -> None:
        self.days_pass(Random(luck).choice((1, 1, 3, 7, 8, 15, 30)))

    def days_pass(self, days: int) -> None:
        """What is waiting is delivered, then time brings what it brings."""
        tasks.sweep()
        for _day in range(days if days <= 3 else 1):
            self.travel.shift(timedelta(days=1 if days <= 3 else days))
            tasks.run_daily()
        self.daily = clock.today()
        COUNTED["tasks.run_daily", "done"] += 1

    # Types 5 to 3.

    @press("early", "", n=WHICH, what=["person", "tablet", "link"], sale=YES)
    def show(self, n: int, what: str, sale: bool) -> None:
        customer = self.customer(n)
        products = list(self.estate.world.products.values())
        more = {"contact": customer.contacts.first()} if what == "link" else {}
        if sale:
            self.do(brief, customer, by=self.by("mei"), products=products, channel=what, **more)
        else:
            self.do(object_to, customer, by=self.by("mei"), reason=REASONS[n % len(REASONS)], words="还要再想想")

    @press("early", "briefing", n=WHICH, how=["wants", "not_interested", "choose", "turn_down", "ask", "reopen"])
    def answer_briefing(self, n: int, how: str) -> None:
        shown = some(self.mine(Briefing), n)
        items, x = list(shown.items.all()), self.guest(shown.customer)
        if how == "choose":
            self.do(choose, shown, by=x, wanted=[Wanted(items[0], D(5))] if items else [])
        elif how == "turn_down":
            self.do(turn_down, shown, by=x, words="不用了")
        elif how == "ask":
            self.do(ask_about, shown, by=x, words="能调光吗？")
        elif how == "reopen":
            self.do(reopen_briefing, shown, by=self.by("mei"))
        else:
            self.do(answer, shown, by=self.by("mei"), answer=how, wanted=items if how == "wants" else None)

    @press("early", "objection", n=WHICH, how=[*OUTCOMES, "plan", "plan", "reopen"])
    def answer_objection(self, n: int, how: str) -> None:
        held = some(self.mine(Objection), n)
        if how == "plan":
            template = some([offer.template.code for offer in offers(held)], n)
            self.do(decide, held, by=self.by("mei"), template=template or "", agreed_on=clock.today() + timedelta(days=9))
        elif how == "reopen":
            self.do(reopen_objection, held, by=self.by("mei"))
        else:
            self.do(close, held, by=self.by("mei"), outcome=how, words="谈过")

    @press("early", "decision", n=WHICH)
    def skip_a_step_of_a_plan(self, n: int) -> None:
        self.do(skip_step, some(self.mine(DecisionStep, "decision__objection__customer"), n), by=self.by("mei"), words="用不着")

    def wishes(self, n: int) -> list[Wish]:
        variants = [product.variants.first() for product in self.estate.world.products.values()]
        return [Wish(variant=v, quantity=D(10 - 3 * i), price=D("66.67") + i) for i, v in enumerate(variants[: 1 + n % 2])]

    @staticmethod
    def charged(n: int) -> dict[str, Any]:
        """What comes beside the goods: mostly something, in odd cents; prices with tax or without."""
        off, tax = (D("33.33"), D("13.00")) if n % 2 else (D(0), None)
        return {"freight": D("120.01") * (n % 3), "packing": D("7.77") * (n // 4), "order_discount": off, "tax_rate": tax}

    @press("early", "", n=WHICH, term=DAILY_TERMS, deposit=[0, 30, 30, 100], is_dollar=YES, paper=YES)
    def want(self, n: int, term: str, deposit: int, is_dollar: bool, paper: bool) -> None:
        """A new intention, and all of what an order needs."""
        customer = self.customer(n)
        made = self.do(open_intention, customer, by=self.by("mei"), wishes=self.wishes(n), currency="USD" if is_dollar and n % 2 else "CNY")
        if made is None:
            return
        values = {
            "delivery_term": "FOB", "delivery_place": "Shenzhen", "wanted_on": clock.today() + timedelta(days=10 * (n + 1)),
            "deposit_percent": D(deposit), "balance": term, "delivery_address": "深圳盐田 1 号仓", "consignee": "张伟",
            "consignee_phone": "13900002046", "invoice_title": customer.name, "signatory": customer.contacts.first(),
            **self.charged(n if is_dollar else 0),
        }  # fmt: skip
        self.do(collect, made, by=self.by("mei"), revision=1, values=values)
        fill_dossier(customer)
        if paper:
            self.do(make_contract, made, by=self.by("mei"))

    @press(
        "early",
        "intention",
        n=WHICH,
        how=["add", "edit", "lose_line", "lose", "quote", "require", "contract", "contract", "date", "reopen"],
    )
    def work_on_intention(self, n: int, how: str) -> None:
        wanted, mei = some(self.mine(Intention), n), self.by("mei")
        line: IntentionLine | None = some(wanted.lines.all(), n)
        if how == "add":
            self.do(add_line, wanted, by=mei, wish=self.wishes(1)[n % 2])
        elif how == "edit" and line:
            self.do(edit_line, line, by=mei, revision=line.revision, values={"quantity": D(3 + n), "price": D("12.3456")})
        elif how == "lose_line" and line:
            self.do(lose_line, line, by=mei, reason="不要了")
        elif how == "lose":
            self.do(lose, wanted, by=mei, reason="买了别家")
        elif how == "quote":
            self.do(quote, wanted, by=mei)
        elif how == "require":
            self.do(ask_for, wanted, by=mei, kind="certificate", words="CE", is_must=bool(n % 2), line=line)
        elif how == "date":
            kept = collection_of(wanted)
            self.do(collect, wanted, by=mei, revision=kept.revision or 1, values={"wanted_on": clock.today() + timedelta(days=20)})
        elif how == "reopen":
            self.do(reopen_intention, wanted, by=mei)
        else:
            self.do(make_contract, wanted, by=mei)

    @press("early", "requirement", n=WHICH, how=["meet", "refuse", "waive", "reopen"])
    def answer_requirement(self, n: int, how: str) -> None:
        asked, mei = some(self.mine(Requirement, "intention__customer"), n), self.by("mei")
        if how == "meet":
            self.do(meet, asked, by=mei, proof="document", words="证书 2027-11")
        elif how == "refuse":
            self.do(refuse_requirement, asked, by=mei, reason="做不了")
        elif how == "waive":
            self.do(waive, asked, by=mei, contact=asked.customer.contacts.first(), words="电话里说不用了")
        else:
            self.do(reopen, asked, by=mei)

    @press("early", "", n=WHICH, how=["propose", "propose", "open", "accept", "decline", "ask", "answer", "withdraw"])
    def expand(self, n: int, how: str) -> None:
        if how == "propose":
            customer = self.customer(n)
            items = [Proposed(product, D(10)) for product in self.estate.world.products.values()]
            made = self.do(expansions.prepare_expansion, customer, by=self.by("mei"), kind=("related", "reorder")[n % 2], items=items)
            if made:
                self.do(expansions.send_expansion, made, by=self.by("mei"), contact=customer.contacts.first())
            return
        sent = some(self.mine(Expansion), n)
        if sent is None:
            return
        x = self.guest(sent.customer)
        if how == "open":
            self.do(expansions.open_expansion, sent, by=x)
        elif how == "accept":
            self.do(expansions.accept, sent, by=x, wanted={item.pk: item.quantity for item in list(sent.items.all())[: 1 + n % 2]})
        elif how == "decline":
            self.do(expansions.decline, sent, by=x, reason="price", words="太贵")
        elif how == "ask":
            self.do(expansions.ask, sent, by=x, words="能调光吗？")
        elif how == "answer":
            self.do(expansions.answer_question, sent, by=self.by("mei"), words="能")
        else:
            self.do(expansions.withdraw, sent, by=self.by("mei"), reason="产品停产了")

    # Type 2.

    @press(
        "contract",
        "draft",
        n=WHICH,
        how=["quantity", "discount", "add", "remove", "date", "charge", "ask", "send", "send", "send", "override", "device", "paper"],
    )
    def work_on_draft(self, n: int, how: str) -> None:
        draft = some(self.mine(Version, "contract__customer", frozen_at=None), n)
        lines, by = list(draft.lines.all()), self.by("heyuan" if n % 2 else "mei")
        terms = {
            "quantity": [Term(x.position, x.quantity + 1 + n, x.price, x.discount) for x in lines],
            "discount": [Term(x.position, x.quantity, x.price, D(n * 3)) for x in lines],
            "remove": [Term(x.position, x.quantity, x.price, x.discount, is_removed=i == n % 2) for i, x in enumerate(lines)],
        }
        extra = [Added(self.wishes(1)[n % 2].variant, D(2), D("9.99"))] if how == "add" else []
        values = {"shipping_on": clock.today() + timedelta(days=15)} if how == "date" else self.charged(n) if how == "charge" else {}
        if how in (*terms, "add", "date", "charge"):
            self.do(edit_version, draft, by=by, revision=draft.revision, values=values, terms=terms.get(how, []), added=extra)
        elif how == "ask":
            self.do(ask_approval, draft, by=by)
        elif how == "device":
            if self.do(hand_device, draft, by=by):
                self.confirm(draft.requests.last(), on_device=True)
        elif how == "paper":
            self.paper(draft, n)
        else:
            self.do(send, draft, by=by, override_reason="客户急着要，先发出去再补" if how == "override" else "")

    @press("contract", "approval", n=WHICH, no=[False, False, True])
    def decide_approval(self, n: int, no: bool) -> None:
        waiting = some(Approval.objects.filter(state="open"), n)
        if no:
            self.do(say_no, waiting, by=self.by("heyuan"), reason="理由不足")
        else:
            self.do(say_yes, waiting, by=self.by("heyuan"))

    def confirm(self, asked: ConfirmationRequest | None, **more: Any) -> None:
        """The signatory confirms what they see."""
        if asked is None:
            return
        version = asked.version
        who = Actor(kind="guest", id=asked.signatory_id, name=asked.signatory.name, customer_id=asked.customer.pk)
        shown = {"version": version.n, "total": version.total, "lines": version.line_count}
        self.do(open_request, asked, by=who)
        self.do(confirm, asked, by=who, signed_by=who.name, signature=who.name, consent="…", **shown, **more)

    def paper(self, version: Version, n: int) -> None:
        kind = ("paper", "deposit", "proforma")[n % 3]
        signed_on = clock.today() - timedelta(days=(n // 3) * 5)
        self.do(
            record_paper, version, by=self.by("haoran" if n % 2 else "heyuan"), kind=kind, signed_by="张伟", signed_on=signed_on, scan=SCAN,
            amount=version.amount_asked() + n % 2,
        )  # fmt: skip

    @press(
        "contract",
        "request",
        n=WHICH,
        how=[
            "confirm",
            "confirm",
            "confirm",
            "decline",
            "gone",
            "changes",
            "take_back",
            "stand",
            "withdraw",
            "resend",
            "paper",
            "other",
            "again",
            "device",
        ],
    )
    def answer_request(self, n: int, how: str) -> None:
        requests = self.mine(ConfirmationRequest, "version__contract__customer").select_related("version__contract__customer", "signatory")
        asked = some(requests.order_by("-pk")[:3] if n < 4 else requests.all(), n)
        x, mei = self.guest(asked.customer), self.by("mei")
        if how == "confirm":
            self.confirm(asked)
        elif how in ("decline", "gone"):
            self.do(decline, asked, by=x, reason=NO_LONGER_WANTED if how == "gone" else "price", words="再说吧")
        elif how == "changes":
            self.do(ask_changes, asked, by=x, words="数量改一下")
        elif how == "take_back":
            self.do(take_back_changes, asked, by=x)
        elif how == "stand":
            self.do(stand_by, asked, by=mei, words="价格已是最低")
        elif how == "withdraw":
            self.do(withdraw, asked, by=mei, reason="价格写错了")
        elif how == "resend":
            self.do(resend, asked, by=mei)
        elif how == "paper":
            self.paper(asked.version, n)
        elif how == "device":
            if self.do(hand_device, asked.version, by=mei):
                self.confirm(asked.version.requests.last(), on_device=True)
        elif how == "other":
            self.do(name_signatory, asked, by=mei, contact=Person(name="陈总", phones=["13911112222"]), why="老板自己签")
        else:
            self.do(ask_again, asked, by=x)

    @press("contract", "contract", n=WHICH, how=["version", "end", "reopen", "need", "milestone", "milestone"])
    def work_on_contract(self, n: int, how: str) -> None:
        contract, by = some(self.mine(Contract), n), self.by("heyuan" if n % 2 else "mei")
        if how == "version":
            self.do(new_version, contract, by=by)
        elif how == "end":
            self.do(end_contract, contract, by=by, reason="客户改了主意")
        elif how == "reopen":
            self.do(reopen_contract, contract, by=by)
        elif how == "need":
            self.do(record_need, contract, by=by, words="出口木箱", is_must=bool(n % 2))
        else:
            step = some(Milestone.objects.filter(plan__contract=contract), n)
            made = (reach, skip_milestone, reopen_milestone)[n % 3]
            if step:
                self.do(made, step, by=by, **({"reason": "这单不需要"} if n % 3 == 1 else {}))

    @press("contract", "need", n=WHICH, how=["trace", "refuse", "waive", "reopen"])
    def work_on_need(self, n: int, how: str) -> None:
        need, mei = some(self.mine(Need, "contract__customer"), n), self.by("mei")
        if how == "trace":
            self.do(trace, need, by=mei, lines=list(need.contract.newest.lines.all())[:1])
        elif how == "refuse":
            self.do(refuse_need, need, by=mei, reason="做不了")
        elif how == "waive":
            self.do(waive_need, need, by=mei, contact=need.customer.contacts.first(), words="电话里说的")
        else:
            self.do(reopen_need, need, by=mei)

    @press("contract", "confirmation", n=WHICH)
    def void_confirmation(self, n: int) -> None:
        found = self.mine(Confirmation, "version__contract__customer")
        self.do(void, some(found.filter(how__in=ON_PAPER, void_at=None), n) or some(found, n), by=self.by("heyuan"), reason="录错了客户")

    # Type 1: the order.

    @press(
        "order",
        "order",
        n=WHICH,
        how=["more", "fewer", "fewer", "remove", "price", "discount", "add", "date", "charge", "charge"],
        is_theirs=YES,
        part=PARTS,
    )
    def change_order(self, n: int, how: str, is_theirs: bool, part: str) -> None:
        order = some(self.mine(Order, merged_into=None), n)
        line = some(order.lines.filter(replaces=None), n // 2)
        fewer = {"all": line.packed, "half": max(line.packed, line.due // 2), "one": max(line.packed, line.due - 1)}[part]
        wish = {
            "more": {"lines": (LineWish(line, line.due + 2, line.price, line.discount),)},
            "fewer": {"lines": (LineWish(line, fewer, line.price, line.discount),)},
            "remove": {"lines": tuple(LineWish(x, D(0), x.price, x.discount) for x in order.lines.filter(replaces=None))[: 1 + n % 2]},
            "price": {"lines": (LineWish(line, line.due, round(line.price * D("0.85"), 4), line.discount),)},
            "discount": {"lines": (LineWish(line, line.due, line.price, D(5 + n)),)},
            "add": {"added": (NewLine(self.wishes(1)[n % 2].variant, D(4), D("25.55")),)},
            "charge": {"price_terms": {"freight": D("20.05") * (n % 4), "order_discount": D("11.11") * (n % 3)}},
            "date": {"promised_on": clock.today() + timedelta(days=12 + n)},
        }[how]
        cause = {"cause": "production"} if how == "date" else {}
        self.do(change, order, by=self.by("haoran"), wish=ChangeWish(**wish, **cause, is_theirs=is_theirs, reason="客户打电话来改"))

    @press("order", "order", n=WHICH, how=["cancel", "stop", "allow", "write_off", "credit", "credit_part"], fee=[0, 0, 100, 33])
    def press_on_order(self, n: int, how: str, fee: int) -> None:
        order, haoran = some(self.mine(Order), n), self.by("haoran")
        if how == "cancel":
            self.do(cancel, order, by=haoran, reason="客户取消了订单", fee=D(fee))
        elif how == "stop":
            self.do(stop, order, by=haoran, reason="等客户确认唛头")
        elif how == "allow":
            self.do(allow, order, by=haoran, amount=round(order.total / (n + 1), 2), reason="运输划伤")
        elif how == "write_off":
            self.do(write_off, order, by=haoran)
        else:
            self.do(use, order, by=haoran, amount=D(50 + fee) if how == "credit_part" else None)

    def nothing_underway(self, n: int) -> None:
        """Mostly, a change that would stand in the way is ended first, as a clerk would."""
        for order in self.mine(Order, merged_into=None).select_related("contract") if n else ():
            if underway(order):
                self.do(end_contract, order.contract, by=self.by("heyuan"), reason="先处理拆分合并")

    @press("order", "order", n=WHICH, part=PARTS)
    def split_order(self, n: int, part: str) -> None:
        self.nothing_underway(n)
        free = [order for order in self.mine(Order).order_by("pk") if not underway(order) and any(movable(order).values())]
        order = some(free, n) or some(self.mine(Order), n)
        lines = [(pk, left) for pk, left in movable(order).items() if left or n > 4]
        wanted = {pk: much(left, part) for pk, left in lines[: 1 + n // 3]}
        self.do(split, order, by=self.by("haoran"), quantities=wanted, reason="客户要分开提货")

    @press("order", "order", n=WHICH)
    def merge_orders(self, n: int) -> None:
        self.nothing_underway(n)
        pairs = [(order, other) for order in self.mine(Order).order_by("pk") for other in mergeable(order)]
        order, other = some(pairs if n else [], n) or (some(self.mine(Order), n), some(self.mine(Order), n + 1))
        self.do(merge, order, by=self.by("haoran"), other=other, reason="客户要一起提货")

    @press("order", "hold", n=WHICH)
    def lift_hold(self, n: int) -> None:
        self.do(lift, some(self.mine(Hold, "order__customer", lifted_at=None), n), by=self.by("heyuan"), reason="已和客户说好")

    @press("order", "order", n=WHICH, how=["all", "all", "all", "reject", "submit", "approve", "not_needed"])
    def goods_data(self, n: int, how: str) -> None:
        order, haoran = some(self.mine(Order), n), self.by("haoran")
        if how == "all":
            for line in order.lines.filter(goods_ready=False):
                self.do(approve_line, line, by=haoran)
            return
        item = some(GoodsItem.objects.filter(line__order=order), n)
        if item is None:
            return
        if how == "submit":
            self.do(submit, item, by=self.by("mei"), words="放在网盘")
        elif how == "approve":
            self.do(approve, item, by=haoran)
        elif how == "reject":
            self.do(reject, item, by=haoran, reason="图不清楚")
        else:
            self.do(not_needed, item, by=haoran, reason="客户自己贴标")

    # 101, 103.

    @press("goods", "order", n=WHICH, part=PARTS, days=[0, 0, 5, 20], through=[0, 1, 2, 3, 3])
    def plan_shipment(self, n: int, part: str, days: int, through: int) -> None:
        """Planned; and released, packed, shipped at once, as often in a small house."""
        order, haoran = some(self.mine(Order), n), self.by("haoran")
        taken = planned_elsewhere(order)
        left = {line.pk: line.due - taken[line.pk] for line in order.lines.all()}
        wanted = {pk: much(rest, part) for pk, rest in left.items() if rest > 0}
        made = self.do(plan, order, by=haoran, quantities=wanted, planned_on=clock.today() + timedelta(days=days))
        steps = (release, pack, partial(ship, carrier="恒达速运", tracking_number="HD2"))
        for step in steps[:through]:
            if made is None:
                return
            made = self.step(step, made)

    def step(self, step: Any, shipment: Shipment) -> Any:
        operation = step.func if isinstance(step, partial) else step
        return self.do(operation, shipment, by=self.by("haoran"), **getattr(step, "keywords", {}))

    @press("goods", "shipment", n=WHICH, how=["next", "next", "next", "override", "cancel"])
    def move_shipment(self, n: int, how: str) -> None:
        shipment = some(self.mine(Shipment, "order__customer", shipped_at=None), n)
        if shipment is None:
            return
        if how == "cancel":
            self.do(cancel_shipment, shipment, by=self.by("haoran"), reason="车没来")
        elif how == "override":
            self.do(release, shipment, by=self.by("heyuan"), override_reason="客户同意资料后补，先放行")
        elif shipment.state == "planned":
            self.step(release, shipment)
        elif shipment.state == "released":
            self.step(pack, shipment)
        else:
            self.step(partial(ship, carrier="恒达速运"), shipment)

    @press("goods", "way", n=WHICH, state=[*TRACKING, "delivered", "delivered"], ago=[0, 0, 2])
    def carrier_says(self, n: int, state: str, ago: int) -> None:
        shipment = some(self.mine(Shipment, "order__customer", shipped_at__isnull=False), n)
        self.do(track, shipment, by=self.by("haoran"), state=state, at=timezone.now() - timedelta(days=ago))

    @press("goods", "way", n=WHICH, how=["as shipped", "as shipped", "short", "damaged", "both", "nothing", "more"], on_paper=YES)
    def arrive(self, n: int, how: str, on_paper: bool) -> None:
        shipments = self.mine(Shipment, "order__customer", shipped_at__isnull=False)
        shipment = some(shipments.filter(arrived_at=None), n) or some(shipments, n)
        counted = {}
        for row in shipment.lines.all():
            q = row.quantity
            counted[row.line_id] = {
                "as shipped": Count(q), "short": Count(q - 1), "damaged": Count(q, D(1)), "both": Count(q - 1, (q - 1) // 2),
                "nothing": Count(D(0)), "more": Count(q + 1),
            }[how]  # fmt: skip
        if on_paper:
            self.do(record_arrival, shipment, by=self.by("haoran"), counted=counted, signed_by="张伟", scan=SCAN)
        else:
            self.do(sign, shipment, by=self.guest(shipment.customer), counted=counted, signed_by="张伟")

    # Stock: counted, bought, reserved.

    def variant(self, n: int) -> Variant:
        return some(Variant.objects.filter(product__code__in=("TR20", "PN60")), n)

    @press("stock", "", n=WHICH, kind=["counted", "counted", "counted", "preorder", "always"])
    def keep_stock_of(self, n: int, kind: str) -> None:
        variant = self.variant(n)
        self.do(keep_stock, variant, by=self.by("haoran"), revision=variant.revision, kind=kind)

    @press("stock", "kept", n=WHICH, how=["count", "count", "same", "stale", "fewer", "more", "below"], many=[0, 3, 8, 25, 60])
    def count_goods(self, n: int, how: str, many: int) -> None:
        variant, haoran = some(Variant.objects.kept(), n), self.by("haoran")
        if how in ("count", "same", "stale"):
            last = variant.moves.last()
            seen = {"count": None, "same": last.pk if last else 0, "stale": 0}[how]
            self.do(count_stock, variant, by=haoran, counted=variant.on_hand if how == "same" else D(many), seen=seen)
        else:
            quantity = {"fewer": -D(1 + n), "more": D(many), "below": -variant.on_hand - 1}[how]
            self.do(correct_stock, variant, by=haoran, quantity=quantity, words="盘亏，原因在查")

    @press("stock", "", n=WHICH, many=[4, 12, 40], days=[0, 3, 15, 40])
    def buy_goods(self, n: int, many: int, days: int) -> None:
        variants = [self.variant(n)] if n % 3 else [self.variant(0), self.variant(1)]
        lines = [Bought(variant, D(many), clock.today() + timedelta(days=days)) for variant in variants]
        self.do(add_purchase, by=self.by("haoran"), supplier="东方灯具配件厂", lines=lines)

    @press("stock", "coming", n=WHICH, how=["arrive", "arrive", "arrive", "more", "move", "fewer", "grow", "cancel"], part=PARTS)
    def work_on_purchase(self, n: int, how: str, part: str) -> None:
        purchase, haoran = some(Purchase.objects.filter(expected_on__isnull=False), n), self.by("haoran")
        line = some([line for line in purchase.lines.all() if line.rest], n)
        if how in ("arrive", "more"):
            came = line.rest + 1 if how == "more" else much(line.rest, part)
            self.do(arrive_of_purchase, purchase, by=haoran, counted={line.pk: came})
        elif how == "move":
            self.do(expect, line, by=haoran, on=clock.today() + timedelta(days=4 * n), reason="供应商来电改期")
        elif how == "cancel":
            self.do(cancel_rest, purchase, by=haoran, reason="供应商停产")
        else:
            names = ("supplier", "firm", "reference", "ordered_on", "note")
            values = {name: getattr(purchase, name) for name in names}
            quantities = {line.pk: line.quantity - much(line.rest, part)} if how == "fewer" else {}
            added = [Bought(line.variant, D(5), clock.today() + timedelta(days=9))] if how == "grow" else []
            said = {"values": values, "quantities": quantities, "added": added}
            self.do(edit_purchase, purchase, by=haoran, revision=purchase.revision, **said)

    @press("stock", "order", n=WHICH, gives_back=YES)
    def reserve_by_hand(self, n: int, gives_back: bool) -> None:
        order = some(self.mine(Order), n)
        line = some(order.lines.all(), n // 2)  # an order that was taken into another has none
        if gives_back and line:
            self.do(free_stock, line, by=self.by("haoran"))
        else:
            self.do(reserve, order, by=self.by("haoran"))

    # 104.

    @press("problem", "order", n=WHICH, kind=list(PROBLEM_KINDS), by_guest=YES, part=["all", "one", "", "none"], urgent=YES)
    def report_problem(self, n: int, kind: str, by_guest: bool, part: str, urgent: bool) -> None:
        order = some(self.mine(Order), n)
        line = some(order.lines.all(), n // 2) if part != "none" else None
        quantity = much(line.due, part) if line and part else None
        by = self.guest(order.customer) if by_guest else self.by("mei")
        told = Report(kind, "到货有问题", line=line, quantity=quantity, is_urgent=urgent)
        self.do(problems.report, order, by=by, told=told)

    @press("problem", "problem", n=WHICH, kind=[*RESOLUTIONS, "replace", "return", "exchange"], part=PARTS, back=YES, agreed=YES)
    def propose_solution(self, n: int, kind: str, part: str, back: bool, agreed: bool) -> None:
        problem, haoran = some(self.mine(Problem, "order__customer").exclude(state__in=("resolved", "closed")), n), self.by("haoran")
        if problem is None:
            return
        quantity = much(problem.quantity or problem.line.due, part) if problem.line else None
        variant = self.wishes(1)[n % 2].variant if kind == "exchange" else None
        amount = round(problem.order.total / D(8 * (n + 1) if back else n + 1), 2) if kind in ("refund", "allowance") else None
        offer = Offer(
            kind, words="按客户说的办，下周完成", quantity=quantity, amount=amount, variant=variant, price=D("70.05") if variant else None,
            faulty_back=back, under_warranty=back, evidence=SCAN if kind == "no_fault" else None,
        )  # fmt: skip
        made = self.do(solutions.propose, problem, by=haoran, offer=offer)
        if made and agreed and made.proposed_at and not made.agreed_at:
            self.do(solutions.agree, made, by=self.guest(problem.customer))

    @press("problem", "resolution", n=WHICH, how=["agree", "agree", "noted", "refuse"])
    def answer_solution(self, n: int, how: str) -> None:
        made = some(self.mine(Resolution, "problem__order__customer").order_by("-pk")[:4], n)
        x = self.guest(made.customer)
        if how == "agree":
            self.do(solutions.agree, made, by=x)
        elif how == "noted":
            self.do(solutions.agree, made, by=self.by("haoran"), note="电话里同意")
        else:
            self.do(solutions.refuse, made, by=x, words="不要这个")

    @press("problem", "return", n=WHICH, part=PARTS)
    def goods_come_back(self, n: int, part: str) -> None:
        backs = self.mine(GoodsReturn, "line__order__customer")
        back = some(backs.filter(received_at=None), n) or some(backs, n)
        self.do(solutions.receive, back, by=self.by("haoran"), quantity=much(back.wished, part), words="点过了")

    @press(
        "problem",
        "problem",
        n=WHICH,
        how=["take", "say", "ask", "they_say", "rate", "resolve", "resolve", "close", "reopen", "they_reopen"],
    )
    def work_on_problem(self, n: int, how: str) -> None:
        problem, haoran = some(self.mine(Problem, "order__customer"), n), self.by("haoran")
        x = self.guest(problem.customer)
        if how == "take":
            self.do(problems.take, problem, by=haoran)
        elif how in ("say", "ask"):
            self.do(problems.write, problem, by=haoran, words="请发张照片", asks=how == "ask")
        elif how == "they_say":
            self.do(problems.write, problem, by=x, words="照片发了")
        elif how == "rate":
            self.do(problems.rate, problem, by=haoran, severity=list(SEVERITIES)[n % 4], reason="看过照片了")
        elif how == "resolve":
            self.do(problems.resolve, problem, by=haoran, words="已经处理好了", cost=D("12.50"))
        elif how == "close":
            self.do(problems.close, problem, by=x, satisfaction=1 + n % 5)
        else:
            self.do(problems.reopen, problem, by=x if how == "they_reopen" else haoran, words="还是不行")

    # Money.

    @press(
        "money",
        "order",
        n=WHICH,
        share=["all", "deposit", "third", "more"],
        to_order=YES,
        charges=[0, 0, 0, 15],
        us=YES,
        abroad=[False, False, True],
    )
    def money_comes(self, n: int, share: str, to_order: bool, charges: int, us: bool, abroad: bool) -> None:
        order = some(self.mine(Order), n)
        rest = standing(order).open
        amount = {"all": rest, "deposit": order.total * D("0.3"), "third": rest / 3, "more": rest + 77}[share]
        amount = round(amount, 2) + charges
        rate = D("7.1234") if abroad else D(1)
        slip = Sent(
            round(amount / rate, 2), clock.today() - timedelta(days=n % 3), charges=D(charges), borne_by="us" if us else "customer",
            bank_currency="EUR" if abroad else order.currency, currency=order.currency, rate=rate,
        )  # fmt: skip
        self.do(receive, order.customer, by=self.by("haoran"), slip=slip, order=order if to_order else None)

    @press("money", "receipt", n=WHICH, how=["allocate", "allocate_to", "void"])
    def work_on_receipt(self, n: int, how: str) -> None:
        waits, haoran = self.mine(Receipt).filter(void_at=None, amount__gt=models.F("allocated")), self.by("haoran")
        receipt = (some(waits, n) if how != "void" else None) or some(self.mine(Receipt), n)
        if how == "void":
            self.do(void_receipt, receipt, by=haoran, reason="录重了一笔")
        else:
            order = some(self.mine(Order, customer=receipt.customer_id), n) if how == "allocate_to" else None
            self.do(allocate, receipt, by=haoran, order=order)

    @press("money", "credit", n=WHICH, how=["refund", "refund_part", "leave", "contact"])
    def work_on_credit(self, n: int, how: str) -> None:
        credit, haoran = some(self.mine(Credit, "order__customer"), n), self.by("haoran")
        if how == "leave":
            self.do(leave, credit, by=haoran, until=clock.today() + timedelta(days=20), words="客户来信说先放着")
        elif how == "contact":
            self.do(note_contact, credit, by=haoran, words="说下周定")
        else:
            amount = round(credit.left / 2, 2) if how == "refund_part" else None
            self.do(prepare, credit, by=haoran, amount=amount, account="工行 6222")

    @press("money", "refund", n=WHICH)
    def pay_refund(self, n: int) -> None:
        refund = some(self.mine(Refund, "credit__order__customer"), n)
        self.do(pay, refund, by=self.by("haoran"), paid_on=clock.today())

    # Following up.

    @press("hands", "", n=WHICH, how=["step", "holds", "no_need", "no_contact"])
    def touch(self, n: int, how: str) -> None:
        customer, by = self.customer(n), self.by("mei")
        on = {
            "step": {"next_step": Plan(customer, "再打一次", clock.today() + timedelta(days=2 + n))}, "holds": {"step_holds": True},
            "no_need": {"ended": "no_need"}, "no_contact": {"ended": "no_contact"},
        }[how]  # fmt: skip
        self.do(log_touch, customer, by=by, channel="phone", words="聊了几句", contact=customer.contacts.first(), **on)

    @press("hands", "step", n=WHICH, is_done=YES)
    def work_on_step(self, n: int, is_done: bool) -> None:
        step = some(NextStep.objects.open().filter(customer__in=self.firms), n)
        if is_done:
            self.do(done, step, by=self.by("haoran"))
        else:
            self.do(postpone, step, by=self.by("haoran"), due_on=clock.today() + timedelta(days=3), reason="客户出差")

    @press("hands", "", n=WHICH, how=["take", "take", "free", "all", "day", "pin", "unpin"])
    def change_hands(self, n: int, how: str) -> None:
        customer, heyuan = self.customer(n), self.by("heyuan")
        mei, kevin = (User.objects.get(username=name) for name in ("mei", "kevin"))
        owner, other = (mei, kevin) if n % 2 else (kevin, mei)
        if how == "take":
            self.do(take_from_pool, customer, by=self.by(other.username))
        elif how == "free":
            self.do(assign, customer, by=heyuan, owner=None if n % 3 else other, revision=customer.revision)
        elif how == "all":
            self.do(hand_over_all, owner, by=heyuan, to=other, reason="离职交接")
        elif how == "day":
            self.do(hand_over_day, owner, by=heyuan, to=other, until=clock.today() + timedelta(days=3))
        elif how == "pin":
            self.do(pin, customer, by=heyuan, type=("visitor", "intending", "ordering")[n % 3], reason="先这样看着办")
        else:
            standing_one = some(Pin.objects.standing().filter(customer=customer), n)
            if standing_one:
                self.do(lift_pin, standing_one, by=heyuan)


def without_paper() -> ExitStack:
    """What is printed is of no account here, and takes most of the time."""
    ways = ExitStack()
    for where in ("contracts.paper", "intentions.quotation"):
        ways.enter_context(patch(f"boothline.{where}.print_pdf", lambda *args, **more: b"%PDF-1.4"))
    return ways
