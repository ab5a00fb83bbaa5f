"""Money: a line is rounded half up to the minor unit, totals are sums of rounded lines, shares add up to the cent."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as some

from boothline.core.errors import Refused
from boothline.core.money import CURRENCIES, line_amount, round_line, share, total, trimmed

CURRENCY = some.sampled_from([*CURRENCIES, "KRW"])
AMOUNT = some.decimals(min_value=0, max_value=10**9, places=2)
WEIGHTS = some.lists(some.decimals(min_value=0, max_value=1000, places=3), min_size=1, max_size=12).filter(lambda w: sum(w) > 0)


def unit_of(currency: str) -> Decimal:
    return Decimal(1) if currency in ("JPY", "KRW") else Decimal("0.01")


@pytest.mark.parametrize(
    ("amount", "currency", "rounded"),
    [
        ("0.005", "CNY", "0.01"), ("0.0049999", "CNY", "0.00"), ("2.675", "USD", "2.68"), ("1.005", "EUR", "1.01"), ("-0.005", "CNY", "-0.01"),
        ("0.5", "JPY", "1"), ("1.5", "JPY", "2"), ("2.5", "JPY", "3"), ("2.4999", "KRW", "2"), ("1234567.995", "CNY", "1234568.00"),
    ],
)  # fmt: skip
def test_half_up(amount, currency, rounded):
    assert str(round_line(Decimal(amount), currency)) == rounded


@given(some.decimals(min_value=-(10**8), max_value=10**8, places=6), CURRENCY)
def test_rounding_moves_by_at_most_half_a_unit(amount, currency):
    rounded, unit = round_line(amount, currency), unit_of(currency)
    assert abs(rounded - amount) <= unit / 2
    assert rounded % unit == 0
    assert round_line(rounded, currency) == rounded


@given(
    some.decimals(min_value=0, max_value=10**4, places=3), some.decimals(min_value=0, max_value=10**4, places=4),
    some.decimals(min_value=0, max_value=100, places=2), CURRENCY,
)  # fmt: skip
def test_a_line_is_quantity_times_price_less_its_discount_rounded_once(quantity, price, discount, currency):
    exact = Fraction(quantity) * Fraction(price) * (1 - Fraction(discount) / 100)
    found = line_amount(quantity, price, discount, currency)
    assert abs(Fraction(found) - exact) <= Fraction(unit_of(currency)) / 2
    if discount == 100:
        assert found == 0


def test_a_total_sums_rounded_lines_and_not_the_exact_ones():
    lines = [line_amount(Decimal(1), Decimal("0.335"), Decimal(0), "CNY") for _ in range(3)]
    assert total(lines) == Decimal("1.02")  # the exact sum would round to 1.01
    assert str(total([])) == "0.00"


@pytest.mark.parametrize("amounts", [["999999999999.99", "0.01"], ["1000000000000"], ["-1000000000000"]])
def test_what_no_column_holds_is_refused_in_words(amounts):
    with pytest.raises(Refused, match=r"too_large|存|amount") as refused:
        total([Decimal(a) for a in amounts])
    assert refused.value.code == "too_large"
    assert total([Decimal("999999999999.99")]) == Decimal("999999999999.99")
    with pytest.raises(Refused):
        line_amount(Decimal(99_999_999_999), Decimal(100), Decimal(0), "CNY")


@given(AMOUNT, WEIGHTS, CURRENCY)
def test_shares_add_up_and_each_is_within_a_unit_of_its_due(amount, weights, currency):
    unit = unit_of(currency)
    amount = round_line(amount, currency)
    parts = share(amount, weights, currency)
    assert len(parts) == len(weights)
    assert sum(parts) == amount
    for part, weight in zip(parts, weights, strict=True):
        due = Fraction(amount) * Fraction(weight) / Fraction(sum(weights))
        assert part % unit == 0 and abs(Fraction(part) - due) < Fraction(unit)
        assert weight or part == 0


@given(AMOUNT, WEIGHTS, CURRENCY)
def test_the_largest_remainders_get_the_missing_units(amount, weights, currency):
    unit, amount = unit_of(currency), round_line(amount, currency)
    dues = [Fraction(amount) * Fraction(w) / Fraction(sum(weights)) / Fraction(unit) for w in weights]
    rests = [due - due.numerator // due.denominator for due in dues]
    got_more = [part / unit > due for part, due in zip(share(amount, weights, currency), dues, strict=True)]
    given_up = [rest for rest, more in zip(rests, got_more, strict=True) if more]
    kept_down = [rest for rest, more in zip(rests, got_more, strict=True) if not more]
    assert not given_up or not kept_down or min(given_up) >= max(kept_down)


def test_the_worked_split():
    assert share(Decimal("100.00"), [Decimal(1), Decimal(1), Decimal(1)], "CNY") == [Decimal("33.34"), Decimal("33.33"), Decimal("33.33")]
    assert share(Decimal("0.01"), [Decimal(30), Decimal(70)], "CNY") == [Decimal("0.00"), Decimal("0.01")]
    assert share(Decimal(1000), [Decimal(1), Decimal(2)], "JPY") == [Decimal(333), Decimal(667)]


@given(some.decimals(min_value=0, max_value=10**9, places=3))
def test_a_quantity_is_written_without_empty_decimals(quantity):
    words = str(trimmed(quantity))
    assert Decimal(words) == quantity and "E" not in words
    assert not words.endswith("0") or "." not in words
