"""What is said in CNY holds in every currency, at the company's own rates."""

from decimal import Decimal as D

import pytest

from boothline.accounts.rulebook import change_rule
from boothline.catalogue.rates import RATES, exchanged, is_below_floor
from boothline.core.money import CURRENCIES

pytestmark = pytest.mark.django_db


def test_an_amount_in_another_currency():
    assert exchanged(D(50), "CNY", "CNY") == 50
    assert round(exchanged(D(50), "CNY", "USD"), 2) == D("7.04") and round(exchanged(D(50), "CNY", "JPY")) == 1042
    assert exchanged(D(71), "USD", "CNY") == D("504.1") and round(exchanged(D(71), "USD", "EUR"), 2) == D("64.63")
    assert {"CNY", *RATES} == set(CURRENCIES)


def test_the_company_says_what_a_currency_is_worth(world):
    change_rule(RATES["USD"], by=world.admin, revision=0, value=D("6.8"))
    assert exchanged(D(10), "USD", "CNY") == 68


@pytest.mark.parametrize(("price", "currency", "is_below"), [
    ("71", "CNY", False), ("70.99", "CNY", True), ("10", "USD", False), ("9.99", "USD", True),
])  # fmt: skip
def test_a_floor_price_holds_in_every_currency(world, price, currency, is_below):
    variant = world.products["TR20"].variants.first()
    assert not is_below_floor(variant, D("0.01"), currency), "no floor is known"
    variant.floor = D(71)
    assert is_below_floor(variant, D(price), currency) is is_below
