"""Steps and approvals about a contract end with what they ask for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine

from boothline.approvals.approval import approve
from boothline.approvals.models import Approval
from boothline.contracts.agreement import Changed, Contract, Term, edit_version, new_version, prepare, prepare_change
from boothline.contracts.clearance import ask_approval
from boothline.contracts.dossier import Dossier, edit_dossier
from boothline.contracts.establishment import ConfirmationRequest, ask_changes, decline, end_contract, open_request, send, withdraw
from boothline.contracts.evidence import record_paper, void
from boothline.contracts.reminders import ask_again, remind_all
from boothline.contracts.signatory import CALL, name_signatory, wish_signatory
from boothline.core import clock
from boothline.customers.card import Customer, Person
from boothline.files.attachments import Received
from boothline.followups.models import NextStep
from boothline.followups.steps import done
from boothline.followups.today import Asked, groups
from boothline.intentions.products import lose
from boothline.orders.changes import ChangeWish, LineWish, change
from boothline.worktime.calendar import add_workdays

pytestmark = pytest.mark.django_db
SCAN = Received(b"%PDF-1.4 signed", "signed.pdf", "paper")


def waits(words: str) -> bool:
    return NextStep.objects.open().filter(what__contains=words).exists()


def test_a_new_request_is_the_decision_and_what_they_asked_for(world):
    request = world.sent(world.take())
    withdraw(request, by=world.mei, reason="先等等看")
    ask_again(request, by=world.guest(request))
    assert waits("goes on") and waits("asks for contract")
    send(request.contract.newest, by=world.mei)
    assert not waits("goes on") and not waits("asks for contract")


VOIDED = {
    "they asked for it again": "asks for contract", "they wish another signatory": "another signatory",
    "we decide": "goes on", "it was approved": "for confirmation",
}  # fmt: skip


@pytest.mark.parametrize("case", VOIDED)
def test_what_a_wrong_paper_ended_is_asked_again_once_it_is_void(world, case):
    """As if it was never made: the same step for the same person, on its day, or today where that has passed."""
    contract = world.contract(world.take())
    if case == "it was approved":
        version = contract.newest
        edit_version(version, by=world.mei, revision=version.revision, values={}, terms=[Term(1, Decimal(10), Decimal(100), Decimal(20))])
        approve(ask_approval(contract.newest, by=world.mei), by=world.heyuan)
    else:
        request = send(contract.newest, by=world.mei)
        if case == "they wish another signatory":
            wish_signatory(request, by=world.guest(request), name="李四", reach="li@x.example")
        else:
            withdraw(request, by=world.mei, reason="先等等看")
            if case == "they asked for it again":
                ask_again(request, by=world.guest(request))
    before = asked_of_us()
    assert waits(VOIDED[case])
    signed_on = clock.today() - timedelta(days=1)
    proof = record_paper(contract.newest, by=world.mei, kind="paper", signed_by="张伟", signed_on=signed_on, scan=SCAN)
    assert not waits(VOIDED[case])
    with time_machine.travel(datetime.now(UTC) + timedelta(days=9), tick=False):
        void(proof, by=world.heyuan, reason="登错了客户")
        assert asked_of_us() == [(*one, clock.today()) for *one, _day in before]


def asked_of_us():
    """Of contracts and promises: what, with which values, by whom, how and when."""
    found = NextStep.objects.open().exclude(what__in=("first answer",)).order_by("what", "id")
    return [(step.what, step.values, step.owner, step.kind, step.due_on) for step in found]


def test_nobody_decides_about_or_sends_a_change_that_was_discarded(world):
    order = world.ordered(world.take())
    contract, line = order.contract, order.lines.first()
    for end in ("withdrawn first", "they wish another signatory", "approved"):
        wish = LineWish(line, line.due + 4, line.price, Decimal(20) if end == "approved" else line.discount)
        change(order, by=world.haoran, wish=ChangeWish((wish,), is_theirs=True, reason="客户来信加单"))
        draft = Contract.objects.get(pk=contract.pk).newest
        if end == "approved":
            approve(ask_approval(draft, by=world.mei), by=world.heyuan)
            assert waits("for confirmation")
        else:
            request = send(draft, by=world.heyuan, override_reason="先发给客户看，资料随后补")
            if end == "withdrawn first":
                withdraw(request, by=world.heyuan, reason="先等等看")
                assert waits("goes on")
            else:
                wish_signatory(request, by=world.guest(request), name="李四", reach="li@x.example")
                assert waits("another signatory")
        end_contract(contract, by=world.heyuan, reason="客户不加了，作罢")
        assert Contract.objects.get(pk=contract.pk).state == "agreed"
        assert not any(map(waits, ("goes on", "another signatory", "for confirmation"))), end


def test_whoever_was_to_be_called_about_is_named(world):
    request = world.sent(world.take())
    guest = world.guest(request)
    open_request(request, by=guest)
    wish_signatory(request, by=guest, name="李四", reach="li@x.example", why="他签")
    assert waits("another signatory")
    name_signatory(request, by=world.mei, contact=Person(name="李四", emails=["li@x.example"]), why="电话确认过")
    assert not waits("another signatory")


def test_of_several_who_were_wished_one_call_names_the_last(world):
    """One, another, the first again: one call about the first. Made, and another is wished: another call."""
    request = world.sent(world.take())
    guest = world.guest(request)
    for name in ("李四", "王五", "李四"):
        wish_signatory(request, by=guest, name=name, reach="13800000000")
    (step,) = NextStep.objects.open().filter(what=CALL)
    assert step.values["name"] == "李四"
    done(step, by=world.mei)
    wish_signatory(request, by=guest, name="王五", reach="13800000000")
    (step,) = NextStep.objects.open().filter(what=CALL)
    assert step.values["name"] == "王五"


def test_nobody_calls_about_what_is_confirmed(world):
    request = world.sent(world.take(emails=[]))
    with time_machine.travel(datetime.now(UTC) + timedelta(days=4), tick=False):
        remind_all()
        assert waits("about contract")
        world.confirm(ConfirmationRequest.objects.for_list().get(pk=request.pk))
        assert not waits("about contract")


@pytest.mark.parametrize("answer", ["confirmed", "declined"])
def test_nobody_approves_a_later_version_of_what_was_answered(world, answer):
    request = world.sent(world.take())
    later = new_version(request.contract, by=world.mei)
    later = edit_version(later, by=world.mei, revision=later.revision, values={}, terms=[Term(1, Decimal(10), Decimal(100), Decimal(20))])
    ask_approval(later, by=world.mei)
    if answer == "confirmed":
        world.confirm(request)
    else:
        open_request(request, by=world.guest(request))
        decline(request, by=world.guest(request), reason="price")
    assert Approval.objects.get().state == "dropped"


def test_what_was_approved_waits_on_today_to_be_sent_by_whoever_asked(world, client_of):
    version = world.contract(world.take()).newest
    edit_version(version, by=world.mei, revision=version.revision, values={}, terms=[Term(1, Decimal(10), Decimal(100), Decimal(20))])
    approval = ask_approval(version, by=world.mei)
    assert not waits("for confirmation")
    approve(approval, by=world.heyuan)
    step = NextStep.objects.open().get(what__contains="for confirmation")
    assert (step.owner, step.due_on) == (world.users["mei"], add_workdays(clock.today(), 0))
    with time_machine.travel(datetime.now(UTC) + (step.due_on - clock.today()), tick=False):
        page = client_of(world.users["mei"]).get("/today/", headers={"accept-language": "en"}).content.decode()
    assert f"send {version.contract.number} for confirmation: it was approved" in page.lower().replace("c-", "C-")
    send(version.contract.newest, by=world.mei)
    assert not waits("for confirmation")


def test_what_a_second_person_reads_of_the_dossier_is_in_their_language(world, client_of):
    contract = world.contract(world.take())
    Dossier.objects.all().delete()
    edit_dossier(contract.customer, by=world.mei, revision=1, values={"party": "chinese", "signatory": contract.newest.signatory})
    approval = ask_approval(contract.newest, by=world.mei)
    client = client_of(world.users["heyuan"])
    for language, words, not_words in (
        ("zh-hans", "签约人张伟缺：职务", "of the signatory"),
        ("en", "of the signatory 张伟: title missing", "签约人张伟"),
    ):
        page = client.get(f"/approvals/{approval.pk}/", headers={"accept-language": language}).content.decode()
        assert words in page and not_words not in page


def today_of(world, client_of, who="mei", language="zh-hans"):
    return client_of(world.users[who]).get("/today/", headers={"accept-language": language}).content.decode()


def waiting_row(world):
    now, found = groups(Asked(world.mei))
    (row,) = [row for row in (now, *(row for group in found for row in group.rows)) if row.band == "waiting"]
    return row


def test_whoever_declines_waits_for_a_word_and_today_says_so_at_once(world, client_of):
    """With the reason, their own words, and the way to the contract; until a new one is made, or nothing is wanted any more."""
    request = world.sent(world.take())
    guest, number = world.guest(request), request.contract.number
    open_request(request, by=guest)
    decline(request, by=guest, reason="price", words="价格高了 8%")
    step = NextStep.objects.open().get(what__contains="they declined")
    assert (step.owner, step.words) == (world.users["mei"], f"与对方谈谈：对方谢绝了合同 {number}（价格）")
    assert Customer.objects.get().next_step_on == step.due_on
    row = waiting_row(world)
    assert (row.step, row.leads[1:3]) == (step, ("contract", number)), "among the customers who wait for us"
    html = today_of(world, client_of)
    assert step.words in html and "价格高了 8%" in html and f'href="/contracts/{number}/"' in html and "打开合同" in html
    prepare(request.contract.intention, by=world.mei)
    assert not waits("they declined")


def test_what_is_not_wanted_any_more_needs_no_further_word(world):
    request = world.sent(world.take())
    decline(request, by=world.guest(request), reason="price")
    lose(request.contract.intention, by=world.mei, reason="买了别家的")
    assert not waits("they declined")


def test_a_change_that_is_declined_leaves_the_order_and_a_word_to_say(world):
    order = world.ordered(world.take())
    contract = order.contract
    lines = [Changed(line.variant, line.quantity, Decimal(120), source=line) for line in contract.newest.lines.select_related("variant")]
    version = prepare_change(
        contract, by=world.mei, lines=lines, price_terms=contract.newest.price_terms(), shipping_on=contract.newest.shipping_on
    )
    request = send(version, by=world.mei)
    decline(request, by=world.guest(request), reason="price")
    assert waits("they declined the change of contract")


@pytest.mark.parametrize("wish", ["again", "signatory"])
def test_what_they_ask_for_by_the_link_stands_on_today_and_leads_to_the_contract(world, client_of, wish):
    request = world.sent(world.take())
    guest = world.guest(request)
    if wish == "again":
        decline(request, by=guest, reason="price")
        ask_again(request, by=guest)
        words = f"客户要求重新发送合同 {request.contract.number}"
        assert not waits("they declined"), "the newer word of theirs counts"
    else:
        wish_signatory(request, by=guest, name="李四", reach="li@x.example", why="他签")
        words = f"打电话核实合同 {request.contract.number} 的新签约人：李四"
    assert waiting_row(world).leads[1:3] == ("contract", request.contract.number)
    assert words in today_of(world, client_of)


def test_a_contract_that_was_declined_says_why_and_leads_on(world, client_of):
    """The words stand at the top, one button makes the next contract of what is wanted still; its plan stands folded."""
    request = world.sent(world.take())
    decline(request, by=world.guest(request), reason="price", words="价格高了 8%")
    client = client_of(world.users["mei"])
    page = client.get("/contracts/C-0001/").content.decode()
    assert page.index("价格高了 8%") < page.index("另做一份合同") < page.index("原来的计划")
    assert page.count("btn go") == 1 and "预排" not in page.split('id="plan"')[1].split("</header>")[0]
    client.post(f"/intentions/{request.contract.intention_id}/contract/")
    page = client.get("/contracts/C-0001/").content.decode()
    assert "另做一份合同" not in page and "打开合同 C-0002" in page and page.count("btn go") == 1


def test_what_they_want_changed_stands_at_the_top_and_beside_the_draft(world, client_of):
    request = world.sent(world.take())
    ask_changes(request, by=world.guest(request), words="单价能不能 66 元？")
    client = client_of(world.users["mei"])
    page = client.get("/contracts/C-0001/").content.decode()
    first = page.split("btn go", 1)[1].split("</button>")[0]
    assert page.count("btn go") == 1 and "做新版本" in first and page.index("单价能不能 66 元？") < page.index("btn go")
    draft = client.post("/contracts/C-0001/versions/", follow=True).content.decode()
    assert "单价能不能 66 元？" in draft and "客户希望修改第1版" in draft
    page = client.get("/contracts/C-0001/").content.decode()
    assert "给客户的链接（第1版）" in page and "在本机签署第2版" in page and "单价能不能 66 元？" in page
    assert waiting_row(world).leads[1:3] == ("contract", "C-0001")


def test_what_made_them_decline_stands_beside_the_contract_made_again_until_it_is_sent(world, client_of):
    """Their reason and words: on Today where they ask for it again, in the head of the new contract, beside its draft."""
    request = world.sent(world.take())
    first, mei = request.contract, client_of(world.users["mei"])
    decline(request, by=world.guest(request), reason="price", words="价格高了8%")
    ask_again(request, by=world.guest(request))
    now, _rest = groups(Asked(world.mei))
    assert now.say[0] == "“价格高了8%”" and now.leads == ("打开合同", "contract", first.number, "file")
    again = prepare(first.intention, by=world.mei)
    for page in (f"/contracts/{again.number}/", f"/contracts/{again.number}/draft/"):
        body = mei.get(page).content.decode()
        assert "价格高了8%" in body and "已谢绝：价格" in body and f'href="/contracts/{first.number}/"' in body, page
    send(again.newest, by=world.mei)
    assert "价格高了8%" not in mei.get(f"/contracts/{again.number}/").content.decode()


def test_without_words_the_reason_is_what_they_said(world):
    request = world.sent(world.take())
    decline(request, by=world.guest(request), reason="price")
    ask_again(request, by=world.guest(request))
    assert groups(Asked(world.mei))[0].say[0] == "“价格”"


def test_what_is_to_be_changed_stands_beside_the_draft_of_a_version_that_is_over(world, client_of):
    """It expired while the next version was being written: what the customer wants is still what it is written for."""
    request = world.sent(world.take())
    ask_changes(request, by=world.guest(request), words="单价能不能108元？")
    version, mei = new_version(request.contract, by=world.mei), client_of(world.users["mei"])
    withdraw(ConfirmationRequest.objects.for_list().get(pk=request.pk), by=world.mei, reason="先等等看")
    for page in (f"/contracts/{version.contract.number}/", f"/contracts/{version.contract.number}/draft/"):
        assert "单价能不能108元？" in mei.get(page).content.decode(), page
