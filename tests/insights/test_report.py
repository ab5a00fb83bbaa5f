"""The report of a fair, by the rule book's own figures: section 11, and that every figure opens the list that it counts."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from html import unescape

import pytest
import time_machine
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from boothline.accounts.people import User
from boothline.billing.credits import use
from boothline.billing.ledger import by_month, whole_of
from boothline.billing.receipts import allow
from boothline.core.actors import SYSTEM
from boothline.core.errors import NotAllowed, Refused, Stale
from boothline.customers.card import Customer, Person
from boothline.customers.lists import TYPES
from boothline.fairs.budget import set_budget
from boothline.fairs.editions import Fair
from boothline.fairs.goals import add_goal, attainment, edit_goal, remove_goal
from boothline.insights.met import Way, reach, ways
from boothline.insights.origin import with_fair
from boothline.insights.report import Brought, Cost, report, shares, steps
from boothline.intentions.products import lose
from boothline.negotiation.objections import object_to
from boothline.orders.register import Order
from boothline.orders.splits import split
from boothline.timeline.history import Event
from boothline.ui.kit import list_named
from boothline.visitors.solicitation import Taken, take, take_many
from tests.world import World, other_fair

D = Decimal


def test_the_worked_example():
    """Cost 120,000, 240 customers (150 buyers), 30 orders of 900,000 at 28 % margin, received 640,000."""
    brought = Brought(240, 150, 30, 25, {"CNY": D(900_000)}, {"CNY": D(640_000)}, opened=30)
    cost = Cost(D(120_000), "CNY", brought, margin=D(900_000) * D("0.28"))
    assert (cost.a_customer, cost.a_buyer, cost.an_order) == (500, 800, 4000)
    assert round(cost.profit, 2) == D("1.10")
    assert round(cost.cash_return, 2) == D("5.33")
    assert cost.a_yuan == D("0.1875")
    assert Cost(D(120_000), "CNY", brought).profit is None, "without a margin on record there is no return"
    nothing = Cost(None, "CNY", Brought())
    assert (nothing.a_customer, nothing.an_order, nothing.a_yuan, nothing.cash_return, nothing.profit) == (None,) * 5
    free = Cost(D(0), "CNY", brought)
    assert (free.a_customer, free.cash_return) == (0, None)
    abroad = Cost(D(100), "CNY", Brought(1, 1, 1, 1, {"USD": D(9)}, {"CNY": D(50), "USD": D(9)}))
    assert (abroad.cash_return, abroad.elsewhere) == (D("0.5"), {"USD": D(9)}), "there is no rate between two currencies"
    assert (attainment(180, D(240)), attainment(None, D(240))) == (D("0.75"), None)


def test_how_far_one_came():
    """Within 180 days, new and already known apart; whoever stood there at the capture stands there still."""
    day = timezone.now()
    moved = [(day - timedelta(days=3), "negotiating"), (day + timedelta(days=180), "intending"), (day + timedelta(days=181), "ordering")]
    assert reach(day, moved, 180) == (1, 2)
    assert reach(day, [], 180) == (0, 0)
    assert reach(day, [(day - timedelta(days=9), "ordering"), (day - timedelta(days=1), "negotiating")], 180) == (1, 1), (
        "they had come back"
    )
    found = steps([Way(True, 0, 4), Way(True, 0, 0), Way(False, 1, 2), Way(False, 0, 1)], dict.fromkeys(TYPES, 0))
    assert [(s.came, s.new, s.known, s.before) for s in found] == [(4, 2, 2, 2), (3, 1, 2, 1), (2, 1, 1, 0), (1, 1, 0, 0), (1, 1, 0, 0)]
    assert [s.share for s in found] == [1, D("0.75"), D("0.5"), D("0.25"), D("0.25")]


def captured(world: World, n: int, fair: Fair) -> None:
    rows = [Taken(person=Person(name=f"访客{i}", company=f"甲{i:03d}公司", phones=[f"1370000{i:04d}"])) for i in range(n)]
    take_many(rows, by=world.mei, fair=fair)


LINK = re.compile(
    r'href="(/(customers|orders|intentions|clocks)/\?[^"]*)"[^>]*>\s*(?:/ |won |lost |成交 |未成 |新业务 )?([\d,]+)(?: / (\d+))?\s*<'
)


def follow(world: World, who: str, page: str) -> int:
    """Every figure of the page opens a list of just so many."""
    client = Client()
    client.force_login(world.users[who])
    shown = client.get(page)
    assert shown.status_code == 200
    found = LINK.findall(shown.content.decode())
    for address, name, one, passed in found:
        request = RequestFactory().get(unescape(address))
        request.by = getattr(world, who)
        rows = list_named(name, request).ask_for(request.GET).rows
        assert rows.count() == int((passed or one).replace(",", "")), f"{address} of {page}"
    return len(found)


@pytest.mark.django_db
def test_a_fair_from_capture_to_cash(world: World, client_of):
    """One fair with real records: everything is counted, adds up to the ledger, and every figure opens its list."""
    last, fair = other_fair(), world.fair
    with time_machine.travel(timezone.now() - timedelta(days=40), tick=False):
        known = take(Taken(person=Person(name="李四", company="老客户公司", phones=["13900000001"])), by=world.mei, fair=None)
        old = world.opened(known.customer, lines="1x300")  # no fair brought it
    with time_machine.travel(timezone.now() - timedelta(days=366), tick=False):
        take(Taken(person=Person(name="王五", company="上届公司", phones=["13900000002"])), by=world.mei, fair=last)
    late = Customer.objects.get(name="上届公司")
    with time_machine.travel(timezone.now() - timedelta(days=20), tick=False):
        held = world.opened(late, lines="2x100")  # 346 days after its capture
    captured(world, 6, fair)
    take(Taken(person=Person(name="梅", company="自己人", emails=["MEI@ours.example"])), by=world.mei, fair=fair)
    User.objects.filter(username="mei").update(email="mei@ours.example")
    with time_machine.travel(timezone.now() + timedelta(minutes=5), tick=False):
        take(Taken(person=Person(name="李四", customer=old.customer)), by=world.mei, fair=fair)
        new = Customer.objects.get(name="甲000公司")
        order = world.opened(new, lines="10x100 5x40")
        world.pays(order, "800.00")
        object_to(Customer.objects.get(name="甲001公司"), by=SYSTEM, reason="price", words="太贵")
        lost = world.intend(Customer.objects.get(name="甲002公司"), complete=False)
        lose(lost, by=SYSTEM, reason="预算没批")
        set_budget(fair, by=world.heyuan, revision=fair.revision, lines={"space": (D(300), D(240)), "travel": (D(100), None)})
        add_goal(fair, by=world.heyuan, kind="basic", measure="captured", words="", target=D(14), reached=None, who=world.users["mei"])
        add_goal(fair, by=world.heyuan, kind="price", measure="price", words="", target=D(2), reached=None, who=None)
        own = {"kind": "product", "measure": "", "words": "新品演示场次", "target": D(8), "reached": D(6), "who": None}
        goal = add_goal(fair, by=world.heyuan, **own)
        found = report(fair, world.admin)
        whole = found.parts
        assert [(p.of.username, len(p.customers), len(p.buying), p.orders, dict(p.ordered)) for p in whole.people] == [
            ("mei", 7, 2, 1, {"CNY": D(1200)})
        ]
        assert [(p.of.code, len(p.customers), p.orders, p.ordered["CNY"]) for p in whole.products] == [
            ("TR20", 0, 1, 1000),
            ("PN60", 0, 1, 200),
        ]
        assert (whole.besides, whole.new) == ({}, 1)
        assert (found.seen.customers, found.new, found.known) == (7, 6, 1), "a colleague of ours does not count"
        assert (found.seen.buyers, found.seen.orders, found.seen.ordering) == (2, 1, 1)
        assert (found.seen.ordered, found.seen.received) == ({"CNY": D(1200)}, {"CNY": D(800)})
        assert (found.cost.a_customer, found.cost.a_buyer, found.cost.an_order) == (D("34.29"), 120, 240)
        assert (round(found.cost.cash_return, 2), found.cost.profit, found.planned) == (D("3.33"), None, 400)
        assert (found.won, found.lost) == (0, 1)
        assert [(str(a), b) for _g, a, b in found.goals] == [("7", D("0.5")), ("1", D("0.5")), ("6.000", D("0.75"))]
        ordering = found.steps[-1]
        assert (ordering.came, ordering.new, ordering.known, ordering.before, ordering.now) == (2, 1, 1, 1, 2)
        assert with_fair(Order.objects.all()).filter(fair_id=last.pk).get() == held, "the latest capture within 365 days"
        rows = shares(world.admin)
        assert [(r.fair, r.ordered) for r in rows] == [(fair, 1200), (last, 200), (None, 300)]
        months = [
            one for year in {timezone.localdate().year, (timezone.now() - timedelta(days=40)).year} for one in by_month(world.admin, year)
        ]
        (ledger,) = whole_of(months)
        assert (sum(r.ordered for r in rows), sum(r.received for r in rows)) == (ledger.total, ledger.paid + ledger.credited)
        manager = report(fair, world.heyuan)
        assert manager.cost.brought.customers == 7 and manager.seen.customers <= 7
        edit_goal(goal, by=world.heyuan, revision=1, values=own | {"reached": D(8)})
        address = reverse("fair-report", args=[fair.pk])
        for who in ("admin", "heyuan"):
            assert follow(world, who, address) > 20
        assert follow(world, "admin", reverse("fair-shares")) == 4
        assert client_of(world.users["mei"]).get(address).status_code == 403
        fairs = {who: client_of(world.users[who]).get(reverse("fairs")).content.decode() for who in ("heyuan", "mei")}
        assert [f'href="{address}"' in fairs[who] for who in fairs] == [True, False], "the list of fairs leads to it who may read it"
        page = {
            who: client_of(world.users[who]).get(reverse("fair", args=[fair.pk])).content.decode() for who in ("heyuan", "mei", "xiaoyu")
        }
        assert ["400" in page[who] and own["words"] in page[who] for who in page] == [True, False, False], "its figures, in its history"
        assert ways(fair, Customer.objects.filter(pk=old.customer_id)) == {old.customer_id: Way(False, 4, 4)}
        remove_goal(goal, by=world.heyuan)
        told = list(
            Event.objects.filter(kind__startswith="fairs.", subject_kind="fair", subject_id=fair.pk)
            .order_by("id")
            .values_list("kind", flat=True)
        )
        assert told[-6:] == ["fairs.budget_set", *["fairs.goal_added"] * 3, "fairs.goal_edited", "fairs.goal_removed"]


@pytest.mark.django_db
@pytest.mark.once
def test_a_report_takes_as_many_questions_for_three_as_for_thirty(world: World, client_of):
    client, address = client_of(world.users["admin"]), reverse("fair-report", args=[world.fair.pk])
    counts = []
    for n in (3, 27):
        captured(world, n, world.fair)
        client.get(address)
        with CaptureQueriesContext(connection) as asked:
            client.get(address)
        counts.append(len(asked))
    assert counts[0] == counts[1]


@pytest.mark.django_db
def test_what_a_budget_and_a_goal_refuse(world: World):
    fair = world.fair
    lines = {"space": (D(1), D(2))}
    goal = {"kind": "basic", "measure": "captured", "words": "", "target": D(1), "reached": None, "who": None}
    with pytest.raises(NotAllowed):
        set_budget(fair, by=world.mei, revision=fair.revision, lines=lines)
    with pytest.raises(Refused) as refused:
        set_budget(fair, by=world.heyuan, revision=fair.revision, lines={"space": (D(-1), None)})
    assert refused.value.field == "planned_space"
    set_budget(fair, by=world.heyuan, revision=fair.revision, lines=lines)
    with pytest.raises(Stale) as stale:
        set_budget(fair, by=world.heyuan, revision=fair.revision, lines={"space": (D(1), D(3))})
    assert stale.value.fields == [("actual_space", D(2), D(3))]
    for field, wrong in {
        "measure": {"words": "也有自己的"}, "kind": {"kind": "price"}, "target": {"target": D(0)}, "reached": {"reached": D(1)},
    }.items():  # fmt: skip
        with pytest.raises(Refused) as refused:
            add_goal(fair, by=world.heyuan, **goal | wrong)
        assert refused.value.field == field
    assert not fair.goals.exists()


@pytest.mark.django_db
def test_an_order_that_was_split_costs_as_one(world: World, client_of):
    """240.00 were spent: one contract, two orders, 240.00 an order."""
    captured(world, 1, world.fair)
    with time_machine.travel(timezone.now() + timedelta(minutes=5), tick=False):
        order = world.opened(Customer.objects.get(name="甲000公司"), lines="10x100")
        split(order, by=world.haoran, quantities={order.lines.get().pk: D(4)}, reason="客户分两地收货")
        set_budget(world.fair, by=world.heyuan, revision=world.fair.revision, lines={"space": (D(300), D(240))})
        found = report(world.fair, world.admin)
        assert (found.seen.orders, found.seen.opened, found.cost.an_order) == (2, 1, 240)
        page = client_of(world.users["heyuan"]).get(f"/fairs/{world.fair.pk}/report/").content.decode()
        assert "拆分过的订单只算一次" in page


@pytest.mark.django_db
def test_money_and_amounts_of_products_open_lists_that_come_to_the_same(world: World, client_of):
    """Two orders of one customer: the first is paid and made cheaper, 50 of its money goes to the second, which was paid with 400 more."""
    captured(world, 1, world.fair)
    customer = Customer.objects.get(name="甲000公司")
    with time_machine.travel(timezone.now() + timedelta(minutes=5), tick=False):
        first, second = world.opened(customer, lines="1x100"), world.opened(customer, lines="4x100 5x40")
        world.pays(first)
        allow(Order.objects.get(pk=first.pk), by=SYSTEM, amount=D(50), reason="包装破损，协商减价")
        use(second, by=SYSTEM, amount=D(50))
        world.pays(second, 400)
        found = report(world.fair, world.admin).seen
        assert (found.received, found.paid, found.credited) == ({"CNY": D(500)}, {"CNY": D(450)}, {"CNY": D(50)})
        shown = client_of(world.users["admin"]).get(reverse("fair-report", args=[world.fair.pk])).content.decode()
        ways = [unescape(way) for way in re.findall(r'href="([^"]+)"', shown)]
        (money,) = [way for way in ways if "columns=" in way]
        listed = client_of(world.users["admin"]).get(money).content.decode()
        assert all(f"¥{n}.00" in listed for n in (450, 50))
        products = [way for way in ways if way.startswith(reverse("order-lines"))]
        amounts = []
        for way in products:
            request = RequestFactory().get(way)
            request.by = world.admin
            amounts.append(sum(line.amount for line in list_named("order-lines", request).ask_for(request.GET).rows))
        assert sorted(amounts) == [200, 500]


@pytest.mark.django_db
def test_the_headline_names_the_cost_that_is_not_entered_yet(world: World, client_of):
    captured(world, 1, world.fair)
    order = world.opened(Customer.objects.get(), lines="10x100")
    world.pays(order, "800.00")
    set_budget(world.fair, by=world.heyuan, revision=world.fair.revision, lines={"space": (D(300), D(240)), "travel": (D(3200), None)})
    client, page = client_of(world.users["heyuan"]), reverse("fair-report", args=[world.fair.pk])
    assert "still to be entered: travel" in client.get(page, headers={"accept-language": "en"}).content.decode()
    assert "实际费用尚未录入：差旅" in client.get(page).content.decode()
    world.fair.refresh_from_db()
    set_budget(world.fair, by=world.heyuan, revision=world.fair.revision, lines={"travel": (D(3200), D(0))})
    assert "still to be entered" not in client.get(page, headers={"accept-language": "en"}).content.decode()
