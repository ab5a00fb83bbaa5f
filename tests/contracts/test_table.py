"""204: its table, the rows that test_establishment.py leaves: each with who, from where, to where, what a second or late press gets."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.utils import timezone, translation

from boothline.accounts.company import edit_company
from boothline.approvals.approval import approve, open_about, pass_on_all, refuse
from boothline.catalogue.products import edit_variant
from boothline.contracts.agreement import SENDING, Term, edit_version, new_version
from boothline.contracts.clearance import ask_approval
from boothline.contracts.establishment import (
    ask_changes,
    close_link,
    confirm,
    decline,
    end_contract,
    expire_all,
    open_request,
    resend,
    send,
    stand_by,
    withdraw,
)
from boothline.contracts.evidence import hand_device, record_paper, void
from boothline.contracts.models import Confirmation, ConfirmationRequest, Contract, Reminder, Version
from boothline.contracts.reminders import ask_again, remind_all
from boothline.contracts.signatory import name_signatory, wish_signatory
from boothline.core import clock
from boothline.core.actors import SYSTEM
from boothline.core.errors import NotAllowed, Refused
from boothline.customers.board import reached
from boothline.customers.card import Customer, Person
from boothline.customers.dealings import Dealing
from boothline.customers.ladder import TypeChange
from boothline.customers.lists import TYPES
from boothline.files.attachments import Received
from boothline.files.models import Attachment
from boothline.followups.clocks import run_due
from boothline.followups.models import Clock, NextStep
from boothline.followups.touches import log_touch
from boothline.intentions.models import Intention
from boothline.links.models import Grant
from boothline.messaging.models import Letter, Notice
from boothline.orders.changes import ChangeWish, LineWish, change
from boothline.orders.models import Order
from boothline.orders.shipments import pack, plan, release
from boothline.timeline import delivery
from boothline.timeline.models import Event
from boothline.worktime import calendar
from tests.checksum import checksum
from tests.contracts.test_establishment import in_state, nothing_changed

pytestmark = pytest.mark.django_db
FAR = date(2099, 1, 4)
SCAN = Received(b"%PDF-1.4 signed", "signed.pdf", "paper")


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def customer(world):
    return world.take()


@pytest.fixture
def draft(world, customer):
    return world.contract(customer)


@pytest.fixture
def asked(world, customer):
    return world.sent(customer)


def fresh(request: ConfirmationRequest) -> ConfirmationRequest:
    return ConfirmationRequest.objects.for_list().get(pk=request.pk)


def steep(world: Any, contract: Contract) -> Version:
    version = contract.newest
    return edit_version(
        version, by=world.mei, revision=version.revision, values={}, terms=[Term(1, Decimal(10), Decimal(100), Decimal(20))]
    )


def paper(world: Any, version: Version, **more: Any) -> Confirmation:
    said = {"by": world.haoran, "kind": "paper", "signed_by": "张伟", "signed_on": clock.today(), "scan": SCAN} | more
    return record_paper(version, **said)


# draft | in approval


@pytest.mark.parametrize(
    ("values", "term", "why"),
    [
        ({}, Term(1, Decimal(10), Decimal(100), Decimal("10.01")), "Discount of 10.01% on TR20-1"),
        ({}, Term(1, Decimal(10000), Decimal(100)), "Value of CN¥1,000,200.00, above 500,000"),
        ({"balance": "days_after"}, None, "Payment after the goods have left, without a credit check"),
        ({"balance": "on_delivery"}, None, "Payment after the goods have left, without a credit check"),
        ({"balance": "fixed", "balance_on": FAR}, None, "Payment after the goods have left, without a credit check"),
        ({"consignee": ""}, None, "Incomplete: consignee or their phone missing"),
    ],
)
def test_what_asks_for_approval(world, draft, values, term, why):
    version = draft.newest
    edit_version(version, by=world.mei, revision=version.revision, values=values, terms=[term] if term else [])
    refused = nothing_changed(lambda: send(draft.newest, by=world.mei))
    assert refused.code == ("incomplete" if "consignee" in values else "needs_approval") and why in str(refused.words)
    approval = ask_approval(draft.newest, by=world.mei)
    assert approval.reasons == [why]
    approve(approval, by=world.heyuan)
    assert send(draft.newest, by=world.mei).state == "sent"


def test_the_steepest_discount_is_named_with_its_line(world, draft):
    terms = [Term(1, Decimal(10), Decimal(100), Decimal(12)), Term(2, Decimal(5), Decimal(40), Decimal(25))]
    edit_version(draft.newest, by=world.mei, revision=draft.newest.revision, values={}, terms=terms)
    assert ask_approval(draft.newest, by=world.mei).reasons == ["Discount of 25% on PN60-1"]


def test_at_the_limit_nobody_is_asked(world, draft):
    """A discount of 10 %, a value of 500,000 CNY, a balance on the shipping date."""
    version = draft.newest
    terms = [Term(1, Decimal(4982), Decimal(100)), Term(2, Decimal(50), Decimal(40), Decimal(10))]
    dated = {"balance": "fixed", "balance_on": version.shipping_on}
    edit_version(version, by=world.mei, revision=version.revision, values=dated, terms=terms)
    assert Version.objects.get().total == Decimal("500000.00")
    nothing_changed(lambda: ask_approval(draft.newest, by=world.mei), code="not_needed")
    assert send(draft.newest, by=world.mei).state == "sent"


@pytest.mark.parametrize(
    ("floor", "price", "discount", "asks"),
    [
        ("100", "100", "0", False),
        ("100", "99.99", "0", True),
        ("90", "100", "10", False),
        ("90", "99.99", "10", True),
        (None, "0.01", "0", False),
    ],
)
def test_a_price_below_its_floor_asks(world, draft, floor, price, discount, asks):
    """Any price below its floor, as the catalogue has it, after the discount of the line."""
    variant = draft.newest.lines.get(position=1).variant
    edit_variant(variant, by=SYSTEM, revision=variant.revision, values={"price": Decimal(200), "floor": floor and Decimal(floor)}, steps=[])
    version, term = draft.newest, Term(1, Decimal(10), Decimal(price), Decimal(discount))
    edit_version(version, by=world.mei, revision=version.revision, values={}, terms=[term])
    if not asks:
        assert send(draft.newest, by=world.mei).state == "sent"
        return
    refused = nothing_changed(lambda: send(draft.newest, by=world.mei), code="needs_approval")
    assert f"Unit price of TR20-1 below its floor price: CN¥{Decimal(price):.2f}" in str(refused.words)
    approve(ask_approval(draft.newest, by=world.mei), by=world.heyuan)
    assert send(draft.newest, by=world.mei).state == "sent"


def test_asked_again_it_is_with_whom_since_when(world, draft, client_of):
    """draft | ask approval, only if a rule asks: in approval; pressed again "with ... since ..."."""
    version = steep(world, draft)
    nothing_changed(lambda: ask_approval(version, by=world.kevin), NotAllowed, right="contracts.send")
    approval = ask_approval(version, by=world.mei)
    assert Contract.objects.get().state == "in_approval" and Customer.objects.get().type == "contract"
    before = checksum()
    assert ask_approval(version, by=world.mei) == approval
    assert checksum() == before
    refused = nothing_changed(lambda: send(version, by=world.mei), code="in_approval")
    assert str(refused.words) == f"With Heyuan for approval since {approval.since}. It can be sent once they have approved it."
    page = client_of(world.users["mei"]).post(f"/contracts/{draft.number}/approval/", follow=True, headers={"accept-language": "en"})
    assert f"With Heyuan for approval since {approval.since}." in page.content.decode()
    delivery.sweep()
    assert Notice.objects.filter(event__kind="approvals.asked", user=world.users["heyuan"]).exists()


def test_the_first_decision_stands(world, draft, client_of):
    """in approval | refuse: draft, with the reason; the first decision."""
    approval = ask_approval(steep(world, draft), by=world.mei)
    nothing_changed(lambda: refuse(approval, by=world.heyuan, reason="高"), field="reason")
    refuse(approval, by=world.heyuan, reason="折扣太高了")
    assert Contract.objects.get().state == "preparing"
    before = checksum()
    assert approve(approval, by=world.heyuan).state == "refused"
    assert checksum() == before
    nothing_changed(lambda: send(draft.newest, by=world.mei), code="needs_approval")
    assert "折扣太高了" in client_of(world.users["mei"]).get(f"/contracts/{draft.number}/").content.decode()


def test_nobody_approves_their_own(world, draft):
    approval = ask_approval(steep(world, draft), by=world.heyuan)
    assert [turn.who for turn in approval.turns.all()] == ["admin"], "the only manager asked: the next level decides"
    nothing_changed(lambda: approve(approval, by=world.heyuan), code="own")
    nothing_changed(lambda: approve(approval, by=world.mei), NotAllowed, right="approvals.decide")
    approve(approval, by=world.admin)
    assert send(draft.newest, by=world.heyuan).state == "sent"


def test_what_was_changed_is_asked_again(world, draft):
    """in approval | change the contract: draft, to be asked again; in approval | approve: draft, approved."""
    version = steep(world, draft)
    approval = ask_approval(version, by=world.mei)
    version = Version.objects.get()
    edit_version(version, by=world.mei, revision=version.revision, values={"po_number": "X"}, terms=[])
    approval.refresh_from_db()
    assert (approval.state, Contract.objects.get().state) == ("dropped", "preparing")
    approve(ask_approval(version, by=world.mei), by=world.heyuan)
    version = Version.objects.get()
    edit_version(version, by=world.mei, revision=version.revision, values={"po_number": "Y"}, terms=[])
    nothing_changed(lambda: send(Version.objects.get(), by=world.mei), code="needs_approval")
    version = Version.objects.get()
    edit_version(version, by=world.mei, revision=version.revision, values={"po_number": "X"}, terms=[])
    assert send(Version.objects.get(), by=world.mei).state == "sent", "exactly what was approved"


def test_nobody_decides_in_time(world, draft):
    approval = ask_approval(steep(world, draft), by=world.mei)
    assert pass_on_all() == 0
    with time_machine.travel(approval.until, tick=False):
        assert pass_on_all() == 1 and pass_on_all() == 0
    assert [turn.who for turn in approval.turns.all()] == ["manager", "admin"]
    assert approve(approval, by=world.admin).state == "approved"


@pytest.mark.parametrize(("asked", "until"), [
    ("2026-04-16T10:00", "2026-04-17T10:00"),  # within working hours: the same hour of the next workday
    ("2026-04-17T17:30", "2026-04-20T17:30"),
    ("2026-04-18T11:00", "2026-04-20T18:00"),  # on a Saturday: eight hours of Monday
    ("2026-04-17T20:00", "2026-04-20T18:00"),
    ("2026-04-16T07:00", "2026-04-16T18:00"),
])  # fmt: skip
def test_a_level_has_eight_working_hours(world, draft, monkeypatch, asked, until):
    weekdays = type("Public", (), {"is_working_day": staticmethod(lambda day: day.weekday() < 5)})
    monkeypatch.setattr(calendar, "_public", lambda country: weekdays)
    version = steep(world, draft)
    with time_machine.travel(f"{asked}+08:00", tick=False):
        assert timezone.localtime(ask_approval(version, by=world.mei).until).isoformat() == f"{until}:00+08:00"


# resend


def test_resent_once_in_ten_minutes_with_the_same_life(world, asked):
    """*Resend* is its own action, once in 10 minutes, same link life."""
    sent_at = timezone.localtime(asked.mailed_at)
    refused = nothing_changed(lambda: resend(asked, by=world.mei), code="too_soon")
    assert str(refused.words) == f"Sent {sent_at:%H:%M}. It can be sent again from {sent_at + timedelta(minutes=10):%H:%M}."
    nothing_changed(lambda: resend(asked, by=world.kevin), NotAllowed)
    with time_machine.travel(asked.mailed_at + timedelta(minutes=10), tick=False):
        resend(asked, by=world.mei)
        nothing_changed(lambda: resend(asked, by=world.mei), code="too_soon")
    assert (fresh(asked).expires_at, fresh(asked).grant) == (asked.expires_at, asked.grant)
    assert Letter.objects.count() == 2


# on our device


@pytest.mark.parametrize("start", ["draft", "sent", "opened", "changes_asked"])
def test_on_our_device(world, customer, start):
    """draft, sent, opened, changes asked | confirm on our device."""
    version = (world.contract(customer) if start == "draft" else world.sent(customer).contract).newest
    request = version.requests.first()
    if start == "opened":
        open_request(request, by=world.guest(request))
    if start == "changes_asked":
        ask_changes(request, by=world.guest(request), words="再便宜点")
    letters = Letter.objects.count()
    nothing_changed(lambda: hand_device(version, by=world.haoran), NotAllowed, right="contracts.send")
    hand_device(version, by=world.mei)
    assert Letter.objects.count() == letters, "no letter: they stand beside us"
    request = ConfirmationRequest.objects.for_list().get()
    assert request.state == ("opened" if start != "changes_asked" else "changes_asked")
    shown = {"version": 1, "total": request.version.total, "lines": 2, "signed_by": "张伟", "signature": "张伟", "consent": "…"}
    guest = world.guest(request)
    first = confirm(request, by=guest, on_device=True, **shown)
    assert (first.how, first.by_user) == ("device", world.users["mei"])
    assert confirm(request, by=guest, on_device=True, **shown) == first and Order.objects.count() == 1
    nothing_changed(lambda: hand_device(version, by=world.mei), code="confirmed")
    nothing_changed(lambda: void(first, by=world.heyuan, reason="登错了客户"), code="theirs")


def test_a_device_handed_over_long_ago_signs_nothing(world, draft):
    hand_device(draft.newest, by=world.mei)
    request = ConfirmationRequest.objects.for_list().get()
    shown = {"version": 1, "total": request.version.total, "lines": 2, "signed_by": "张伟", "signature": "张伟", "consent": "…"}
    with time_machine.travel(timezone.now() + timedelta(hours=3), tick=False):
        nothing_changed(lambda: confirm(request, by=world.guest(request), on_device=True, **shown), code="device")


# with evidence


@pytest.mark.parametrize("start", ["draft", "sent", "opened", "changes_asked", "expired", "withdrawn"])
def test_with_evidence(world, customer, start):
    """draft, sent, opened, changes asked; expired or withdrawn if the paper is dated before that | confirm with evidence."""
    version = (world.contract(customer) if start == "draft" else world.sent(customer).contract).newest
    request = version.requests.first()
    dated, away = clock.today(), timedelta()
    if start in ("opened", "changes_asked"):
        in_state(world, request, start)
    elif start == "withdrawn":
        withdraw(request, by=world.mei, reason="价格要重算")
        dated -= timedelta(days=1)
    elif start == "expired":
        away = timedelta(days=16)
    with time_machine.travel(timezone.now() + away, tick=False):
        expire_all()
        nothing_changed(lambda: paper(world, version, by=world.admin), NotAllowed, right="contracts.record_paper")
        for n, kind in enumerate(("paper", "proforma", "deposit"), start=1):  # each after the one before was void
            more = {"kind": kind, "signed_on": dated, "amount": Decimal("360.00")}
            first = paper(world, version, **more)
            assert paper(world, version, **more, by=world.mei) == first
            assert (first.how, first.by_user, first.signed_on) == (kind, world.users["haoran"], dated)
            made = fresh(first.request)
            assert (made.state, made.is_on_paper, Contract.objects.get().state) == ("confirmed", True, "agreed")
            assert Customer.objects.get().type == "ordering" and Order.objects.count() == n
            assert Attachment.objects.of(first).get().visibility == "staff"
            told = Event.objects.filter(kind="contracts.paper_recorded").order_by("-id").first()
            assert "Request sent and answered on paper" in told.sentence
            void(first, by=world.heyuan, reason="登错了客户")
    assert Order.objects.filter(void_at=None).count() == 0 and Customer.objects.get().type == "contract"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"scan": None}, "scan"),
        ({"signed_by": " "}, "signed_by"),
        ({"kind": "word"}, "kind"),
        ({"kind": "deposit", "amount": Decimal("359.99")}, "amount"),
        ({"kind": "deposit"}, "amount"),
    ],
)
def test_evidence_is_whole(world, draft, wrong, field):
    nothing_changed(lambda: paper(world, draft.newest, **wrong), field=field)
    nothing_changed(lambda: paper(world, draft.newest, signed_on=clock.today() + timedelta(days=1)), field="signed_on")


def test_a_paper_comes_too_late_for_what_is_over(world, asked):
    withdraw(asked, by=world.mei, reason="价格要重算")
    nothing_changed(lambda: paper(world, asked.version), code="withdrawn")
    second = send(asked.version, by=world.mei)
    assert paper(world, asked.version).request == second, "the one that is live takes it"


def test_a_paper_after_the_last_day_is_late(world, asked):
    with time_machine.travel(asked.expires_at + timedelta(days=2), tick=False):
        expire_all()
        nothing_changed(lambda: paper(world, asked.version, signed_on=asked.last_day + timedelta(days=1)), code="expired")
        assert paper(world, asked.version, signed_on=asked.last_day)


@pytest.mark.parametrize("over", ["declined", "superseded", "ended"])
def test_no_paper_for_what_is_final(world, asked, over):
    if over == "declined":
        decline(asked, by=world.guest(asked), reason="price")
    elif over == "superseded":
        send(new_version(asked.contract, by=world.mei), by=world.mei)
    else:
        end_contract(asked.contract, by=world.mei, reason="客户换项目")
    yesterday = clock.today() - timedelta(days=1)
    with pytest.raises(Refused):
        paper(world, asked.version, signed_on=yesterday)
    assert not Order.objects.exists()


def test_an_approval_that_a_rule_asks_for_must_be_there(world, draft):
    version = steep(world, draft)
    nothing_changed(lambda: paper(world, version), code="needs_approval")
    nothing_changed(lambda: hand_device(version, by=world.mei), code="needs_approval")
    approve(ask_approval(version, by=world.mei), by=world.heyuan)
    assert paper(world, version)


# another signatory


@pytest.mark.parametrize("state", ["sent", "opened", "changes_asked"])
def test_the_link_moves_from_each_state(world, asked, state):
    """sent, opened, changes asked | name another signatory: same state, link moved."""
    request = in_state(world, asked, state)
    new = Person(name="王总", emails=["wang@guangsu.example"])
    moved = name_signatory(request, by=world.mei, contact=new, why="电话里说的")
    assert (moved.state, moved.signatory.name, moved.expires_at) == (state, "王总", asked.expires_at)
    assert moved.grant_id != asked.grant_id and Letter.objects.order_by("-id").first().contact == moved.signatory


def test_the_link_moves_to_another_signatory(world, asked):
    """X asks, S does it after a call; the old signatory reads on, the same person again: nothing more."""
    guest = world.guest(asked)
    nothing_changed(lambda: wish_signatory(asked, by=guest, name="", reach="x"), field="name")
    nothing_changed(lambda: wish_signatory(asked, by=guest, name="王总", reach=""), field="reach")
    wish_signatory(asked, by=guest, name="王总", reach="wang@guangsu.example", why="我没有授权")
    steps, before = NextStep.objects.count(), checksum()
    wish_signatory(asked, by=guest, name="王总", reach="wang@guangsu.example")
    assert checksum() == before
    nothing_changed(lambda: name_signatory(asked, by=world.kevin, contact=Person(name="王总"), why="电话里说的"), NotAllowed)
    name_signatory(asked, by=world.mei, contact=Person(name="王总", emails=["wang@guangsu.example"]), why="电话里说的")
    moved = fresh(asked)
    assert (moved.state, moved.signatory.name, moved.wished_name, moved.expires_at) == ("sent", "王总", "", asked.expires_at)
    assert Letter.objects.order_by("-id").first().contact == moved.signatory and NextStep.objects.count() == steps
    letters = Letter.objects.count()
    name_signatory(asked, by=world.mei, contact=moved.signatory, why="再点一次")
    assert Letter.objects.count() == letters, "the same person: nothing more"
    open_request(asked, by=guest)  # who had it before reads on
    shown = {"version": 1, "total": asked.version.total, "lines": 2, "signed_by": "张伟", "signature": "张伟", "consent": "…"}
    nothing_changed(lambda: confirm(asked, by=guest, **shown), NotAllowed, right="contracts.confirm")
    assert confirm(asked, by=world.guest(moved), **shown).contact.name == "王总"


def test_who_was_named_instead_is_asked_the_next_time_too(world, asked):
    """Renewed, and in the next version, unless that names somebody else."""
    name_signatory(asked, by=world.mei, contact=Person(name="王总", emails=["wang@guangsu.example"]), why="张伟已离职")
    with time_machine.travel(timezone.now() + timedelta(days=16)):
        expire_all()
        renewed = send(Version.objects.get(), by=world.mei)
        assert (renewed.signatory.name, Letter.objects.order_by("-id").first().contact.name) == ("王总", "王总")
        second = new_version(asked.contract, by=world.mei)
        assert second.signatory == renewed.signatory
        edit_version(second, by=world.mei, revision=second.revision, values={"signatory": asked.signatory}, terms=[])
        assert send(Version.objects.get(n=2), by=world.mei).signatory.name == "张伟"


def test_every_letter_has_a_link_that_opens(world, asked):
    """After *close the link*: sent again, our answer, a reminder."""

    def opens() -> bool:
        grant = Letter.objects.order_by("-id").first().grant
        return grant is not None and grant.is_open and grant == fresh(asked).grant

    close_link(asked, by=world.mei)
    with time_machine.travel(asked.mailed_at + timedelta(minutes=11), tick=False):
        resend(asked, by=world.mei)
    assert opens()
    close_link(asked, by=world.mei)
    assert not opens()
    ask_changes(asked, by=world.guest(asked), words="定金改 20%")
    stand_by(fresh(asked), by=world.mei, words="价格不变")
    assert opens()
    close_link(asked, by=world.mei)
    with time_machine.travel(asked.mailed_at + timedelta(days=8), tick=False):
        assert remind_all() == 1
    assert opens()


def test_above_a_value_the_power_of_attorney_is_asked_for(world, draft):
    version = draft.newest
    edit_version(version, by=world.mei, revision=version.revision, values={}, terms=[Term(1, Decimal(2000), Decimal(100))])
    asked = send(draft.newest, by=world.mei)
    moved = name_signatory(asked, by=world.mei, contact=Person(name="王总", emails=["w@x.example"]), why="电话里说的")
    with translation.override("zh-hans"):
        assert moved.attorney_asked and "授权委托书" in Letter.objects.order_by("-id").first().body


# on the customer's behalf; the offer stands


def test_staff_answer_for_the_customer_with_a_note(world, asked):
    """ask for changes, decline: S on X's behalf with a note, per line if wished."""
    nothing_changed(lambda: ask_changes(asked, by=world.mei, words="定金改 20%"), field="note")
    nothing_changed(lambda: ask_changes(asked, by=world.kevin, words="x", note="周三电话告知"), NotAllowed)
    ask_changes(asked, by=world.mei, words="定金改 20%", lines={1: "要暖白"}, note="周三电话告知")
    assert fresh(asked).changes_words == "定金改 20%\nLight TR20: 要暖白"
    nothing_changed(lambda: decline(asked, by=world.mei, reason="price"), field="note")
    decline(asked, by=world.mei, reason="price", note="周三电话告知")
    assert fresh(asked).state == "declined" and Event.objects.get(kind="contracts.declined").values["note"] == "周三电话告知"


def test_another_device_closes_the_one_before_and_says_so(world, asked):
    hand_device(asked.version, by=world.mei)
    first = Grant.objects.get(purpose="device")
    hand_device(asked.version, by=world.mei)
    first.refresh_from_db()
    assert first.revoked_at and Event.objects.filter(kind="links.revoked", subject_id=first.pk).count() == 1
    assert Grant.objects.filter(revoked_at=None).exclude(purpose="device").exists(), "the letter's link stays open"


def test_changes_of_several_paragraphs_sent_twice_stand_once(world, asked):
    guest, words = world.guest(asked), "定金改 20%\n\n交期提前一周"
    ask_changes(asked, by=guest, words=words)
    before = checksum()
    ask_changes(asked, by=guest, words=words)
    assert checksum() == before and fresh(asked).changes_words == words
    ask_changes(asked, by=guest, words="交期提前")
    assert fresh(asked).changes_words == f"{words}\n\n交期提前", "a part of a paragraph is another text"


def test_the_offer_stands(world, asked):
    """changes asked | answer, the offer stands: opened, X is told; again: the same answer."""
    guest = world.guest(asked)
    nothing_changed(lambda: stand_by(asked, by=world.mei, words="定金比例是公司规定"), code="nothing_asked")
    ask_changes(asked, by=guest, words="定金改 20%")
    nothing_changed(lambda: stand_by(asked, by=world.kevin, words="x"), NotAllowed)
    nothing_changed(lambda: stand_by(asked, by=world.mei, words=" "), field="words")
    stand_by(asked, by=world.mei, words="定金比例是公司规定")
    assert (fresh(asked).state, Contract.objects.get().state) == ("opened", "out")
    assert "定金比例是公司规定" in Letter.objects.order_by("-id").first().body, "the customer is told"
    before = checksum()
    assert stand_by(asked, by=world.mei, words="别的话").stood_words == "定金比例是公司规定"
    assert checksum() == before
    assert world.confirm(fresh(asked))


# reminders, renewal, expiry


def test_reminders_go_out_once_each(world, asked):
    start = asked.sent_at

    def on(days: int) -> int:
        with time_machine.travel(start + timedelta(days=days), tick=False):
            return remind_all()

    assert [on(day) for day in (0, 2, 3, 3, 4, 11, 12, 12, 13)] == [0, 0, 1, 0, 0, 0, 1, 0, 0]
    assert list(Reminder.objects.order_by("id").values_list("kind", flat=True)) == ["unopened", "ending"]
    assert Letter.objects.count() == 3


def test_opened_without_an_answer_is_reminded_of_after_seven_days(world, asked):
    open_request(asked, by=world.guest(asked))
    for days, kinds in ((6, []), (7, ["unanswered"]), (8, ["unanswered"])):
        with time_machine.travel(asked.sent_at + timedelta(days=days), tick=False):
            remind_all()
        assert list(Reminder.objects.values_list("kind", flat=True)) == kinds


def test_changes_asked_are_not_reminded_of(world, asked):
    ask_changes(asked, by=world.guest(asked), words="定金改 20%")
    with time_machine.travel(asked.sent_at + timedelta(days=12), tick=False):
        assert remind_all() == 0


def test_who_has_no_mail_becomes_a_next_step(world):
    customer = world.take(company="无邮公司", name="无邮", emails=[], phones=["13600001111"])
    asked = world.sent(customer)
    letters, steps = Letter.objects.count(), NextStep.objects.count()
    with time_machine.travel(asked.sent_at + timedelta(days=3), tick=False):
        assert remind_all() == 1
    assert (Letter.objects.count(), NextStep.objects.count()) == (letters, steps + 1)


@pytest.mark.parametrize("over", ["expired", "withdrawn", "declined"])
def test_asked_for_again_is_one_next_step(world, asked, over):
    """ "Ask for it again", "ask for renewal": one next step; staff renew = new request, same version if nothing changed."""
    guest = world.guest(asked)
    with time_machine.travel(timezone.now() + timedelta(days=16), tick=False):
        if over == "expired":
            expire_all()
        elif over == "withdrawn":
            withdraw_at_first = fresh(asked)
            with time_machine.travel(asked.sent_at, tick=False):
                withdraw(withdraw_at_first, by=world.mei, reason="价格要重算")
        else:
            with time_machine.travel(asked.sent_at, tick=False):
                decline(asked, by=guest, reason="price")
        steps = NextStep.objects.count()
        ask_again(asked, by=guest)
        before = checksum()
        ask_again(asked, by=guest)
        assert checksum() == before and NextStep.objects.count() == steps + 1
        if over == "expired":  # renewed by us: a new request, the same version as nothing changed
            renewed = send(asked.version, by=world.mei)
            assert (renewed.pk != asked.pk, renewed.version) == (True, asked.version)


def test_it_ends_at_24_where_the_customer_is(world):
    with time_machine.travel("2026-03-02T10:00:00+01:00", tick=False):
        abroad = world.take(company="Nordlicht GmbH", name="Anna", emails=["a@nordlicht.example"], country="Germany")
        asked = world.sent(abroad)
        assert (asked.zone, asked.last_day.isoformat()) == ("Europe/Berlin", "2026-03-16")
        assert asked.contract.kind == "proforma", "abroad it is a proforma invoice"
    with time_machine.travel("2026-03-16T23:59:00+01:00", tick=False):  # it is the 17th in Shanghai
        assert expire_all() == 0 and fresh(asked).is_live and fresh(asked).days_left == 0
    with time_machine.travel("2026-03-17T00:00:00+01:00", tick=False):
        assert expire_all() == 1


@pytest.mark.parametrize(("home", "customers", "kind"), [
    ("CN", "中国", "contract"), ("CN", "Germany", "proforma"), ("CN", "", "contract"),
    ("DE", "Deutschland", "contract"), ("DE", "中国", "proforma"), ("DE", "", "contract"),
])  # fmt: skip
def test_a_sales_contract_where_the_company_is_and_a_proforma_abroad(world, home, customers, kind):
    edit_company(by=SYSTEM, revision=1, values={"country": home})
    assert world.contract(world.take(country=customers)).kind == kind


# void


@pytest.mark.parametrize("start", ["draft", "sent", "opened", "changes_asked"])
def test_example_24_voided_everything_is_as_before(world, customer, start):
    """confirmed by staff with evidence | void. Example 24: voided by M ten minutes after a wrong entry, contract was out."""
    contract = world.contract(customer) if start == "draft" else world.sent(customer).contract
    request = contract.newest.requests.first()
    if start == "opened":
        open_request(request, by=world.guest(request))
    if start == "changes_asked":
        ask_changes(request, by=world.guest(request), words="定金改 20%")
    state, life = Contract.objects.get().state, request and request.expires_at
    proof = paper(world, contract.newest)
    with time_machine.travel(timezone.now() + timedelta(minutes=10), tick=False):
        for by in (world.mei, world.haoran, world.admin):
            nothing_changed(lambda by=by: void(proof, by=by, reason="登错了客户"), NotAllowed, right="contracts.void")
        nothing_changed(lambda: void(proof, by=world.heyuan, reason="错"), field="reason")
        void(proof, by=world.heyuan, reason="登错了客户")
    refused = nothing_changed(lambda: void(proof, by=world.heyuan, reason="再点一次"), code="voided")
    assert "by Heyuan" in str(refused.words) and str(refused.words).startswith("Voided on ")
    request = fresh(proof.request)
    assert (request.state, Contract.objects.get().state, Intention.objects.get().state) == (start, state, "in_contract")
    assert life is None or request.expires_at == life, "its life is as it was"
    assert (Order.objects.get().state, Customer.objects.get().type) == ("cancelled", "contract")
    if start == "draft":
        version = contract.newest
        edit_version(version, by=world.mei, revision=version.revision, values={"po_number": "PO-9"}, terms=[])
        assert send(Version.objects.get(), by=world.mei) == request, "the request is taken up"
    elif start != "changes_asked":
        world.confirm(request)
        assert Order.objects.filter(void_at=None).count() == 1 and Customer.objects.get().type == "ordering"


def test_what_is_packed_is_not_voided(world, draft):
    proof = paper(world, draft.newest)
    order = Order.objects.get()
    world.pays(order)
    line = order.lines.first()
    shipment = plan(order, by=world.haoran, quantities={line.pk: Decimal(1)}, planned_on=clock.today())
    release(shipment, by=world.heyuan, override_reason="客户催得很急，资料随后补齐。")
    pack(shipment, by=world.haoran)
    nothing_changed(lambda: void(proof, by=world.heyuan, reason="登错了客户"), code="packed")


def test_voided_what_was_begun_after_it_is_gone(world, draft):
    """The state before: a change that was only prepared was never made; one that went out is not taken back so."""
    proof, line = paper(world, draft.newest), Order.objects.get().lines.first()
    later = clock.today() + timedelta(days=50)
    wish = ChangeWish((LineWish(line, Decimal(20), line.price),), promised_on=later, reason="客户来信要求", cause="wish")
    change(Order.objects.get(), by=world.haoran, wish=wish)
    void(proof, by=world.heyuan, reason="登错了客户")
    assert [(v.n, v.total) for v in Version.objects.all()] == [(1, Decimal("1200.00"))] and Contract.objects.get().state == "preparing"
    proof = paper(world, Version.objects.get())
    line = Order.objects.get(void_at=None).lines.first()
    change(
        Order.objects.get(void_at=None), by=world.haoran, wish=ChangeWish((LineWish(line, Decimal(20), line.price),), reason="客户来信要求")
    )
    send(Version.objects.get(n=2), by=world.mei)
    refused = nothing_changed(lambda: void(proof, by=world.heyuan, reason="登错了客户"), code="changed")
    assert "went to the customer" in str(refused.words)


def test_voided_they_never_came_so_far(world, draft):
    """As if never made: neither the funnel nor the days in a type know of it; what they come to later counts."""
    start = timezone.now()
    with time_machine.travel(start + timedelta(days=2), tick=False):
        proof = paper(world, draft.newest)
    assert reached(Customer.objects.all())["ordering"] == 1
    with time_machine.travel(start + timedelta(days=3), tick=False):
        void(proof, by=world.heyuan, reason="登错了客户")
    customer = Customer.objects.get()
    assert (customer.type, customer.derived_type, TYPES[customer.furthest]) == ("contract", "contract", "contract")
    assert reached(Customer.objects.all())["ordering"] == 0 and not TypeChange.objects.filter(pinned=False, now="ordering").exists()
    with time_machine.travel(start + timedelta(days=9), tick=False):
        paper(world, Version.objects.get())
    assert reached(Customer.objects.all())["ordering"] == 1
    assert TypeChange.objects.get(pinned=False, now="ordering").days == 9, "in contract since the day it was made"


def test_voided_nobody_is_asked_who_was_asked_before(world, customer):
    """The confirmation took the question from them: the contract is in preparation, and may be asked about anew."""
    asked = world.sent(customer)
    withdraw(asked, by=world.mei, reason="价格写错了")
    second = new_version(asked.contract, by=world.mei)
    edit_version(second, by=world.mei, revision=second.revision, values={}, terms=[Term(1, Decimal(10), Decimal(100), Decimal(20))])
    ask_approval(second, by=world.mei)
    assert Contract.objects.get().state == "in_approval"
    signed = paper(world, asked.version, signed_on=clock.today() - timedelta(days=1))
    void(signed, by=world.heyuan, reason="登错了客户")
    assert Contract.objects.get().state == "preparing" and open_about(Contract.objects.get().newest, SENDING) is None
    ask_approval(Contract.objects.get().newest, by=world.mei)
    assert Contract.objects.get().state == "in_approval"


@pytest.mark.parametrize("spoken", [False, True])
def test_voided_the_first_answer_is_still_to_be_given(world, draft, spoken):
    """A wrong paper on a draft answers nobody: the response clock runs on, with its step, unless Mei has spoken with them since."""
    customer, start = draft.customer, timezone.now()
    first = Clock.objects.get()
    steps = NextStep.objects.open().filter(what="first answer", customer=customer)
    owner = steps.get().owner
    proof = paper(world, draft.newest)
    assert Clock.objects.get().state == "in_time" and not steps.all()
    at = start + timedelta(minutes=10)
    with time_machine.travel(at, tick=False):
        if spoken:
            log_touch(customer, by=world.mei, channel="phone", words="问了要什么", step_holds=True)
    with time_machine.travel(start + timedelta(days=7), tick=False):
        void(proof, by=world.heyuan, reason="登错了客户")
        now = Clock.objects.get()
        if spoken:
            assert (now.state, now.answered_at, now.answered_by, list(steps.all())) == ("in_time", at, world.users["mei"], [])
            return
        assert (now.state, now.due_at, now.owner, now.step) == ("missed", first.due_at, owner, steps.get())
        assert steps.get().owner == owner and steps.get().due_on >= clock.today()
        run_due()
        assert Clock.objects.get().owner == steps.get().owner == world.users["heyuan"], "nobody answered in time: the manager does"
        log_touch(customer, by=world.heyuan, channel="phone", words="问了要什么", step_holds=True)
        assert Clock.objects.get().state == "late"


def test_voided_the_version_that_it_replaced_waits_again(world, customer):
    """Example 24 with a second version: a wrong paper for it replaced the request that was out."""
    asked = world.sent(customer)
    open_request(asked, by=world.guest(asked))
    second = new_version(asked.contract, by=world.mei)
    proof = paper(world, second)
    assert fresh(asked).state == "superseded"
    void(proof, by=world.heyuan, reason="登错了客户")
    assert (fresh(asked).state, Contract.objects.get().state, fresh(asked).superseded_at) == ("opened", "out", None)
    assert Dealing.objects.filter(source_kind="version", source_id=asked.version_id, is_live=True).exists()
    world.confirm(asked)
    assert Customer.objects.get().type == "ordering"


def test_who_may_not_withdraw_may_not_end_what_is_out(world, asked):
    """A clerk prepares contracts; what waits for the customer is not theirs to end."""
    nothing_changed(lambda: end_contract(asked.contract, by=world.haoran, reason="客户换项目"), NotAllowed, right="contracts.send")
    withdraw(asked, by=world.mei, reason="价格要重算")
    assert end_contract(Contract.objects.get(), by=world.haoran, reason="客户换项目").state == "ended"


def test_withdrawn_while_the_next_version_is_in_approval(world, asked):
    second = new_version(asked.contract, by=world.mei)
    edit_version(second, by=world.mei, revision=second.revision, values={}, terms=[Term(1, Decimal(10), Decimal(100), Decimal(20))])
    ask_approval(Version.objects.get(pk=second.pk), by=world.mei)
    withdraw(asked, by=world.mei, reason="价格要重算")
    assert Contract.objects.get().state == "in_approval"


def test_an_agreed_contract_shows_what_was_agreed(world, customer, client_of):
    """A draft that was begun beside the request changes nothing of what the customer confirmed."""
    asked = world.sent(customer)
    draft = new_version(asked.contract, by=world.mei)
    edit_version(draft, by=world.mei, revision=draft.revision, values={}, terms=[Term(1, Decimal(11), Decimal(100))])
    world.confirm(asked)
    contract = Contract.objects.get()
    assert (contract.newest.n, contract.newest.total) == (1, Decimal("1200.00"))
    page = client_of(world.users["mei"]).get(f"/contracts/{contract.number}/").content.decode()
    assert f'href="/orders/{Order.objects.get().number}/"' in page and "1,300.00" not in page


def test_without_a_mail_server_nothing_is_called_sent(world, draft, client_of, settings):
    settings.MAIL_SERVER = False
    told = client_of(world.users["mei"]).post(f"/contracts/{draft.number}/request/", {"revision": draft.newest.revision}, follow=True)
    assert "已准备好，但没有发邮件" in told.content.decode()


def test_what_has_passed_is_not_asked_for(world, draft):
    """A shipping date that lies behind us is neither written into a draft nor sent."""
    yesterday = clock.today() - timedelta(days=1)
    version = draft.newest
    nothing_changed(
        lambda: edit_version(version, by=world.mei, revision=version.revision, values={"shipping_on": yesterday}, terms=[]),
        field="shipping_on",
    )
    Version.objects.filter(pk=version.pk).update(shipping_on=yesterday)
    nothing_changed(lambda: send(version, by=world.mei), field="shipping_on", code="past")
