"""The register's month target: per company and per salesperson, what is missing, what each workday that is left has to bring."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal as D

import pytest
import time_machine

from boothline.billing import targets
from boothline.billing.books import settle_customer
from boothline.billing.models import Target, TargetMonth
from boothline.billing.targets import progress, proposed, set_targets, target_of, workdays
from boothline.core.errors import NotAllowed, Refused, Stale
from boothline.core.money import round_line
from boothline.orders.models import Order
from boothline.timeline.models import Event
from boothline.worktime.calendar import Calendar

pytestmark = pytest.mark.django_db
MARCH = date(2027, 3, 1)


@pytest.fixture
def weekdays(monkeypatch):
    """Monday to Friday; no holiday stands in a test."""
    calendar = Calendar(works=lambda day: day.weekday() < 5, hours=())
    monkeypatch.setattr(targets, "company_calendar", lambda: calendar)


def order_of(world, at: datetime, lines: str, by, **who: str) -> Order:
    """An order of a customer of that salesperson, opened then."""
    order = world.opened(world.take(by=by, **who), lines=lines)
    Order.objects.filter(pk=order.pk).update(opened_at=at)
    return order


def test_worked_example_of_a_month(world, weekdays, client_of):
    """Until Thursday 18 March 2027 Mei has 10,000 + 2,000 of 20,000, Kevin 5,000 without a target; the company 17,000 of 30,000.
    Ten workdays are left, the 18th among them: 800.00 and 1,300.00 a day. One order is of the 19th, one of February."""
    for at, lines, by, who in (
        (datetime(2027, 3, 2, tzinfo=UTC), "100x100", world.mei, {}),
        (datetime(2027, 3, 18, 15, 59, tzinfo=UTC), "20x100", world.mei, {"company": "二号公司", "emails": [], "phones": []}),
        (datetime(2027, 3, 18, 16, tzinfo=UTC), "1x100", world.mei, {"company": "三号公司", "emails": [], "phones": []}),
        (datetime(2027, 2, 28, 15, tzinfo=UTC), "7x100", world.mei, {"company": "四号公司", "emails": [], "phones": []}),
        (datetime(2027, 3, 1, tzinfo=UTC), "50x100", world.kevin, {"company": "五号公司", "emails": [], "phones": []}),
    ):  # fmt: skip
        order_of(world, at, lines, by, **who)
    mei, kevin = world.users["mei"], world.users["kevin"]
    set_targets(MARCH, by=world.heyuan, revision=0, amounts={("ordered", mei.pk): D(20000), ("ordered", None): D(30000)})
    found = progress(world.haoran, date(2027, 3, 18))
    assert found.days == 10 and found.whole is not None
    assert (found.whole.done, found.whole.target, found.whole.missing, found.whole.a_day) == (17000, 30000, 13000, D("1300.00"))
    hers, his = found.people
    assert (hers.person, hers.done, hers.missing, hers.a_day, hers.share) == (mei, 12000, 8000, D("800.00"), D("0.6"))
    assert (his.person, his.done, his.target, his.missing, his.a_day, his.share) == (kevin, 5000, None, None, None, None)

    assert [one.person for one in progress(world.mei, date(2027, 3, 18)).people] == [mei]
    assert progress(world.mei, date(2027, 3, 18)).whole is None, "who does not see every order sees no figure of the company"
    leads = progress(world.heyuan, date(2027, 3, 18))
    assert [one.person for one in leads.people] == [mei] and leads.whole is not None and not leads.whole.opens
    assert leads.whole.done == 17000, "who leads sees what the whole company brought, but not whose"
    said = client_of(world.users["haoran"]).get("/register/?day=2027-03-18").content.decode()
    assert "¥13,000.00" in said and "¥800.00" in said and "60.0%" in said
    for address in re.findall(r'href="(/orders/\?since=2027-03-01&amp;until=2027-03-18[^"]*)"', said):
        shown = client_of(world.users["haoran"]).get(address.replace("&amp;", "&")).content.decode()
        wanted = {f"owner={mei.pk}": 2, f"owner={kevin.pk}": 1}
        assert len(set(re.findall(r"SO-\d+", shown))) == next((n for part, n in wanted.items() if address.endswith(part)), 3), address


def test_a_month_that_is_reached_and_a_month_without_days_left(weekdays):
    reached = targets.Against(D(500), D(400), "CNY", 3)
    assert (reached.missing, reached.a_day, reached.share) == (0, 0, D("1.25"))
    over = targets.Against(D(100), D(400), "CNY", 0)
    assert over.missing == 300 and over.a_day is None, "a weekend ends the month: no day is left to divide by"
    third = targets.Against(D(0), D(100), "CNY", 3)
    assert third.a_day == D("33.33") == round_line(D(100) / 3, "CNY")
    assert workdays(date(2027, 5, 29), date(2027, 5, 31)) == 1 and workdays(date(2027, 5, 29), date(2027, 5, 30)) == 0


def test_who_sets_them_and_what_stays_of_it(world):
    """Managers set them; what stood there before is kept in the history, person by person; the same again says nothing."""
    mei = world.users["mei"].pk
    with pytest.raises(NotAllowed):
        set_targets(MARCH, by=world.mei, revision=0, amounts={("ordered", mei): D(1)})
    with pytest.raises(Refused) as refused:
        set_targets(MARCH, by=world.heyuan, revision=0, amounts={("ordered", mei): D(0)})
    assert refused.value.field == f"ordered_{mei}" and not TargetMonth.objects.exists()
    kept = set_targets(MARCH, by=world.heyuan, revision=0, amounts={("ordered", mei): D(1000), ("delivered", None): D(5000)})
    assert kept.revision == 1 and target_of(MARCH, "delivered", None) == (5000, "CNY")
    kept = set_targets(MARCH, by=world.heyuan, revision=1, amounts={("ordered", mei): D(1200), ("delivered", None): None})
    told = Event.objects.filter(kind="billing.targets_set").order_by("id")
    assert [(e.values["whom"], e.changes) for e in told] == [
        ("Mei", {"ordered": [None, "1000"]}),
        ("company", {"delivered": [None, "5000"]}),
        ("Mei", {"ordered": ["1000.00", "1200"]}),
        ("company", {"delivered": ["5000.00", None]}),
    ]
    assert set_targets(MARCH, by=world.heyuan, revision=2, amounts={("ordered", mei): D(1200)}).revision == 2
    assert told.count() == 4 and list(Target.objects.values_list("measure", "person", "amount")) == [("ordered", mei, 1200)]


def test_who_comes_late_sees_both(world, client_of):
    """Two managers had the empty month open: the second one is shown what the first one wrote."""
    mei = world.users["mei"].pk
    set_targets(MARCH, by=world.heyuan, revision=0, amounts={("ordered", mei): D(1000)})
    with pytest.raises(Stale) as stale:
        set_targets(MARCH, by=world.heyuan, revision=0, amounts={("ordered", mei): D(2000), ("ordered", None): None})
    assert stale.value.fields == [(f"ordered_{mei}", D(1000), D(2000))]
    client = client_of(world.users["heyuan"])
    answer = client.post("/targets/2027-03/", {f"ordered_{mei}": "2000", "revision": "0"})
    assert answer.status_code == 409 and "1000" in answer.content.decode()
    assert target_of(MARCH, "ordered", mei)[0] == 1000


def test_the_form_begins_with_the_last_month_and_counts_once_saved(world, client_of):
    mei = world.users["mei"].pk
    set_targets(MARCH, by=world.heyuan, revision=0, amounts={("ordered", mei): D(1000)})
    assert proposed(date(2027, 5, 1)) == {("ordered", mei): D(1000)} and proposed(date(2027, 2, 1)) == {}
    client = client_of(world.users["heyuan"])
    assert 'value="1000.00"' in client.get("/targets/2027-05/").content.decode()
    assert target_of(date(2027, 5, 1), "ordered", mei)[0] is None
    answer = client.post("/targets/2027-05/", {f"ordered_{mei}": "1500.50", "ordered_0": "", "revision": "0"})
    assert answer.status_code == 302 and target_of(date(2027, 5, 17), "ordered", mei)[0] == D("1500.50")
    for odd in ("2027-13", "0000-01", "x", "2027-3", "1999-12"):
        assert client.get(f"/targets/{odd}/").status_code == 404


def test_another_currency_is_named_and_left_out(world, weekdays):
    with time_machine.travel(datetime(2027, 3, 10, 4, tzinfo=UTC)):
        order = world.opened(lines="2x100")
        Order.objects.filter(pk=order.pk).update(currency="USD")
        for currency in ("CNY", "USD"):
            settle_customer(order.customer, currency)
        found = progress(world.haoran, date(2027, 3, 10))
    assert found.elsewhere == ["USD"] and found.whole is not None and found.whole.done == 0


def test_targets_of_nobody_are_refused_and_the_same_twice_is_no_quarrel(world):
    with pytest.raises(Refused) as refused:
        set_targets(MARCH, by=world.heyuan, revision=0, amounts={("ordered", 987_654): D(5)})
    assert refused.value.field == "ordered_987654" and not TargetMonth.objects.exists()
    first = set_targets(MARCH, by=world.heyuan, revision=0, amounts={("ordered", None): D(5)})
    again = set_targets(MARCH, by=world.heyuan, revision=0, amounts={("ordered", None): D(5)})
    assert again.revision == first.revision == 1


def test_targets_lead_back_to_where_they_were_asked_for(world, client_of):
    """The register or the deliveries; cancelled or saved. From the sums of the orders to the register, and back."""
    page = client_of(world.users["heyuan"])
    for name in ("register", "deliveries"):
        asked = re.search(r'href="(/targets/[^"]+)"', page.get(f"/{name}/").content.decode())
        assert asked and asked[1].endswith(f"?from={name}")
        assert f'href="/{name}/"' in page.get(asked[1]).content.decode()
        saved = page.post(asked[1], {"revision": "0"} if name == "register" else {"revision": "1"})
        assert saved["Location"] == f"/{name}/"
    assert 'href="/register/"' in page.get("/ledger/").content.decode() and 'href="/ledger/' in page.get("/register/").content.decode()
    assert all(f'href="/{name}/' in page.get("/orders/").content.decode() for name in ("register", "ledger"))
