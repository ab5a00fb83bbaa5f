"""Key accounts: marked with a reason, planned by the year, visited by tier, out of the pool; their people and their rivals."""

from datetime import date, timedelta
from decimal import Decimal as D

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from boothline.accounts.people import User
from boothline.core import clock
from boothline.core.actors import SYSTEM
from boothline.core.errors import NotAllowed, Stale
from boothline.customers.card import Customer, Person, add_people
from boothline.customers.key_accounts import KeyAccount, KeyPlan, appoint, end_account, plan_year
from boothline.customers.key_people import Decider, gaps, map_of, note_decider, note_rival
from boothline.followups.pool import exempt
from boothline.followups.steps import Plan
from boothline.followups.today import Asked, groups
from boothline.followups.touches import log_touch
from boothline.followups.visits import visits_of
from boothline.timeline.models import Event
from tests.refusals import refused

pytestmark = pytest.mark.django_db
MARK = {"tier": "gold", "kind": "specialised", "reason": "全年订单占三成"}


@pytest.fixture
def firm(world) -> Customer:
    return world.take()


def marked(world, customer, **more) -> KeyAccount:
    account = KeyAccount.objects.filter(customer=customer).first()
    return appoint(customer, by=world.heyuan, revision=account.revision if account else 0, values=MARK | more)


def visited(world, customer, by=None) -> None:
    step = {"next_step": Plan(customer, "寄资料", clock.today() + timedelta(days=3))}
    log_touch(customer, by=by or world.mei, channel="meet", words="当面谈了全年计划", contact=customer.contacts.first(), **step)


def test_a_manager_marks_with_a_reason(world, firm):
    for stranger in (world.mei, world.haoran, world.xiaoyu):
        with pytest.raises(NotAllowed):
            appoint(firm, by=stranger, revision=0, values=MARK)
    for field, value in (("tier", "silver"), ("kind", "nice"), ("reason", "大")):
        with refused(field=field):
            appoint(firm, by=world.heyuan, revision=0, values=MARK | {field: value})
    account = marked(world, firm)
    assert (account.tier, account.kind, account.since, account.by_name) == ("gold", "specialised", clock.today(), "Heyuan")
    assert marked(world, firm) == account and Event.objects.filter(kind__startswith="customers.key_").count() == 1
    with pytest.raises(Stale) as late:
        appoint(firm, by=world.heyuan, revision=0, values=MARK | {"tier": "iron"})
    assert late.value.fields == [("tier", "gold", "iron")]
    assert marked(world, firm, tier="platinum").tier == "platinum"
    assert [e.kind for e in Event.objects.filter(kind__startswith="customers.key_").order_by("id")] == [
        "customers.key_appointed",
        "customers.key_changed",
    ]


def test_leaving_is_a_fact_and_one_may_come_back(world, firm):
    account = marked(world, firm)
    with refused(field="reason"):
        end_account(account, by=world.heyuan, reason="")
    ended = end_account(account, by=world.heyuan, reason="连续两季低于门槛")
    assert not ended.is_standing and end_account(account, by=world.heyuan, reason="又一次").ended_reason == "连续两季低于门槛"
    with refused("over"):
        plan_year(ended, by=world.mei, year=clock.today().year, revision=0, values={"need": "轨道灯"})
    again = marked(world, firm)
    assert again == account and again.is_standing and again.ended_reason == ""


def test_never_in_the_pool(world, firm):
    assert exempt([firm]) == {}
    account = marked(world, firm)
    assert exempt([firm]) == {firm.pk: "key"}
    end_account(account, by=world.heyuan, reason="连续两季低于门槛")
    assert exempt([firm]) == {}


def test_a_plan_a_year_with_a_review_each_quarter(world, firm):
    account, year = marked(world, firm), 2027
    KeyAccount.objects.filter(pk=account.pk).update(since=date(2026, 11, 26))
    account.refresh_from_db()
    with time_machine.travel("2027-05-10 09:00+08:00"):
        plan = plan_year(account, by=world.mei, year=year, revision=0, values={"need": "800 套轨道灯", "target": D(500_000)})
        assert (plan.need, plan.target, plan.due_review(date(2027, 5, 10))) == ("800 套轨道灯", 500_000, 1)
        plan = plan_year(account, by=world.mei, year=year, revision=plan.revision, values={"review_1": "完成两成，慢于计划"})
        assert (plan.due_review(date(2027, 5, 10)), plan.due_review(date(2027, 7, 1)), plan.due_review(date(2028, 1, 2))) == (0, 2, 4)
        account.since = plan.account.since = date(2027, 5, 2)
        assert plan.due_review(date(2027, 5, 10)) == 0 and plan.due_review(date(2027, 7, 1)) == 2, "not before it was one"
        with pytest.raises(Stale) as late:
            plan_year(account, by=world.heyuan, year=year, revision=1, values={"need": "500 套"})
        assert late.value.fields == [("need", "800 套轨道灯", "500 套")]
        for field, wrong in (("target", D(-1)), ("budget", D(-1))):
            with refused(field=field):
                plan_year(account, by=world.mei, year=year, revision=plan.revision, values={field: wrong})
        with refused("year"):
            plan_year(account, by=world.mei, year=2030, revision=0, values={"need": "x"})
        with pytest.raises(NotAllowed):
            plan_year(account, by=world.kevin, year=year, revision=0, values={"need": "x"})
        assert KeyPlan.objects.count() == 1


def test_visits_by_tier_the_manager_half_as_often(world, firm):
    """Gold: 60 days, the manager 120; platinum 30 and 60; a free day moves to the next workday."""
    with time_machine.travel("2027-03-01 10:00+08:00") as now:
        account = marked(world, firm)
        said = visits_of([account])[account.pk]
        assert (said.last, said.due, said.manager_due) == (None, date(2027, 4, 30), date(2027, 6, 29))
        visited(world, firm)
        now.move_to(timezone.make_aware(timezone.datetime(2027, 3, 10, 10)))
        visited(world, firm, by=world.heyuan)
        said = visits_of([account])[account.pk]
        assert (said.last, said.manager_last) == (date(2027, 3, 10), date(2027, 3, 10))
        assert said.due == date(2027, 5, 10)  # 60 days are 9 May, a Sunday
        account = marked(world, firm, tier="platinum")
        assert visits_of([account])[account.pk].due == date(2027, 4, 9)


def test_a_due_visit_stands_on_today(world, firm):
    with time_machine.travel("2027-03-01 10:00+08:00") as now, override("en"):
        marked(world, firm, tier="platinum")

        def rows(by):
            first, rest = groups(Asked(by))
            return [row for row in [*([first] if first else []), *(row for group in rest for row in group.rows)] if row.band == "visits"]

        assert rows(world.mei) == []
        now.move_to(timezone.make_aware(timezone.datetime(2027, 3, 31, 10)))
        (row,) = rows(world.mei)
        assert (row.customer, row.why, row.say) == (firm, "Visit the key account (platinum)", ["Nobody has visited yet"])
        assert rows(world.kevin) == []
        now.move_to(timezone.make_aware(timezone.datetime(2027, 4, 30, 10)))
        (row,) = rows(world.heyuan)
        assert row.why == "Visit the key account (platinum), manager to manager"


def test_who_decides_there(world, firm):
    boss = firm.contacts.get()
    buyer, user = (add_people([Person(name=name, customer=firm)], by=SYSTEM)[0] for name in ("采购小陈", "使用者老刘"))
    with override("en"):
        assert gaps([]) == ["nobody who decides is known"]
        first = note_decider(buyer, by=world.mei, revision=0, values=part("buys", attitude=1))
        decider = note_decider(boss, by=world.mei, revision=0, values=part("decides"))
        assert gaps([first, decider]) == ["the line from 采购小陈 up to who decides is not known"]
        first = note_decider(buyer, by=world.mei, revision=first.revision, values=part("buys", boss, attitude=1))
        assert gaps([first, decider]) == []
        with refused(field="reports_to"):  # a ring of two
            note_decider(boss, by=world.mei, revision=decider.revision, values=part("decides", buyer))
        with refused(field="reports_to"):
            note_decider(user, by=world.mei, revision=0, values=part("uses", user))
        with refused(field="part"):
            note_decider(user, by=world.mei, revision=0, values=part("rules"))
        with refused(field="attitude"):
            note_decider(user, by=world.mei, revision=0, values=part("uses", attitude=5))
        Decider.objects.filter(pk=decider.pk).update(known_on=clock.today() - timedelta(days=91))
        decider.refresh_from_db()
        assert gaps([first, decider]) == ["how 张伟 stands to us was noted more than 90 days ago"]
    assert [(c.name, known.part if known else None) for c, known in map_of(firm)] == [
        ("张伟", "decides"), ("采购小陈", "buys"), ("使用者老刘", None),
    ]  # fmt: skip


def part(code, above=None, attitude=0, background=""):
    return {"part": code, "reports_to": above, "attitude": attitude, "background": background}


def test_what_rivals_do(world, firm):
    values = {
        "name": "对手照明",
        "move": "免费送样十套",
        "product": "轨道灯",
        "price": "86 元",
        "on": clock.today(),
        "source": "客户说的",
        "answer": "",
    }
    for field in ("name", "move"):
        with refused(field=field):
            note_rival(firm, by=world.mei, values=values | {field: ""})
    with refused(field="on"):
        note_rival(firm, by=world.mei, values=values | {"on": clock.today() + timedelta(days=1)})
    rival = note_rival(firm, by=world.mei, values=values)
    answered = note_rival(firm, by=world.mei, values=values | {"answer": "送两套并附检测报告"}, rival=rival, revision=rival.revision)
    assert answered.answer == "送两套并附检测报告"
    other = world.take(company="新月灯饰", name="李娜", emails=[], phones=["13912340000"])
    with refused():
        note_rival(other, by=world.heyuan, values=values | {"name": "别家"}, rival=rival, revision=answered.revision)
    rival.refresh_from_db()
    assert rival.name == values["name"]
    assert Event.objects.filter(kind__startswith="customers.rival_").count() == 2


def test_pages_say_it(world, firm):
    client = Client()
    client.force_login(User.objects.get(username="mei"))
    at = reverse("key-account", args=[firm.pk])
    assert client.get(at).status_code == 404, "not one yet"
    marked(world, firm)
    assert at in client.get(reverse("customer", args=[firm.pk])).content.decode()
    page = client.get(at).content.decode()
    assert MARK["reason"] in page and reverse("key-account-mark", args=[firm.pk]) not in page
    assert reverse("touch-new", args=[firm.pk]) in page
    admin = Client()
    admin.force_login(User.objects.get(username="admin"))
    assert reverse("touch-new", args=[firm.pk]) not in admin.get(at).content.decode(), "who may log nothing is led to no shut door"
    assert str(firm) in client.get(reverse("key-accounts")).content.decode()
    assert str(firm) in client.get(reverse("customers") + "?key=gold").content.decode()
    year = clock.today().year
    answer = client.post(reverse("key-plan", args=[f"{firm.pk}-{year}"]), {"revision": "0", "need": "800 套", "currency": "CNY"})
    assert answer.status_code == 302 and KeyPlan.objects.get().need == "800 套"
    assert client.get(reverse("key-plan", args=[f"{firm.pk}-1999"])).status_code == 404


def test_how_somebody_stands_grows_old_whatever_else_is_written(world):
    customer = world.take()
    appoint(customer, by=world.heyuan, revision=0, values={"tier": "gold", "kind": "potential", "reason": "全年量最大"})
    contact, said = customer.contacts.get(), {"part": "decides", "attitude": -2, "background": "", "reports_to": None}
    kept = note_decider(contact, by=world.heyuan, revision=0, values=said)
    with time_machine.travel(clock.now() + timedelta(days=200)):
        kept = note_decider(contact, by=world.heyuan, revision=kept.revision, values=said | {"background": "搬到宁波"})
        assert kept.is_old
        kept = note_decider(contact, by=world.heyuan, revision=kept.revision, values=said | {"background": "搬到宁波"})
        assert not kept.is_old, "saved as it stands, it is still so"
