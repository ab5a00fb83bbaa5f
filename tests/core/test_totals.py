"""6.4: T = sum of rounded lines + charges - order discount - allowances + tax where prices are without it."""

from __future__ import annotations

from decimal import Decimal as D
from random import Random

import pytest
from django.utils.translation import override

from boothline.core.errors import Refused
from boothline.core.totals import AMOUNTS, PriceTerms, check_discount, check_terms, summed, terms_from, with_tax

WORKED = PriceTerms(freight=D("120.00"), order_discount=D("50.00"), tax_rate=D("13"))


def test_the_worked_example():
    """Lines 1,000.00 + freight 120.00 - discount 50.00; 13 % of 1,070.00 = 139.10; T 1,209.10."""
    found = summed([D("700.00"), D("300.00")], WORKED, "CNY")
    assert (found.goods, found.charged, found.taxed, found.tax, found.total) == (
        D("1000.00"), D("120.00"), D("1070.00"), D("139.10"), D("1209.10"),
    )  # fmt: skip
    with override("en"):
        assert found.rows() == [
            ("goods", "goods", D("1000.00")), ("freight", "freight", D("120.00")), ("order_discount", "order discount", D("-50.00")),
            ("tax", "tax 13%", D("139.10")),
        ]  # fmt: skip


def test_without_anything_beside_them_the_goods_are_all_of_it():
    found = summed([D("10.00")], PriceTerms(), "CNY")
    assert (found.total, found.tax, found.rows(), found.is_plain) == (D("10.00"), 0, [], True)
    assert PriceTerms(other_words="模具").is_plain and PriceTerms().said() == []
    assert not PriceTerms(tax_rate=D(0)).is_plain  # without tax, at 0 %: the document says so


def test_an_allowance_has_its_tax_in_it():
    """113 off an order of 1,209.10 is 113 off; goods of 100.00 that come back take 113.00 with them."""
    assert summed([D(1000)], WORKED, "CNY", D("-113.00")).total == D("1096.10")
    assert with_tax(D("100.00"), WORKED, "CNY") == D("113.00")
    assert with_tax(D("100.00"), PriceTerms(), "CNY") == D("100.00")


def test_tax_is_rounded_once_to_the_unit_of_the_currency():
    lines = [D("0.05")] * 3
    assert summed(lines, PriceTerms(tax_rate=D("13")), "CNY").tax == D("0.02")  # each by itself would make 0.03
    assert summed([D(1005)], PriceTerms(tax_rate=D("10")), "JPY").tax == D(101)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"freight": D("-1")}, "freight"), ({"packing": D("1.005")}, "packing"), ({"order_discount": D("-5")}, "order_discount"),
        ({"tax_rate": D("100.5")}, "tax_rate"), ({"tax_rate": D("-1")}, "tax_rate"), ({"tax_rate": D("13.125")}, "tax_rate"),
        ({"other_charge": D("80")}, "other_words"),
    ],
)  # fmt: skip
def test_what_no_deal_can_say_is_refused(values, field):
    with pytest.raises(Refused) as refused:
        check_terms(terms_from(values), "CNY")
    assert refused.value.field == field


def test_a_currency_without_a_smaller_unit_takes_whole_amounts():
    with pytest.raises(Refused, match="JPY"):
        check_terms(PriceTerms(tooling=D("10.50")), "JPY")
    check_terms(PriceTerms(tooling=D("10.00")), "JPY")


def test_the_discount_leaves_something_of_the_goods_to_pay():
    check_discount(D("50.01"), WORKED, "CNY")
    with pytest.raises(Refused) as refused:
        check_discount(D("50.00"), WORKED, "CNY")
    assert refused.value.field == "order_discount"
    check_discount(D(0), PriceTerms(freight=D(5)), "CNY")  # a sample for nothing, its freight is paid


@pytest.mark.parametrize("seed", range(20))
def test_shared_by_value_every_cent_stays(seed):
    drawn = Random(seed)
    terms = PriceTerms(**{name: D(drawn.randrange(10**6)) / 100 for name in AMOUNTS})
    parts = terms.shared([D(drawn.randrange(1, 10**7)) / 100 for _part in range(drawn.randint(2, 4))], "CNY")
    for name in AMOUNTS:
        assert sum(getattr(part, name) for part in parts) == getattr(terms, name)
        assert all(getattr(part, name) >= 0 for part in parts)


def test_two_orders_joined_sum_and_keep_both_words():
    both = PriceTerms(freight=D(5), other_charge=D(1), other_words="验货费").joined(
        PriceTerms(freight=D(7), other_charge=D(2), other_words="熏蒸费")
    )
    assert (both.freight, both.other_charge, both.other_words) == (D(12), D(3), "验货费；熏蒸费")
