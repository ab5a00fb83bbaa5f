"""6.3: compensation claims against carrier, insurer or supplier, on a problem's page."""

from datetime import timedelta
from decimal import Decimal as D

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from boothline.core import clock
from boothline.core.actors import SYSTEM
from boothline.core.errors import NotAllowed
from boothline.files.attachments import Attachment
from boothline.followups.steps import NextStep
from boothline.orders.compensation import (
    CompensationClaim,
    answer_claim,
    close_claim,
    deadline,
    drop_claim,
    edit_claim,
    file_claim,
    note_claim,
    note_paid,
)
from boothline.orders.models import Problem
from boothline.orders.problems import Report, report
from boothline.timeline.models import Event
from tests.refusals import refused

pytestmark = pytest.mark.django_db
WANTED = {"against": "carrier", "name": "恒达速运", "amount": D(120), "reference": "HD1"}


@pytest.fixture
def problem(world):
    order = world.ordered(world.take())
    made = report(order, by=world.haoran, told=Report("damage", "外箱破了", line=order.lines.first(), quantity=D(1)))
    Problem.objects.filter(pk=made.pk).update(cost=D(200), owner=world.users["haoran"])
    return Problem.objects.get(pk=made.pk)


def accepted(world, problem, amount=None):
    made = file_claim(note_claim(problem, by=world.haoran, values=WANTED), by=world.haoran)
    outcome = "part" if amount else "accepted"
    return answer_claim(made, by=world.haoran, outcome=outcome, amount=amount, words="同意赔付")


def told(kind):
    return Event.objects.filter(kind=f"orders.claim_{kind}")


def test_from_noted_to_paid_it_makes_the_problem_cost_less(world, problem):
    made = note_claim(problem, by=world.haoran, values=WANTED)
    assert (made.state, made.due_on) == ("noted", clock.today() + timedelta(days=7))
    step = NextStep.objects.open().get(values__claim=made.pk)
    assert step.owner == world.users["haoran"] and "恒达速运" in step.words
    made = file_claim(made, by=world.haoran)
    assert made.state == "filed" and not NextStep.objects.open().filter(pk=step.pk).exists()
    made = answer_claim(made, by=world.haoran, outcome="part", amount=D(80), words="只赔八成以下")
    assert (made.state, made.accepted) == ("part", 80)
    made = note_paid(made, by=world.haoran, amount=D(80), on=clock.today())
    problem.refresh_from_db()
    assert (made.state, problem.recovered, problem.net_cost) == ("paid", D(80), D(120))
    assert Event.objects.filter(kind__startswith="orders.claim_", under_id=problem.customer.pk).count() == 4


def test_it_is_paid_with_the_last_of_what_was_accepted(world, problem):
    """120 accepted: 50 the day before yesterday, 30 yesterday, 40 today; each sum makes the problem cost less as it comes."""
    made = accepted(world, problem)
    with time_machine.travel(timezone.now() + timedelta(days=2), tick=False):
        for days, amount, state, rest in ((2, 50, "accepted", 70), (1, 30, "accepted", 40), (0, 40, "paid", 0)):
            made = note_paid(made, by=world.haoran, amount=D(amount), on=clock.today() - timedelta(days=days))
            assert (made.state, made.rest) == (state, rest)
        problem.refresh_from_db()
        assert (made.received, made.paid_on, problem.recovered) == (120, clock.today(), 120)
    assert [event.values["amount"] for event in told("paid").order_by("id")] == ["50.00", "30.00", "40.00"]


@pytest.mark.parametrize("days", [-1, 1, 13_000])
def test_no_money_came_before_the_order_or_comes_to_be_noted_ahead(world, problem, days):
    made, on = accepted(world, problem), clock.today() - timedelta(days=days)
    with refused(field="on") as why:
        note_paid(made, by=world.haoran, amount=D(50), on=on)
    assert ("还没到" if days < 0 else f"订单日期是{clock.day_words(clock.today())}") in str(why.value)
    assert Problem.objects.get(pk=problem.pk).recovered == 0


def test_an_insurer_may_be_claimed_from_within_two_years(world, problem):
    """The deadline is its own; the step to file it stands within the year that Today reaches."""
    wanted = WANTED | {"against": "insurer", "name": "平安保险"}
    due_on = clock.today() + timedelta(days=700)
    made = note_claim(problem, by=world.haoran, values=wanted | {"due_on": due_on})
    step = NextStep.objects.open().get(values__claim=made.pk)
    assert made.due_on == due_on and clock.today() < step.due_on <= clock.today() + timedelta(days=365)
    with refused(field="due_on") as why:
        note_claim(problem, by=world.haoran, values=wanted | {"name": "另一家", "due_on": due_on + timedelta(days=40)})
    assert "两年" in str(why.value)


def test_no_more_comes_and_why(world, problem):
    made = accepted(world, problem)
    with refused("nothing_came"):
        close_claim(made, by=world.haoran, reason="对方只付这些")
    made = note_paid(made, by=world.haoran, amount=D("79.50"), on=clock.today())
    with refused(field="reason"):
        close_claim(made, by=world.haoran, reason=" ")
    with pytest.raises(NotAllowed):
        close_claim(made, by=world.kevin, reason="对方只付这些")
    made = close_claim(close_claim(made, by=world.haoran, reason="对方只付这些"), by=world.haoran, reason="另一个理由")
    problem.refresh_from_db()
    assert (made.state, made.short_reason, made.rest, problem.recovered) == ("paid", "对方只付这些", 0, D("79.50"))
    assert told("closed").get().values["amount"] == "40.50"
    assert note_paid(made, by=world.haoran, amount=D(1), on=clock.today()).received == D("79.50"), "it is over"


def test_another_answer_after_a_part_came(world, problem):
    made = note_paid(accepted(world, problem), by=world.haoran, amount=D(50), on=clock.today())
    for outcome, amount, field in (("refused", None, "outcome"), ("part", D(49), "amount")):
        with refused(field=field):
            answer_claim(made, by=world.haoran, outcome=outcome, amount=amount, words="改口了")
    made = answer_claim(made, by=world.haoran, outcome="part", amount=D(50), words="只赔这些")
    assert (made.state, made.paid_on) == ("paid", clock.today()), "all that they accept is here"


def test_the_list_and_the_page_say_what_came(world, problem, client_of):
    client = client_of(world.users["haoran"])
    made = note_paid(accepted(world, problem), by=world.haoran, amount=D(50), on=clock.today())
    late = note_claim(problem, by=world.haoran, values=WANTED | {"name": "保险公司", "due_on": clock.today() - timedelta(days=1)})
    assert 'href="/compensation-claims/?state=open"' in client.get("/problems/").content.decode()
    page = client.get("/compensation-claims/", {"sort": "due"}).content.decode()
    assert page.index("保险公司") < page.index("恒达速运") and "逾期未提出" in page and "¥50.00" in page
    found = client.get("/compensation-claims/", {"due": "late"}).content.decode()
    assert late.name in found and made.name not in found
    client.post(f"/compensation-claims/{made.pk}/payment/", {"amount": "30", "on": clock.today().isoformat()})
    page = client.get(f"/problems/{problem.number}/").content.decode()
    assert "累计到账 ¥80.00" in page and "未到账 ¥40.00" in page
    client.post(f"/compensation-claims/{made.pk}/end/", {"reason": "对方只付这些"})
    page = client.get(f"/problems/{problem.number}/").content.decode()
    assert "已赔付" in page and "对方只付这些" in page and "未到账" not in page


def test_pressed_twice_the_first_stands(world, problem):
    made = note_claim(problem, by=world.haoran, values=WANTED)
    assert note_claim(problem, by=world.haoran, values=WANTED) == made
    assert file_claim(file_claim(made, by=world.haoran), by=world.haoran) == made
    answer_claim(made, by=world.haoran, outcome="accepted", words="同意赔付")
    note_paid(made, by=world.haoran, amount=D(120), on=clock.today())
    assert note_paid(made, by=world.haoran, amount=D(50), on=clock.today()).received == 120
    problem.refresh_from_db()
    assert problem.recovered == 120 and Event.objects.filter(kind="orders.claim_filed").count() == 1


def test_a_refusal_may_become_another_answer_and_nothing_is_paid_before(world, problem):
    made = file_claim(note_claim(problem, by=world.haoran, values=WANTED), by=world.haoran)
    with refused("wrong_state"):
        note_paid(made, by=world.haoran, amount=D(1), on=clock.today())
    answer_claim(made, by=world.haoran, outcome="refused", words="包装不合格")
    with refused("wrong_state"):
        note_paid(made, by=world.haoran, amount=D(1), on=clock.today())
    assert answer_claim(made, by=world.haoran, outcome="accepted", words="复核后同意").accepted == 120


@pytest.mark.parametrize(("change", "field"), [
    ({"against": "customer"}, "against"), ({"name": " "}, "name"), ({"amount": D(0)}, "amount"), ({"amount": D("1.005")}, "amount"),
])  # fmt: skip
def test_what_is_no_claim(world, problem, change, field):
    with refused(field=field):
        note_claim(problem, by=world.haoran, values=WANTED | change)
    assert not CompensationClaim.objects.exists()


def test_answers_and_payments_that_cannot_be(world, problem):
    made = note_claim(problem, by=world.haoran, values=WANTED)
    with refused("wrong_state"):
        answer_claim(made, by=world.haoran, outcome="accepted", words="同意赔付")
    file_claim(made, by=world.haoran)
    with refused(field="amount"):
        answer_claim(made, by=world.haoran, outcome="part", amount=D(120), words="同意赔付")
    with refused(field="words"):
        answer_claim(made, by=world.haoran, outcome="accepted", words="")
    answer_claim(made, by=world.haoran, outcome="accepted", words="同意赔付")
    with refused(field="on"):
        note_paid(made, by=world.haoran, amount=D(120), on=clock.today() + timedelta(days=1))
    for door in (lambda: file_claim(made, by=world.kevin), lambda: note_claim(problem, by=world.kevin, values=WANTED)):
        with pytest.raises(NotAllowed):
            door()


def test_an_insurer_has_no_day_of_its_own(world, problem):
    assert deadline(problem, "insurer") is None
    assert note_claim(problem, by=SYSTEM, values=WANTED | {"against": "insurer"}).due_on is None
    assert not NextStep.objects.filter(values__has_key="claim").exists()


def test_the_clerk_does_it_on_the_problems_page_with_evidence(world, problem, client_of):
    client, at = client_of(world.users["haoran"]), f"/problems/{problem.number}/"
    page = client.get(at).content.decode()
    assert f"{at}compensation-claims/new/" in page and "理赔" in page
    slip = SimpleUploadedFile("签收单.pdf", b"%PDF-1.4 slip %%EOF", "application/pdf")
    client.post(f"{at}compensation-claims/new/", {**WANTED, "amount": "120", "evidence": slip})
    made = CompensationClaim.objects.get()
    assert Attachment.objects.of(made).get().name == "签收单.pdf"
    page = client.get(at).content.decode()
    assert "签收单.pdf" in page and f"/compensation-claims/{made.pk}/filing/" in page
    client.post(f"/compensation-claims/{made.pk}/filing/")
    client.post(f"/compensation-claims/{made.pk}/answer/", {"outcome": "accepted", "amount": "", "words": "同意赔付"})
    client.post(f"/compensation-claims/{made.pk}/payment/", {"amount": "120", "on": clock.today().isoformat()})
    page = client.get(at).content.decode()
    assert "已赔付" in page and "¥80.00" in page


def test_an_absurd_sum_is_asked_about_once(problem, client_of, world):
    """999,999 of an order of 1,200: the page asks; who means it says so."""
    clerk, at = client_of(world.users["haoran"]), f"/problems/{problem.number}/compensation-claims/new/"
    typed = {"against": "carrier", "name": "恒达速运", "amount": "999999", "revision": problem.revision}
    answer = clerk.post(at, typed)
    assert answer.status_code == 422 and "¥999,999.00 超过整张订单的金额 ¥1,200.00" in answer.content.decode()
    assert not CompensationClaim.objects.exists()
    assert clerk.post(at, typed | {"is_sure": "on"}).status_code == 302


def test_a_claim_is_corrected_until_it_is_answered(problem, client_of, world):
    made = note_claim(problem, by=world.haoran, values=WANTED | {"amount": D(999_999)})
    clerk, at = client_of(world.users["haoran"]), f"/compensation-claims/{made.pk}/edit/"
    day = clock.today() + timedelta(days=3)
    typed = {
        "against": "insurer",
        "name": "平安财险",
        "amount": "100",
        "reference": "P-1",
        "due_on": day.isoformat(),
        "revision": made.revision,
    }
    assert f'href="{at}"' in clerk.get(f"/problems/{problem.number}/").content.decode()
    assert clerk.post(at, typed).status_code == 302
    made.refresh_from_db()
    assert (made.against, made.name, made.amount, made.due_on, made.state) == ("insurer", "平安财险", 100, day, "noted")
    step = NextStep.objects.open().get(values__claim=made.pk)
    assert "平安财险" in step.words and told("edited").count() == 1
    answer_claim(file_claim(made, by=world.haoran), by=world.haoran, outcome="accepted", words="同意赔付")
    assert "已认赔" in clerk.get(at).content.decode() or "认赔" in clerk.get(at).content.decode()
    with refused("wrong_state"):
        edit_claim(made, by=world.haoran, revision=made.revision, values=WANTED)


def test_a_claim_is_taken_back_with_a_reason_and_nothing_comes_of_it(problem, client_of, world):
    made = note_claim(problem, by=world.haoran, values=WANTED)
    clerk, at = client_of(world.users["haoran"]), f"/compensation-claims/{made.pk}/withdrawal/"
    assert clerk.post(at, {"reason": "", "revision": made.revision}).status_code == 422
    assert clerk.post(at, {"reason": "登记错了承运商", "revision": made.revision}).status_code == 302
    made = drop_claim(made, by=world.haoran, reason="再说一次")
    assert (made.state, made.answer) == ("dropped", "登记错了承运商") and told("dropped").count() == 1
    assert not NextStep.objects.open().filter(values__claim=made.pk).exists()
    assert not CompensationClaim.objects.standing("open").exists() and CompensationClaim.objects.standing("dropped").exists()
    page = clerk.get(f"/problems/{problem.number}/").content.decode()
    assert "已撤回" in page and at not in page
    with refused("wrong_state"):
        file_claim(made, by=world.haoran) and answer_claim(made, by=world.haoran, outcome="accepted", words="同意赔付")
