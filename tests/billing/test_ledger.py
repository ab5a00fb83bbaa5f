"""6.6 The ledger: by day, summed by month, each currency for itself; every sum opens the list that it counts."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal as D

import pytest

from boothline.billing.books import settle_customer
from boothline.billing.ledger import Sums, by_currency, by_day, by_month, deliverable, following, previous, register, whole_of
from boothline.core.actors import SYSTEM
from boothline.orders.changes import cancel
from boothline.orders.goods import approve_line
from boothline.orders.models import Order
from boothline.orders.register import undo
from boothline.ui.columns import FILLS

pytestmark = pytest.mark.django_db

FIGURES = ("orders", "total", "paid", "credited", "open")


def figures(row: Sums) -> tuple[date, str, int, D, D, D, D]:
    """A row as it is read."""
    return (row.first, row.currency, row.orders, row.total, row.paid, row.credited, row.open)


def opened_in_dollars(world) -> Order:
    """2 x 100, agreed in dollars."""
    order = world.opened(lines="2x100")
    Order.objects.filter(pk=order.pk).update(currency="USD")
    for currency in ("CNY", "USD"):
        settle_customer(order.customer, currency)
    return order


def test_a_month_is_the_sum_of_its_days_and_opens_its_list(world, client_of, django_assert_num_queries):
    """1,000 of 4 March of which 300 came and the order was cancelled with a fee of 100; 500 of the last evening of March, one
    dollar order of April: the company's day counts, not the day of the database. A void one was never made."""
    first = world.opened(lines="10x100")
    world.pays(first, 300)
    cancel(first, by=world.haoran, reason="客户的项目取消了", fee=D(100))
    never = world.opened(lines="1x100")
    undo([never], by=SYSTEM)
    second, third = world.opened(lines="5x100"), opened_in_dollars(world)
    opened = {
        first: datetime(2027, 3, 4, 2, tzinfo=UTC),
        never: datetime(2027, 3, 4, 2, tzinfo=UTC),
        second: datetime(2027, 3, 31, 15, 59, tzinfo=UTC),
        third: datetime(2027, 3, 31, 16, tzinfo=UTC),
    }
    for order, at in opened.items():
        Order.objects.filter(pk=order.pk).update(opened_at=at)
    by = world.haoran
    with django_assert_num_queries(1):
        months = by_month(by, 2027)
    march, april = date(2027, 3, 1), date(2027, 4, 1)
    assert [figures(row) for row in months] == [(april, "USD", 1, 200, 0, 0, 200), (march, "CNY", 2, 600, 100, 0, 500)]
    days = by_day(world.haoran, march)
    assert [figures(row)[:4] for row in days] == [(date(2027, 3, 31), "CNY", 1, 500), (date(2027, 3, 4), "CNY", 1, 100)]
    assert [getattr(whole_of(days)[0], name) for name in FIGURES] == [getattr(months[1], name) for name in FIGURES]
    assert all(row.total == row.paid + row.credited + row.open for row in [*months, *days])

    kept = register(by, date(2027, 3, 31))
    assert [o.number for o in kept.orders] == [second.number] and [row.total for row in kept.total] == [500]
    assert [row.total for row in kept.month] == [600] and register(by, date(2027, 3, 30)).total == []
    client = client_of(world.users["haoran"])
    said = client.get("/register/?day=2027-03-31").content.decode()
    assert second.number in said and first.number not in said and "¥500.00" in said and "¥600.00" in said
    assert client.get("/register/?day=x").status_code == client.get("/register/?day=9999-12-31").status_code == 200
    shown = client.get("/ledger/?year=2027").content.decode()
    its_days = client.get("/ledger/?year=2027&month=3").content.decode()
    lists = re.findall(r'href="(/orders/\?since=[^"]+)"[^>]*>(\d+)<', shown + its_days)
    assert len(lists) == 2 + 3  # two months of one row a currency, which is its own total; two days and their total
    for address, n in lists:
        rows = client.get(address.replace("&amp;", "&")).content.decode()
        assert len(set(re.findall(r"SO-\d+", rows))) == int(n), address
    assert "3 月" in shown.replace("3月", "3 月") and client.get("/ledger/?year=2027&month=13").status_code == 200


def test_the_list_shows_money_to_those_who_may_see_it(world, client_of):
    """Received and open stand beside the order, in the file too."""
    order = world.opened(lines="10x100")
    world.pays(order, 300)
    client = client_of(world.users["haoran"])
    made = client.post("/lists/orders/export/?columns=order,paid,credited,open", {"form": "csv"})
    line = b"".join(made.streaming_content).decode().splitlines()[1]
    assert re.findall(r"[\d.]+(?=,CNY)", line) == ["300.00", "0.00", "700.00"], line


def test_what_can_be_completed_and_delivered(world):
    """Ready lines and their amount, by the expected date: 10 x 100 of one order are ready, 5 x 40 are not."""
    order = world.ordered(world.take(), is_paid=False)
    assert deliverable(world.haoran) == []
    line = order.lines.first()
    approve_line(line, by=world.haoran)
    (ready,) = deliverable(world.haoran)
    assert (ready.order, ready.lines, ready.amount) == (order, 1, line.amount)
    assert by_currency([ready, ready]) == [("CNY", 2, 2 * line.amount)] and deliverable(world.kevin) == []


def test_months_have_neighbours():
    assert (previous(date(2027, 1, 1)), following(date(2027, 12, 1))) == (date(2026, 12, 1), date(2028, 1, 1))


def test_a_workbook_keeps_both_colours_of_a_line(world, client_of):
    """The order's mark and the state of the line itself, each in its own colour; by order as by line."""
    order = world.ordered(world.take(), is_paid=False)
    approve_line(order.lines.first(), by=world.haoran)
    client = client_of(world.users["haoran"])
    for name, wanted in (("orders", {FILLS["blue"]}), ("order-lines", {FILLS["blue"], FILLS["green"]})):
        made = client.post(f"/lists/{name}/export/", {"form": "xlsx"})
        book = zipfile.ZipFile(io.BytesIO(b"".join(made.streaming_content)))
        shown = set(re.findall(r'fgColor rgb="FF(\w{6})"', book.read("xl/styles.xml").decode()))
        assert {fill.lstrip("#") for fill in wanted} <= shown, (name, shown)


def test_a_workbook_holds_days_as_days(world, client_of):
    """They sort and filter in a spreadsheet program; a text file has them in the one form for every reader."""
    order = world.ordered(world.take(), is_paid=False)
    client, day = client_of(world.users["haoran"]), f"{order.promised_on:%Y-%m-%d}"
    asked = "/lists/orders/export/?columns=order,shipping_date"
    assert day in b"".join(client.post(asked, {"form": "csv"}).streaming_content).decode()
    book = zipfile.ZipFile(io.BytesIO(b"".join(client.post(asked, {"form": "xlsx"}).streaming_content)))
    assert "yyyy" in book.read("xl/styles.xml").decode()
    serial = (order.promised_on - date(1899, 12, 30)).days
    assert f"<v>{serial}</v>" in book.read("xl/worksheets/sheet1.xml").decode()
    assert day not in book.read("xl/worksheets/sheet1.xml").decode()


def test_the_sums_follow_the_list(world, client_of):
    """Opened from a list that shows Mei's orders, the sums by month count Mei's, say so, and open the same."""
    hers = world.opened(lines="10x100")
    world.opened(world.take("别家公司", name="李四", by=world.kevin, emails=[], phones=[]), lines="5x100")
    client, mei = client_of(world.users["haoran"]), world.users["mei"].pk
    listed = client.get(f"/orders/?owner={mei}").content.decode()
    assert f'href="/ledger/?owner={mei}"' in listed
    body = client.get(f"/ledger/?owner={mei}").content.decode()
    assert "¥1,000.00" in body and "¥1,500.00" not in body and "Mei" in body
    (address,) = set(re.findall(r'href="(/orders/\?since=[^"]+)"', body))
    rows = client.get(address.replace("&amp;", "&")).content.decode()
    assert set(re.findall(r"SO-\d+", rows)) == {hers.number}
    assert "¥1,500.00" in client.get("/ledger/?owner=nobody-knows&state=").content.decode()
