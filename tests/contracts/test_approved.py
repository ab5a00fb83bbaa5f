"""What becomes of an approval, asked or given, when what it was asked about changes."""

from __future__ import annotations

from decimal import Decimal

import pytest

from boothline.approvals.approval import Approval, approve
from boothline.contracts.agreement import Term, Version, edit_version
from boothline.contracts.clearance import ask_approval, is_approved
from boothline.contracts.dossier import Dossier, completeness, dossier_of, edit_dossier
from boothline.contracts.establishment import send
from boothline.contracts.speaking import SEND
from boothline.customers.card import Customer, edit_customer
from boothline.followups.models import NextStep
from boothline.messaging.models import Notice
from boothline.messaging.notices import tell_people
from boothline.timeline.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def thin(world):
    """A draft whose customer has no dossier yet, asked about by Mei."""
    contract = world.contract(world.take())
    Dossier.objects.all().delete()
    return ask_approval(contract.newest, by=world.mei)


def told(kind: str) -> set[str]:
    """Whom the notices of a kind went to."""
    for event in Event.objects.filter(kind=kind):
        tell_people(event)
    return set(Notice.objects.filter(event__kind=kind).values_list("user__username", flat=True))


def test_what_is_filled_in_while_it_waits_carries_on_and_a_yes_counts(world, client_of, thin):
    """The manager reads the dossier as it is when he opens the case; the salesperson may send at once."""
    assert "只有 0 分" in thin.reasons[0]
    mei = client_of(world.users["mei"])
    mei.post(f"/customers/{thin.under_id}/dossier/takeover/")
    heyuan = client_of(world.users["heyuan"])
    percent = completeness(dossier_of(Customer.objects.get()))
    assert percent > 0 and f"只有 {percent} 分" in heyuan.get(f"/approvals/{thin.pk}/").content.decode()
    heyuan.post(f"/approvals/{thin.pk}/consent/")
    assert told("approvals.carried_on") == {"heyuan"}, "who changed it is not told"
    page = mei.get("/contracts/C-0001/").content.decode()
    assert "发给客户确认" in page and "提交审批" not in page
    assert send(Version.objects.get(), by=world.mei).state == "sent"


def test_a_yes_holds_while_the_dossier_grows_and_no_longer_once_it_says_less(world, thin):
    customer = Customer.objects.get()
    approve(thin, by=world.heyuan)
    dossier = edit_dossier(customer, by=world.mei, revision=1, values={"legal_name": "光速贸易有限公司", "bank": "示例银行"})
    assert is_approved(Version.objects.get()) and NextStep.objects.open().filter(what=SEND).exists()
    edit_dossier(customer, by=world.haoran, revision=dossier.revision, values={"legal_name": "光束贸易有限公司"})
    assert not is_approved(Version.objects.get()) and not NextStep.objects.open().filter(what=SEND).exists()
    assert told("approvals.outdated") == {"mei", "heyuan"}


def test_what_reads_otherwise_while_it_waits_is_withdrawn_and_both_are_told(world, client_of, thin):
    customer = Customer.objects.get()
    edit_customer(customer, by=world.admin, revision=customer.revision, values={"name": "光束贸易有限公司"})
    assert (Approval.objects.get().state, Version.objects.get().contract.state) == ("dropped", "preparing")
    assert told("approvals.dropped") == {"mei", "heyuan"}


def test_a_draft_that_was_changed_after_its_approval_says_why_it_is_asked_again(world, client_of, thin):
    approve(thin, by=world.heyuan)
    version = Version.objects.get()
    edit_version(version, by=world.mei, revision=version.revision, values={"special_terms": "木箱"}, terms=[])
    page = client_of(world.users["mei"]).get("/contracts/C-0001/").content.decode()
    assert "此后内容有变，原来的同意不再有效，请重新提交审批。" in page
    assert told("approvals.outdated") == {"heyuan"}
    version = Version.objects.get()
    edit_version(version, by=world.mei, revision=version.revision, values={"special_terms": "木箱两个"}, terms=[])
    assert Event.objects.filter(kind="approvals.outdated").count() == 1


def test_nobody_says_yes_to_what_changed_by_a_way_that_nobody_heard(world, client_of, thin):
    Version.objects.update(special_terms="木箱")
    late = client_of(world.users["heyuan"]).post(f"/approvals/{thin.pk}/consent/", follow=True).content.decode()
    assert "没有作出审批决定：内容已经改动，会重新提交审批。" in late and Approval.objects.get().state == "dropped"


def test_signing_on_the_device_is_not_offered_before_the_approval(world, client_of):
    version = world.contract(world.take()).newest
    steep = [Term(1, version.lines.first().quantity, version.lines.first().price, Decimal(12))]
    version = edit_version(version, by=world.mei, revision=version.revision, values={}, terms=steep)
    page, device = f"/contracts/{version.contract.number}/", f"/contracts/{version.contract.number}/device/"
    mei, heyuan = client_of(world.users["mei"]), client_of(world.users["heyuan"])
    assert device not in mei.get(page).content.decode() and device in heyuan.get(page).content.decode(), "who may say why sends it so"
    approval = ask_approval(version, by=world.mei)
    assert device not in mei.get(page).content.decode()
    approve(approval, by=world.heyuan)
    assert device in mei.get(page).content.decode()
