"""Days as files write them, told from the whole column."""

from datetime import date

import pytest

from boothline.core.errors import Refused
from boothline.exchange.dates import Dates, read_columns

pytestmark = pytest.mark.once

DAY = date(2016, 10, 20)


def read_dates(cells: list[str], order: str = "", label: str = "") -> Dates:
    """A column by itself."""
    return read_columns({label: cells}, order)[label]


@pytest.mark.parametrize(
    "cell",
    [
        "2016-10-20", "2016/10/20", "2016.10.20", "20161020", "2016-10-20 00:00:00.000", "2016-10-20T08:30:00Z", "2016年10月20日", "2016 年 10 月 20 号",
        "20 Oct 2016", "20-Oct-16", "October 20, 2016", "Oct 20th, 2016", "42663", "42663.5", "２０１６－１０－２０", "20.10.2016", "10/20/2016 9:05 PM",
        "2016-1-2",
    ],
)  # fmt: skip
def test_a_day_that_can_be_read_in_one_way_is(cell: str):
    wanted = date(2016, 1, 2) if cell == "2016-1-2" else DAY
    assert read_dates([cell]).day(cell) == wanted


@pytest.mark.parametrize(
    ("cells", "order"),
    [
        (["20-10-16", "01-03-17", "25-10-16", "11-03-17"], "dmy"), (["10/20/2016", "3/1/2017"], "mdy"), (["20/10/2016", "3/1/2017"], "dmy"),
        (["16-10-20", "17-03-01", "17-03-11"], "ymd"), (["05/05/2016"], "dmy"), (["3.1.2017", "20.10.2016"], "dmy"),
    ],
)  # fmt: skip
def test_the_column_tells_the_order(cells: list[str], order: str):
    found = read_dates(cells)
    assert found.order == order
    assert all(2016 <= found.day(cell).year <= 2017 for cell in cells)


def test_a_day_of_two_readings_takes_that_of_its_column():
    found = read_dates(["20-10-16", "01-03-17", "25-10-16", "07-03-17"])
    assert (found.day("01-03-17"), found.day("20-10-16")) == (date(2017, 3, 1), DAY)


@pytest.mark.parametrize("cells", [["03/04/2016"], ["03/04/2016", "05-06-2017", ""], ["20-10-16"]])
def test_where_nothing_decides_it_is_asked(cells: list[str]):
    with pytest.raises(Refused) as asked:
        read_dates(cells, label="begun on")
    assert asked.value.code == "date_order" and "2016-10-20" in str(asked.value.words) and "begun on" in str(asked.value.words)


def test_whoever_asks_may_say_the_order():
    assert read_dates(["03/04/2016"], "mdy").day("03/04/2016") == date(2016, 3, 4)
    assert read_dates(["03/04/2016"], "dmy").day("03/04/2016") == date(2016, 4, 3)


def test_days_written_in_two_orders_are_refused():
    with pytest.raises(Refused) as refused:
        read_dates(["20/10/2016", "10/21/2016"])
    assert refused.value.code == "date_order"


def test_another_column_of_the_table_decides_for_one_that_says_nothing():
    found = read_columns({"begun": ["20/10/2016", "01/11/2016"], "closed": ["01/03/2017", "02/03/2017"]})
    assert found["closed"].day("01/03/2017") == date(2017, 3, 1)


@pytest.mark.parametrize("cell", ["", "-", "NULL", "0000-00-00", "无"])
def test_fillers_are_no_day(cell: str):
    assert read_dates([cell]).day(cell) is None


@pytest.mark.parametrize("cell", ["soon", "2016-13-40", "45/45/2016", "123", "2016", "99999999", "31/02/2016"])
def test_what_is_no_day_is_named_and_spoils_no_column(cell: str):
    found = read_dates([cell, "20/10/2016"])
    assert found.day("20/10/2016") == DAY
    with pytest.raises(Refused) as refused:
        found.day(cell, "closed on")
    assert cell in str(refused.value.words) and "closed on" in str(refused.value.words)
