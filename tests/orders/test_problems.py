"""104: severity and its clocks in working time, the conversation, every solution, closing and opening again."""

import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from urllib.parse import urlsplit

import pytest
import time_machine
from django.utils import timezone
from django.utils.translation import override

from boothline.accounts.people import HeldDuty, User
from boothline.approvals.approval import approve, open_about
from boothline.approvals.approval import refuse as refuse_approval
from boothline.approvals.models import Approval
from boothline.billing.credits import leave
from boothline.billing.models import Account, Credit, Instalment, Refund
from boothline.billing.receipts import allow, void_receipt
from boothline.billing.refunds import name_account, pay, prepare
from boothline.catalogue.products import Product, edit_variant
from boothline.catalogue.stock import count_stock, keep_stock
from boothline.contracts.establishment import ConfirmationRequest
from boothline.contracts.evidence import record_paper, void
from boothline.core import clock, tasks
from boothline.core.actors import SYSTEM, Actor
from boothline.core.errors import NotAllowed, Refused
from boothline.customers.models import Customer, Quiet
from boothline.files.attachments import Attachment, Received
from boothline.followups.handover import hand_over_all
from boothline.followups.steps import NextStep
from boothline.followups.today import Asked, bands, week
from boothline.links.grants import Grant, mint
from boothline.messaging.models import Letter, Notice
from boothline.orders.arrivals import Count, sign
from boothline.orders.changes import cancel
from boothline.orders.models import GoodsReturn, Order, OrderLine, Problem
from boothline.orders.next_action import next_action
from boothline.orders.pages.problems import LineChoice
from boothline.orders.problems import (
    LOW,
    Report,
    close,
    correct,
    make_link,
    rate,
    reach,
    reopen,
    report,
    resolve,
    run_due,
    take,
    tell,
    write,
)
from boothline.orders.severity import LIMITS, due_at
from boothline.orders.severity import propose as severity_of
from boothline.orders.solutions import Offer, Resolution, agree, propose, receive, refuse
from boothline.orders.today import agreed as to_carry_out
from boothline.orders.today import waiting
from boothline.radar.watch import Risk, look
from boothline.timeline.models import Deed, Event
from boothline.timeline.undo import take_back
from boothline.worktime.calendar import Calendar, add_workdays, next_workday, spans_of
from tests.pictures import jpeg
from tests.portal.guest import Guest, Reader, link_of
from tests.refusals import refused

pytestmark = pytest.mark.django_db
D = Decimal
WEEK = Calendar(works=lambda day: day.weekday() < 5, hours=spans_of("09:00-12:00,13:00-18:00"))
FRIDAY = timezone.make_aware(datetime(2027, 3, 5, 16))


@pytest.fixture(autouse=True)
def english():
    with override("en"):
        yield


@pytest.fixture(autouse=True)
def plain_week(monkeypatch):
    """Mon-Fri, 8 hours, no holidays."""
    monkeypatch.setattr("boothline.orders.problems.company_calendar", lambda: WEEK)


@pytest.fixture
def order(world):
    """10 at 100.00 and 5 at 40.00: 1,200.00."""
    return world.ordered(world.take())


@pytest.fixture
def x(order, guest):
    """The customer."""
    return guest(order)


@pytest.fixture
def asked_by_link(world):
    """An order and the browser of the customer who confirmed it."""
    request = world.sent(world.take())
    world.confirm(request)
    order = Order.objects.get()
    world.pays(order)
    return order, Guest(link_of(request))


def line_of(order, position=1) -> OrderLine:
    return OrderLine.objects.select_related("order__customer", "variant").get(order=order, position=position)


def told(order, x, kind="damage", quantity=1, **more) -> Problem:
    return report(order, by=x, told=Report(kind, "到货有问题", line=line_of(order), quantity=D(quantity), **more))


def at(text: str) -> datetime:
    return timezone.make_aware(datetime.fromisoformat(text))


# Severity and clocks.


@pytest.mark.parametrize(
    ("kind", "share", "urgent", "severity"),
    [
        ("damage", "9.99", False, "minor"),
        ("damage", "10", False, "major"),  # goods missing or unusable, 10 % of the order's value
        ("shortage", "10", False, "major"),
        ("quality", "100", False, "critical"),  # the whole delivery is unusable
        ("wrong_goods", "1", False, "major"),
        ("papers", "50", False, "minor"),
        ("invoice", "100", False, "question"),
        ("other", "0", True, "critical"),  # danger, or their work stands still
    ],
)
def test_severity_is_proposed_from_kind_and_share_of_value(kind, share, urgent, severity):
    assert severity_of(kind, D(share), is_urgent=urgent) == severity


def test_the_deadlines_of_the_rule():
    """In working hours from the report: first answer, proposal, solved."""
    assert {severity: tuple(limit.value for limit in limits) for severity, limits in LIMITS.items()} == {
        "critical": (2, 8, 40), "major": (4, 16, 80), "minor": (8, 24, 120), "question": (8, 16, 40),
    }  # fmt: skip


def test_reported_friday_16_00_critical():
    """Answer Friday 18:00, proposal Monday 16:00, solved next Friday 16:00 (Mon-Fri calendar, 8 h)."""
    limits = [due_at(FRIDAY, D(hours), [], WEEK) for hours in (2, 8, 40)]
    assert limits == [at("2027-03-05 18:00"), at("2027-03-08 16:00"), at("2027-03-12 16:00")]


def test_the_clock_stands_still_while_we_wait_for_the_customer():
    waits = [(at("2027-03-08 09:00"), at("2027-03-09 09:00"))]  # one working day
    assert due_at(FRIDAY, D(8), waits, WEEK) == at("2027-03-09 16:00")
    assert due_at(FRIDAY, D(2), waits, WEEK) == at("2027-03-05 18:00")  # was over before


def test_the_head_of_the_product_family_is_told(world, order, x):
    Product.objects.filter(variants__in=order.lines.values("variant")).update(family="灯具/轨道灯")
    for who, families in (("xiaoyu", ["家具"]), ("kevin", ["灯具"])):
        HeldDuty.objects.create(user=world.users[who], duty="head", families=families)
    with time_machine.travel(FRIDAY, tick=False):
        told(order, x, quantity=10, is_urgent=True)
    with time_machine.travel(at("2027-03-08 10:00"), tick=False):
        run_due()
    heads = Event.objects.filter(kind="orders.problem_reminded", values__level="head")
    assert {person for event in heads for person in event.values["people"]} == {world.users["kevin"].pk}


def test_who_is_told_at_half_a_limit_at_the_limit_and_at_one_and_a_half(world, order, x):
    with time_machine.travel(FRIDAY, tick=False):
        problem = told(order, x, quantity=10, is_urgent=True)
        assert (problem.severity, problem.answer_due, problem.proposal_due) == ("critical", at("2027-03-05 18:00"), at("2027-03-08 16:00"))
        assert (problem.solution_due, problem.next_at) == (at("2027-03-12 16:00"), at("2027-03-05 17:00"))
        assert Quiet.objects.get(until=None).why == "critical_problem"
    for moment, level in (("2027-03-05 17:00", "owner"), ("2027-03-05 18:00", "manager"), ("2027-03-08 10:00", "head")):
        with time_machine.travel(at(moment), tick=False):
            run_due()
            run_due()
        assert Event.objects.filter(kind="orders.problem_reminded").last().values["level"] == level
    reminded = Event.objects.filter(kind="orders.problem_reminded").order_by("id")
    assert [(e.values["level"], e.values["people"]) for e in reminded if e.values["stage"] == "answer"] == [
        ("owner", [world.users["haoran"].pk]), ("manager", [world.users["heyuan"].pk]), ("head", [world.users["heyuan"].pk]),
    ]  # fmt: skip
    with time_machine.travel(at("2027-03-08 10:01"), tick=False):
        tasks.sweep()
    assert Notice.objects.filter(event__kind="orders.problem_reminded", user=world.users["haoran"]).count() == 1


def test_another_severity_needs_a_reason_and_counts_the_limits_anew(world, order, x):
    with time_machine.travel(FRIDAY, tick=False):
        problem = told(order, x)
        assert (problem.severity, problem.share) == ("minor", D("8.33"))
        with pytest.raises(Refused, match="reason"):
            rate(problem, by=world.haoran, severity="critical", reason="急")
        with pytest.raises(NotAllowed):
            rate(problem, by=x, severity="critical", reason="我们停工了")
        rate(problem, by=world.haoran, severity="critical", reason="对方产线停了")
    problem.refresh_from_db()
    assert (problem.severity, problem.proposed_severity, problem.answer_due) == ("critical", "minor", at("2027-03-05 18:00"))
    assert Quiet.objects.filter(until=None).exists()


# The conversation.


def test_reported_with_a_photo_answered_asked_and_answered_again(world, order, x):
    problem = told(order, x, photos=(jpeg(),))
    first = problem.messages.get()
    assert [photo.visibility for photo in Attachment.objects.of(first)] == ["customer"]
    assert [row.customer for row in waiting(Asked(world.haoran))] == [order.customer]
    write(problem, by=world.haoran, words="请补一张外箱照片", asks=True)
    problem.refresh_from_db()
    assert (problem.state, problem.next_at, problem.solution_due) == ("waiting", None, None)  # the clocks stand still
    assert problem.answered_at and not waiting(Asked(world.haoran))
    assert "{link}" in Letter.objects.latest("id").body and problem.number in Letter.objects.latest("id").subject
    write(problem, by=x, words="见附件", photos=(jpeg(70),))
    write(problem, by=x, words="还有一张", photos=(jpeg(80),))
    problem.refresh_from_db()
    assert (problem.state, problem.messages.count()) == ("in_work", 4)
    assert len(waiting(Asked(world.haoran))) == 1
    assert Event.objects.filter(kind="orders.problem_written").count() == 2
    stranger = Actor(kind="guest", id=x.id, name="x", customer_id=order.customer_id + 1)
    for door in (lambda: write(problem, by=stranger, words="?"), lambda: told(order, stranger), lambda: take(problem, by=x)):
        with pytest.raises(NotAllowed):
            door()


def test_without_mail_the_customer_knows_nothing_until_the_link_is_handed_over(world, order, x, client_of, settings):
    """Asked, proposed: each word of ours is told by the link that was made since."""
    settings.MAIL_SERVER = False
    problem = told(order, x)
    haoran, address, words = client_of(world.users["haoran"]), f"/problems/{problem.number}/", "链接还没交给客户"
    assert f"{address}link/" not in haoran.get(address).content.decode()
    for ours in (
        lambda: write(problem, by=world.haoran, words="哪一箱？", asks=True),
        lambda: propose(problem, by=world.haoran, offer=Offer("replace")),
    ):
        ours()
        page = haoran.get(address).content.decode()
        assert words in page and f"{address}link/" in page
        assert words in haoran.get("/problems/").content.decode()
        assert "/p/" in haoran.post(f"{address}link/").content.decode()
        assert words not in haoran.get(address).content.decode()
        assert words not in haoran.get("/problems/").content.decode()


def test_our_clocks_go_on_until_the_customer_has_our_word(world, order, x, client_of, settings):
    """Reported on Friday 16:00, proposed on Monday 09:00 and not handed over before Tuesday 10:00: the first answer, due Friday 18:00, is
    late, and so is the proposal; from Tuesday on they stand still."""
    settings.MAIL_SERVER = False
    with time_machine.travel(FRIDAY, tick=False):
        problem = told(order, x, quantity=10, is_urgent=True)
    with time_machine.travel(at("2027-03-08 09:00"), tick=False):
        propose(problem, by=world.haoran, offer=Offer("replace"))
        problem.refresh_from_db()
        assert (problem.standing, problem.stage) == ("proposed (link not handed over yet)", ("answer", at("2027-03-05 18:00")))
        assert next_action(problem).url_name == "problem-link" and problem in Problem.objects.late()
        (row,) = waiting(Asked(world.haoran))
        assert (row.due, row.opens[1:3]) == (at("2027-03-05 18:00"), ("problem-link", problem.number))
        assert row.say[0] == "The customer knows nothing of our last word"
        page = client_of(world.users["haoran"]).get(f"/problems/{problem.number}/").content.decode()
        assert "等客户期间" not in page and f'<a class="btn go" href="/problems/{problem.number}/link/">' in page
    with time_machine.travel(at("2027-03-08 16:00"), tick=False):
        run_due()
        assert {"answer", "proposal"} == set(
            Event.objects.filter(kind="orders.problem_reminded", values__level="manager").values_list("values__stage", flat=True)
        )
    with time_machine.travel(at("2027-03-09 10:00"), tick=False):
        client_of(world.users["haoran"]).post(f"/problems/{problem.number}/link/")
        problem.refresh_from_db()
        assert (problem.turn, problem.stage, problem.untold_since) == ("proposed", ("", None), None)
        assert problem.answered_at == problem.proposed_at == at("2027-03-09 10:00")
        assert not waiting(Asked(world.haoran)) and problem not in Problem.objects.late()
    with time_machine.travel(at("2027-03-10 10:00"), tick=False):  # they waited a working day: so much later the solution is due
        refuse(problem.resolutions.get(), by=x, words="不够")
        problem.refresh_from_db()
        assert problem.stage == ("solution", at("2027-03-15 16:00"))
    reached = Event.objects.get(kind="orders.problem_reached")
    assert (reached.subject_id, reached.actor_name) == (problem.pk, "Haoran")


def test_who_opened_the_problem_by_a_link_of_theirs_has_our_word(world, order, x, settings):
    settings.MAIL_SERVER = False
    problem = told(order, x)
    write(problem, by=world.haoran, words="哪一箱？", asks=True)
    address = "/".join(["", *mint(Grant.objects.get(subject_kind="problem"), by=SYSTEM).split("/")[3:]])
    problem.refresh_from_db()
    assert problem.turn == "untold"
    Guest(address)
    problem.refresh_from_db()
    assert (problem.turn, problem.untold_since) == ("waiting", None)


def test_nobody_is_silent_about_what_they_do_not_know(world, order, x, settings):
    """Seven days without a word close it only since they know that we think it is solved."""
    settings.MAIL_SERVER = False
    asked = report(order, by=x, told=Report("papers", "缺说明书"))
    rate(asked, by=world.haoran, severity="question", reason="只是问说明书")
    solved_on = resolve(asked, by=world.haoran, words="已补发电子版").resolved_at
    with time_machine.travel(solved_on + timedelta(days=8), tick=False):
        tasks.run_daily()
        asked.refresh_from_db()
        assert (asked.state, [row.opens[1] for row in waiting(Asked(world.haoran))]) == ("resolved", ["problem-link"])
        reach(asked, by=x)
    for days, state in ((14, "resolved"), (15, "closed")):
        with time_machine.travel(solved_on + timedelta(days=days), tick=False):
            tasks.run_daily()
        asked.refresh_from_db()
        assert asked.state == state


def test_an_open_problem_with_a_running_limit_stands_on_today_of_who_owns_it(world, order, x, client_of):
    """One answer was written: the proposal is due, today or on a later day of the week; the team's and everybody's as well."""
    with time_machine.travel(FRIDAY, tick=False):
        problem = told(order, x)
        write(problem, by=world.haoran, words="我们查一下")
        for whose in ("mine", "team", "all"):
            (row,) = waiting(Asked(world.haoran, whose))
            assert (row.due, row.opens[1:3]) == (at("2027-03-10 16:00"), ("problem-solution", problem.number))
        (found,) = (row for day in week(Asked(world.haoran)) for row in day.rows if row.band == "problems" and day.day == date(2027, 3, 10))
        assert found.opens[0] == "Propose a solution"
        propose(problem, by=world.haoran, offer=Offer("replace"))  # it left by mail: their turn
        assert not waiting(Asked(world.haoran)) and not to_carry_out(Asked(world.haoran))
        agree(problem.resolutions.get(), by=x)
        assert [row.opens[1] for row in to_carry_out(Asked(world.haoran))] == ["shipment-new"]


def test_the_radar_does_not_wait_for_a_customer_who_knows_nothing(world, order, x, settings):
    settings.MAIL_SERVER = False
    problem = told(order, x, quantity=10, is_urgent=True)
    propose(problem, by=world.haoran, offer=Offer("replace"))
    look([order.pk], by=SYSTEM)
    risk = Risk.objects.standing().get(about=problem.number)
    assert (risk.owes, risk.person) == ("us", world.users["haoran"])
    reach(problem, by=x)
    tasks.sweep()
    risk.refresh_from_db()
    assert (risk.owes, risk.person) == ("customer", None)


def test_who_answered_by_another_page_of_theirs_knows_our_last_word(world, order, x, client_of, settings):
    """The order's own link leads to the problem as well. What we say afterwards is a new word, which nobody told."""
    settings.MAIL_SERVER = False
    problem = told(order, x)
    haoran, words = client_of(world.users["haoran"]), "客户还不知道我们最近的答复"
    address = f"/problems/{problem.number}/"

    def untold() -> bool:
        return words in haoran.get(address).content.decode()

    refuse(propose(problem, by=world.haoran, offer=Offer("allowance", amount=D(10))), by=x, words="不够")
    assert not untold()
    write(problem, by=world.haoran, words="要补几个？", asks=True)
    assert untold()
    write(problem, by=x, words="一个")
    assert not untold()
    made = propose(problem, by=world.haoran, offer=Offer("replace"))
    assert untold()
    agree(made, by=x)
    assert not untold()


def test_what_is_sent_again_is_planned_alone_unless_somebody_adds_to_it(world, order, x, sent, client_of):
    """6 of the first line and all of the second are still to leave: the money that they wait for holds no replacement back."""
    sign(sent(order, 4), by=x, counted={}, signed_by="张伟")
    agree(propose(told(order, x, kind="quality", quantity=2), by=world.haoran, offer=Offer("replace")), by=x)
    page = client_of(world.users["haoran"]).get(f"/orders/{order.number}/shipments/new/").content.decode()
    fields = re.findall(r'<input[^>]*name="line_[^>]*>', page)
    assert [re.findall(r' value="([^"]*)"', field) for field in fields] == [[], [], ["2"]]


def test_a_photo_of_ours_is_named_in_plain_words(world, order, x, client_of):
    """Whoever reads English, and has no other name for a colleague: an attribute holds no markup."""
    problem = told(order, x, photos=(jpeg(),))
    User.objects.filter(username="haoran").update(name="周浩然", name_latin="")
    User.objects.filter(username="mei").update(language="en")
    write(problem, by=world.haoran, words="这是同一批", photos=(jpeg(70),))
    shown = client_of(User.objects.get(username="mei")).get(f"/problems/{problem.number}/").content.decode()
    assert re.findall(r'alt="([^"]*)"', shown) == [f"Photo of {x.name}", "Photo of 周浩然"]


@pytest.mark.parametrize(("kind", "share", "severity"), [("damage", 100, "critical"), ("shortage", 100, "critical"), ("late", 0, "minor")])
def test_a_problem_of_no_line_is_one_of_the_whole_order(order, x, kind, share, severity):
    problem = report(order, by=x, told=Report(kind, "全部都有问题"))
    assert (problem.share, problem.severity) == (share, severity)


def test_a_proposal_stands_while_we_ask_something_else(world, order, x):
    """Proposed, asked, answered: the clocks stand still, and the customer may still agree."""
    made = propose(problem := told(order, x), by=world.haoran, offer=Offer("replace"))
    for by, more in ((world.haoran, {"asks": True}), (x, {})):
        write(problem, by=by, words="要哪种颜色？" if more else "黑色", **more)
        problem.refresh_from_db()
        assert (problem.state, problem.stage) == ("proposed", ("", None))
    agree(made, by=x)
    assert Problem.objects.get().state == "resolving"


def test_what_was_agreed_on_is_taken_off_as_far_as_anything_is_left(world, order, x):
    """The order was cancelled since: the customer agrees to an amount, and nothing is refused. Goods of it are not sent again."""
    money, goods = told(order, x), told(order, x)
    made = propose(money, by=world.haoran, offer=Offer("allowance", amount=D(5)))
    again = propose(goods, by=world.haoran, offer=Offer("replace"))
    cancel(order, by=world.haoran, reason="客户的项目取消了", why="price")
    agree(made, by=x)
    with refused("overtaken"):
        agree(again, by=x)
    money.refresh_from_db()
    assert (money.state, Order.objects.get().total, order.lines.count()) == ("resolved", 0, 2)


def test_what_cannot_be_reported(order, x, world):
    other = world.ordered(world.take(company="别家", name="别人", phones=["13911110001"], emails=["b@b.example"]))
    for bad, field in (
        (Report("lost", "x x"), "kind"),
        (Report("damage", " "), "words"),
        (Report("damage", "坏了", line=line_of(order), quantity=D(11)), "quantity"),
        (Report("damage", "坏了", line=line_of(order), quantity=D("1.5")), "quantity"),  # sold whole
        (Report("damage", "坏了", line=line_of(other)), "line"),
    ):
        with pytest.raises(Refused) as refused:
            report(order, by=x, told=bad)
        assert refused.value.field == field


def test_what_was_reported_wrongly_is_corrected(world, order, x, client_of):
    """Said of the whole order, and critical by that: two pieces of one line. Then everything can be done about it."""
    problem = report(order, by=x, told=Report("damage", "坏了"))
    assert problem.severity == "critical"
    haoran, address = client_of(world.users["haoran"]), f"/problems/{problem.number}/correction/"
    assert address in haoran.get(f"/problems/{problem.number}/").content.decode()
    said = {"kind": "quality", "line": line_of(order).pk, "quantity": "1", "reason": "电话里问清楚了", "revision": problem.revision}
    assert haoran.post(address, said | {"quantity": "11"}).status_code == 422
    assert haoran.post(address, said | {"line": ""}).status_code == 422
    assert haoran.post(address, said).status_code == 302
    problem.refresh_from_db()
    assert (problem.kind, problem.line, problem.quantity, problem.severity) == ("quality", line_of(order), 1, "minor")
    with override("en"):
        sentence = Event.objects.get(kind="orders.problem_corrected").sentence
    assert "quality (TR20-1 × 1) instead of damage (the whole order): 电话里问清楚了" in sentence
    propose(problem, by=world.haoran, offer=Offer("replace"))
    with refused("wrong_state"):
        correct(problem, by=world.haoran, told=Report("late", ""), reason="又改了")


def test_a_correction_keeps_what_a_person_weighed(world, order, x):
    problem = rate(report(order, by=x, told=Report("quality", "坏了")), by=world.haoran, severity="minor", reason="不影响使用")
    assert correct(problem, by=world.haoran, told=Report("damage", "", line_of(order)), reason="问清楚了").severity == "minor"
    urgent = report(order, by=x, told=Report("late", "停工了", is_urgent=True))
    assert correct(urgent, by=world.haoran, told=Report("quality", "", line_of(order), D(1)), reason="问清楚了").severity == "critical"


# Solutions.


def test_replaced_at_price_0_and_made_good_when_it_is_accepted(world, order, x, sent):
    sign(sent(order, 10, 5), by=x, counted={}, signed_by="张伟")
    problem = told(order, x, kind="quality", quantity=2)
    made = propose(problem, by=world.haoran, offer=Offer("replace", "寄回深圳仓，运费我们付", faulty_back=True))
    assert made.says == "2 × TR20-1 are sent again, at no charge; the faulty ones come back"
    made = agree(made, by=x)
    assert agree(made, by=x) == made
    new = order.lines.get(replaces=line_of(order))
    assert (new.due, new.price, new.amount, made.new_line) == (2, 0, 0, new)
    assert GoodsReturn.objects.get().wished == 2
    problem.refresh_from_db()
    assert (problem.state, Order.objects.get(pk=order.pk).state) == ("resolving", "part_shipped")
    sign(sent(order, 0, 0, 2), by=x, counted={}, signed_by="张伟")
    problem.refresh_from_db()
    assert (problem.state, Order.objects.get(pk=order.pk).state) == ("resolved", "complete")
    receive(GoodsReturn.objects.get(), by=world.haoran, quantity=D(2))
    event = Event.objects.get(kind="orders.goods_returned")
    assert (line_of(order).returned, event.values["amount"]) == (2, "0")


def test_exchanged_for_another_variant_at_its_price(world, order, x, sent):
    sign(sent(order, 10, 5), by=x, counted={}, signed_by="张伟")
    panel = line_of(order, 2).variant
    problem = told(order, x, kind="wrong_goods", quantity=1)
    approved(
        world, made := propose(problem, by=world.haoran, offer=Offer("exchange", "寄回深圳仓，运费我们付", variant=panel, price=D(90)))
    )
    assert made.says == "1 × TR20-1 comes back, 1 × PN60-1 is sent instead at CN¥90.00: CN¥10.00 are credited"
    made = agree(made, by=x)
    assert (made.amount, made.new_line.variant, made.new_line.amount) == (100, panel, 90)
    assert [(c.was, c.now, c.reason) for c in order.changes.all()] == [(1200, 1290, made.grounds)]  # every change is a row
    assert Order.objects.get(pk=order.pk).total == D("1290.00") and GoodsReturn.objects.get().wished == 1
    assert not made.new_line.goods_ready and made.new_line.goods.count() == line_of(order, 2).goods.count()  # other goods, other papers
    agreed = Event.objects.get(kind="orders.solution_agreed").values
    assert (agreed["solution"], agreed["amount"], agreed["currency"]) == ("exchange", "100.00", "CNY")


def test_what_is_sent_instead_has_a_price_that_can_be_one(world, order, x, sent):
    sign(sent(order, 10, 5), by=x, counted={}, signed_by="张伟")
    panel = line_of(order, 2).variant
    problem = told(order, x, kind="wrong_goods", quantity=1)
    for price in ("-5000", "5.12345"):
        with pytest.raises(Refused) as wrong:
            propose(problem, by=world.haoran, offer=Offer("exchange", "寄回深圳仓，运费我们付", variant=panel, price=D(price)))
        assert wrong.value.field == "price"


def test_a_list_price_is_the_price_of_what_is_sent_instead_in_its_own_currency_only(world, sent, guest):
    order = world.opened(currency="USD")
    sign(sent(order, 10), by=guest(order), counted={}, signed_by="张伟")
    panel = world.products["PN60"].variants.first()
    problem = told(order, guest(order), kind="wrong_goods", quantity=1)
    with pytest.raises(Refused, match="Enter the price in USD: the list price of PN60-1 is in CNY") as unsaid:
        propose(problem, by=world.haoran, offer=Offer("exchange", "寄回深圳仓，运费我们付", variant=panel))
    assert unsaid.value.field == "price"
    assert propose(problem, by=world.haoran, offer=Offer("exchange", "寄回深圳仓，运费我们付", variant=panel, price=D(16))).price == 16


@pytest.mark.parametrize(("price", "state"), [("60", "proposed"), ("59.99", "in_approval")])
def test_what_is_sent_instead_below_its_floor_price_needs_approval(world, sent, guest, price, state):
    order = world.opened(lines="100x20")
    sign(sent(order, 100), by=guest(order), counted={}, signed_by="张伟")
    panel = world.products["PN60"].variants.first()
    edit_variant(panel, by=SYSTEM, revision=panel.revision, values={"floor": D(60)}, steps=[])
    problem = told(order, guest(order), kind="wrong_goods", quantity=1)
    made = propose(problem, by=world.haoran, offer=Offer("exchange", "寄回深圳仓，运费我们付", variant=panel, price=D(price)))
    assert made.state == state
    if state == "in_approval":
        assert Approval.objects.get().reasons == ["Unit price of PN60-1 below its floor price: CN¥59.99"]


def test_what_is_sold_whole_is_made_good_and_comes_back_whole(world, order, x, sent):
    problem = told(order, x, kind="quality", quantity=2)
    for kind in ("replace", "repair"):
        with pytest.raises(Refused, match="whole units only") as half:
            propose(problem, by=world.haoran, offer=Offer(kind, quantity=D("1.5")))
        assert half.value.field == "quantity"
    with pytest.raises(Refused, match="whole units only"):
        correct(problem, by=world.haoran, told=Report("quality", "", line_of(order), D("1.5")), reason="问清楚了")
    sign(sent(order, 10, 5), by=x, counted={}, signed_by="张伟")
    agree(propose(problem, by=world.haoran, offer=Offer("replace", "寄回深圳仓，运费我们付", faulty_back=True)), by=x)
    with pytest.raises(Refused, match="whole units only"):
        receive(GoodsReturn.objects.get(), by=world.haoran, quantity=D("0.5"))


def approved(world, made):
    open_one = open_about(made, "orders.allowance")
    if open_one:
        approve(open_one, by=world.heyuan)
    made.refresh_from_db()


@pytest.mark.parametrize("kind", ["refund", "allowance"])
def test_an_agreed_amount_is_told_for_the_books_and_makes_the_goods_good(world, order, x, sent, kind):

    sign(sent(order, 10, 5), by=x, counted={line_of(order).pk: Count(D(9))}, signed_by="张伟")
    problem = Problem.objects.get()
    made = propose(problem, by=world.haoran, offer=Offer(kind, amount=D(60)))
    assert made.state == "proposed"  # 60.00 is 5 % of 1,200.00, not more
    agree(made, by=x)
    problem.refresh_from_db()
    line = line_of(order)
    assert (problem.state, line.made_good) == ("resolving" if kind == "refund" else "resolved", 1)
    told_ = Event.objects.get(kind="orders.solution_agreed")
    assert (told_.subject_kind, told_.values["solution"], told_.values["amount"]) == ("resolution", kind, "60.00")
    prepared = list(Refund.objects.values_list("amount", "credit__left"))
    assert prepared == ([(60, 60)] if kind == "refund" else [])  # of a refund, at once; an allowance is a credit until it is used
    assert line.state == "complete"


@pytest.fixture
def owed(world, order, x, sent) -> Problem:
    """The order is paid in full; 119.00 of it are to be refunded, the customer agreed."""
    problem = told(order, x)
    made = propose(problem, by=world.haoran, offer=Offer("refund", amount=D(119)))
    approved(world, made)
    agree(made, by=x)
    return Problem.objects.get(pk=problem.pk)


def test_a_refund_is_carried_out_when_its_money_has_left_and_not_before(world, order, x, owed, client_of):
    """Agreed, account, approval, paid: until then it is not done on any page, and each step is somebody's on Today."""
    refund, made = Refund.objects.get(), owed.resolutions.get()
    assert (made.state, owed.state, refund.state) == ("agreed", "resolving", "no_account")
    with refused("not_paid"):
        resolve(owed, by=world.haoran)
    clerk, boss = client_of(world.users["haoran"]), client_of(world.users["heyuan"])

    def seen(words: str) -> None:
        for address in (f"/problems/{owed.number}/", f"/credits/{refund.credit_id}/", "/credits/"):
            with override("zh-hans"):
                assert words in clerk.get(address).content.decode(), address

    def steps(who) -> list[str]:
        return [row.opens[1] for band in bands() if band.code == "refunds" for row in band.rows(Asked(who))]

    seen("退款待填账户")
    assert (steps(world.haoran), steps(world.mei)) == (["refund-account"], [])
    assert "欠" in boss.get(f"/credits/{refund.credit_id}/").content.decode(), "who may not do it reads who owes it"
    name_account(refund, by=world.haoran, account="工行 6222")
    seen("退款待批")
    assert steps(world.haoran) == []
    approve(open_about(refund, "billing.refund"), by=world.heyuan)
    seen("退款待付")
    assert steps(world.haoran) == ["refund-payment"]
    pay(Refund.objects.get(), by=world.haoran, paid_on=clock.today())
    made.refresh_from_db()
    owed.refresh_from_db()
    assert (made.state, owed.state, steps(world.haoran)) == ("done", "resolved", [])
    assert Event.objects.filter(kind="orders.problem_resolved").get().actor_name == world.haoran.name


def test_a_refund_that_was_not_approved_is_prepared_anew(world, owed):
    name_account(Refund.objects.get(), by=world.haoran, account="工行 6222")
    refuse_approval(open_about(Refund.objects.get(), "billing.refund"), by=world.heyuan, reason="账户不对，请再问")
    (row,) = [row for band in bands() if band.code == "refunds" for row in band.rows(Asked(world.haoran))]
    assert (row.opens[1], Problem.objects.get().state) == ("credit-refund", "resolving")
    prepare(Credit.objects.get(), by=world.haoran, account="建行 6227")
    approve(Approval.objects.get(state="open"), by=world.heyuan)
    pay(Refund.objects.get(paid_on=None, refused_at=None), by=world.haoran, paid_on=clock.today())
    assert Problem.objects.get().state == "resolved"


def test_a_refund_that_the_customer_leaves_with_us_is_settled_and_of_an_unpaid_order_less_is_owed(world, owed, x):
    leave(Credit.objects.get(), by=world.mei, until=clock.today() + timedelta(days=60), words="邮件：抵下一单")
    assert (Problem.objects.get().state, Refund.objects.get().state) == ("resolved", "stopped")
    unpaid = world.opened(owed.customer)
    other = report(unpaid, by=x, told=Report("late", "晚了"))
    made = propose(other, by=world.haoran, offer=Offer("refund", amount=D(10)))
    agree(made, by=x)
    made.refresh_from_db()
    other.refresh_from_db()
    assert (made.state, other.state, Refund.objects.count()) == ("done", "resolved", 1)


@pytest.mark.parametrize(("paid", "off", "says"), [
    (360, "10.00", "CN¥10.00 are taken off what is still to pay"),
    (1196, "4.00", "CN¥4.00 are taken off what is still to pay, CN¥6.00 are refunded"),
    (1200, "0", "CN¥10.00 are refunded"),
])  # fmt: skip
def test_a_refund_of_what_was_not_paid_is_taken_off_and_says_so(world, guest, client_of, paid, off, says):
    """Proposed and agreed, to us and to the customer: *refunded* is only what goes back."""
    order = world.ordered(world.take(), is_paid=False)
    world.pays(order, paid)
    problem = report(order, by=world.haoran, told=Report("late", "晚了"))
    made = propose(problem, by=world.haoran, offer=Offer("refund", amount=D(10)))
    assert made.says == says
    agree(made, by=guest(order))
    made = Resolution.objects.get(pk=made.pk)
    assert (made.says, made.taken_off) == (says, D(off))
    page = client_of(world.users["haoran"]).get(f"/problems/{problem.number}/", headers={"accept-language": "en"}).content.decode()
    assert says in page and ("Allowance" in page.split(says)[0].split("Solutions")[1]) is (off == "10.00")


def test_an_allowance_above_5_percent_or_500_needs_approval_first(world, order, x):
    problem = told(order, x)
    made = propose(problem, by=world.haoran, offer=Offer("allowance", amount=D("60.01")))
    problem.refresh_from_db()
    assert (made.state, problem.state) == ("in_approval", "in_work")
    with pytest.raises(Refused):
        agree(made, by=x)
    approve(open_about(made, "orders.allowance"), by=world.heyuan)
    made.refresh_from_db()
    problem.refresh_from_db()
    assert (made.state, problem.state) == ("proposed", "proposed")
    propose(problem, by=world.haoran, offer=Offer("allowance", amount=D(50)))
    made.refresh_from_db()
    assert made.state == "withdrawn"  # the newest proposal stands
    with pytest.raises(Refused, match="newest"):
        agree(made, by=x)


@pytest.mark.no_recount  # the order is written in its currency and with its total, not lived
@pytest.mark.parametrize(
    ("currency", "total", "amount", "state"),
    [
        ("CNY", 20_000, "500", "proposed"), ("CNY", 20_000, "500.01", "in_approval"),  # 5 % would be 1,000
        ("USD", 20_000, "70.42", "proposed"), ("USD", 20_000, "70.43", "in_approval"),  # its value in another currency
        ("USD", 1_000, "50", "proposed"), ("USD", 1_000, "50.01", "in_approval"),  # 5 %
    ],
)  # fmt: skip
def test_an_allowance_above_500_cny_or_its_value_needs_approval(world, order, x, currency, total, amount, state):
    problem = told(order, x)
    Order.objects.filter(pk=order.pk).update(currency=currency, total=total)
    assert propose(problem, by=world.haoran, offer=Offer("allowance", amount=D(amount))).state == state


def test_repaired_under_warranty(world, order, x, sent):
    sign(sent(order, 10, 5), by=x, counted={}, signed_by="张伟")
    problem = told(order, x, kind="quality")
    made = propose(problem, by=world.haoran, offer=Offer("repair", under_warranty=True, words="师傅周三上门"))
    assert made.says.endswith("is repaired under warranty, at no charge")
    with pytest.raises(Refused, match="how the customer agreed"):
        agree(made, by=world.haoran)
    agree(made, by=world.haoran, note="电话里同意")
    problem.refresh_from_db()
    assert problem.state == "resolving"
    resolve(problem, by=world.haoran, words="已修好", cost=D(80))
    problem.refresh_from_db()
    assert (problem.state, problem.cost, line_of(order).due) == ("resolved", 80, 10)


def test_no_fault_needs_reason_and_evidence_and_the_customer_may_answer_once(world, order, x):
    problem = told(order, x)
    with pytest.raises(Refused) as refused:
        propose(problem, by=world.haoran, offer=Offer("no_fault", words="没问题"))
    assert refused.value.field == "words"
    why = "出厂检测报告显示色温在约定范围内"
    with pytest.raises(Refused) as refused:
        propose(problem, by=world.haoran, offer=Offer("no_fault", words=why))
    assert refused.value.field == "evidence"
    scan = Received(b"%PDF-1.4 report", "report.pdf", "paper")
    made = propose(problem, by=world.haoran, offer=Offer("no_fault", words=why, evidence=scan))
    with pytest.raises(Refused):
        refuse(made, by=x, words="")
    refuse(made, by=x, words="现场测的不一样")
    problem.refresh_from_db()
    assert problem.state == "in_work" and waiting(Asked(world.haoran))
    propose(problem, by=world.haoran, offer=Offer("no_fault", words=why, evidence=scan))
    problem.refresh_from_db()
    assert problem.state == "resolved"  # answered once; it stands


def test_both_open_the_evidence_of_no_fault_and_the_button_says_what_is_agreed(world, order, x, client_of):
    problem = told(order, x)
    scan = Received(b"%PDF-1.4 report", "report.pdf", "paper")
    made = propose(problem, by=world.haoran, offer=Offer("no_fault", words="出厂检测报告显示色温在约定范围内", evidence=scan))
    file = Attachment.objects.of(made).get()
    staff = client_of(world.users["haoran"])
    assert f'href="/files/{file.pk}/"' in staff.get(f"/problems/{problem.number}/").content.decode()
    theirs = Guest(urlsplit(make_link(problem, by=world.haoran)).path)
    found = re.search(rf'href="(/c/[^"]*/photos/{file.pk}/)"', theirs.text)
    assert found and "同意：责任不在卖方" in theirs.text and ">同意方案<" not in theirs.text
    theirs.send("agreement")
    assert "您已同意" in theirs.text and "已确认" not in theirs.text  # one word for one state
    opened = theirs.browser.get(found[1])
    assert opened.status_code == 200 and b"".join(opened.streaming_content) == b"%PDF-1.4 report"
    assert opened["Content-Disposition"].startswith("attachment")


def test_our_word_that_we_look_into_it_is_no_evidence_and_a_picture_with_it_is(world, order, x):
    """6.3: no fault needs reason and evidence; what the customer sent proves nothing for us."""
    problem = told(order, x, photos=(jpeg(),))
    write(problem, by=world.haoran, words="收到，我们去查一下")
    offer = Offer("no_fault", words="出厂检测报告显示色温在约定范围内")
    with refused(field="evidence"):
        propose(problem, by=world.haoran, offer=offer)
    write(problem, by=world.haoran, words="这是出厂时的照片", photos=(jpeg(),))
    assert propose(problem, by=world.haoran, offer=offer).proposed_at


def test_no_fault_answers_a_shortage_without_moving_any_goods(world, order, x, sent):
    """6.1: made good = answered by a resolution; 6.3, no fault: goods none, money none. Nobody waits for more of the line then."""
    sign(sent(order, 10, 5), by=x, counted={line_of(order).pk: Count(received=D(8))}, signed_by="张伟")
    was, problem = Order.objects.get(pk=order.pk), Problem.objects.get()  # the arrival reported it
    assert (was.in_trouble, line_of(order).state) == (True, "arrived")
    scan = Received(b"%PDF-1.4 packing list", "packed.pdf", "paper")
    made = propose(problem, by=world.haoran, offer=Offer("no_fault", words="装箱记录和称重都显示足数", evidence=scan))
    assert line_of(order).made_good == 0, "proposed is not answered"
    agree(made, by=x)
    line, now = line_of(order), Order.objects.get(pk=order.pk)
    assert (line.made_good, line.short, line.accepted, line.state) == (2, 2, 8, "complete")
    assert (now.in_trouble, now.state, now.total, now.lines.count()) == (False, "complete", was.total, was.lines.count())


def test_what_is_just_below_a_tenth_of_the_order_is_minor(world, sent):
    """9.996 % is not 10 %: it is compared as it is, and kept cut off."""
    order = world.opened(world.take(), lines="1x9996 1x90004")
    sent(order, 1, 1)
    problem = report(order, by=world.haoran, told=Report("shortage", "少一件没到", line=line_of(order), quantity=D(1)))
    assert (problem.proposed_severity, problem.severity) == ("minor", "minor")
    problem.refresh_from_db()
    assert problem.share == D("9.99")


def test_what_is_agreed_is_not_refused_any_more(world, order, x):
    made = agree(propose(told(order, x), by=world.haoran, offer=Offer("replace")), by=x)
    with refused("agreed"):
        refuse(made, by=x, words="还是不要")
    assert Problem.objects.get().state == "resolving"


def test_asked_while_it_is_carried_out_it_is_carried_out_again_once_they_answered(world, order, x, sent):
    """Waiting for the customer; the replacement that is accepted meanwhile solves it."""
    sent(order, 10, 5)
    problem = told(order, x, quantity=1)
    made = agree(propose(problem, by=world.haoran, offer=Offer("replace")), by=x)
    write(problem, by=world.haoran, words="地址还是原来的吗？", asks=True)
    write(problem, by=x, words="是的")
    assert Problem.objects.get().state == "resolving"
    write(problem, by=world.haoran, words="几点能收货？", asks=True)
    sign(sent(order, 0, 0, 1), by=x, counted={}, signed_by="张伟")
    assert Problem.objects.get().state == "resolved" and line_of(order, 3).accepted == made.quantity


def test_nothing_is_made_good_twice_while_something_agreed_is_carried_out(world, order, x, client_of):
    """A question to the customer is no new start: neither is anything else proposed, nor is it offered."""
    agree(propose(problem := told(order, x), by=world.haoran, offer=Offer("replace")), by=x)
    write(problem, by=world.haoran, words="请发一张照片", asks=True)
    with refused("agreed"):
        propose(problem, by=world.haoran, offer=Offer("allowance", amount=D(10)))
    page = client_of(world.users["haoran"]).get(f"/problems/{problem.number}/").content.decode()
    assert f"/problems/{problem.number}/solution/" not in page and f"/problems/{problem.number}/correction/" not in page


def test_what_was_proposed_ends_with_the_answer_to_a_question(world, order, x):
    made = propose(problem := told(order, x), by=world.haoran, offer=Offer("replace"))
    rate(problem, by=world.haoran, severity="question", reason="只是问安装方法")
    resolve(problem, by=world.haoran, words="用附带的螺丝")
    with refused("over"):
        agree(made, by=x)


def test_a_return_is_credited_with_what_was_received(world, order, x, sent):
    with pytest.raises(Refused, match="Nothing of this line has arrived"):
        propose(told(order, x), by=world.haoran, offer=Offer("return", "寄回深圳仓，运费我们付"))
    sign(sent(order, 10, 5), by=x, counted={}, signed_by="张伟")
    problem = told(order, x, kind="quality", quantity=3)
    made = propose(problem, by=world.haoran, offer=Offer("return", "寄回深圳仓，运费我们付"))
    approved(world, made)
    agree(made, by=x)
    back = GoodsReturn.objects.get()
    with pytest.raises(Refused):
        receive(back, by=world.haoran, quantity=D(4))
    receive(back, by=world.haoran, quantity=D(2), words="少一件")
    assert receive(back, by=world.haoran, quantity=D(3)).received == 2  # pressed twice
    problem.refresh_from_db()
    assert (line_of(order).returned, problem.state) == (2, "resolving")
    receive(made.returns.get(received_at=None), by=world.haoran, quantity=D(1))  # in a second parcel
    problem.refresh_from_db()
    assert (line_of(order).returned, problem.state) == (3, "resolved")
    told_of = Event.objects.filter(kind="orders.goods_returned").order_by("id")
    assert [e.values["amount"] for e in told_of] == ["200.00", "100.00"] and Order.objects.get().total == 900


def test_what_is_to_come_back_already_does_not_come_back_by_another_problem(world, order, x, sent):
    sign(sent(order, 10, 5), by=x, counted={}, signed_by="张伟")
    first, second = (
        propose(told(order, x, kind="quality", quantity=q), by=world.haoran, offer=Offer("return", "寄回深圳仓，运费我们付"))
        for q in (8, 3)
    )
    for made in (first, second):
        approved(world, made)
    agree(first, by=x)
    with refused("overtaken"):
        agree(second, by=x)
    with pytest.raises(Refused, match="Between 1 and 2 pieces"):
        propose(second.problem, by=world.haoran, offer=Offer("return", "寄回深圳仓，运费我们付"))
    approved(world, third := propose(second.problem, by=world.haoran, offer=Offer("return", "寄回深圳仓，运费我们付", quantity=D(2))))
    agree(third, by=x)
    with pytest.raises(Refused, match="is to come back already, by problem PR-0001"):
        propose(told(order, x, kind="quality"), by=world.haoran, offer=Offer("return", "寄回深圳仓，运费我们付"))


def test_what_comes_back_in_parts_is_credited_with_what_the_line_cost(world, sent, guest):
    """3 at 0.335 are 1.01; one by one they would be 0.34 each."""
    order = world.opened(lines="3x0.335 1x100")
    sign(sent(order, 3, 1), by=guest(order), counted={}, signed_by="张伟")
    for _piece in range(3):
        made = propose(told(order, guest(order), kind="quality"), by=world.haoran, offer=Offer("return", "寄回深圳仓，运费我们付"))
        agree(made, by=guest(order))
        receive(made.returns.get(), by=world.haoran, quantity=D(1))
    told_of = Event.objects.filter(kind="orders.goods_returned").order_by("id")
    assert [e.values["amount"] for e in told_of] == ["0.34", "0.33", "0.34"] and Order.objects.get().total == 100


def test_what_was_taken_off_before_is_not_credited_again_when_goods_return(world, order, x, sent):
    """T 1,200 paid 1,200, allowance 500; then 10 at 100.00 return: 700 is left to give back, no more."""
    sign(sent(order, 10, 5), by=x, counted={}, signed_by="张伟")
    allow(order, by=world.haoran, amount=D(500), reason="包装费")
    made = propose(told(order, x, kind="quality", quantity=10), by=world.haoran, offer=Offer("return", "寄回深圳仓，运费我们付"))
    approved(world, made)
    agree(made, by=x)
    receive(GoodsReturn.objects.get(), by=world.haoran, quantity=D(10))
    assert Order.objects.get(pk=order.pk).total == 0 and sum(c.left for c in Credit.objects.all()) == 1200


# The end.


def solved(world, order, x) -> Problem:
    problem = told(order, x, kind="invoice")
    resolve(problem, by=world.haoran, words="发票已重开")
    problem.refresh_from_db()
    return problem


def test_closed_by_the_customers_word_and_judged_once(world, order, x):
    problem = solved(world, order, x)
    told_ = Event.objects.get(kind="orders.problem_resolved").headline
    assert "asked whether it is solved" in told_ and "is solved." not in told_.split("whether")[0], "solved is the customer's word"
    assert problem.severity == "question"
    close(problem, by=x)
    close(problem, by=x, satisfaction=4)
    close(problem, by=x, satisfaction=1)
    problem.refresh_from_db()
    assert (problem.state, problem.closed_by_word, problem.satisfaction) == ("closed", True, 4)
    with pytest.raises(NotAllowed):
        close(problem, by=world.haoran)


@pytest.mark.parametrize(("mark", "steps"), [(2, 1), (3, 0)])
def test_who_gave_a_low_mark_is_spoken_with(world, order, x, mark, steps):
    """As after a low survey: the owner of the customer, on the next workday, once; it stands on Today before any call."""
    problem = close(solved(world, order, x), by=x, satisfaction=mark)
    close(problem, by=x, satisfaction=1)
    found = NextStep.objects.open().filter(customer=order.customer, what=LOW)
    assert [(step.owner, step.due_on) for step in found] == [(world.users["mei"], next_workday(clock.today()))] * steps
    rows = [row for row in waiting(Asked(world.mei)) if row.step]
    assert [row.why for row in rows] == [f"speak with them about their low mark (2 of 5, problem {problem.number})"] * steps
    order_of = {band.code: band.order for band in bands()}
    assert max(order_of["problems"], order_of["complaints"]) < min(order_of["waiting"], order_of["questions"], order_of["calls"])


def test_a_replacement_is_sent_before_its_problem_is_solved(world, order, x, sent, client_of):
    """Agreed: the next action is its shipment, and it stays on the clerk's Today; solved by the arrival, doubted while on its way."""
    sign(sent(order, 10, 5), by=x, counted={}, signed_by="张伟")
    problem = told(order, x, kind="quality", quantity=2)
    agree(propose(problem, by=world.haoran, offer=Offer("replace")), by=x)
    haoran, at_page = client_of(world.users["haoran"]), f"/problems/{problem.number}/"
    page = haoran.get(at_page).content.decode()
    assert f"/orders/{order.number}/shipments/new/" in page and f"{at_page}resolution/" not in page
    assert not waiting(Asked(world.haoran)) and [row.opens[1] for row in to_carry_out(Asked(world.haoran))] == ["shipment-new"]
    order_of_bands = [band.code for band in bands()]
    assert order_of_bands.index("problems") < order_of_bands.index("radar") < order_of_bands.index("agreed")
    with refused("not_sent"):
        resolve(problem, by=world.haoran, words="已安排")
    assert Problem.objects.get().state == "resolving"
    page = haoran.get(f"/orders/{order.number}/shipments/new/").content.decode()
    assert "补偿第 1 行" in page and f'value="{add_workdays(clock.today(), 1)}"' in page, "it does not wait for the promised date"
    shipment = sent(order, 0, 0, 2)
    assert next_action(Problem.objects.get()).key == shipment.number and not to_carry_out(Asked(world.haoran))
    assert haoran.post(f"{at_page}resolution/", {"words": "已发出"}).status_code == 422
    assert haoran.post(f"{at_page}resolution/", {"words": "已发出", "is_sure": "on"}).status_code == 302
    problem = reopen(Problem.objects.get(), by=x, words="还没收到")
    assert problem.state == "resolving", "what was marked too early is carried out still"
    sign(shipment, by=x, counted={}, signed_by="张伟")
    assert Problem.objects.get().state == "resolved"


@pytest.mark.parametrize("by_customer", [True, False])
def test_what_was_opened_again_is_solved_again(world, order, x, sent, client_of, by_customer):
    """By the customer's word, or by ours with words; without another proposal."""
    sign(sent(order, 10, 5), by=x, counted={}, signed_by="张伟")
    problem = told(order, x, kind="quality", quantity=2)
    agree(propose(problem, by=world.haoran, offer=Offer("replace")), by=x)
    sign(sent(order, 0, 0, 2), by=x, counted={}, signed_by="张伟")
    problem = reopen(Problem.objects.get(), by=x, words="还差一张说明书")
    assert problem.state == "in_work"
    if by_customer:
        assert close(problem, by=x).state == "closed"
        return
    address = f"/problems/{problem.number}/resolution/"
    assert address in client_of(world.users["haoran"]).get(f"/problems/{problem.number}/").content.decode()
    with pytest.raises(Refused) as silent:
        resolve(problem, by=world.haoran)
    assert silent.value.field == "words"
    assert resolve(problem, by=world.haoran, words="说明书已补发电子版").state == "resolved"


def test_asked_on_day_3_and_6_closed_on_day_7(world, order, x):
    problem = solved(world, order, x)
    asked = []
    for day in range(8):
        with time_machine.travel(problem.resolved_at + timedelta(days=day), tick=False):
            tasks.run_daily()
        asked.append(Event.objects.filter(kind="orders.problem_asked").count())
    problem.refresh_from_db()
    assert asked == [0, 0, 0, 1, 1, 1, 2, 2]
    assert (problem.state, problem.closed_by_word) == ("closed", False)
    assert Event.objects.filter(kind="orders.problem_lapsed").count() == 1


def test_opened_again_for_30_days_with_the_same_clock(world, order, x):
    problem = close(solved(world, order, x), by=x)
    with time_machine.travel(problem.closed_at + timedelta(days=31), tick=False), pytest.raises(Refused, match="30 days"):
        reopen(problem, by=x, words="又错了")
    with time_machine.travel(problem.closed_at + timedelta(days=29), tick=False):
        problem = reopen(problem, by=x, words="又错了")
        assert (problem.state, problem.round, problem.answered_at) == ("in_work", 2, None)
        assert problem.answer_due == due_at(timezone.now(), D(8), [], WEEK)
        assert reopen(problem, by=x, words="又错了").round == 2
    assert waiting(Asked(world.haoran))


def test_the_open_problems_of_somebody_who_leaves_go_along_and_come_back(world, order):
    mei, kevin = world.users["mei"], world.users["kevin"]
    problem = take(report(order, by=world.haoran, told=Report("late", "很晚了")), by=world.mei)
    solved = take(report(order, by=world.haoran, told=Report("other", "发票抬头怎么写")), by=world.mei)
    resolve(solved, by=world.mei, words="按合同抬头")
    hand_over_all(mei, by=world.heyuan, to=kevin, reason="离职")
    owners = dict(Problem.objects.values_list("number", "owner__username"))
    assert owners == {problem.number: "kevin", solved.number: "mei"}
    assert Event.objects.about(problem).latest("pk").sentence.startswith(f"Problem {problem.number} is now with")
    take_back(Deed.objects.get(), by=world.heyuan)
    problem.refresh_from_db()
    assert problem.owner == mei and problem.is_open


def test_a_void_order_takes_its_problems_with_it(world):
    scan = Received(b"%PDF-1.4 signed", "signed.pdf", "paper")
    sent = world.contract(world.take()).newest
    proof = record_paper(sent, by=world.haoran, kind="paper", signed_by="张伟", signed_on=timezone.localdate(), scan=scan)
    order = Order.objects.get()
    urgent = report(order, by=world.haoran, told=Report("late", "明天开业，货还没有消息", is_urgent=True))
    solved = resolve(report(order, by=world.haoran, told=Report("other", "发票抬头怎么写")), by=world.haoran, words="按合同抬头")
    propose(urgent, by=world.haoran, offer=Offer("no_fault", words="合同交期还没有到，货已在生产", evidence=scan))
    void(proof, by=world.heyuan, reason="登错了客户")
    urgent.refresh_from_db()
    assert set(Problem.objects.values_list("state", flat=True)) == {"closed"}
    assert not Quiet.objects.filter(until=None).exists() and not urgent.resolutions.filter(withdrawn_at=None).exists()
    assert not Problem.objects.filter(next_at__isnull=False).exists()
    told = Event.objects.about(urgent).latest("pk")
    assert told.sentence == f"Problem {urgent.number} ended: order {order.number} is void"
    solved.refresh_from_db()
    assert not solved.may_reopen
    with pytest.raises(Refused, match="is void"):
        reopen(solved, by=world.haoran, words="还是没有发票")


def test_nothing_agreed_is_not_resolved(world, order, x):
    with pytest.raises(Refused, match="Propose a solution first"):
        resolve(told(order, x), by=world.haoran, words="好了")


def test_the_history_of_a_problem_holds_what_was_proposed_and_agreed_and_says_each_thing_once(world, order, x, client_of):
    problem = told(order, x)
    take(problem, by=world.haoran)
    haoran, address = client_of(world.users["haoran"]), f"/problems/{problem.number}/"
    with override("zh-hans"):
        made = propose(problem, by=world.haoran, offer=Offer("allowance", amount=D("50.50")))
        agree(made, by=x)
    page = haoran.get(address).content.decode()
    shown = Event.objects.about_any([problem, made])
    for kind in ("orders.solution_proposed", "orders.solution_agreed"):
        with override("zh-hans"):
            assert shown.get(kind=kind).sentence in page
    with override("en"):
        allowed = Event.objects.get(kind="billing.allowed").sentence
        assert problem.number in allowed and allowed.count("50.50") == 1 and "折让" not in allowed
        assert Event.objects.get(kind="orders.changed").sentence.count("CN¥") == 2, "both sums in one form"
    letters = Event.objects.filter(kind="messaging.written")
    assert letters and not letters.filter(actor_kind="guest").exists(), "what the system writes is not written by the customer"
    assert "由我接手" not in page and "开始处理" not in page


def test_a_question_of_some_solutions_says_of_which(world, order, x, client_of):
    problem = told(order, x)
    page = client_of(world.users["haoran"]).get(f"/problems/{problem.number}/solution/").content.decode()
    assert 'data-only="kind" data-for="refund allowance"' in page and 'data-only="kind" data-for="exchange"' in page
    assert page.count("data-only=") == 7 and "<div data-only" in page.split('name="words"')[0]


def test_the_same_said_again_as_urgent_is_no_repetition(world, order):
    """Their work stands still now: that is critical, and its clock is another one."""
    told = {"kind": "late", "words": "还没到货"}
    first = tell(order, by=world.mei, told=Report(**told))
    assert tell(order, by=world.mei, told=Report(**told)) == first
    urgent = tell(order, by=world.mei, told=Report(**told, is_urgent=True))
    assert (first.severity, urgent.severity) == ("minor", "critical")
    assert tell(order, by=world.mei, told=Report(**told, is_urgent=True)) == urgent


def test_photos_that_a_colleague_adds_to_a_report_are_no_answer(world, order):
    """Who reports it for the customer once more, with photos: the first answer is still owed, and no empty letter goes."""
    told = {"kind": "late", "words": "还没到货"}
    first, letters = tell(order, by=world.mei, told=Report(**told)), Letter.objects.count()
    assert tell(order, by=world.mei, told=Report(**told, photos=(jpeg(),))) == first
    now = Problem.objects.get()
    assert (now.state, now.answered_at) == ("reported", None) and Letter.objects.count() == letters
    assert Attachment.objects.of(now.messages.last()).count() == 1


def test_the_form_names_the_lines_in_the_readers_language(world):
    line = world.ordered(world.take()).lines.first()
    with override("en"):
        assert (
            LineChoice(OrderLine.objects.none()).label_from_instance(line) == f"{line.sku} {line.name_latin}" != f"{line.sku} {line.name}"
        )


def test_goods_that_were_sent_again_are_told_from_the_first(world, order, x, client_of):
    agree(propose(told(order, x), by=world.haoran, offer=Offer("replace", quantity=D(2))), by=x)
    OrderLine.objects.update(unit="卷")
    first, again = line_of(order), line_of(order, 3)
    choice = LineChoice(OrderLine.objects.none())
    assert choice.label_from_instance(again) == f"{choice.label_from_instance(first)} (replacement, 2 rolls)"
    with pytest.raises(Refused, match="10 rolls"):
        report(order, by=x, told=Report("damage", "坏了", line=first, quantity=D(11)))


def test_the_letter_of_a_proposal_speaks_the_customers_language(world, sent):
    order = world.opened(world.take("Nordlicht GmbH", "Anna", emails=["anna@nordlicht.example"], phones=[], language="en"))
    sent(order, 10)
    with override("zh-hans"):
        problem = report(order, by=world.haoran, told=Report("damage", "2 broken", line=order.lines.get(), quantity=Decimal(2)))
        propose(problem, by=world.haoran, offer=Offer("replace", "Two new ones next week.", quantity=Decimal(2)))
    body = Letter.objects.latest("id").body
    assert "2 × TR20-1 are sent again, at no charge\nTwo new ones next week." in body and "补发" not in body


def test_an_order_is_complete_since_its_problem_was_solved_not_since_that_was_closed(world, guest, sent):
    """So its customer is grade B for 90 days from then, whenever the problem closes by itself."""
    order = world.ordered(world.take())
    sign(sent(order, *[line.due for line in order.lines.all()]), by=guest(order), counted={}, signed_by="张伟")
    start = timezone.now()
    with time_machine.travel(start + timedelta(days=10), tick=False):
        made = report(order, by=world.haoran, told=Report("invoice", "发票抬头怎么开"))
        resolve(made, by=world.haoran, words="已答复")
    with time_machine.travel(start + timedelta(days=17), tick=False):
        tasks.run_daily()
        assert Problem.objects.get().state == "closed"
    grades = []
    for day in (100, 101):
        with time_machine.travel(start + timedelta(days=day), tick=False):
            tasks.run_daily()
            grades.append(Customer.objects.get().grade)
    assert grades == ["B", "C"]


def test_the_page_of_a_customer_shows_what_is_wrong_what_is_open_first(world, client_of):
    order = world.ordered(world.take())

    def page() -> str:
        return str(client_of(world.users["mei"]).get(f"/customers/{order.customer_id}/").content.decode())

    assert "/problems/PR-" not in page()
    for n in range(5):
        report(order, by=world.mei, told=Report("invoice", f"等了第 {n} 天"))
    for problem in Problem.objects.filter(number__gt="PR-0001").order_by("pk"):
        resolve(problem, by=world.haoran, words="已重开")
    shown = page()
    in_head, first, *others = re.findall(r'href="/problems/(PR-\d+)/">', shown)
    assert (in_head, first, others[:2]) == ("PR-0001", "PR-0001", ["PR-0005", "PR-0004"]) and "等了第 0 天" in shown


def test_what_follows_from_what_a_customer_did_is_not_signed_by_them(world, order, x, sent):
    """They agree and sign; that it is done on our side, that money is credited or a step is next, they did not do."""
    sign(sent(order, 10, 5), by=x, counted={}, signed_by="张伟")
    agree(propose(told(order, x), by=world.haoran, offer=Offer("allowance", amount=D(20))), by=x)
    agree(propose(told(order, x), by=world.haoran, offer=Offer("refund", amount=D(10))), by=x)
    who = {event.kind: (event.actor_kind, event.actor_name) for event in Event.objects.all()}
    for kind in ("orders.problem_resolved", "billing.allowed", "billing.credit_opened", "billing.refund_waits"):
        assert who[kind] == ("system", SYSTEM.name), kind
    for kind in ("orders.solution_agreed", "orders.arrived", "orders.problem_reported"):
        assert who[kind] == ("guest", "张伟"), kind


@pytest.mark.parametrize(("other", "price", "says"), [
    (False, None, "2 × TR20-1 come back, 2 × TR20-1 are sent instead at CN¥90.00 each"),
    (False, 92, "2 × TR20-1 come back, 2 × TR20-1 are sent instead at CN¥92.00 each: CN¥4.00 more to pay"),
    (True, 85, "2 × TR20-1 come back, 2 × PN60-1 are sent instead at CN¥85.00 each: CN¥10.00 are credited"),
])  # fmt: skip
def test_an_exchange_for_the_same_costs_what_it_was_bought_at_and_a_difference_is_said(world, guest, sent, other, price, says):
    """Bought at 90.00, whatever the list says now."""
    order = world.opened(lines="50x90")
    line = order.lines.get()
    sign(sent(order, 50), by=guest(order), counted={line.pk: Count(D(50), D(2))}, signed_by="张伟")
    problem = Problem.objects.get()
    variant = world.products["PN60"].variants.first() if other else line.variant
    with pytest.raises(Refused, match="where to") as why:
        propose(problem, by=world.haoran, offer=Offer("exchange", variant=variant))
    assert why.value.field == "words"
    made = propose(
        problem,
        by=world.haoran,
        offer=Offer("exchange", "Send them to our Shenzhen store, we pay.", variant=variant, price=price and D(price)),
    )
    assert made.says == says


@pytest.mark.parametrize(("kind", "faulty_back"), [("return", False), ("replace", True)])
def test_goods_that_go_back_say_where_to_and_who_pays_and_the_customer_keeps_reading_it(
    world, guest, sent, asked_by_link, kind, faulty_back
):
    """Asked for before anybody agrees; it stands on their page afterwards."""
    order, browser = asked_by_link
    line = order.lines.first()
    sign(sent(order, 10), by=guest(order), counted={line.pk: Count(D(10))}, signed_by="张伟")
    problem = report(order, by=world.haoran, told=Report("quality", "色温不对", line=line, quantity=D(1)))
    with pytest.raises(Refused, match=r"where to|寄到哪里"):
        propose(problem, by=world.haoran, offer=Offer(kind, faulty_back=faulty_back))
    where = "寄回深圳南山仓，到付"
    made = propose(problem, by=world.haoran, offer=Offer(kind, where, faulty_back=faulty_back))
    if made.state == "in_approval":
        approved(world, made)
    address = browser.seen[-1].split("/contracts/")[0] + f"/problems/{problem.number}/"
    browser.open(address)
    browser.send("agreement")
    browser.open(address)
    assert where in browser.text and Resolution.objects.get().agreed_at


def test_an_offer_keeps_what_the_customer_was_shown_and_what_it_became_is_said_beside_it(world, guest, client_of):
    """1,200, of which 360 is in: a refund of 50 was shown as taken off. They refuse, the rest comes in: the refused one reads as before,
    and of one that stands what it has become is said beside it."""
    order = world.ordered(world.take(), is_paid=False)
    world.pays(order, 360)
    problem = report(order, by=guest(order), told=Report("invoice", "多收了运费"))
    no = propose(problem, by=world.haoran, offer=Offer("refund", amount=D(50)))
    said = Event.objects.get(kind="orders.solution_proposed").values
    assert said["solution"] == no.called == "allowance"
    refuse(no, by=guest(order), words="我们要退到账户")
    yes = propose(problem, by=world.haoran, offer=Offer("refund", amount=D(40)))
    world.pays(order, 840)
    no, yes = Resolution.objects.get(pk=no.pk), Resolution.objects.get(pk=yes.pk)
    shown = "CN¥50.00 are taken off what is still to pay"
    assert (no.says, no.kind_words, no.became) == (shown, "allowance", "")
    assert (yes.says, yes.became) == ("CN¥40.00 are taken off what is still to pay", "CN¥40.00 are refunded")
    agree(yes, by=guest(order))
    page = client_of(world.users["haoran"]).get(f"/problems/{problem.number}/").content.decode()
    assert "从未付款中减去 ¥50.00" in page and "按目前的情况：退款 ¥40.00" in page and "退款 ¥50.00" not in page


def test_a_refund_while_money_is_open_says_before_saving_that_nothing_is_paid_back(world, guest, client_of):
    """1,200, of which 360 is in. The customer wants 50 on their account: it is paid back of what is in, and what is open stays open."""
    order = world.ordered(world.take(), is_paid=False)
    world.pays(order, 360)
    due = [(part.due_on, part.rest) for part in Instalment.objects.filter(order=order)]
    problem = report(order, by=guest(order), told=Report("invoice", "多收了运费"))
    clerk, at = client_of(world.users["haoran"]), f"/problems/{problem.number}/solution/"
    typed = {"kind": "refund", "amount": "50", "words": "退回运费", "revision": problem.revision}
    answer = clerk.post(at, typed)
    said = f"{order.number} 还有 ¥840.00 未付：¥50.00 从中减去，不退款。"
    assert answer.status_code == 422 and said in answer.content.decode() and not problem.resolutions.exists()
    assert clerk.post(at, typed | {"pays_back": "on"}).status_code == 302
    made = problem.resolutions.get()
    assert (made.called, made.says) == ("refund", "退款 ¥50.00")
    agree(made, by=guest(order))
    account, refund = Account.objects.get(order=order), Refund.objects.get()
    assert (account.total, account.paid, account.open, refund.amount) == (1150, 310, 840, 50)
    assert [(part.due_on, part.rest) for part in Instalment.objects.filter(order=order)] == due
    made.refresh_from_db()
    assert made.taken_off == 0 and made.became == ""


def test_no_more_than_is_paid_is_paid_back(world, guest):
    order = world.ordered(world.take(), is_paid=False)
    world.pays(order, 360)
    problem = report(order, by=guest(order), told=Report("invoice", "多收了运费"))
    with refused(field="amount"):
        propose(problem, by=world.haoran, offer=Offer("refund", amount=D("360.01"), pays_back=True))


def test_a_receipt_taken_off_leaves_what_is_paid_back_alone(world, guest):
    order = world.ordered(world.take(), is_paid=False)
    world.pays(order, 360)
    wrong = world.pays(order, 100)
    problem = report(order, by=guest(order), told=Report("invoice", "多收了运费"))
    agree(propose(problem, by=world.haoran, offer=Offer("refund", amount=D(50), pays_back=True)), by=guest(order))
    void_receipt(wrong, by=world.haoran, reason="登错了客户")
    assert Refund.objects.waiting().get().amount == 50 and Account.objects.get(order=order).open == 840


def test_a_return_is_received_by_name_and_what_is_good_goes_back_on_stock(world, order, x, sent, client_of):
    """10 of a kept article left and 4 come back: the page says of whom and of what, 3 are good, and who waits is served."""
    sign(sent(order, 10, 5), by=x, counted={}, signed_by="张伟")
    line = line_of(order)
    variant = keep_stock(line.variant, by=world.haoran, revision=line.variant.revision, kind="counted")
    count_stock(variant, by=world.haoran, counted=D(2))
    made = propose(told(order, x, quantity=4), by=world.haoran, offer=Offer("return", "寄回深圳仓，运费我们付", quantity=D(4)))
    approved(world, made)
    agree(made, by=x)
    clerk, address = client_of(world.users["haoran"]), f"/returns/{GoodsReturn.objects.get().pk}/receipt/"
    page = clerk.get(address).content.decode()
    lead = page.split("等光速贸易有限公司退回：")[1].split("</p>")[0]
    assert "（TR20-1）4 件" in lead and lead.endswith(f"订单 {order.number}。") and "其中完好、可再卖" in page, lead
    assert clerk.post(address, {"quantity": "4"}).status_code == 422
    assert "完好的不能多于退回的：4。" in clerk.post(address, {"quantity": "4", "good": "5"}).content.decode()
    assert clerk.post(address, {"quantity": "4", "good": "3"}).status_code == 302
    variant.refresh_from_db()
    moved = variant.moves.get(why="returned")
    assert (variant.on_hand, moved.quantity, moved.source_name, GoodsReturn.objects.get().good) == (5, 3, made.problem.number, 3)
    assert "完好 3，已退回库存" in clerk.get(f"/problems/{made.problem.number}/").content.decode()
    assert "退回入库" in clerk.get(f"/variants/{variant.pk}/stock/").content.decode()


def test_a_return_that_came_in_part_is_known_to_both_sides(world, order, x, sent, client_of):
    """6 are to come back, 4 came and were counted: the page of those says so, another count is refused, the customer reads both."""
    sign(sent(order, 10, 5), by=x, counted={}, signed_by="张伟")
    made = propose(told(order, x, quantity=6), by=world.haoran, offer=Offer("return", "运费我们付", quantity=D(6)))
    approve(Approval.objects.get(state="open"), by=world.heyuan)
    agree(made, by=x)
    back = GoodsReturn.objects.get()
    receive(back, by=world.haoran, quantity=D(4))
    clerk, at, on = client_of(world.users["haoran"]), f"/returns/{back.pk}/receipt/", clock.today()
    page = clerk.get(at).content.decode()
    assert "已退回 4，数量已登记" in page and "还有 2 未退回" in page and "等 " not in page
    answer = clerk.post(at, {"quantity": "2", "good": "0"})
    assert "已退回 4，数量已登记" in answer.content.decode() and GoodsReturn.objects.get(received_at=None).wished == 2
    with override("zh-hans"):
        day = clock.day_words(on)
        page = re.sub(r"<[^>]+>", "", Reader(order).read(f"problems/{made.problem.number}/"))
    assert f"{day}已收到退回的 4" in page and "还有 2 未退回" in page


def test_whoever_wrote_their_bank_account_is_not_asked_for_it_again(world, asked_by_link, client_of):
    """The clerk reads it where they note it; words that name none change nothing."""
    order, guest = asked_by_link
    problem = report(order, by=world.haoran, told=Report("late", "晚了"))
    agree(propose(problem, by=world.haoran, offer=Offer("refund", amount=D(50))), by=SYSTEM.trusted())
    grant = ConfirmationRequest.objects.get().grant_id
    asks, written = "请告诉我们收款账户", "Our IBAN: PT50 0002 0123 1234 5678 9015 4, Lusoluz Lda"
    who = Actor(kind="guest", id=problem.order.confirmation.contact_id, name="张伟", customer_id=order.customer_id)
    write(problem, by=who, words="谢谢，什么时候退？电话 13900002046")
    assert asks in guest.open(f"/c/{grant}/home/").content.decode()
    write(problem, by=who, words=written)
    for page in ("home/", "money/", f"problems/{problem.number}/"):
        text = guest.open(f"/c/{grant}/{page}").content.decode()
        assert asks not in text and "写给我们" not in text, page
    assert "已收到您的收款账户" in text
    form = client_of(world.users["haoran"]).get(f"/refunds/{Refund.objects.get().number}/account/").content.decode()
    assert "客户写道" in form and "PT50 0002 0123" in form


def test_an_approval_names_the_case_its_goods_and_what_the_customer_says(world, order, x, sent, client_of):
    """An exchange of 6 for 6 of the same article costs no allowance: it is called what it is, in one language a reader."""
    sign(sent(order, 10, 5), by=x, counted={}, signed_by="张伟")
    problem = told(order, x, quantity=6)
    line = line_of(order)
    made = propose(problem, by=world.haoran, offer=Offer("exchange", "包邮寄回深圳仓", quantity=D(6), variant=line.variant))
    asked = Approval.objects.get(state="open")
    assert asked.subject_name == problem.number
    manager = client_of(world.users["heyuan"])
    with override("zh-hans"):
        page = manager.get(f"/approvals/{asked.pk}/").content.decode()
    for words in ("换货", f"6 × {line.sku}", "轨道射灯", "到货有问题", f"的解决方案：问题 {problem.number}", "同意这个方案"):
        assert words in page, words
    assert "折让" not in page.split("<main")[1]
    with override("en"):
        assert asked.title.startswith("Solution for") and "换货" not in asked.title and "exchange" in asked.reasons[0]
    approve(asked, by=world.heyuan)
    said = Event.objects.get(kind="orders.solution_proposed")
    with override("zh-hans"):
        assert said.sentence.startswith(str(world.users["haoran"])) and str(world.users["heyuan"]) not in said.sentence
    made.refresh_from_db()
    assert made.state == "proposed"


def test_a_repair_says_who_does_it_and_at_whose_cost(world, order, x, sent):
    sign(sent(order, 10, 5), by=x, counted={}, signed_by="张伟")
    problem = told(order, x, quantity=4)
    with pytest.raises(Refused, match="Say who repairs it and where, and who pays") as blind:
        propose(problem, by=world.haoran, offer=Offer("repair"))
    assert blind.value.field == "words"
    assert propose(problem, by=world.haoran, offer=Offer("repair", "我们的师傅上门修，费用我们付")).state == "proposed"


def test_who_is_to_be_paid_back_is_asked_for_their_bank_account(world, asked_by_link):
    """Nobody knows where to: their first page asks for it, and leads to where they write it; once it is named, nothing asks."""
    order, guest = asked_by_link
    problem = report(order, by=world.haoran, told=Report("late", "晚了"))
    agree(propose(problem, by=world.haoran, offer=Offer("refund", amount=D(50))), by=SYSTEM.trusted())
    grant = ConfirmationRequest.objects.get().grant_id
    asks = f"请告诉我们收款账户：退还 ¥50.00，订单 {order.number}"
    home = guest.open(f"/c/{grant}/home/").content.decode()
    assert asks in home and f"/c/{grant}/problems/{problem.number}/" in home
    assert f"在问题 {problem.number} 里写给我们" in guest.open(f"/c/{grant}/money/").content.decode()
    name_account(Refund.objects.get(), by=world.haoran, account="工行 6222")
    assert asks not in guest.open(f"/c/{grant}/home/").content.decode()


def test_today_says_that_they_refused_or_opened_it_again(world, order, x):
    problem = told(order, x, kind="invoice")
    refuse(propose(problem, by=world.haoran, offer=Offer("allowance", amount=D(10))), by=x, words="要退款")
    with override("zh-hans"):
        (row,) = waiting(Asked(world.haoran))
        assert "客户不同意我们的方案" in row.why
    resolve(problem, by=world.haoran, words="发票已重开")
    reopen(problem, by=x, words="还是错的")
    with override("zh-hans"):
        (row,) = waiting(Asked(world.haoran))
        assert "客户重新打开" in row.why
