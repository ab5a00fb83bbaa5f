"""Two at once, in real transactions on both databases: one wins, the other is told, and nothing is done twice."""

from __future__ import annotations

import threading
import uuid
from collections import Counter as Tally
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.db.models import Sum

from boothline.approvals.approval import approve, refuse
from boothline.billing.books import standing
from boothline.care.complaints import Told, receive
from boothline.care.models import Complaint
from boothline.catalogue.products import edit_product
from boothline.contracts.agreement import Term, edit_version, new_version, prepare
from boothline.contracts.clearance import ask_approval
from boothline.contracts.establishment import close_link, confirm, decline, make_link, send, withdraw
from boothline.contracts.evidence import record_paper, void
from boothline.contracts.models import Confirmation, ConfirmationRequest, Contract
from boothline.core import clock
from boothline.core.actors import SYSTEM
from boothline.core.errors import NotAllowed, Refused, Stale
from boothline.core.models import Press
from boothline.core.operations import operation
from boothline.core.presses import pressing
from boothline.customers.card import Person, edit_customer
from boothline.customers.merges import Merge
from boothline.customers.merging import merge as merge_customers
from boothline.customers.merging import unmerge
from boothline.customers.models import Contact, Customer, TypeChange
from boothline.documents import numbers
from boothline.files.attachments import Attachment, Received, read_voice
from boothline.followups.models import NextStep
from boothline.followups.steps import Plan, done, plan_many, postpone
from boothline.links.models import Grant
from boothline.negotiation.briefing import answer, brief
from boothline.negotiation.models import Briefing, Objection
from boothline.negotiation.objections import close, object_to
from boothline.orders.arrivals import sign
from boothline.orders.goods import approve_line
from boothline.orders.grounds import grounds_of
from boothline.orders.models import Order, OrderLine, Packing, Shipment, ShipmentLine
from boothline.orders.problems import write as write_about
from boothline.orders.shipments import pack, plan, release, ship
from boothline.orders.splits import merge, split
from boothline.timeline import delivery, hearing
from boothline.timeline.models import Delivery, Event
from boothline.visitors.models import Capture, Retraction
from boothline.visitors.solicitation import Batch, Taken, add_voice, take, take_many
from boothline.visitors.undoing import retract
from tests import stages
from tests.sounds import webm
from tests.turns import rounds
from tests.world import World, make_world

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.races]


@pytest.fixture
def world(transactional_db: None) -> World:
    return make_world()


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Does all acts at the same moment, each with a connection of its own; answers or refusals in the same order."""
    stages.astray()
    gate = threading.Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            connection.ensure_connection()
            gate.wait(20)
            return act()
        except Refused as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def confirming(world: World, request: ConfirmationRequest) -> Callable[[], Confirmation]:
    guest, version = world.guest(request), request.version
    shown = {"version": version.n, "total": version.total, "lines": version.line_count}
    return lambda: confirm(request, by=guest, signed_by="张伟", signature="张伟", consent="…", **shown)


def test_confirm_pressed_twenty_times_at_once(world: World):
    request = world.sent(world.take())
    answers = at_once(*[confirming(world, request)] * 20)
    assert len({a.pk for a in answers}) == 1
    assert Confirmation.objects.count() == Order.objects.count() == 1
    told = Tally(Event.objects.filter(kind__in=["contracts.confirmed", "orders.opened"]).values_list("kind", flat=True))
    assert told == {"contracts.confirmed": 1, "orders.opened": 1}
    assert TypeChange.objects.filter(now="ordering").count() == 1


@pytest.mark.parametrize("round_", rounds(6))
def test_confirm_and_decline_at_once(world: World, round_: int):
    request = world.sent(world.take())
    guest = world.guest(request)
    acts = [confirming(world, request), lambda: decline(request, by=guest, reason="price")]
    answers = at_once(*(acts if round_ % 2 else reversed(acts)))
    lost = [a for a in answers if isinstance(a, Refused)]
    assert len(lost) == 1 and str(lost[0]), "the first wins, the other is told"
    request.refresh_from_db()
    confirmed = Confirmation.objects.count()
    assert (request.state, request.contract.state) == (("confirmed", "agreed") if confirmed else ("declined", "declined"))
    assert Order.objects.count() == confirmed and Objection.objects.count() == 1 - confirmed


@pytest.mark.parametrize("round_", rounds(4))
@pytest.mark.parametrize("other", ["withdraw", "new version", "paper", "void"])
def test_confirm_and_what_we_do_at_once(world: World, other: str, round_: int):
    """Confirmed by the customer while we withdraw, send the next version, record a paper: one order or none, one story."""
    request = world.sent(world.take())
    second = new_version(request.contract, by=world.mei) if other == "new version" else None

    def paper() -> Confirmation:
        return record_paper(
            request.version, by=world.haoran, kind="paper", signed_by="张伟", signed_on=clock.today(), scan=Received(b"%PDF-1.4", "signed.pdf", "paper"),
        )  # fmt: skip

    proof = paper() if other == "void" else None
    ours: dict[str, Callable[[], Any]] = {
        "withdraw": lambda: withdraw(request, by=world.mei, reason="价格要重算"),
        "new version": lambda: send(second, by=world.mei),
        "paper": paper,
        "void": lambda: void(proof, by=world.heyuan, reason="登错了客户"),
    }
    acts = [confirming(world, request), ours[other]]
    answers = at_once(*(acts if round_ % 2 else reversed(acts)))
    lost = [a for a in answers if isinstance(a, Refused)]
    request.refresh_from_db()
    valid = Confirmation.objects.filter(void_at=None).count()
    assert Order.objects.filter(void_at=None).count() == valid
    if other == "paper":
        assert not lost and valid == 1 and len({a.pk for a in answers}) == 1
    elif other == "void":
        assert not lost and request.state == ("confirmed" if valid else "sent")
    else:
        assert len(lost) == 1 and request.state in (("confirmed",) if valid else ("withdrawn", "superseded"))


def test_asked_and_approved_at_once(world: World):
    draft = world.contract(world.take()).newest
    edit_version(draft, by=world.mei, revision=draft.revision, values={}, terms=[Term(1, Decimal(10), Decimal(100), Decimal(20))])
    asked = at_once(*[lambda: ask_approval(draft, by=world.mei)] * 4)
    assert len({a.pk for a in asked}) == 1
    at_once(lambda: approve(asked[0], by=world.heyuan), lambda: refuse(asked[0], by=world.heyuan, reason="折扣太高了"))
    sent = at_once(*[lambda: send(draft, by=world.mei)] * 4)
    assert len({a.pk if isinstance(a, ConfirmationRequest) else a.code for a in sent}) == 1
    assert Event.objects.filter(kind__in=["approvals.approved", "approvals.refused"]).count() == 1


def captures(n: int) -> list[Taken]:
    return [Taken(Person(name=f"张{i}", company=f"商行{i}", phones=[f"1390000{i:04d}"], emails=[f"z{i}@firm.example"])) for i in range(n)]


def test_the_same_batch_of_captures_twice_at_once(world: World):
    rows = captures(100)
    batches: list[Batch] = at_once(*[lambda: take_many(rows, by=world.mei, fair=world.fair)] * 3)
    for batch in batches:
        assert not batch.refused and len(batch.created) + len(batch.known) == 100
        assert {c.client_id for c in {**batch.created, **batch.known}.values()} == {row.client_id for row in rows}
    assert sum(len(b.created) for b in batches) == 100
    assert Capture.objects.count() == Customer.objects.count() == Contact.objects.count() == NextStep.objects.count() == 100


@pytest.mark.parametrize("round_", rounds(4))
def test_overlapping_batches_at_once(world: World, round_: int):
    """Two devices hold partly the same rows; each is told about all of its own."""
    rows = captures(240)
    parts = [rows[:160], rows[80:], list(reversed(rows))]
    batches: list[Batch] = at_once(*[lambda part=part: take_many(part, by=world.mei, fair=world.fair) for part in parts])
    for part, batch in zip(parts, batches, strict=True):
        assert not batch.refused and len(batch.created) + len(batch.known) == len(part)
    assert Capture.objects.count() == 240


def planning(world: World, order: Order, quantity: int) -> Callable[[], Shipment]:
    line, by = order.lines.first(), world.haoran
    return lambda: plan(order, by=by, quantities={line.pk: Decimal(quantity)}, planned_on=clock.today())


def test_shipments_planned_at_once_never_exceed_what_is_ordered(world: World):
    order = world.ordered(world.take())  # 10 of the first line
    answers = at_once(*[planning(world, order, 4)] * 5)
    assert sum(isinstance(a, Shipment) for a in answers) == 2
    assert {a.code for a in answers if isinstance(a, Refused)} == {"too_much"}
    assert ShipmentLine.objects.aggregate(n=Sum("quantity"))["n"] == 8
    assert len(set(Shipment.objects.values_list("number", flat=True))) == 2


def test_packed_and_shipped_at_once_they_leave_once(world: World):
    order = world.ordered(world.take())
    shipment = planning(world, order, 4)()
    at_once(*[lambda: release(shipment, by=world.heyuan, override_reason="客户催得很急，资料随后补齐。")] * 4)
    at_once(*[lambda: pack(shipment, by=world.haoran)] * 4)
    assert Packing.objects.count() == 1
    left = at_once(*[lambda: ship(shipment, by=world.haoran, carrier="恒达速运")] * 4)
    assert {type(a) for a in left} == {Shipment}
    kinds = ["orders.shipment_released", "orders.shipment_packed", "orders.shipped"]
    assert Tally(Event.objects.filter(kind__in=kinds).values_list("kind", flat=True)) == dict.fromkeys(kinds, 1)


@pytest.mark.parametrize("round_", rounds(2))
def test_goods_are_signed_for_while_money_comes_in(world: World, round_: int):
    """What moves an order's goods holds the customer first, as what books their money does: neither is lost."""
    order = world.ordered(world.take(), is_paid=False)
    shipment = planning(world, order, 4)()
    world.pays(order, 700)
    release(shipment, by=world.heyuan, override_reason="客户催得很急，资料随后补齐。")
    pack(shipment, by=world.haoran)
    ship(shipment, by=world.haoran, carrier="恒达速运")
    guest = world.guest(order.confirmation.request)
    acts = [lambda: sign(shipment, by=guest, counted={}, signed_by="张伟"), lambda: world.pays(order, 100)]
    answers = at_once(*(acts if round_ % 2 else reversed(acts)))
    assert not [a for a in answers if isinstance(a, Refused)]
    order.refresh_from_db()
    assert order.state == "part_shipped" and standing(order).paid == 800


@pytest.mark.parametrize("round_", rounds(4))
def test_goods_data_is_approved_while_the_product_is_edited(world: World, round_: int):
    """The approval knows the new data, or waits to be given again: none stands on data that is gone."""
    line = world.ordered(world.take()).lines.select_related("variant__product").first()
    product = line.variant.product
    acts = [
        lambda: approve_line(line, by=world.haoran),
        lambda: edit_product(product, by=world.heyuan, revision=product.revision, values={"name": "改了名的灯"}),
    ]
    answers = at_once(*(acts if round_ % 2 else reversed(acts)))
    assert not [a for a in answers if isinstance(a, Refused)]
    marks = grounds_of([line.variant_id])[line.variant_id]
    assert all(item.state == "submitted" or item.stands_on == marks[item.kind] for item in line.goods.all())
    line.refresh_from_db()
    assert line.goods_ready == all(item.is_settled for item in line.goods.all())


def test_two_edits_of_one_record(world: World):
    customer = world.take()
    notes = [f"note {i}" for i in range(6)]
    acts = [lambda note=note: edit_customer(customer, by=world.mei, revision=1, values={"note": note}) for note in notes]
    answers = at_once(*acts)
    won = [note for note, a in zip(notes, answers, strict=True) if not isinstance(a, Refused)]
    assert len(won) == 1 and sum(isinstance(a, Stale) for a in answers) == 5
    fresh = Customer.objects.get(pk=customer.pk)
    assert (fresh.note, fresh.revision) == (won[0], 2)
    assert Event.objects.filter(kind="customers.edited").count() == 1
    theirs = {(name, now) for a in answers if isinstance(a, Stale) for name, now, _mine in a.fields}
    assert theirs == {("note", won[0])}, "the others see what was saved"


def test_a_number_is_never_given_twice(world: World):
    def taking() -> list[str]:
        given = []
        for _ in range(10):
            with transaction.atomic():
                given += numbers.take("contract", 2)
        return given

    found = [number for given in at_once(*[taking] * 8) for number in given]
    assert len(found) == len(set(found)) == 160
    assert max(found) == f"C-{160:04d}"


def test_one_contract_of_one_intention_prepared_at_once(world: World):
    intention = world.intend(world.take())
    answers = at_once(*[lambda: prepare(intention, by=world.mei)] * 5)
    assert {a.pk for a in answers} == {Contract.objects.get().pk}


def test_one_request_of_a_contract_sent_at_once(world: World):
    version = world.contract(world.take()).newest
    answers = at_once(*[lambda: send(version, by=world.mei)] * 4)
    assert {a.pk for a in answers} == {ConfirmationRequest.objects.get().pk}
    assert Event.objects.filter(kind="messaging.written").count() == 1


def test_one_press_that_arrives_many_times_at_once(world: World):
    customer = world.take()

    def press() -> Objection:
        with pressing("one press", "mei"):
            return object_to(customer, by=world.mei, reason="price")

    answers = at_once(*[press] * 8)
    assert {a.pk for a in answers} == {Objection.objects.get().pk}
    assert Press.objects.count() == 1 == Event.objects.filter(kind="negotiation.objected").count()


def test_a_press_refused_because_its_twin_was_faster_answers_like_it(world: World):
    """`prepare` refuses an intention that is in a contract; the twin of the same press is no refusal."""
    intention = world.intend(world.take())

    def press() -> Contract:
        with pressing("one press", "mei"):
            return prepare(intention, by=world.mei)

    assert {a.pk for a in at_once(*[press] * 6)} == {Contract.objects.get().pk}


def test_type_and_facts_of_one_customer_written_at_once(world: World):
    """Different facts move one customer from several sides; at the end the type is the rule's."""
    customer = world.take()
    request = world.sent(customer)
    acts = [confirming(world, request), lambda: object_to(customer, by=world.mei, reason="price")]
    at_once(*acts * 4)
    assert Customer.objects.get().type == "ordering"  # the fixture after every test asks all of them again


def test_two_workers_deliver_each_event_exactly_once(world: World, monkeypatch: pytest.MonkeyPatch):
    heard: list[int] = []
    lock = threading.Lock()

    def hear(event: Event) -> None:
        with lock:
            heard.append(event.pk)
        Event.objects.filter(pk=event.pk).update(under_name="heard")

    monkeypatch.setitem(hearing._later, "messaging.tell", (hear, hearing._later["messaging.tell"][1]))
    customer = world.take()
    Delivery.objects.all().delete()

    @operation("test.tell_much")
    def tell_much() -> None:
        from boothline.customers.events import ASSIGNED
        from boothline.timeline.history import Telling, record_many

        record_many(ASSIGNED, [Telling(customer, under=customer) for _ in range(60)], by=world.heyuan)
        Delivery.objects.exclude(listener="messaging.tell").delete()

    tell_much()
    count = Delivery.objects.count()
    if not count:
        events = Event.objects.filter(kind="customers.assigned")
        count = len(Delivery.objects.bulk_create(Delivery(event=e, listener="messaging.tell") for e in events))
    done = at_once(*[delivery.sweep] * 4)
    while Delivery.objects.filter(done_at=None).exists():
        done.append(delivery.sweep())
    assert sum(done) == count == len(heard) == len(set(heard))
    assert set(Delivery.objects.values_list("tries", flat=True)) == {1}


def test_one_capture_known_to_two_people_at_once(world: World):
    """Two colleagues take the same visitor: two captures, two ids, nothing refused."""
    person = {"name": "李想", "company": "晨光酒店", "phones": ["13612345678"]}
    rows = [[Taken(Person(**person), client_id=uuid.uuid4())] for _ in range(4)]
    batches = at_once(*[lambda row=row: take_many(row, by=world.mei, fair=world.fair) for row in rows])
    assert [len(b.created) for b in batches] == [1] * 4 and Capture.objects.count() == 4


# Two different things about one customer: each holds the customer first, so that none waits for the other in a ring.


@pytest.mark.parametrize("round_", rounds(4))
def test_a_briefing_is_answered_while_an_objection_is_recorded(world: World, round_: int):
    customer = world.take()
    shown = brief(customer, by=world.mei, products=list(world.products.values()))
    acts = [lambda: answer(shown, by=world.mei, answer="not_interested"), lambda: object_to(customer, by=world.mei, reason="price")]
    answers = at_once(*(acts if round_ % 2 else reversed(acts)))
    assert not [a for a in answers if isinstance(a, Refused)]
    customer.refresh_from_db()
    assert customer.type == "negotiating"


@pytest.mark.parametrize("round_", rounds(4))
def test_the_last_two_objections_resolved_at_once_await_an_answer(world: World, round_: int):
    customer = world.take()
    both = [object_to(customer, by=world.mei, reason=reason) for reason in ("price", "quality")]
    at_once(*[lambda one=one: close(one, by=world.mei, outcome="resolved") for one in both])
    customer.refresh_from_db()
    assert customer.type == "negotiating", "resolved is not yet answered"
    assert Briefing.objects.pending().filter(customer=customer).count() == 1


@pytest.mark.parametrize("round_", rounds(4))
def test_steps_done_and_planned_at_once_keep_the_nearest(world: World, round_: int):
    customer = world.take()
    NextStep.objects.filter(customer=customer).update(done_at=clock.now())
    days = [clock.today() + timedelta(days=n) for n in (1, 2, 3)]
    steps = [plan_many([Plan(customer, "call", day)], by=world.mei)[0] for day in days]
    at_once(*[lambda step=step: done(step, by=world.mei) for step in steps[:2]], lambda: postpone(steps[2], by=world.mei, due_on=days[0]))
    customer.refresh_from_db()
    assert customer.next_step_on == days[0]
    at_once(*[lambda day=day: plan_many([Plan(customer, "call", day)], by=world.mei) for day in days], lambda: done(steps[2], by=world.mei))
    customer.refresh_from_db()
    assert customer.next_step_on == days[0]


@pytest.mark.parametrize("round_", rounds(4))
def test_a_draft_is_edited_while_it_is_sent(world: World, round_: int):
    draft = world.contract(world.take())
    version, printed = draft.newest, draft.newest
    terms = [Term(1, Decimal(1), Decimal(1))]
    acts = [
        lambda: edit_version(version, by=world.mei, revision=version.revision, values={}, terms=terms),
        lambda: send(printed, by=world.mei),
    ]
    edited, sent = at_once(*acts) if round_ % 2 else reversed(at_once(*reversed(acts)))
    assert not isinstance(sent, Refused)
    now = draft.newest.__class__.objects.get(pk=version.pk)
    before_sending = not isinstance(edited, Refused)
    assert (now.total == Decimal("201.00")) == before_sending, "edited before it was frozen, or not at all"


def test_a_closed_link_stays_closed_however_many_were_made(world: World):
    request = world.sent(world.take())
    close_link(request, by=world.mei)
    at_once(*[lambda: make_link(request, by=world.mei)] * 4)
    assert Grant.objects.filter(revoked_at=None).count() == 1
    close_link(request, by=world.mei)
    assert not Grant.objects.filter(revoked_at=None).exists()


@pytest.mark.parametrize("round_", rounds(3))
def test_the_same_pieces_are_split_off_once(world: World, round_: int):
    """Two clerks split 6 of 10 off at once: one order gets them, the other clerk is told what is left."""
    order = world.ordered(world.take())
    line = order.lines.first()
    acts = [lambda: split(order, by=world.haoran, quantities={line.pk: Decimal(6)}, reason="客户要分开提货")] * 2
    answers = at_once(*acts)
    lost = [a for a in answers if isinstance(a, Refused)]
    assert len(lost) == 1 and lost[0].code == "in_shipment" and Order.objects.count() == 2
    assert sorted(x.due for x in OrderLine.objects.filter(sku=line.sku)) == [4, 6]
    assert sum(standing(one).paid for one in Order.objects.all()) == 1200


@pytest.mark.parametrize("round_", rounds(3))
def test_two_orders_merged_both_ways_at_once(world: World, round_: int):
    """A into B and B into A: one of them, the other is empty and says where it went; the second clerk is told."""
    first = world.ordered(world.take())
    second = split(first, by=world.haoran, quantities={first.lines.first().pk: Decimal(4)}, reason="客户要分开提货")
    first = Order.objects.get(pk=first.pk)
    acts = [
        lambda: merge(first, by=world.haoran, other=second, reason="客户要一起提货"),
        lambda: merge(second, by=world.haoran, other=first, reason="客户要一起提货"),
    ]
    answers = at_once(*(acts if round_ % 2 else reversed(acts)))
    lost = [a for a in answers if isinstance(a, Refused)]
    assert len(lost) == 1 and lost[0].code == "cancelled"
    (empty,) = Order.objects.exclude(merged_into=None)
    assert empty.total == 0 and not empty.lines.exists() and standing(empty).paid == 0
    assert standing(Order.objects.exclude(pk=empty.pk).get()).paid == 1200


@pytest.mark.parametrize("round_", rounds(3))
def test_split_off_and_shipped_at_once(world: World, round_: int):
    """The last pieces are planned for a shipment and split off: one of both."""
    order = world.ordered(world.take())
    line = order.lines.first()
    acts = [
        lambda: split(order, by=world.haoran, quantities={line.pk: Decimal(8)}, reason="客户要分开提货"),
        lambda: plan(order, by=world.haoran, quantities={line.pk: Decimal(8)}, planned_on=clock.today()),
    ]
    answers = at_once(*(acts if round_ % 2 else reversed(acts)))
    assert len([a for a in answers if isinstance(a, Refused)]) == 1
    assert sum(x.due for x in OrderLine.objects.filter(sku=line.sku)) == 10


def test_a_capture_is_taken_back_once_however_often_it_is_pressed_at_once(world: World):
    capture = take(Taken(person=Person(name="安娜"), promised=["call"]), by=world.mei, fair=world.fair)
    answers = at_once(*[lambda: retract(capture, by=world.mei, reason="twice")] * 8)
    assert len({a.pk for a in answers}) == 1 == Retraction.objects.count()
    assert Event.objects.filter(kind="visitors.retracted").count() == 1
    assert not Capture.objects.exists() and not Customer.objects.exists() and not NextStep.objects.exists()


@pytest.mark.parametrize("round_", rounds(4))
def test_a_capture_is_taken_back_or_built_on_never_both(world: World, round_: int):
    capture = take(Taken(person=Person(name="安娜")), by=world.mei, fair=world.fair)
    taken_back, objection = at_once(
        lambda: retract(capture, by=world.mei, reason="wrong"),
        lambda: _or_gone(lambda: object_to(capture.customer, by=world.mei, reason="price")),
    )
    if isinstance(taken_back, Refused):
        assert taken_back.code == "built_on" and Objection.objects.count() == 1 == Capture.objects.count()
    else:
        assert objection is None and not Objection.objects.exists() and not Customer.objects.exists()


def _or_gone(act: Callable[[], Any]) -> Any:
    """What comes too late for somebody who is gone finds nobody."""
    try:
        return act()
    except (IntegrityError, Customer.DoesNotExist, ValueError, NotAllowed):
        return None


def test_a_voice_note_sent_twice_at_once_is_kept_once(world: World):
    capture = take(Taken(person=Person(name="安娜")), by=world.mei, fair=world.fair)
    voice, own = read_voice(SimpleUploadedFile("a", webm(2))), uuid.uuid4()
    answers = at_once(*[lambda: add_voice(capture, by=world.mei, voice=voice, client_id=own)] * 6)
    assert len({a.pk for a in answers}) == 1 == Attachment.objects.filter(kind="voice").count()


def test_two_complaints_about_the_same_open_one_problem(world: World):
    """Told by two of us at once; while one is heard, the other's problem is answered."""
    order = world.ordered(world.take())
    said = [Told(words, about="delivery", order=order) for words in ("没有提前打电话", "仓库没人卸货")]
    answers = at_once(*(lambda told=told: receive(order.customer, by=world.haoran, told=told) for told in said))
    (problem,) = order.problems.all()
    assert {one.problem for one in answers} == {problem}
    assert sorted(problem.messages.values_list("words", flat=True)) == ["仓库没人卸货", "没有提前打电话"]
    third = Told("又没有打电话", about="delivery", order=order)
    at_once(lambda: write_about(problem, by=world.haoran, words="下次打电话"), lambda: receive(order.customer, by=world.haoran, told=third))
    assert Complaint.objects.filter(problem=problem).count() == 3 and order.problems.count() == 1


@pytest.mark.parametrize("round_", rounds(6))
def test_one_pair_is_merged_both_ways_at_once(world: World, round_: int):
    one, two = world.take(), world.take(company="光速贸易", name="李雷")
    acts = [lambda: merge_customers(one, by=SYSTEM, goes=two), lambda: merge_customers(two, by=SYSTEM, goes=one)]
    answers = at_once(*(acts if round_ % 2 else reversed(acts)))
    lost = [a for a in answers if isinstance(a, Refused)]
    assert [a.code for a in lost] == ["gone"], "the first wins, the other is told"
    assert Merge.objects.count() == Customer.objects.count() == 1
    assert Contact.objects.count() == 2


@pytest.mark.parametrize("round_", rounds(6))
def test_a_customer_is_merged_while_somebody_plans_a_step_with_it(world: World, round_: int):
    """Before, the step goes over with it; after, they are told."""
    one, two = world.take(), world.take(company="光速贸易", name="李雷")
    planned = Plan(two, "回访", clock.today(), owner=world.users["mei"])
    acts = [lambda: merge_customers(one, by=SYSTEM, goes=two), lambda: plan_many([planned], by=SYSTEM)]
    answers = at_once(*(acts if round_ % 2 else reversed(acts)))
    told = [a for a in answers if isinstance(a, Refused)]
    assert NextStep.objects.filter(customer=one, what="回访").count() == 1 - len(told)
    assert all(a.code == "gone" for a in told)


@pytest.mark.parametrize("round_", rounds(6))
def test_a_merge_is_taken_back_twice_at_once(world: World, round_: int):
    one, two = world.take(), world.take(company="光速贸易", name="李雷")
    done = merge_customers(one, by=SYSTEM, goes=two)
    answers = at_once(*[lambda: unmerge(done, by=SYSTEM)] * 2)
    assert {a.pk for a in answers} == {two.pk}
    assert Customer.objects.count() == 2
    assert Event.objects.filter(kind="customers.unmerged").count() == 2  # of either once
