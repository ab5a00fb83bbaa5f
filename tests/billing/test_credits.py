"""The credit clock: 28 days, the workday before a free day, warnings, a refund for approval; partial use keeps the date."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal as D

import pytest
import time_machine
from django.utils.translation import override

from boothline.accounts.models import HeldDuty
from boothline.accounts.rulebook import change_rule
from boothline.approvals.approval import approve, refuse
from boothline.approvals.models import Approval
from boothline.billing import books
from boothline.billing.books import Account, Balance, Credit, Refund, due_of
from boothline.billing.credits import leave, note_contact, run_daily, use
from boothline.billing.receipts import allow
from boothline.billing.refunds import name_account, pay, prepare
from boothline.core import clock
from boothline.core.actors import SYSTEM
from boothline.core.rules import RULES
from boothline.timeline.models import Event
from tests.refusals import refused

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("origin", "due"), [(date(2027, 3, 1), date(2027, 3, 29)), (date(2026, 3, 1), date(2026, 3, 27))])
def test_due_28_days_later_or_the_workday_before(monkeypatch, origin, due):
    """Origin 1 March 2027 -> Monday 29 March; 1 March 2026 -> Sunday 29, so Friday 27 March."""
    monkeypatch.setattr(books, "last_workday", lambda day: day - timedelta(days=max(day.weekday() - 4, 0)))
    assert due_of(origin) == due


@pytest.fixture
def credit(world, monkeypatch) -> Credit:
    """200 of an order that was paid in full; every day is a workday."""
    monkeypatch.setattr(books, "last_workday", lambda day: day)
    order = world.opened()
    world.pays(order)
    allow(order, by=world.haoran, amount=D(200), reason="运输划伤")
    return Credit.objects.get()


def after(days: int):
    return time_machine.travel(datetime.now(UTC) + timedelta(days=days), tick=False)


def test_the_owner_is_told_before_the_end_however_long_a_credit_lives(world, monkeypatch):
    """Of ten days, seven and two before the end: days 3 and 8."""
    monkeypatch.setattr(books, "last_workday", lambda day: day)
    change_rule(RULES["billing.credit_days"], by=world.admin, revision=0, value=10)
    order = world.opened()
    world.pays(order)
    allow(order, by=world.haoran, amount=D(200), reason="运输划伤")
    told = []
    for day in range(1, 10):
        with after(day):
            run_daily()
        told.append(Event.objects.filter(kind="billing.credit_warned").count())
    assert told == [0, 0, 1, 1, 1, 1, 1, 2, 2]


def test_four_weeks_day_by_day(world, credit, client_of):
    told = {}
    for day in (13, 14, 14, 21, 26, 28, 28, 29, 29, 30):
        with after(day):
            run_daily()
        kinds = Event.objects.filter(kind__startswith="billing.credit_").values_list("kind", flat=True)
        told[day] = (list(kinds).count("billing.credit_warned"), list(kinds).count("billing.credit_overdue"), Refund.objects.count())
    assert told == {13: (0, 0, 0), 14: (1, 0, 0), 21: (2, 0, 0), 26: (3, 0, 0), 28: (3, 0, 1), 29: (3, 1, 1), 30: (3, 2, 1)}
    refund = Refund.objects.get()
    assert (refund.amount, refund.state, refund.credit.state) == (200, "no_account", "prepared")
    name_account(refund, by=world.haoran, account="工行 6222")
    with refused("not_approved"):
        pay(refund, by=world.haoran, paid_on=clock.today())
    approve(Approval.objects.get(matter="billing.refund"), by=world.heyuan)
    paid = pay(Refund.objects.get(), by=world.haoran, paid_on=clock.today())
    assert (paid.state, Credit.objects.get().left, Credit.objects.get().state) == ("paid", 0, "refunded")
    balance = Balance.objects.get()
    assert (balance.received, balance.refunded, balance.credit, balance.paid) == (1000, 200, 0, 800)
    page = client_of(world.users["haoran"]).get(f"/credits/{credit.pk}/", headers={"accept-language": "en"}).content.decode()
    history = page.split("<h2>History</h2>")[1]
    for step in ("stands for approval", "is approved", "was paid on"):
        assert f"{paid.number} of CN¥200.00 {step}" in history, step


def test_partial_use_keeps_the_date_and_the_oldest_goes_first(world, credit):
    with after(3):
        again = world.opened(credit.customer)
        world.pays(again)
        allow(again, by=world.haoran, amount=D(100), reason="再让一次")
        target = world.opened(credit.customer)
        with refused("no_credit"):
            use(target, by=world.haoran, amount=D(301))
        use(target, by=world.haoran, amount=D(150))
        assert list(Credit.objects.order_by("id").values_list("left", flat=True)) == [50, 100]
        use(target, by=world.haoran, amount=D(60))
    old, new = Credit.objects.order_by("id")
    assert (old.left, new.left) == (0, 90) and new.due_on - old.due_on == timedelta(days=3) and old.state == "used"


def test_a_written_wish_moves_the_clock_and_ends_a_refund_that_waits(world, credit):
    prepare(credit, by=world.haoran, account="工行 6222")
    assert Approval.objects.filter(state="open").count() == 1
    until = clock.today() + timedelta(days=90)
    with refused(field="words"):
        leave(credit, by=world.mei, until=until, words="")
    left = leave(credit, by=world.mei, until=until, words="邮件 3 月 2 日：留作下单")
    assert left.due_on == until and left.contacted_on == clock.today() and not Approval.objects.filter(state="open").exists()
    with after(29):
        run_daily()
    assert Refund.objects.count() == 1 and not Event.objects.filter(kind="billing.credit_overdue").exists()
    with after(90):
        run_daily()
    assert [r.state for r in Refund.objects.all()] == ["stopped", "asked"], "nobody refused the first"
    note_contact(credit, by=world.mei, words="客户说本周给账号")
    assert Event.objects.filter(kind="billing.credit_contacted").exists()


def test_a_clock_that_was_moved_warns_anew(world, credit):
    """26 days have passed; the money may stay for 60 days more: told on days 14, 21 and 26 of the last four weeks again, not before."""
    told = []
    for day in (14, 21, 26):
        with after(day):
            run_daily()
    with after(27):
        leave(credit, by=world.mei, until=clock.today() + timedelta(days=60), words="邮件：先放着")
    for day in range(28, 87):
        with after(day):
            told += [day] if run_daily() else []
    assert told == [73, 80, 85] and Event.objects.filter(kind="billing.credit_warned").count() == 6 and not Refund.objects.exists()


@pytest.mark.parametrize(("days", "told_on"), [(60, [14, 21, 26]), (10, [14, 21, 26])])
def test_the_owner_is_told_before_the_end_that_a_credit_has_whatever_its_days_are_by_now(world, credit, days, told_on):
    """Its day stays when the setting changes, so the warnings stay before that day; none comes twice."""
    change_rule(RULES["billing.credit_days"], by=world.admin, revision=0, value=days)
    told = []
    for day in range(1, 28):
        with after(day):
            run_daily()
            told += [day] * (Event.objects.filter(kind="billing.credit_warned").count() - len(told))
    assert told == told_on


def test_a_setting_that_changes_midway_warns_of_nothing_twice(world, credit):
    told = []
    for day in range(1, 28):
        if day == 16:
            change_rule(RULES["billing.credit_days"], by=world.admin, revision=0, value=60)
        with after(day):
            run_daily()
            told += [day] * (Event.objects.filter(kind="billing.credit_warned").count() - len(told))
    assert told == [14, 21, 26]


def test_money_stays_with_us_for_a_year_at_most(world, credit):
    """9999 is no wish of anybody: the clock would never ring."""
    for until in (date(9999, 12, 31), clock.today() + timedelta(days=367)):
        with refused(field="until") as why:
            leave(credit, by=world.mei, until=until, words="客户来信说先放着")
        assert "一年" in str(why.value)
    until = clock.today() + timedelta(days=366)
    assert leave(credit, by=world.mei, until=until, words="客户来信说先放着").due_on == until


@pytest.mark.parametrize("on", [date(1990, 1, 1), -1, 1])
def test_nothing_was_paid_back_before_there_was_a_credit_or_on_a_day_to_come(world, credit, on):
    made = prepare(credit, by=world.haoran, account="工行 6222")
    approve(Approval.objects.get(matter="billing.refund"), by=world.heyuan)
    on = clock.today() + timedelta(days=on) if isinstance(on, int) else on
    with refused(field="paid_on") as why:
        pay(made, by=world.haoran, paid_on=on)
    assert ("今天之后" if on > clock.today() else clock.day_words(credit.origin_on)) in str(why.value)
    assert pay(made, by=world.haoran, paid_on=credit.origin_on).paid_on == credit.origin_on


def test_a_credit_is_left_until_a_free_day_is_due_on_the_workday_before(world, credit, monkeypatch):
    monkeypatch.setattr(books, "last_workday", lambda day: day - timedelta(days=2))
    until = clock.today() + timedelta(days=90)
    assert leave(credit, by=world.mei, until=until, words="邮件：先放着").due_on == until - timedelta(days=2)


def test_a_credit_that_may_stay_until_sunday_is_due_on_no_day_that_is_over(world, credit, monkeypatch):
    """Said on a Saturday: the Friday before is over, so it stays until that Sunday, and nothing is overdue."""
    monkeypatch.setattr(books, "last_workday", lambda day: day - timedelta(days=max(day.weekday() - 4, 0)))
    with after((5 - clock.today().weekday()) % 7):
        sunday = clock.today() + timedelta(days=1)
        left = leave(credit, by=world.mei, until=sunday, words="微信：先放两天")
        assert (left.due_on, left.state) == (sunday, "open")
        run_daily()
        assert not Refund.objects.exists() and not Event.objects.filter(kind="billing.credit_overdue").exists()
    change_rule(RULES["billing.credit_days"], by=world.admin, revision=0, value=1)
    assert due_of(date(2027, 3, 6)) == date(2027, 3, 7), "no credit is overdue on the day on which it begins"


def test_on_the_last_day_what_is_left_beside_a_refund_that_waits_stands_for_approval_too(world, credit):
    with after(20):
        prepare(credit, by=world.haoran, amount=D(10), account="工行 6222")
    for day in (28, 29):
        with after(day):
            run_daily()
    assert [(r.amount, r.state) for r in Refund.objects.all()] == [(10, "asked"), (190, "asked")]
    with refused("no_credit"):
        use(world.opened(credit.customer), by=world.haoran, amount=D(5))
    assert Refund.objects.waiting().count() == 2


def test_what_is_under_refund_is_not_used_until_the_customer_leaves_it_and_a_refusal_leaves_the_credit(world, credit, client_of):
    first = prepare(credit, by=world.haoran, account="工行 6222")
    assert prepare(credit, by=world.haoran) == first
    refuse(Approval.objects.get(), by=world.heyuan, reason="先问客户是否抵用")
    assert Refund.objects.get().state == "refused" and Credit.objects.get().state == "open"
    told = Event.objects.get(kind__in=["billing.refund_approved", "billing.refund_refused"])
    with override("zh-hans"):
        assert "不同意" in told.sentence and "已批准" not in told.sentence
    with override("en"):
        assert told.sentence.endswith("is not approved")
    second = prepare(credit, by=world.haoran, amount=D(120))
    target, clerk = world.opened(credit.customer), client_of(world.users["haoran"])
    assert '抵用挂账<i class="sep">·</i> ¥80.00' in clerk.get(f"/orders/{target.number}/").content.decode()
    assert 'value="80.00"' in clerk.get(f"/orders/{target.number}/credit/").content.decode(), "the link and its form name one figure"
    with refused("no_credit"):
        use(target, by=world.haoran, amount=D(81))
    use(target, by=world.haoran, amount=D(80))
    second.refresh_from_db()
    assert second.state == "no_account" and Credit.objects.get().left == 120
    leave(credit, by=world.mei, until=clock.today() + timedelta(days=90), words="邮件 3 月 2 日：留作下单")
    use(target, by=world.haoran, amount=D(50))
    second.refresh_from_db()
    assert (second.state, Credit.objects.get().left) == ("stopped", 70)
    with refused(field="amount"):
        prepare(credit, by=world.haoran, amount=D(71))


def test_it_goes_to_the_account_that_a_second_person_approved(world, credit):
    """Without an account nobody is asked; another one is asked anew; whoever approved does not pay."""
    refund = prepare(credit, by=SYSTEM)
    assert refund.state == "no_account" and not Approval.objects.exists() and Event.objects.filter(kind="billing.refund_waits").count() == 1
    with refused(field="account"):
        name_account(refund, by=world.haoran, account=" ")
    for account in ("工行 6222", "建行 6227"):
        name_account(refund, by=world.haoran, account=account)
        reasons = Approval.objects.get(state="open").reasons
        assert ("之前 Heyuan 同意的是另一个账户：工行 6222" in reasons) is (account == "建行 6227")
        with refused("not_approved"):
            pay(refund, by=world.haoran, paid_on=clock.today())
        approve(Approval.objects.get(state="open"), by=world.heyuan)
    duty = HeldDuty.objects.create(user=world.users["heyuan"], duty="finance")
    with refused("own"):
        pay(refund, by=world.heyuan, paid_on=clock.today())
    duty.delete()
    paid = pay(refund, by=world.haoran, paid_on=clock.today())
    assert (paid.state, paid.account) == ("paid", "建行 6227") == ("paid", Approval.objects.latest("id").words)
    with refused("over"):
        name_account(refund, by=world.haoran, account="别的账户 9999")


def test_who_approves_a_refund_reads_that_the_same_customer_owes_something(world, credit):
    """The credit is of an order that is paid; another one is open: the case says so."""
    world.opened_like(credit.order)
    other = Account.objects.filter(open__gt=0).get()
    prepare(credit, by=world.haoran, account="工行 6222")
    (warning,) = Approval.objects.get(state="open").warnings
    assert other.order.number in warning and "这笔挂账可以改为抵用" in warning


def test_the_account_of_the_last_refund_is_used_again(world, credit):
    prepare(credit, by=world.haoran, amount=D(50), account="工行 6222")
    leave(credit, by=world.mei, until=clock.today() + timedelta(days=90), words="邮件 3 月 2 日：留作下单")
    assert prepare(credit, by=SYSTEM).account == "工行 6222"


def test_an_account_that_was_refused_is_not_proposed_again(world, credit):
    for account in ("工行 6222", "别的账户 9999", "别的账户 9999"):  # stopped, stopped, refused
        prepare(credit, by=world.haoran, amount=D(50), account=account)
        if Refund.objects.count() == 3:
            refuse(Approval.objects.get(state="open"), by=world.heyuan, reason="这不是他们的账户")
        leave(credit, by=world.mei, until=clock.today() + timedelta(days=90), words="邮件 3 月 2 日：留作下单")
    assert prepare(credit, by=SYSTEM).account == "工行 6222"


def test_no_part_of_a_yen_is_applied(world):
    order = world.opened(currency="JPY")
    with refused(field="amount") as caught:
        use(order, by=world.haoran, amount=D("0.50"))
    assert "JPY" in str(caught.value.words)
