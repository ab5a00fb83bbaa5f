"""What the radar keeps: since when, red since when, until when; one line an order; the list, the order's page, Today, the measure."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal as N

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from boothline.contracts.milestones import MilestonePlan, keep
from boothline.core import clock
from boothline.core.actors import SYSTEM
from boothline.followups import today as todays
from boothline.followups.today import Asked, Band
from boothline.orders.changes import cancel, postpone
from boothline.orders.goods import approve_line
from boothline.orders.models import Order
from boothline.orders.problems import Report, report
from boothline.orders.shipments import pack, plan, release, ship
from boothline.radar.listens import look_again
from boothline.radar.measure import measure
from boothline.radar.models import Risk
from boothline.radar.today import in_danger
from boothline.radar.watch import look, run_daily
from boothline.timeline.models import Delivery, Event

pytestmark = pytest.mark.django_db


def noon(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, datetime.min.time())) + timedelta(hours=12)


def seen(order: Order, *, all_of_it: bool = False) -> list[tuple[str, str, date, date | None, date | None]]:
    """(risk, colour, since, red since, ended on)."""
    rows = Risk.objects.filter(order=order) if all_of_it else Risk.objects.standing().filter(order=order)
    return sorted(rows.values_list("code", "colour", "since", "red_on", "ended_on"))


def codes(order: Order) -> set[str]:
    return {row[0] for row in seen(order)}


def test_since_when_is_the_first_day_on_which_it_held(world):
    """40 days to D, deposit unpaid: amber on its plan date, red 4 days later, gone with the money; each is told once."""
    order = world.ordered(world.take(), is_paid=False)
    planned = order.contract.plan.milestones.get(code="deposit").plan_on
    said = []
    for n in (-1, 0, 1, 4, 5):
        with time_machine.travel(noon(planned + timedelta(days=n)), tick=False):
            run_daily()
            run_daily()  # safe at any time
            said.append([row[1:] for row in seen(order) if row[0] == "deposit"])
    red_on = planned + timedelta(days=4)
    assert said == [[], *[[("amber", planned, None, None)]] * 2, *[[("red", planned, red_on, None)]] * 2]
    with time_machine.travel(noon(planned + timedelta(days=6)), tick=False):
        world.pays(order)
        heard = Delivery.objects.filter(listener="radar.look_again", event__kind="contracts.milestone_reached")
        assert heard.exists()  # a moment after the money came
        look([order.pk], by=SYSTEM)
        assert "deposit" not in codes(order)
    assert seen(order, all_of_it=True)[0] == ("deposit", "red", planned, red_on, planned + timedelta(days=6))
    told = Event.objects.filter(kind__startswith="radar.", values__risk="deposit").order_by("id").values_list("kind", flat=True)
    assert list(told) == ["radar.began", "radar.reddened", "radar.ended"]


def test_what_stood_against_an_order_ends_as_it_is_cancelled(world):
    order = world.ordered(world.take(), is_paid=False)
    with time_machine.travel(noon(clock.today() + timedelta(days=20)), tick=False):
        run_daily()
        assert "deposit" in codes(order)
        cancel(order, by=world.haoran, reason="客户的项目取消了", why="price")
        look_again(Event.objects.get(kind="orders.changed"))
        assert not codes(order)


def opened(world, name: str, days: int, lines: str, by: str) -> Order:
    """A confirmed order whose plan runs."""
    customer = world.take(company=f"公司{name}", emails=[f"{name}@x.example"], phones=[f"1380000{ord(name):04d}"], by=getattr(world, by))
    order = world.opened(customer, lines, days)
    MilestonePlan.objects.filter(contract=order.contract_id).update(confirmed_on=clock.today(), promised_on=order.promised_on)
    keep(order.contract)
    return order


def test_one_line_an_order_worst_colour_then_nearest_d_then_largest_value(world, client_of):
    """The list, its filters, the page of the order and Today say the same, each to whom it concerns."""
    wanted = {
        "a": (10, "10x100", "mei"),
        "b": (12, "10x100", "kevin"),
        "c": (12, "30x100", "mei"),
        "d": (60, "9x100", "mei"),
        "e": (90, "9x100", "mei"),
    }
    orders = {name: opened(world, name, *how) for name, how in wanted.items()}
    report(orders["d"], by=SYSTEM, told=Report("damage", "全坏了", quantity=N(9), line=orders["d"].lines.get()))
    with CaptureQueriesContext(connection) as one:
        look([orders["a"].pk], by=SYSTEM)
    Risk.objects.all().delete()
    with CaptureQueriesContext(connection) as many:
        look([orders["a"].pk, orders["c"].pk], by=SYSTEM)
    assert len(many) == len(one)
    run_daily()
    lines = [(risk.order.number, risk.colour) for risk in Risk.objects.leading().order_by("place", "id")]
    assert lines == [(orders[name].number, colour) for name, colour in (("d", "red"), ("a", "amber"), ("c", "amber"), ("b", "amber"))]
    seen_by = {name: client_of(world.users[name]) for name in ("mei", "haoran", "xiaoyu")}

    def shown(name: str, asked: str = "") -> list[str]:
        page = seen_by[name].get(f"/radar/?{asked}").content.decode()
        return [number for number, _colour in lines if f"/orders/{number}/" in page]

    d, a, c, b = (number for number, _colour in lines)
    assert (shown("mei"), shown("haoran"), shown("haoran", "colour=red")) == ([d, a, c], [d, a, c, b], [d])  # Kevin's are not hers
    assert shown("haoran", f"owner={world.users['kevin'].pk}") == [b] and d not in shown("haoran", "owes=customer&colour=amber")
    assert shown("haoran", "follows=none") == [] and seen_by["xiaoyu"].get("/radar/").status_code == 403
    page = seen_by["mei"].get(f"/orders/{a}/").content.decode()
    assert all(words in page for words in ("尾款未到", "欠：客户", "跟：Mei")), page
    with time_machine.travel(noon(clock.today()), tick=False):
        rows = in_danger(Asked(world.mei))
    assert [(row.opens[2], row.say) for row in rows] == [(d, ["欠：Haoran"])]  # amber comes by its shipping date
    assert all("Haoran" not in words for row in in_danger(Asked(world.haoran)) for words in row.say)
    assert [row.opens[2] for row in in_danger(Asked(world.mei, until=orders["a"].promised_on))] == [d, a] and in_danger(
        Asked(world.xiaoyu)
    ) == []


def test_an_order_in_danger_is_no_case_to_approve(world, client_of, monkeypatch):
    """Where it stands first on Today, it says why now, and what is known."""
    order = opened(world, "a", 10, "10x100", "mei")
    report(order, by=SYSTEM, told=Report("damage", "全坏了", quantity=N(9), line=order.lines.get()))
    monkeypatch.setattr(todays, "bands", lambda: [Band("radar", "有危险的订单", in_danger)])
    with time_machine.travel(noon(clock.today()), tick=False):
        run_daily()
        page = client_of(world.users["mei"]).get("/today/").content.decode()
    card = page[page.index('class="panel now"') : page.index("</section>", page.index('class="panel now"'))]
    assert "为什么" in card and "已知情况" in card and f"/orders/{order.number}/" in card
    assert "待我审批" not in card


def test_all_who_owe_are_readable_on_the_line_of_an_order_each_once_the_worst_first(world, client_of):
    order = opened(world, "a", 10, "10x100", "mei")
    report(order, by=SYSTEM, told=Report("damage", "全坏了", quantity=N(9), line=order.lines.get()))
    with time_machine.travel(noon(clock.today() + timedelta(days=4)), tick=False):
        run_daily()
        risk = Risk.objects.leading().for_list().get()
        first, *others = risk.debtors.split("；")
        assert first == "Haoran" and "Haoran" not in str(others), "each once, the others with what they owe"
        assert "客户（尾款未到、定金未到）" in others
        page = client_of(world.users["haoran"]).get("/radar/").content.decode()
    assert "尾款未到" in page and risk.debtors in page
    row = page[page.index("<tbody") : page.index("</tbody")]
    assert 'title="Haoran"' in row, "who owes, and who follows, though it is the same person"


def test_a_line_asks_nothing_of_its_own_in_a_file_either(world):
    """Exports read the rows in chunks."""
    for name in "ab":
        opened(world, name, 10, "10x100", "mei")
    run_daily()
    with CaptureQueriesContext(connection) as asked:
        lines = [(risk.debtors, len(risk.beside)) for risk in Risk.objects.leading().for_list().iterator(chunk_size=100)]
    assert len(lines) == 2 and all(beside for _debtors, beside in lines) and len(asked) == 2


def test_what_a_receipt_ends_is_gone_on_the_next_page(world):
    order = world.ordered(world.take(), is_paid=False)
    with time_machine.travel(noon(clock.today() + timedelta(days=30)), tick=False):
        run_daily()
        assert {"deposit", "balance"} & codes(order)
        world.pays(order)
        assert not {"deposit", "balance"} & codes(order)


def test_how_good_the_radar_is(world):
    """Of all late lines, the share whose risk stood 3 days before D; of red lines, the share that was late."""
    assert measure(world.haoran).named_share is None  # unknown, not 0
    late, named, in_time = (
        world.opened(world.take(company=f"公司{n}", emails=[f"m{n}@x.example"], phones=[f"1370000000{n}"]), days=10) for n in range(3)
    )
    day = late.promised_on
    for order in (named, in_time):
        Risk.objects.create(
            order=order,
            code="balance",
            colour="red",
            since=day - timedelta(days=3),
            red_on=day - timedelta(days=1),
            owes="customer",
            place="0",
        )
    Risk.objects.create(order=late, code="release", colour="amber", since=day - timedelta(days=2), owes="us", place="1")
    for line in in_time.lines.all():
        approve_line(line, by=world.haoran)
    world.pays(in_time)
    shipment = plan(in_time, by=world.haoran, quantities={line.pk: line.due for line in in_time.lines.all()}, planned_on=clock.today())
    ship(pack(release(shipment, by=world.haoran), by=world.haoran), by=world.haoran, carrier="恒达速运")
    with time_machine.travel(noon(day + timedelta(days=1)), tick=False):
        found = measure(world.haoran)
        assert (found.lines, len(found.late), found.named, found.named_share) == (3, 2, 1, N("0.5"))
        assert (found.red, found.red_and_late, found.right_share) == (2, 1, N("0.5"))
        assert measure(world.kevin).lines == 0


def test_on_time_by_the_original_promise_and_by_the_last_agreed(world, client_of):
    """Promised for the 10th day, moved to the 17th, left on the 12th: on time by what was agreed last. Left on the 10th: by both."""
    moved, kept = (
        world.opened(world.take(company=f"公司{n}", emails=[f"m{n}@x.example"], phones=[f"1370000000{n}"]), days=10) for n in range(2)
    )
    day = kept.promised_on
    found = measure(world.haoran)
    assert (found.on_time_share, found.on_time_first_share) == (None, None)  # unknown, not 100
    postpone(moved, by=SYSTEM, promised_on=day + timedelta(days=7), kind="late_payment")
    for order, days in ((kept, 0), (moved, 2)):
        world.pays(order)
        for line in order.lines.all():
            approve_line(line, by=world.haoran)
        with time_machine.travel(noon(day + timedelta(days=days)), tick=False):
            shipment = plan(order, by=world.haoran, quantities={line.pk: line.due for line in order.lines.all()}, planned_on=clock.today())
            ship(pack(release(shipment, by=world.haoran), by=world.haoran), by=world.haoran, carrier="恒达速运")
    with time_machine.travel(noon(day + timedelta(days=8)), tick=False):
        found = measure(world.haoran)
        assert (found.lines, found.on_time, found.on_time_first) == (2, 2, 1)
        assert (found.on_time_share, found.on_time_first_share) == (1, N("0.5"))
        page = client_of(world.users["haoran"]).get("/radar/figures/").content.decode()
        assert "按最初承诺准时" in page and "50.0%" in page
