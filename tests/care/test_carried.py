"""An order's complaint opens a problem and is closed with it: one conversation, one clock, one row, each step once."""

from datetime import datetime, timedelta
from decimal import Decimal
from urllib.parse import urlsplit

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from boothline.care import complaints
from boothline.care.complaints import Complaint, Told, edit_complaint, evaluate, learn, receive
from boothline.care.models import Survey
from boothline.care.surveys import run_daily as propose_surveys
from boothline.care.today import waiting as complaints_waiting
from boothline.contracts.evidence import record_paper, void
from boothline.core import tasks
from boothline.core.actors import SYSTEM
from boothline.customers.quiet import reasons_for
from boothline.files.attachments import Received
from boothline.followups.handover import hand_over_all
from boothline.followups.today import Asked
from boothline.links.grants import grant, mint
from boothline.messaging.models import Letter, Notice
from boothline.orders.models import Order, Problem
from boothline.orders.problems import Report, close, report, resolve, take, write
from boothline.orders.problems import reopen as reopen_problem
from boothline.orders.solutions import Offer, agree, propose, refuse
from boothline.orders.splits import merge
from boothline.orders.today import waiting as problems_waiting
from boothline.timeline.delivery import sweep as deliver
from boothline.timeline.models import Event
from boothline.worktime.calendar import Calendar, spans_of
from tests.portal.guest import Guest
from tests.refusals import refused

pytestmark = pytest.mark.django_db
D = Decimal
WEEK = Calendar(works=lambda day: day.weekday() < 5, hours=spans_of("09:00-12:00,13:00-18:00"))
FRIDAY = timezone.make_aware(datetime(2027, 3, 5, 16))
SLOW = "送货没有提前打电话，仓库没人卸货"


@pytest.fixture(autouse=True)
def english(monkeypatch):
    for module in ("care.complaints", "orders.problems"):
        monkeypatch.setattr(f"boothline.{module}.company_calendar", lambda: WEEK)
    with override("en"):
        yield


@pytest.fixture
def order(world):
    return world.ordered(world.take())


@pytest.fixture
def x(order, guest):
    """The customer."""
    return guest(order)


@pytest.fixture
def one(order, x):
    """What the customer told us about their order, by their link."""
    return receive(order.customer, by=x, told=Told(SLOW, about="delivery", order=order))


def now(complaint: Complaint) -> Complaint:
    return Complaint.objects.for_list().get(pk=complaint.pk)


def said(kind: str) -> int:
    return Event.objects.filter(kind=kind).count()


def rows(by) -> list[str]:
    """What stands on everybody's Today about problems and complaints."""
    asked = Asked(by, "all")
    return [row.why for row in (*problems_waiting(asked), *complaints_waiting(asked))]


# It opens a problem, or joins one.


def test_an_orders_complaint_opens_a_problem_by_the_same_who_told_it(world, order, x, one):
    problem = Problem.objects.get()
    assert (one.problem, problem.order, problem.by_customer, problem.contact_id, problem.kind, problem.severity) == (
        problem, order, True, x.id, "other", "question",
    )  # fmt: skip
    message = problem.messages.get()
    assert (message.words, message.by_staff, message.name) == (SLOW, False, x.name)
    assert one.owner == problem.owner == world.users["haoran"], "who works on the problem works on the complaint"
    assert rows(world.haoran) == [f"Problem {problem.number} with order {order.number}: other (question)"], "one row"
    assert one.next_at is None and one.stage == ("answer", problem.answer_due)


def test_everybody_hears_of_it_once(world, one):
    deliver()
    told = Notice.objects.filter(event__kind__in=("care.complaint_received", "care.complaint_followed", "orders.problem_reported"))
    assert sorted(told.values_list("user__username", flat=True)) == ["haoran", "mei"]


@pytest.mark.parametrize(
    ("about", "is_critical", "kind", "severity"),
    [
        ("papers", False, "papers", "minor"), ("money", False, "other", "question"),
        ("goods", False, "other", "question"),  # damage, shortage, wrong goods? Nothing is claimed that they did not say
        ("delivery", True, "other", "critical"),
    ],
)  # fmt: skip
def test_kind_and_severity_claim_nothing_that_was_not_said(world, order, about, is_critical, kind, severity):
    receive(order.customer, by=world.haoran, told=Told("不满意", about=about, order=order, is_critical=is_critical))
    assert Problem.objects.values_list("kind", "severity").get() == (kind, severity)


@pytest.mark.parametrize(
    ("words", "kind"),
    [("退款一直没有到账", "other"), ("价格和说好的不一样", "other"), ("发票开错了", "invoice"), ("Invoice missing", "invoice")],
)
def test_of_price_and_money_only_an_invoice_is_one(world, order, words, kind):
    beside = report(order, by=world.haoran, told=Report("invoice", "发票抬头少了两个字"))
    made = receive(order.customer, by=world.haoran, told=Told(words, about="money", order=order)).problem
    assert (made.kind, made == beside) == (kind, kind == "invoice"), "a refund does not join what is open about an invoice"


def test_the_same_matter_joins_the_problem_that_is_open(world, order, x, one):
    damage = report(order, by=x, told=Report("damage", "外箱压坏"))
    goods = receive(order.customer, by=x, told=Told("箱子都压坏了，灯也变形", about="goods", order=order, is_critical=True))
    again = receive(order.customer, by=x, told=Told("又没有打电话", about="delivery", order=order))
    assert (goods.problem, again.problem) == (damage, one.problem)
    other = receive(order.customer, by=x, told=Told("叉车撞了门", order=order))
    assert other.problem not in (damage, one.problem), "something else is another matter"
    assert receive(order.customer, by=x, told=Told("叉车撞了门", order=order)).problem == other.problem, "unless it is said again"
    damage.refresh_from_db()
    assert [m.words for m in damage.messages.all()] == ["外箱压坏", "箱子都压坏了，灯也变形"]
    assert (damage.severity, damage.waits_since is not None) == ("critical", True)
    assert Problem.objects.count() == 3
    stranger = world.ordered(world.take(company="Else", name="Bob"))
    assert (
        receive(stranger.customer, by=world.haoran, told=Told("又没有打电话", about="delivery", order=stranger)).problem.order == stranger
    )


def test_a_suggestion_a_void_order_and_no_order_open_none(world, order, x):
    receive(order.customer, by=x, told=Told("箱子可以小一点", kind="suggestion", order=order))
    receive(order.customer, by=x, told=Told("没人回电话"))
    Order.objects.filter(pk=order.pk).update(void_at=timezone.now())
    order.refresh_from_db()
    alone = receive(order.customer, by=world.haoran, told=Told("没人回电话", order=order))
    Order.objects.filter(pk=order.pk).update(void_at=None)
    assert not Problem.objects.exists() and alone.acknowledgement_due
    deliver()
    assert Notice.objects.filter(event__subject_id=alone.pk, event__kind="care.complaint_received", user=world.users["mei"]).exists()


def test_set_to_an_order_later_it_is_the_customers_own_word_still(world, order, x):
    one = receive(order.customer, by=x, told=Told(SLOW, about="delivery"))
    assert one.problem is None and len(rows(world.haoran)) == 1
    values = {"about": "delivery", "severity": "critical", "order": order, "problem": None}
    one = edit_complaint(one, by=world.haoran, revision=one.revision, values=values)
    problem = Problem.objects.get()
    assert (one.problem, problem.by_customer, problem.contact_id, problem.severity) == (problem, True, x.id, "critical")
    assert problem.messages.get().name == x.name and len(rows(world.haoran)) == 1
    again = edit_complaint(one, by=world.haoran, revision=one.revision, values=values)
    assert again.problem == problem and problem.messages.count() == 1


def test_of_what_somebody_else_told_nobody_is_written_to(world, order):
    one = receive(order.customer, by=world.haoran, told=Told("司机：门口太窄", channel="meet", told_by="司机老赵", order=order))
    assert one.problem.contact is None and not one.problem.by_customer
    write(one.problem, by=world.haoran, words="已记下")
    assert not Letter.objects.filter(grant__subject_kind__in=("complaint", "problem")).exists()


def test_more_severe_than_before_the_problem_is_so_too(world, order, one):
    values = {"about": "delivery", "severity": "critical", "order": order, "problem": one.problem}
    one = edit_complaint(one, by=world.haoran, revision=one.revision, values=values)
    assert (one.problem.severity, one.problem.severity_reason) == ("critical", "A complaint about it is critical")
    one = edit_complaint(one, by=world.haoran, revision=one.revision, values=values | {"severity": "normal"})
    assert one.problem.severity == "critical", "what somebody weighed is not taken back"


def test_another_order_has_another_problem_and_without_one_it_is_alone(world, order, one):
    first, other = one.problem, world.opened_like(order)
    values = {"about": "delivery", "severity": "normal", "problem": first}
    kept = edit_complaint(one, by=world.haoran, revision=one.revision, values=values | {"order": order, "problem": None, "about": "goods"})
    assert kept.problem == first, "an order's complaint goes with its problem"
    moved = edit_complaint(kept, by=world.haoran, revision=kept.revision, values=values | {"order": other})
    assert (moved.problem.order, moved.problem == first) == (other, False)
    back = edit_complaint(moved, by=world.haoran, revision=moved.revision, values=values | {"order": other})
    assert (back.problem, back.order) == (first, order), "another problem brings its order"
    alone = edit_complaint(back, by=world.haoran, revision=back.revision, values=values | {"order": None})
    assert (alone.problem, alone.next_at is not None) == (None, True)


# It goes with it.


def test_each_step_happens_once_on_the_problem(world, order, x, one):
    """Taken, answered, agreed, done, closed by the customer's word; the customer is written to by the problem alone."""
    problem = one.problem
    for step in (
        lambda: complaints.acknowledge(one, by=world.haoran), lambda: complaints.answer(one, by=world.haoran, words="下次打电话"),
        lambda: complaints.agree(one, by=world.haoran, words="下次打电话", how="电话"),
        lambda: complaints.finish(one, by=world.haoran, words="已办"), lambda: complaints.check(one, by=x, outcome="settled"),
    ):  # fmt: skip
        with refused("carried"):
            step()
    take(problem, by=world.haoran)
    assert (now(one).state, now(one).owner) == ("acknowledged", world.users["haoran"])
    write(problem, by=world.haoran, words="是我们没有交代清楚")
    assert now(one).state == "answered" and reasons_for([one.customer_id])
    refuse(propose(problem, by=world.haoran, offer=Offer("allowance", amount=D(10))), by=x, words="不要钱，要人")
    assert now(one).state == "answered"
    made = propose(problem, by=world.haoran, offer=Offer("allowance", amount=D(20), words="并由我们打电话"))
    agree(made, by=x)
    done = now(one)
    assert (done.state, done.problem.state, done.agreed_at is not None, done.check_on) == ("done", "resolved", True, None)
    assert not reasons_for([one.customer_id])
    with refused("carried"):
        complaints.check(one, by=x, outcome="settled")
    close(problem, by=x, satisfaction=4)
    settled = now(one)
    assert (settled.state, settled.outcome, settled.is_carried) == ("checked", "settled", False)
    states = [e.values["state"] for e in Event.objects.about(one).filter(kind="care.complaint_followed").order_by("id")]
    assert states == ["received", "acknowledged", "answered", "agreed", "done", "checked"]
    assert Letter.objects.filter(grant__subject_kind="complaint").count() == 1, "that we have received it"
    evaluate(one, by=world.heyuan, is_upheld=True, cause="carrier", whose="承运商", cost=D(180))
    assert learn(one, by=world.heyuan, lesson="发货前打电话").state == "evaluated"
    propose_surveys()
    assert not Survey.objects.filter(kind="complaint").exists(), "they said at the closing how satisfied they are"


def test_a_proposal_answers_it_too(world, one):
    propose(one.problem, by=world.haoran, offer=Offer("allowance", amount=D(10)))
    assert now(one).state == "answered"


def test_what_joins_an_answered_problem_is_not_answered_yet(world, order, x, one):
    write(one.problem, by=world.haoran, words="下次打电话")
    joined = receive(order.customer, by=x, told=Told("又没有打电话", about="delivery", order=order))
    assert (joined.state, now(one).state) == ("acknowledged", "answered")
    write(one.problem, by=world.haoran, words="今天就改")
    assert now(joined).state == "answered"


def test_nobody_spoke_for_7_days_it_is_closed_by_time_and_may_be_opened_again(world, one, x):
    problem = resolve(one.problem, by=world.haoran, words="以后由我们打电话")
    assert now(one).state == "done"
    with time_machine.travel(problem.resolved_at + timedelta(days=7), tick=False):
        assert complaints_waiting(Asked(world.haoran, "all")) == [], "the problem asks them"
        tasks.run_daily()
        assert (now(one).state, now(one).outcome) == ("checked", "not_reached")
        evaluate(one, by=world.heyuan, is_upheld=True, cause="carrier")
        learn(one, by=world.heyuan, lesson="发货前打电话")
        reopen_problem(problem, by=x, words="又没有打电话")
        again = now(one)
        assert (again.state, again.round, again.outcome, again.is_upheld, again.lesson) == (
            "answered",
            2,
            "not_settled",
            True,
            "发货前打电话",
        )
        assert reasons_for([one.customer_id])
        resolve(problem, by=world.haoran, words="换了承运商")
        close(problem, by=x)
        evaluate(one, by=world.heyuan, is_upheld=True, cause="process")
        assert learn(one, by=world.heyuan, lesson="换承运商").lesson == "换承运商"


def test_what_they_write_about_a_solved_problem_opens_both(world, one, x):
    problem = resolve(one.problem, by=world.haoran, words="以后由我们打电话")
    write(problem, by=x, words="今天又没有打")
    assert (now(one).state, Problem.objects.get().state) == ("answered", "in_work")


def test_void_with_its_order_it_goes_on_by_itself(world):
    scan = Received(b"%PDF-1.4 signed", "signed.pdf", "paper")
    asked = world.contract(world.take()).newest
    proof = record_paper(asked, by=world.haoran, kind="paper", signed_by="张伟", signed_on=timezone.localdate(), scan=scan)
    order = Order.objects.get()
    one, done = (
        receive(order.customer, by=world.haoran, told=Told(words, about=about, order=order))
        for words, about in (("发票开错了", "money"), ("没人接电话", "other"))
    )
    resolve(done.problem, by=world.haoran, words="已回电话")
    void(proof, by=world.heyuan, reason="登错了客户")
    one, done = now(one), now(done)
    assert (one.state, one.is_carried, one.round, one.owner) == ("received", False, 2, world.users["mei"])
    assert one.next_at and rows(world.mei) == [f"{one.number} (price and money): acknowledge it"]
    assert (done.state, done.check_on) == ("done", timezone.localdate() + timedelta(days=7))
    assert said("care.complaint_parted") == 2 and said("care.complaint_checked") == 0
    assert complaints.answer(one, by=world.mei, words="已重开").state == "answered"


def test_of_orders_that_are_merged_both_are_about_the_order_that_goes_on(world, guest, client_of):
    """Told before the merge it goes along with its problem; told afterwards of the empty one, it is about the one that has the goods.
    Nobody is offered the empty one."""
    stays = world.opened(lines="10x100")
    goes = world.opened_like(stays, lines="5x100")
    before = receive(stays.customer, by=world.mei, told=Told(SLOW, about="delivery", order=goes))
    merge(Order.objects.get(pk=stays.pk), by=world.haoran, other=Order.objects.get(pk=goes.pk), reason="客户要一起发货")
    before = now(before)
    assert before.order == before.problem.order == stays
    goes = Order.objects.get(pk=goes.pk)
    after = now(receive(stays.customer, by=world.mei, told=Told("发票抬头开错了", about="money", order=goes)))
    assert after.order == after.problem.order == stays and after.problem != before.problem
    form = client_of(world.users["mei"]).get(f"/customers/{stays.customer_id}/complaints/new/").content.decode()
    assert stays.number in form and goes.number not in form
    door = grant(stays.customer.contacts.first(), by=SYSTEM, subject=Order.objects.get(pk=stays.pk), purpose="order")
    theirs = Guest(urlsplit(mint(door, by=SYSTEM)).path)
    theirs.open(reverse("portal-complaint-new", args=[door.pk]))
    assert f'value="{stays.number}"' in theirs.text and f'value="{goes.number}"' not in theirs.text


def test_the_clock_of_the_problem_is_the_only_one(world, order, x):
    with time_machine.travel(FRIDAY, tick=False):
        one = receive(order.customer, by=x, told=Told(SLOW, about="delivery", order=order, is_critical=True))
        assert one.problem.answer_due == timezone.make_aware(datetime(2027, 3, 5, 18))
    with time_machine.travel(FRIDAY + timedelta(days=5), tick=False):
        tasks.sweep()
        assert said("orders.problem_reminded") == 7 and said("care.complaint_reminded") == 0
        assert Complaint.objects.late().get() == one
        write(one.problem, by=world.haoran, words="今天补", asks=True)
        assert not Complaint.objects.late().exists(), "it stands still while we wait for them"


def test_who_takes_the_problem_over_takes_the_complaint_over(world, one):
    take(one.problem, by=world.mei)
    hand_over_all(world.users["mei"], by=world.heyuan, to=world.users["kevin"], reason="离职")
    assert now(one).owner == now(one).problem.owner == world.users["kevin"] and said("care.complaint_given") == 0


# The pages.


def test_the_pages_lead_from_one_to_the_other(world, one, client_of):
    haoran, number = client_of(world.users["haoran"]), one.problem.number
    page = haoran.get(f"/complaints/{one.number}/").content.decode()
    assert f'btn go" href="/problems/{number}/"' in page and "answer/" not in page and "acknowledgement/" not in page
    assert f'href="/complaints/{one.number}/"' in haoran.get(f"/problems/{number}/").content.decode()
    assert haoran.post(f"/complaints/{one.number}/answer/", {"words": "下次打电话"}).status_code == 422
    assert one.number in haoran.get("/complaints/").content.decode()


def test_the_customer_reads_one_conversation_and_is_asked_once(world, order, one):
    letter = Letter.objects.get(grant__subject_kind="complaint")
    ann = Guest(urlsplit(mint(letter.grant, by=SYSTEM)).path)
    there = f"/problems/{one.problem.number}/"
    assert there in ann.text
    resolve(one.problem, by=world.haoran, words="以后由我们打电话")
    home = ann.seen[-1].partition("/complaints/")[0]
    ann.open(f"{home}/home/")
    assert f"{one.problem.number} 解决了吗？" in ann.text and f"{one.number} 办好了吗？" not in ann.text
    ann.open(f"{home}{there}")
    assert f"/complaints/{one.number}/" in ann.text
    ann.open(f"{home}/complaints/{one.number}/")
    assert "check" not in ann.forms()
