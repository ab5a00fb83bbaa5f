"""A contract in preparation lapses 90 days after its last change, 30 after its request expired."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone

from boothline.approvals.approval import approve, drop, refuse
from boothline.contracts.agreement import SENDING, Contract, Term, edit_version
from boothline.contracts.clearance import ask_approval, keep_preparing
from boothline.contracts.establishment import DECIDE, ConfirmationRequest, expire_all, send
from boothline.contracts.evidence import record_paper, void
from boothline.contracts.lapse import lapse_all, reopen_lapsed
from boothline.contracts.reminders import ASKED_AGAIN, ask_again
from boothline.core import clock
from boothline.core.actors import SYSTEM
from boothline.core.errors import NotAllowed, Refused
from boothline.customers.card import Customer
from boothline.files.attachments import Received
from boothline.followups.steps import NextStep, done
from boothline.intentions.products import Intention, lose
from boothline.orders.changes import ChangeWish, LineWish, change
from boothline.timeline.models import Event

pytestmark = pytest.mark.django_db
SCAN = Received(b"%PDF-1.4 signed", "signed.pdf", "paper")


def after(days: int) -> time_machine.travel:
    return time_machine.travel(timezone.now() + timedelta(days=days), tick=False)


def type_of(contract: Contract) -> str:
    return Customer.objects.get(pk=contract.customer_id).type


@pytest.fixture
def prepared(world) -> Contract:
    return world.contract(world.take())


def test_lapses_90_days_after_the_last_change(world, prepared):
    with after(40):
        draft = prepared.newest
        edit_version(draft, by=world.mei, revision=draft.revision, values={"po_number": "PO-2"}, terms=[Term(1, Decimal(12), Decimal(99))])
    with after(129):
        assert lapse_all() == 0
    with after(130):
        assert lapse_all() == 1
        assert lapse_all() == 0
    assert (Contract.objects.get().state, Intention.objects.get().state) == ("lapsed", "open")
    assert type_of(prepared) == "intending"
    assert Event.objects.filter(kind="contracts.lapsed").count() == 1


def test_of_a_contract_that_is_ordered_only_the_change_lapses(world):
    """History says what happened: the change is discarded, and contract and order stand."""
    order = world.ordered(world.take())
    line = order.lines.first()
    wish = ChangeWish((LineWish(line, line.due + 4, line.price),), is_theirs=True, reason="客户来信加单")
    change(order, by=world.haoran, wish=wish)
    with after(130):
        assert lapse_all() == 1
    assert Contract.objects.get().state == "agreed" and not Event.objects.filter(kind="contracts.lapsed").exists()
    said = {e.kind: e.sentence for e in Event.objects.filter(kind__endswith="change_discarded")}
    assert set(said) == {"contracts.change_discarded", "orders.change_discarded"}
    assert all("没有人继续" in words for words in said.values()), said


def test_an_expired_request_makes_it_30(world):
    request = world.sent(world.take())
    with after(16):
        expire_all()
    with after(45):
        assert lapse_all() == 0
        assert [e.values["days"] for e in Event.objects.filter(kind="contracts.lapse_near")] == [3]
    with after(46):
        assert lapse_all() == 1
    assert type_of(request.contract) == "intending"


def test_the_owner_is_warned_14_and_3_days_before(world, prepared):
    for days, told in ((75, []), (76, [14]), (86, [14]), (87, [14, 3]), (89, [14, 3])):
        with after(days):
            assert lapse_all() == 0
        assert [e.values["days"] for e in Event.objects.filter(kind="contracts.lapse_near").order_by("id")] == told, days


def test_reopened_by_the_owner_with_its_intention(world, prepared):
    with after(90):
        lapse_all()
        with pytest.raises(NotAllowed):
            reopen_lapsed(prepared, by=world.haoran)
        assert reopen_lapsed(prepared, by=world.mei).state == "preparing"
        assert (Intention.objects.get().state, type_of(prepared)) == ("in_contract", "contract")
        assert lapse_all() == 0


def test_not_reopened_when_its_intention_went_on(world, prepared):
    with after(90):
        lapse_all()
        lose(Intention.objects.get(), by=world.mei, reason="买了别家")
        with pytest.raises(Refused, match="未成"):
            reopen_lapsed(prepared, by=world.mei)


def test_a_void_confirmation_begins_the_days_anew(world, prepared):
    """It was out of preparation for so long as somebody thought that it was confirmed."""
    with after(38):
        proof = record_paper(prepared.newest, by=world.mei, kind="paper", signed_by="张伟", signed_on=clock.today(), scan=SCAN)
    with after(92):
        void(proof, by=world.heyuan, reason="登错了客户")
    with after(93):
        assert lapse_all() == 0 and not Event.objects.filter(kind="contracts.lapse_near").exists()
    with after(92 + 90 - 14):
        lapse_all()
        assert Event.objects.filter(kind="contracts.lapse_near").count() == 1
    with after(92 + 90):
        assert lapse_all() == 1 and type_of(prepared) == "intending"


@pytest.mark.parametrize("answer", ["approved", "refused"])
def test_the_decision_of_a_second_person_begins_the_days_anew(world, prepared, answer):
    """Who waited 95 days for an answer has the days to act on it, and is warned before they are over."""
    draft = prepared.newest
    edit_version(draft, by=world.mei, revision=draft.revision, values={}, terms=[Term(1, Decimal(10), Decimal(100), Decimal(20))])
    asked = ask_approval(Contract.objects.get().newest, by=world.mei)
    with after(95):
        assert lapse_all() == 0
        if answer == "approved":
            approve(asked, by=world.heyuan)
        else:
            refuse(asked, by=world.heyuan, reason="折扣太大，请改")
    for step in NextStep.objects.open():  # none to come holds it back
        done(step, by=SYSTEM)
    told = ((96, []), (95 + 90 - 14, [14]), (95 + 90 - 3, [14, 3]))
    for days, warned in told:
        with after(days):
            assert lapse_all() == 0
        assert [e.values["days"] for e in Event.objects.filter(kind="contracts.lapse_near").order_by("id")] == warned, days
    with after(95 + 90):
        assert lapse_all() == 1


def test_a_question_to_a_second_person_is_a_move_as_well(world, prepared):
    """Dropped by the day on which it would have lapsed without it, the draft has its days from there."""
    draft = prepared.newest
    edit_version(draft, by=world.mei, revision=draft.revision, values={}, terms=[Term(1, Decimal(10), Decimal(100), Decimal(20))])
    with after(80):
        ask_approval(Contract.objects.get().newest, by=world.mei)
    with after(100):
        drop(Contract.objects.get().newest, by=SYSTEM, matter=SENDING)
        keep_preparing(Contract.objects.get())
        assert Contract.objects.get().state == "preparing" and lapse_all() == 0


def test_who_asks_for_renewal_is_not_lapsed_over(world):
    """It has 30 days from there; where they pass as well, the step stays, and who presses then is heard again."""
    request = world.sent(world.take())
    with after(16):
        expire_all()
    with after(40):
        ask_again(as_is(request), by=world.guest(request))
    with after(50):
        assert lapse_all() == 0 and waits(ASKED_AGAIN)
    with after(71):
        assert lapse_all() == 1 and type_of(request.contract) == "intending"
        assert waits(ASKED_AGAIN) == 1, "nobody has answered them"
    with after(72):
        ask_again(as_is(request), by=world.guest(request))
        assert waits(ASKED_AGAIN) == 1, "one step, however often it is pressed"
        done(NextStep.objects.open().get(what=ASKED_AGAIN), by=world.mei)
        ask_again(as_is(request), by=world.guest(request))
        assert waits(ASKED_AGAIN) == 0, "they were spoken with since"


def test_a_change_that_lapses_takes_its_question_with_it(world):
    order = world.ordered(world.take())
    line = order.lines.first()
    change(order, by=world.haoran, wish=ChangeWish((LineWish(line, line.due + 4, line.price),), is_theirs=True, reason="客户来信加单"))
    request = send(Contract.objects.get().newest, by=world.heyuan, override_reason="先发给客户看，资料随后补")
    with after(16):
        expire_all()
        assert waits(DECIDE) == 1
        ask_again(as_is(request), by=world.guest(request))
    with after(60):
        assert lapse_all() == 1 and Contract.objects.get().state == "agreed"
    assert (waits(DECIDE), waits(ASKED_AGAIN)) == (0, 1), "what they asked for is still theirs to hear about"


def as_is(request) -> ConfirmationRequest:
    return ConfirmationRequest.objects.for_list().get(pk=request.pk)


def waits(what: str) -> int:
    return NextStep.objects.open().filter(what=what).count()
