"""Weights that a company sets: the same names, whole numbers, together 100; what a later version weighs otherwise is its default."""

from datetime import timedelta

import pytest
from django.utils.translation import override

from boothline.accounts.rulebook import change_rule
from boothline.billing.schedule import nearness
from boothline.contracts.dossier import WEIGHTS as OF_DOSSIER
from boothline.contracts.dossier import completeness as filled
from boothline.contracts.dossier import dossier_of
from boothline.core import clock
from boothline.core.errors import Refused
from boothline.core.models import RuleSetting
from boothline.core.rules import RULES
from boothline.intentions.collection import WEIGHTS, collection_of, completeness
from boothline.negotiation.ranking import Case, Scale, Use, likeness

pytestmark = pytest.mark.django_db
PARTS = "variant:{},quantity:15,price:15,requirements:12,term:8,date:7,payment:10,address:8,consignee:5,invoice:{},signatory:2"


@pytest.mark.parametrize(
    "wrong",
    [
        "variant:15", PARTS.format(15, 4), PARTS.format(15, -3), PARTS.format(15, 3) + ",more:0", PARTS.format("15.0", 3),
        PARTS.format(15, 3).replace("invoice", "price"), PARTS.format(15, 3).replace(",", ";"),
    ],
)  # fmt: skip
def test_weights_that_do_not_add_up_are_refused(world, wrong):
    with override("en"), pytest.raises(Refused, match="together 100") as refused:
        change_rule(WEIGHTS.rule, by=world.admin, revision=0, value=wrong)
    assert refused.value.field == "value" and not RuleSetting.objects.exists()


def test_weights_of_a_collection_and_of_a_dossier_are_those_of_the_company(world):
    intention = world.intend(world.take(), complete=False)
    collected = collection_of(intention)
    assert completeness(collected) == 15 * 3 + 12
    change_rule(WEIGHTS.rule, by=world.admin, revision=0, value=PARTS.format(5, 13))
    assert completeness(collected) == 5 + 15 * 2 + 12
    RuleSetting.objects.update(value="variant:50,quantity:50")  # of a version that weighed two parts
    assert WEIGHTS.value == WEIGHTS.default and completeness(collected) == 15 * 3 + 12
    found = dossier_of(intention.customer)
    found.legal_name = "光速贸易有限公司"
    named, chinese = filled(found), OF_DOSSIER["chinese"]
    heavier = {**chinese.default, "name": 25, "code": 10}
    change_rule(chinese.rule, by=world.admin, revision=0, value=",".join(f"{n}:{w}" for n, w in heavier.items()))
    assert found.party == "chinese" and filled(found) == named + 10


def test_how_like_a_case_is_and_how_near_a_date_is_are_said_by_the_company(world):
    case, use = Case("家具/餐桌", "negotiating", "A"), Use("x", "resolved", Case("灯具", "visitor", "A"), age=100)
    assert Scale.now() == Scale() and likeness(use, case, Scale.now()) == pytest.approx(0.3 * 0.7 * 0.5 ** (100 / 730))
    change_rule(RULES["negotiation.like_weights"], by=world.admin, revision=0, value="parent:50,other:20,type:100,grade:90")
    change_rule(RULES["negotiation.like_half_life_days"], by=world.admin, revision=0, value=100)
    assert likeness(use, case, Scale.now()) == pytest.approx(0.2 * 0.5)
    with pytest.raises(Refused):
        change_rule(RULES["negotiation.like_weights"], by=world.admin, revision=1, value="parent:50,other:20,type:101,grade:90")
    day = clock.today() + timedelta(days=10)
    assert nearness(day) == "ochre"
    change_rule(RULES["billing.lc_urgent_days"], by=world.admin, revision=0, value=10)
    assert nearness(day) == "red" and nearness(day + timedelta(days=5)) == ""
    change_rule(RULES["billing.lc_near_days"], by=world.admin, revision=0, value=20)
    assert nearness(day + timedelta(days=5)) == "ochre"


def test_what_ships_adds_to_100():
    assert [sum(weights.default.values()) for weights in (WEIGHTS, *OF_DOSSIER.values())] == [100] * 4
