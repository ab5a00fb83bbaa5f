"""Steps and approvals about a contract end with what they ask for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine

from boothline.approvals.approval import approve
from boothline.approvals.models import Approval
from boothline.contracts.agreement import Term, edit_version, new_version
from boothline.contracts.clearance import ask_approval
from boothline.contracts.dossier import Dossier, edit_dossier
from boothline.contracts.establishment import ConfirmationRequest, decline, open_request, send, withdraw
from boothline.contracts.reminders import ask_again, remind_all
from boothline.contracts.signatory import name_signatory, wish_signatory
from boothline.core import clock
from boothline.customers.card import Person
from boothline.followups.models import NextStep

pytestmark = pytest.mark.django_db


def waits(words: str) -> bool:
    return NextStep.objects.open().filter(what__contains=words).exists()


def test_a_new_request_is_the_decision_and_what_they_asked_for(world):
    request = world.sent(world.take())
    withdraw(request, by=world.mei, reason="先等等看")
    ask_again(request, by=world.guest(request))
    assert waits("goes on") and waits("asks for contract")
    send(request.contract.newest, by=world.mei)
    assert not waits("goes on") and not waits("asks for contract")


def test_whoever_was_to_be_called_about_is_named(world):
    request = world.sent(world.take())
    guest = world.guest(request)
    open_request(request, by=guest)
    wish_signatory(request, by=guest, name="李四", reach="li@x.example", why="他签")
    assert waits("another signatory")
    name_signatory(request, by=world.mei, contact=Person(name="李四", emails=["li@x.example"]), why="电话确认过")
    assert not waits("another signatory")


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
    assert (step.owner, step.due_on) == (world.users["mei"], clock.today())
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
