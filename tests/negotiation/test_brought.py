"""Why customers did not buy, as the books of another system say it."""

from datetime import date

import pytest
from django.utils import timezone, translation

from boothline.core.actors import SYSTEM
from boothline.core.errors import NotAllowed
from boothline.customers.card import Customer
from boothline.negotiation.brought import LetGo, bring_let_go
from boothline.timeline.history import Event

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("价格", "price"),
        ("Lead time", "lead_time"),
        ("价格太贵了", "price"),
        ("chose another supplier", "competitor"),
        ("领导不签字", "other"),
    ],
)
def test_the_reason_is_the_one_that_the_words_name_or_speak_of(world, words: str, reason: str):
    (made,) = bring_let_go([LetGo(world.take(), world.products["TR20"], words)], by=SYSTEM)
    assert (made.reason, made.words, made.state) == (reason, words, "let_go")


def test_it_is_over_on_its_day_and_claims_nothing(world):
    customer = world.take()
    (made,) = bring_let_go([LetGo(customer, world.products["TR20"], "太贵", date(2017, 3, 1))], by=SYSTEM)
    assert timezone.localdate(made.closed_at) == date(2017, 3, 1) and Customer.objects.get(pk=customer.pk).type == "visitor"
    with translation.override("en"):
        assert "1 Mar 2017" in Event.objects.get(kind="negotiation.let_go_brought").sentence


def test_only_who_records_objections_brings_any(world):
    with pytest.raises(NotAllowed):
        bring_let_go([LetGo(world.take(), world.products["TR20"], "太贵")], by=world.xiaoyu)
