"""What waits for whom: the list with its count, yes, no and why, and what a late press reads."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.utils import timezone
from django.utils.translation import override

from boothline.accounts.people import HeldDuty
from boothline.accounts.rulebook import change_rule
from boothline.approvals.approval import Approval, approve
from boothline.approvals.matters import MATTERS
from boothline.contracts.agreement import Term, Version, edit_version
from boothline.contracts.clearance import ask_approval
from boothline.core.errors import NotAllowed
from boothline.core.rules import RULES
from boothline.customers.card import edit_customer
from boothline.messaging.models import Notice
from boothline.timeline.models import Event
from boothline.worktime import calendar

pytestmark = pytest.mark.django_db


def steep(world, customer=None):
    """A draft with a discount that needs approval."""
    draft = world.contract(customer or world.take()).newest
    edit_version(draft, by=world.mei, revision=draft.revision, values={}, terms=[Term(1, Decimal(10), Decimal(100), Decimal(20))])
    return draft


@pytest.fixture
def approval(world):
    return ask_approval(steep(world), by=world.mei, words="三期一起下")


def test_it_waits_for_the_manager_with_a_count(world, approval, client_of):
    heyuan = client_of(world.users["heyuan"])
    page = heyuan.get("/approvals/").content.decode()
    assert "光速贸易有限公司" in page and "TR20-1 折扣 20%" in page
    assert '待我审批<b class="end num">1</b>' in page
    mei = client_of(world.users["mei"]).get("/approvals/").content.decode()
    assert "光速贸易" not in mei and "待我审批</a>" not in mei, "nobody's turn but the manager's; no line in her menu"
    assert client_of(world.users["admin"]).get("/approvals/").content.decode().count("光速贸易") == 0, "not their turn yet"


def test_who_reads_english_finds_the_names_in_latin_letters(world, client_of):
    """The customer and whom it waits for, on the page and in the history; and what changed without empty decimals."""
    customer = world.take()
    edit_customer(customer, by=world.heyuan, revision=customer.revision, values={"name_latin": "Guangsu Trading Co., Ltd"})
    world.users["heyuan"].name_latin = "He Yuan"
    world.users["heyuan"].save()
    asked = ask_approval(steep(world, customer), by=world.mei)
    with override("en"):
        assert (asked.about, asked.with_whom) == ("Guangsu Trading Co., Ltd", "He Yuan")
        assert "He Yuan" in Event.objects.get(kind="contracts.approval_asked").sentence
    assert (asked.about, asked.with_whom) == ("光速贸易有限公司", world.users["heyuan"].name)
    changed = Event.objects.get(kind="contracts.edited").changes
    assert ["10 × 100.00", "10 × 100.00 −20%"] in changed.values()


def test_yes(world, approval, client_of):
    heyuan = client_of(world.users["heyuan"])
    page = heyuan.get(f"/approvals/{approval.pk}/").content.decode()
    assert "三期一起下" in page and "/contracts/C-0001/" in page and "¥1,000.00" in page
    answer = heyuan.post(f"/approvals/{approval.pk}/consent/", follow=True).content.decode()
    assert "已同意，提交人会收到通知。" in answer
    assert Approval.objects.get().state == "approved" and "下一项" not in answer, "nothing else waits"
    history = client_of(world.users["mei"]).get("/contracts/C-0001/").content.decode()
    assert "Heyuan 同意了 C-0001 v1" in history


def test_after_one_case_the_next_is_a_press_away(world, approval, client_of):
    other = ask_approval(steep(world, world.take("海蓝工程", "王珂", emails=["w@hailan.example"], phones=["13700000001"])), by=world.mei)
    heyuan = client_of(world.users["heyuan"])
    assert "下一项" not in heyuan.get(f"/approvals/{approval.pk}/").content.decode(), "this one first"
    answer = heyuan.post(f"/approvals/{approval.pk}/consent/", follow=True).content.decode()
    assert f'href="/approvals/{other.pk}/"' in answer and f"下一项：{other.subject_name}" in answer


def test_no_and_why_and_late(world, approval, client_of):
    heyuan = client_of(world.users["heyuan"])
    assert heyuan.post(f"/approvals/{approval.pk}/refusal/", {"reason": "高"}).status_code == 422
    heyuan.post(f"/approvals/{approval.pk}/refusal/", {"reason": "折扣太高了"})
    assert (Approval.objects.get().state, Approval.objects.get().reason) == ("refused", "折扣太高了")
    late = heyuan.post(f"/approvals/{approval.pk}/consent/", follow=True).content.decode()
    assert "Heyuan 已经审批过了。" in late and Approval.objects.get().state == "refused"
    mei = client_of(world.users["mei"]).get("/contracts/C-0001/").content.decode()
    assert "折扣太高了" in mei


@pytest.mark.parametrize("level", ["finance", "clerk", "haoran"])
def test_whoever_the_rule_names_decides(world, client_of, level):
    """A duty, a role or a person (rules, section 7): whose turn it is may read and decide, whatever their role; whoever asked
    may read; nobody else."""
    HeldDuty.objects.create(user=world.users["haoran"], duty="finance")
    change_rule(RULES["contracts.approved_by"], by=world.admin, revision=0, value=level)
    asked = ask_approval(steep(world), by=world.mei)
    haoran, mei = client_of(world.users["haoran"]), client_of(world.users["mei"])
    assert asked.with_whom == "Haoran"
    assert '待我审批<b class="end num">1</b>' in haoran.get("/approvals/").content.decode()
    assert haoran.get(f"/approvals/{asked.pk}/").status_code == 200
    read = mei.get(f"/approvals/{asked.pk}/")
    assert read.status_code == 200 and "consent" not in read.content.decode(), "whoever asked reads what became of it"
    assert mei.post(f"/approvals/{asked.pk}/consent/").status_code == 403
    assert client_of(world.users["kevin"]).get(f"/approvals/{asked.pk}/").status_code == 404
    with pytest.raises(NotAllowed):
        approve(asked, by=world.mei)
    assert "已同意" in haoran.post(f"/approvals/{asked.pk}/consent/", follow=True).content.decode()
    assert (Approval.objects.get().state, Approval.objects.get().decided_by.username) == ("approved", "haoran")
    assert "待我审批</a>" not in haoran.get("/approvals/").content.decode()


def test_who_comes_after_a_change_reads_that_it_was_changed(world, approval, client_of):
    """Yes and no: nothing is decided, and the words of the refusal stay in the form."""
    draft = Version.objects.get()
    edit_version(draft, by=world.mei, revision=draft.revision, values={}, terms=[Term(1, Decimal(10), Decimal(100), Decimal(30))])
    heyuan, said = client_of(world.users["heyuan"]), "没有作出审批决定：内容已经改动，会重新提交审批。"
    assert said in heyuan.post(f"/approvals/{approval.pk}/consent/", follow=True).content.decode()
    late = heyuan.post(f"/approvals/{approval.pk}/refusal/", {"reason": "折扣实在太高"})
    assert (late.status_code, said in late.content.decode(), "折扣实在太高" in late.content.decode()) == (422, True, True)
    assert Approval.objects.get().state == "dropped"


@pytest.mark.parametrize(
    ("asked", "until"), [("03-13 11:00", "03-15 18:00"), ("03-12 22:00", "03-15 18:00"), ("03-11 10:30", "03-12 10:30")]
)
def test_every_matter_waits_eight_working_hours_for_its_next_level(monkeypatch, asked, until):
    """Rule book 7: "deadline 8 wh then the next level". A Saturday, a Friday night, a Thursday."""

    def at(text):
        return datetime.strptime(f"2027-{text} +0800", "%Y-%m-%d %H:%M %z")

    monkeypatch.setattr(calendar, "_public", lambda country: SimpleNamespace(is_working_day=lambda day: day.weekday() < 5))
    assert {code: matter.until(at(asked)) for code, matter in MATTERS.items()} == dict.fromkeys(MATTERS, at(until)) and len(MATTERS) > 3


def test_it_says_what_is_asked_and_the_button_what_it_does(world, approval, client_of):
    assert approval.title == "向光速贸易有限公司发送合同 " + approval.subject_name
    page = client_of(world.users["heyuan"]).get(f"/approvals/{approval.pk}/").content.decode()
    assert f"<h1>{approval.title}</h1>" in page and "同意发送合同</button>" in page and "<b>事由</b>" in page
    assert approval.title in client_of(world.users["heyuan"]).get("/today/").content.decode()


def test_the_list_names_every_reason(world, client_of):
    draft = steep(world)
    asked = ask_approval(draft, by=world.mei)
    Approval.objects.filter(pk=asked.pk).update(why=[["first %(n)s", {"n": 1}], ["second %(n)s", {"n": 2}]])
    assert "first 1；second 2" in client_of(world.users["heyuan"]).get("/approvals/").content.decode()


def test_whoever_decides_finds_the_way_from_the_contract_and_from_the_notice(world, approval, client_of):
    way = f'href="/approvals/{approval.pk}/"'
    heyuan, mei = client_of(world.users["heyuan"]), client_of(world.users["mei"])
    page = heyuan.get("/contracts/C-0001/").content.decode()
    assert way in page and "同意或不同意" in page
    assert way not in mei.get("/contracts/C-0001/").content.decode(), "she asked; it is not hers to decide"
    Notice.objects.create(user=world.users["heyuan"], event=Event.objects.get(kind="approvals.asked"))
    assert way in heyuan.get("/notices/").content.decode()


def test_since_when_it_waits_is_said_without_this_year(approval):
    assert str(timezone.localdate().year) not in approval.since
