"""Intentions in numbers, as the books of another system say them: living and lost, and how they ended."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from boothline.core.actors import SYSTEM
from boothline.core.errors import NotAllowed, RowFailed
from boothline.customers.card import Customer
from boothline.followups.models import NextStep
from boothline.intentions.brought import Brought, Ended, bring_in, end_many
from boothline.intentions.products import Intention, lose
from boothline.negotiation.interest import Intended
from boothline.timeline.history import Event

pytestmark = pytest.mark.django_db

DAY, LATER = date(2016, 10, 20), date(2017, 3, 1)


def brought(world, customer: Customer, **more) -> Intention:
    (made,) = bring_in([Brought(customer, world.products["TR20"], DAY, "CNY", **more)], by=SYSTEM)
    return Intention.objects.for_list().get(pk=made.pk)


def fresh(customer: Customer) -> Customer:
    return Customer.objects.get(pk=customer.pk)


def test_a_living_one_claims_since_its_day_and_pre_fills_the_briefing(world):
    customer = world.take()
    made = brought(world, customer, value=Decimal(300))
    (line,) = made.standing
    assert (made.state, timezone.localdate(made.made_at), made.source, str(line.quantity), str(line.price)) == (
        "open",
        DAY,
        "import",
        "1.000",
        "300.0000",
    )
    assert fresh(customer).type == "intending" and Intended.objects.get(customer=customer).product == world.products["TR20"]
    assert Event.objects.get(kind="intentions.brought").sentence == "导入：客户自 2016年10月20日起想要轨道射灯"


def test_without_a_value_neither_quantity_nor_price_is_made_up(world):
    (line,) = brought(world, world.take()).standing
    assert (line.quantity, line.price) == (None, None)


def test_a_lost_one_claims_nothing_and_keeps_its_day_and_reason(world):
    customer = world.take()
    made = brought(world, customer, is_lost=True, lost_on=LATER, reason="太贵")
    assert (made.state, made.lost_on, made.lost_reason, str(made)) == ("lost", LATER, "太贵", "轨道射灯")
    assert fresh(customer).type == "visitor" and not Intended.objects.exists()


def test_they_end_won_or_lost_on_their_day(world):
    customer = world.take()
    won, lost = brought(world, customer), brought(world, customer)
    end_many([Ended(won, LATER, True), Ended(lost, LATER, False, "太贵")], by=SYSTEM)
    won.refresh_from_db(), lost.refresh_from_db()
    assert [(i.state, i.lost_on, i.lost_reason) for i in (won, lost)] == [("won", None, ""), ("lost", LATER, "太贵")]
    assert fresh(customer).type == "visitor" and not Intended.objects.exists() and not NextStep.objects.filter(what="").exists()


def test_one_that_ended_here_names_its_row_and_the_others_wait(world):
    customer = world.take()
    here, other = brought(world, customer), brought(world, customer)
    lose(here, by=world.heyuan, reason="项目取消")
    with pytest.raises(RowFailed) as failed:
        end_many([Ended(here, LATER, True), Ended(other, LATER, True)], by=SYSTEM)
    assert failed.value.subjects == [here]
    other.refresh_from_db()
    assert other.state == "open"


def test_what_is_lost_by_hand_keeps_the_day_too(world):
    made = lose(brought(world, world.take()), by=world.heyuan, reason="项目取消")
    made.refresh_from_db()
    assert made.lost_on == timezone.localdate()


def test_only_who_records_intentions_brings_any(world):
    with pytest.raises(NotAllowed):
        bring_in([Brought(world.take(), world.products["TR20"], DAY, "CNY")], by=world.haoran)


def test_any_number_takes_the_same_queries(world, django_assert_max_num_queries):
    customer = world.take()
    wishes = [Brought(customer, world.products["TR20"], DAY, "CNY", is_lost=i % 2 == 0) for i in range(300)]
    with django_assert_max_num_queries(60):
        assert len(bring_in(wishes, by=SYSTEM)) == 300
