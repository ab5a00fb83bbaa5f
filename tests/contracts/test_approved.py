"""What becomes of an approval, asked or given, when what it was asked about changes."""

from __future__ import annotations

from decimal import Decimal

import pytest

from boothline.approvals.approval import Approval, approve
from boothline.contracts.agreement import Contract, Term, Version, edit_version, new_version
from boothline.contracts.clearance import ask_approval, is_approved
from boothline.contracts.dossier import Dossier, completeness, dossier_of, edit_dossier
from boothline.contracts.establishment import ask_changes, send
from boothline.contracts.speaking import SEND
from boothline.core.actors import SYSTEM
from boothline.customers.card import Customer, Person, add_people, edit_customer
from boothline.customers.contact_merging import merge_contacts
from boothline.customers.merging import merge, unmerge
from boothline.followups.models import NextStep
from boothline.messaging.models import Notice
from boothline.messaging.notices import tell_people
from boothline.timeline.models import Event
from tests.refusals import refused
from tests.world import fill_dossier

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


@pytest.fixture
def steep(world):
    """A draft of 光速贸易 whose discount was asked about by Mei, and the firm that it is, taken in twice."""
    stays, goes = world.take(company="光速贸易有限公司"), world.take(company="光速贸易", name="张小伟", emails=["xw@guangsu.example"])
    fill_dossier(stays)
    Dossier.objects.filter(customer=stays).update(legal_name="光速国际贸易有限公司")
    draft = world.contract(goes).newest
    edit_version(draft, by=world.mei, revision=draft.revision, values={}, terms=[Term(1, Decimal(10), Decimal(100), Decimal(20))])
    return stays, goes, ask_approval(Version.objects.get(), by=world.mei)


def merged_customers(steep):
    stays, goes, _asked = steep
    return merge(Customer.objects.get(pk=stays.pk), by=SYSTEM, goes=Customer.objects.get(pk=goes.pk))


def merged_signatories(steep):
    _stays, goes, _asked = steep
    (other,) = add_people([Person(name="张小伟", customer=goes, emails=["z2@guangsu.example"])], by=SYSTEM)
    return merge_contacts(other, by=SYSTEM, goes=Version.objects.get().signatory)


@pytest.mark.parametrize("merged", [merged_customers, merged_signatories])
def test_a_question_that_a_merge_makes_out_of_date_is_asked_no_more_and_the_draft_is_one_again(world, steep, merged):
    asked = steep[2]
    done = merged(steep)
    assert (Approval.objects.get().state, Contract.objects.get().state) == ("dropped", "preparing")
    assert told("approvals.dropped") == {"mei", "heyuan"}
    assert approve(asked, by=world.heyuan).state == "dropped" and Contract.objects.get().state == "preparing"
    unmerge(done, by=SYSTEM)
    assert (Approval.objects.get().state, Contract.objects.get().state) == ("open", "in_approval")
    assert approve(Approval.objects.get(), by=world.heyuan).state == "approved"


@pytest.mark.parametrize("merged", [merged_customers, merged_signatories])
def test_what_was_approved_is_told_to_be_out_of_date_by_a_merge(world, steep, merged):
    approve(steep[2], by=world.heyuan)
    merged(steep)
    assert not is_approved(Version.objects.get()) and told("approvals.outdated") == {"mei", "heyuan"}
    assert not NextStep.objects.open().filter(what=SEND).exists()


def test_a_question_that_was_asked_again_since_keeps_the_merge(world, steep):
    done = merged_customers(steep)
    ask_approval(Version.objects.get(), by=world.mei)
    with refused("since"):
        unmerge(done, by=SYSTEM)


def test_what_took_the_place_of_a_question_since_keeps_the_merge(world):
    """Of a change that was asked for the contract says nothing of who is asked: the question alone does."""
    stays, goes = world.take(company="光速贸易有限公司"), world.take(company="光速贸易", name="张小伟", emails=["xw@guangsu.example"])
    request = world.sent(stays)
    fill_dossier(goes)
    ask_changes(request, by=world.guest(request), words="再便宜点")
    draft = new_version(Contract.objects.get(), by=world.mei)
    Dossier.objects.filter(customer=stays).update(registered_address="")
    edit_version(draft, by=world.mei, revision=1, values={}, terms=[Term(1, Decimal(10), Decimal(100), Decimal(20))])
    ask_approval(Version.objects.get(n=2), by=world.mei)
    done = merge(Customer.objects.get(pk=stays.pk), by=SYSTEM, goes=Customer.objects.get(pk=goes.pk))
    assert Approval.objects.get().state == "dropped"
    ask_approval(Version.objects.get(n=2), by=world.mei)
    with refused("since") as caught:
        unmerge(done, by=SYSTEM)
    assert "占用" in str(caught.value.words)


def test_whoever_decides_on_what_is_another_now_makes_it_a_draft_again(world, steep):
    Version.objects.update(special_terms="货到付款")
    assert approve(steep[2], by=world.heyuan).state == "dropped"
    assert Contract.objects.get().state == "preparing"


def test_what_waits_for_a_second_person_offers_no_form_that_can_only_fail(world, client_of, thin):
    """While they are asked, nobody signs on this device or hands in a signed paper; a manager may, with a reason for what is missing."""
    number = Contract.objects.get(versions=thin.subject_id).number
    offered = {who: client_of(world.users[who]).get(f"/contracts/{number}/").content.decode() for who in ("mei", "heyuan")}
    for act in ("device", "evidence"):
        assert f"/contracts/{number}/{act}/" not in offered["mei"], act
        assert f"/contracts/{number}/{act}/" in offered["heyuan"], act
    approve(thin, by=world.heyuan)
    page = client_of(world.users["mei"]).get(f"/contracts/{number}/").content.decode()
    assert f"/contracts/{number}/device/" in page


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
