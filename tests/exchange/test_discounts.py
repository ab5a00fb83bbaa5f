"""How a column of discounts is read, in English and as Chinese sheets write it."""

from decimal import Decimal

import pytest

from boothline.core.errors import Refused
from boothline.exchange.discounts import Discounts


@pytest.mark.parametrize(
    ("heading", "cells", "off"),
    [
        ("discount", ["0", "0.15", ""], [0, 15, 0]),
        ("discount", ["5", "10%"], [5, 10]),
        ("Discount", ["0.8", "0.9"], [80, 90]),  # in English it is always what comes off
        ("优惠率", ["5%", "0.1"], [5, 10]),
        ("折扣", ["0", "0.05"], [0, 5]),
        ("折扣", ["0.95", "1", "0.88"], [5, 0, 12]),
        ("折扣率", ["95%", "100%"], [5, 0]),
        ("折扣", ["95", "88"], [5, 12]),
        ("折扣", ["9折", "8.5折", "95折", "九五折", ""], [10, 15, 5, 5, 0]),
        ("折扣", ["10%", "20%"], [10, 20]),
        ("discount", ["9折"], [10]),
    ],
)
def test_what_comes_off(heading, cells, off):
    column = Discounts(heading, cells, "discount")
    assert [column.percent(cell) for cell in cells] == [Decimal(one) for one in off]


@pytest.mark.parametrize("cells", [["0.3", "0.9"], ["5", "8"], ["0.5", "0.6"]])
def test_what_may_be_either_is_asked(cells):
    column = Discounts("折扣", cells, "折扣")
    with pytest.raises(Refused, match="优惠率"):
        column.percent(cells[-1])
    assert column.percent("") == 0
