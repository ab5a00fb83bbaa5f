"""A contract in preparation lapses 90 days after its last change, 30 after its request expired."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone

from boothline.contracts.agreement import Contract, Term, edit_version
from boothline.contracts.establishment import expire_all
from boothline.contracts.evidence import record_paper, void
from boothline.contracts.lapse import lapse_all, reopen_lapsed
from boothline.core import clock
from boothline.core.errors import NotAllowed, Refused
from boothline.customers.card import Customer
from boothline.files.attachments import Received
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
