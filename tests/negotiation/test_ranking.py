"""403: the ranking, with the rule's own worked example."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from boothline.negotiation.decisions import Offer
from boothline.negotiation.playbook import TEMPLATES
from boothline.negotiation.ranking import Case, Use, expected, likeness, rank

DINING = Case("家具/餐桌", "negotiating", "A")
LAMPS = Case("灯具", "negotiating", "A")
CHAIRS = Case("家具/椅子", "visitor", "A")


def uses(template: str, case: Case, resolved: int = 0, partly: int = 0, none: int = 0) -> list[Use]:
    outcomes = ["resolved"] * resolved + ["partly"] * partly + ["not_resolved"] * none
    return [Use(template, outcome, case) for outcome in outcomes]


def test_the_worked_example():
    """Price, dining tables, negotiating, A; ages ignored."""
    past = uses("Step price", DINING, 4, 1, 1) + uses("Step price", LAMPS, 2, 0, 2) + uses("Other product", DINING, 1)
    past += uses("Bundle", CHAIRS, 7, 0, 3)
    assert pytest.approx(0.654, abs=0.001) == (2.5 + 14.5) / 26 and expected(past) == 0.6
    step, other, bundle = rank(["Step price", "Other product", "Bundle"], past, DINING)
    assert [r.template for r in (step, other, bundle)] == ["Step price", "Other product", "Bundle"]
    assert [round(r.score, 3) for r in (step, other, bundle)] == [0.659, 0.657, 0.641]
    assert step.score == pytest.approx(8.7 / 13.2) and other.score == pytest.approx(4.6 / 7) and bundle.score == pytest.approx(6.54 / 10.2)
    assert [round(r.weight, 2) for r in (step, other, bundle)] == [7.2, 1, 4.2]
    assert (other.is_few, step.is_few) == (True, False)
    assert (step.worked, step.like, step.partly, step.others_worked, step.others) == (4, 6, 1, 2, 4)
    with override("en"):
        said = Offer(TEMPLATES["price.step"], step, "").counts
    assert said == ["worked in 4 of 6 like cases, partly in 1", "2 of 4 in other families"]


def test_without_history_all_stand_at_a_half_in_their_order():
    found = rank(["b", "a"], [], DINING)
    assert [(r.template, r.score) for r in found] == [("b", 0.5), ("a", 0.5)]


def test_few_cases_are_not_placed_first_where_another_is_sure():
    past = uses("sure", DINING, 2, 0, 1) + uses("few", DINING, 1)
    assert [r.template for r in rank(["few", "sure"], past, DINING)] == ["sure", "few"]
    past = uses("bad", DINING, 0, 0, 9) + uses("few", DINING, 1)
    assert [r.template for r in rank(["bad", "few"], past, DINING)] == ["few", "bad"]  # sure, but below what is to be expected


def test_likeness():
    assert likeness(Use("x", "resolved", CHAIRS), DINING) == pytest.approx(0.42)
    assert likeness(Use("x", "resolved", Case("灯具", "visitor", "B")), DINING) == pytest.approx(0.3 * 0.7 * 0.8)
    assert likeness(Use("x", "resolved", DINING, age=730), DINING) == pytest.approx(0.5)


def test_what_is_expected_stays_between_a_fifth_and_three_fifths():
    assert expected(uses("x", DINING, 0, 0, 9)) == pytest.approx(0.2), "2.5 / 14 would be less"
    assert expected(uses("x", DINING, 1, 1, 2)) == pytest.approx((2.5 + 1.5) / 9)


def test_of_equals_the_one_with_more_cases_then_the_first():
    """p0 is 0.5: half of what was tried worked, so any number of such cases leaves the score as it is."""
    past = uses("more", DINING, 2, 0, 2) + uses("less", DINING, 1, 0, 1)
    found = rank(["less", "none", "more", "never"], past, DINING)
    assert {r.score for r in found} == {0.5} and [r.template for r in found] == ["more", "less", "none", "never"]
