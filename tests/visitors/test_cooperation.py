"""The cooperation list: who is recognised as a peer comes by itself; noted, talking, agreed, ended, each with a next step."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.translation import override

from boothline.core import clock
from boothline.core.errors import NotAllowed, Refused
from boothline.customers.card import Customer
from boothline.customers.models import Contact
from boothline.followups.models import NextStep
from boothline.followups.steps import Plan
from boothline.timeline.models import Event
from boothline.visitors.cooperation import move_cooperation
from boothline.visitors.models import Cooperation
from boothline.visitors.recognition import lift_nature, say_nature

pytestmark = pytest.mark.django_db


@pytest.fixture
def peer(world) -> Cooperation:
    customer = world.take()
    say_nature(customer, by=world.mei, nature="peer", peer="agent")
    return Cooperation.objects.get(customer=customer)


def move(world, peer, state, words="", by=None, **more) -> Cooperation:
    return move_cooperation(peer, by=by or world.mei, revision=more.pop("revision", peer.revision), state=state, words=words, **more)


def test_a_peer_is_noted_and_goes_through_its_states(world, peer):
    assert (peer.state, peer.peer) == ("noted", "agent")
    step = Plan(peer.customer, "谈代理条件", clock.today() + timedelta(days=2))
    moved = move(world, peer, "talking", "对方想做华北代理", next_step=step)
    assert moved.state == "talking" and NextStep.objects.filter(what="谈代理条件", customer=peer.customer).exists()
    move(world, moved, "agreed", "已签")
    move(world, moved, "ended", "合同到期")
    told = Event.objects.filter(kind="visitors.cooperation_moved").order_by("id").values_list("values__state", flat=True)
    assert list(told) == ["noted", "talking", "agreed", "ended"]
    assert move(world, moved, "ended").state == "ended"  # late is not wrong


def test_refused(world, peer):
    with pytest.raises(Refused):
        move(world, peer, "agreed")
    with pytest.raises(Refused):
        move(world, peer, "ended")  # says no reason
    with pytest.raises(NotAllowed):
        move(world, peer, "talking", by=world.kevin)
    move(world, peer, "talking")
    with pytest.raises(Refused):
        move(world, peer, "ended", "不合适", revision=1)
    assert Cooperation.objects.get().state == "talking"


def test_a_peer_without_business_is_a_visitor_and_stands_on_no_lane(world, peer, client_of):
    customer = Customer.objects.get(pk=peer.customer_id)
    assert (customer.type, customer.nature) == ("visitor", "peer")
    board = client_of(world.users["mei"]).get("/board/").content.decode()
    assert str(customer) not in board
    world.intend(customer)
    assert str(customer) in client_of(world.users["mei"]).get("/board/").content.decode()


def test_who_is_no_peer_after_all_goes_unless_somebody_talked(world, peer):
    lift_nature(peer.customer, by=world.mei)
    peer.refresh_from_db()
    assert peer.state == "ended"
    say_nature(peer.customer, by=world.mei, nature="peer", peer="press")
    peer.refresh_from_db()
    assert (peer.state, peer.peer) == ("noted", "press")
    told = Event.objects.filter(kind="visitors.cooperation_moved").order_by("id")
    for language, why in (("zh-hans", ["原来不是同行", "判定为同行"]), ("en", ["not a peer after all", "recognised as a peer"])):
        with override(language):  # whoever it was written for
            assert [words in event.sentence for event, words in zip(told[1:], why, strict=True)] == [True, True]
    move(world, peer, "talking")
    lift_nature(peer.customer, by=world.mei)
    peer.refresh_from_db()
    assert peer.state == "talking"
    assert Contact.objects.filter(customer=peer.customer).exists()
