"""204: its table, row by row (the other half stands in test_table.py). A docstring that names a row says *from | action*."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import override

from boothline.accounts.company import edit_company, keep_our_time, saved_company
from boothline.contracts import establishment
from boothline.contracts.agreement import Term, edit_version, new_version, prepare
from boothline.contracts.dossier import Dossier, dossier_of
from boothline.contracts.establishment import (
    NO_LONGER_WANTED,
    ask_changes,
    close_link,
    confirm,
    decline,
    end_contract,
    expire_all,
    make_link,
    open_request,
    send,
    take_back_changes,
    withdraw,
)
from boothline.contracts.models import Confirmation, ConfirmationRequest, Contract, Need, Version
from boothline.core import clock
from boothline.core.actors import SYSTEM, Actor
from boothline.core.errors import NotAllowed, Refused, Stale
from boothline.customers.card import Contact, Customer, Person, add_people, edit_customer, proposed_language
from boothline.files.models import Attachment
from boothline.followups.models import NextStep
from boothline.intentions.models import Intention
from boothline.links.models import Grant
from boothline.messaging.models import Letter
from boothline.negotiation.models import Objection
from boothline.negotiation.objections import object_to
from boothline.orders.changes import ChangeWish, LineWish, change
from boothline.orders.models import Order
from boothline.timeline.models import Event
from boothline.worktime.calendar import next_workday
from tests.checksum import checksum
from tests.suites.paper import form_with

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with override("en"):
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


@pytest.fixture
def guest(world, asked):
    return world.guest(asked)


def colleague(customer) -> Actor:
    (contact,) = add_people([Person(name="李经理", emails=["li@guangsu.example"], customer=customer)], by=SYSTEM)
    return Actor(kind="guest", id=contact.pk, name=contact.name, customer_id=customer.pk)


def fresh(request: ConfirmationRequest) -> ConfirmationRequest:
    return ConfirmationRequest.objects.for_list().get(pk=request.pk)


def told(kind: str) -> Any:
    return Event.objects.get(kind=kind)


def sign(request: ConfirmationRequest, by: Actor, **bent: Any) -> Confirmation:
    version = request.version
    shown = {"version": version.n, "total": version.total, "lines": version.line_count} | bent
    return confirm(request, by=by, **{"signed_by": "张伟", "signature": "张伟", "consent": "…"} | shown)


def nothing_changed(do: Callable[[], object], error: type[Refused] = Refused, **details: Any) -> Refused:
    """The refusal, with every table as it was."""
    before = checksum()
    with pytest.raises(error) as refused:
        do()
    assert checksum() == before
    for name, value in details.items():
        assert getattr(refused.value, name) == value
    return refused.value


# Sending.


def test_sending_freezes_prints_grants_and_writes(world, draft):
    request = send(draft.newest, by=world.mei)
    version = Version.objects.get(pk=draft.newest.pk)
    assert (request.state, Contract.objects.get().state) == ("sent", "out")
    assert version.frozen_at and len(version.digest) == 64
    papers = Attachment.objects.of(version)
    assert [p.visibility for p in papers] == ["customer", "customer"]
    assert version.digest in {p.sha256 for p in papers}
    assert (request.grant.holder_id, request.grant.subject_id) == (request.signatory_id, request.pk)
    letter = Letter.objects.get()
    assert letter.contact == request.signatory and "{link}" in letter.body and "/p/" not in letter.body
    assert request.last_day == clock.today() + timedelta(days=14)
    event = told("contracts.sent")
    assert event.values == {"number": draft.number, "n": 1, "to": "张伟", "until": request.last_day.isoformat()}


def test_sent_twice_is_one_request_and_one_mail(world, draft, client_of):
    """draft | send: the same request, no second mail ("sent 10:02")."""
    with time_machine.travel(timezone.localtime().replace(hour=10, minute=2, second=0, microsecond=0), tick=False):
        first, before = send(draft.newest, by=world.mei), checksum()
        assert (first.state, Contract.objects.get().state, Letter.objects.count()) == ("sent", "out", 1)
        assert send(draft.newest, by=world.mei) == first
        assert checksum() == before
    with time_machine.travel(timezone.localtime().replace(hour=10, minute=5), tick=False):
        client = client_of(world.users["mei"])
        page = client.post(f"/contracts/{draft.number}/request/", follow=True, headers={"accept-language": "en"})
        assert "Sent 10:02 already; no second letter went out." in page.content.decode()
    assert Letter.objects.count() == 1


def test_who_may_send(world, draft):
    for by in (world.kevin, world.haoran, world.xiaoyu, world.admin):
        nothing_changed(lambda by=by: send(draft.newest, by=by), NotAllowed, right="contracts.send")
    assert send(draft.newest, by=world.heyuan).state == "sent"


@pytest.mark.parametrize("gap", ["consignee", "delivery_address", "invoice_title", "balance"])
def test_an_incomplete_one_goes_only_with_a_managers_reason(world, draft, gap):
    version = edit_version(draft.newest, by=world.mei, revision=draft.newest.revision, values={gap: ""}, terms=[])
    nothing_changed(lambda: send(version, by=world.mei), code="incomplete")
    nothing_changed(
        lambda: send(version, by=world.mei, override_reason="客户催得急，今天必须发出"), NotAllowed, right="contracts.send_incomplete"
    )
    nothing_changed(lambda: send(version, by=world.heyuan, override_reason="很急"), field="override_reason")
    request = send(version, by=world.heyuan, override_reason="客户催得急，今天必须发出")
    assert request.override_reason == "客户催得急，今天必须发出"


def test_without_a_signatory_nobody_is_asked(world, draft):
    version = edit_version(draft.newest, by=world.mei, revision=draft.newest.revision, values={"signatory": None}, terms=[])
    nothing_changed(lambda: send(version, by=world.heyuan, override_reason="客户催得急，今天必须发出"), field="signatory")


def test_a_frozen_version_is_not_edited_and_the_next_is_a_copy(world, asked):
    version = asked.version
    nothing_changed(
        lambda: edit_version(version, by=world.mei, revision=version.revision, values={"po_number": "X"}, terms=[]), code="frozen"
    )
    nothing_changed(
        lambda: edit_version(version, by=world.mei, revision=version.revision, values={}, terms=[Term(1, Decimal(1), Decimal(1))])
    )
    second = new_version(asked.contract, by=world.mei)
    assert (second.n, second.revision, second.total, second.line_count, second.frozen_at) == (2, 1, version.total, 2, None)
    assert new_version(asked.contract, by=world.mei) == second
    assert fresh(asked).state == "sent", "the first stays in force until the second is sent"
    end_contract(asked.contract, by=world.mei, reason="客户换项目")
    nothing_changed(
        lambda: edit_version(second, by=world.mei, revision=second.revision, values={"po_number": "X"}, terms=[]), code="not_alive"
    )


def test_whoever_drafts_a_version_knows_that_the_one_before_may_still_be_confirmed(world, asked, client_of):
    """And hears so where it was: the draft is closed, and leads to the contract."""
    mei, at = client_of(world.users["mei"]), f"/contracts/{asked.contract.number}/"
    words = "第 1 版还在等客户确认"
    assert words not in mei.get(at).content.decode()
    draft = mei.get(mei.post(reverse("contract-version", args=[asked.contract.number])).url)
    assert words in draft.content.decode() and words in mei.get(at).content.decode()
    world.confirm(asked)
    assert words not in mei.get(at).content.decode()
    late = mei.get(f"{at}draft/", follow=True)
    assert late.redirect_chain[0][0] == at and "还要调整的，请在订单上变更" in late.content.decode()


def test_one_request_of_a_contract_is_live(world, asked):
    second = new_version(asked.contract, by=world.mei)
    newer = send(second, by=world.mei)
    assert (fresh(asked).state, newer.state) == ("superseded", "sent")
    assert told("contracts.superseded").values == {"n": 1}
    assert ConfirmationRequest.objects.live().count() == 1
    nothing_changed(lambda: send(asked.version, by=world.mei), code="old_version")
    with pytest.raises(IntegrityError), transaction.atomic():
        ConfirmationRequest.objects.create(version=second, signatory=newer.signatory, expires_at=newer.expires_at)


def test_a_link_is_made_by_whom_it_belongs_to(world, asked):
    nothing_changed(lambda: make_link(asked, by=world.kevin), NotAllowed)
    address = make_link(asked, by=world.mei)
    token = address.rstrip("/").rsplit("/", 1)[-1]
    assert told("contracts.link_made").values == {"to": "张伟"}
    assert not Event.objects.filter(values__icontains=token).exists()
    assert Grant.objects.count() == 1, "mailing and chatting share one life"


# Opening and confirming.


def test_opened_counts_and_is_told_once(world, asked, guest):
    """sent | open: counts, changes nothing."""
    open_request(asked, by=guest)
    open_request(asked, by=guest)
    found = fresh(asked)
    assert (found.state, found.opened_count) == ("opened", 2)
    assert Event.objects.filter(kind="contracts.opened").count() == 1


def test_confirming_does_everything_in_one_go(world, customer, asked, guest):
    """sent, opened | confirm."""
    confirmation = sign(asked, guest)
    assert (confirmation.contact, confirmation.version.n, confirmation.void_at) == (asked.signatory, 1, None)
    order = Order.objects.get()
    assert (order.confirmation, order.total, order.currency) == (confirmation, Decimal("1200.00"), "CNY")
    assert [(line.due, line.price, line.amount) for line in order.lines.all()] == [
        (Decimal(10), Decimal(100), Decimal(1000)), (Decimal(5), Decimal(40), Decimal(200)),
    ]  # fmt: skip
    assert (fresh(asked).state, Contract.objects.get().state, Intention.objects.get().state) == ("confirmed", "agreed", "won")
    customer.refresh_from_db()
    assert customer.type == "ordering"
    event = told("contracts.confirmed")
    assert event.values == {"number": asked.contract.number, "n": 1, "signed_by": "张伟"}
    assert (event.actor_kind, event.actor_id) == ("guest", asked.signatory_id)
    assert told("orders.opened").actor_kind == "guest"


def test_the_first_confirmation_stands_for_ever(world, asked, guest):
    """sent, opened | confirm: the first confirmation; another name never replaces it."""
    first = sign(asked, guest)
    before = checksum()
    assert sign(asked, guest) == sign(asked, guest, signed_by="别人", total=Decimal(1)) == first
    assert checksum() == before
    with pytest.raises(IntegrityError), transaction.atomic():
        Confirmation.objects.create(
            version=asked.version, request=asked, contact=asked.signatory, signed_by="x", signature="x", consent="x"
        )


def test_only_the_named_signatory_confirms_or_declines(world, customer, asked, guest):
    outsider = Actor(kind="guest", id=asked.signatory_id + 1000, name="外人", customer_id=customer.pk + 1000)
    for by in (colleague(customer), outsider, world.mei, world.heyuan, world.admin):
        right = "contracts.confirm" if by.customer_id == customer.pk else "contracts.read"
        nothing_changed(lambda by=by: sign(asked, by), NotAllowed, right=right)
        if by.kind == "guest":
            nothing_changed(lambda by=by: decline(asked, by=by, reason="price"), NotAllowed, right="contracts.confirm")
    for do in (
        lambda: open_request(asked, by=outsider),
        lambda: ask_changes(asked, by=outsider, words="x"),
        lambda: take_back_changes(asked, by=outsider),
    ):
        nothing_changed(do, NotAllowed, right="contracts.read")
    assert sign(asked, guest)


@pytest.mark.parametrize(
    "bent",
    [
        {"total": Decimal("1199.99")}, {"total": Decimal("1200.01")}, {"total": Decimal(0)}, {"lines": 1}, {"lines": 3}, {"version": 2},
        {"version": 0}, {"total": Decimal(-1200)},
    ],
    ids=str,
)  # fmt: skip
def test_what_was_shown_is_what_is_confirmed(asked, guest, bent):
    nothing_changed(lambda: sign(asked, guest, **bent), code="differs")
    assert sign(asked, guest)


@pytest.mark.parametrize("bent", [{"signed_by": ""}, {"signed_by": " \x00"}, {"signature": ""}])
def test_a_confirmation_has_a_name(asked, guest, bent):
    nothing_changed(lambda: sign(asked, guest, **bent), field="signature")
    assert sign(asked, guest)


# Declining, changes.


def in_state(world: Any, request: ConfirmationRequest, state: str) -> ConfirmationRequest:
    """The request as it is sent, opened, or with changes asked."""
    if state == "opened":
        open_request(request, by=world.guest(request))
    elif state == "changes_asked":
        ask_changes(request, by=world.guest(request), words="定金改 20%")
    found = fresh(request)
    assert found.state == state
    return found


@pytest.mark.parametrize("state", ["sent", "opened", "changes_asked"])
def test_declined_from_each_state(world, asked, state):
    """sent, opened, changes asked | decline: declined; *confirm* afterwards refused, "declined on ..."."""
    request = in_state(world, asked, state)
    decline(request, by=world.guest(request), reason="price", words="超出预算")
    assert (fresh(asked).state, Contract.objects.get().state) == ("declined", "declined")
    refused = nothing_changed(lambda: sign(request, world.guest(request)), code="declined")
    assert str(refused.words) == f"This contract was declined on {today()}. Ask for it again if you want it."


def today() -> str:
    return date_format(clock.today(), "DATE_FORMAT")


def test_declined_for_a_reason(world, customer, asked, guest):
    nothing_changed(lambda: decline(asked, by=guest, reason=""), field="reason")
    nothing_changed(lambda: decline(asked, by=guest, reason="no such"), field="reason")
    decline(asked, by=guest, reason="price", words="超出预算\x00")
    found = fresh(asked)
    assert (found.state, found.declined_reason, found.declined_words) == ("declined", "price", "超出预算")
    assert (Contract.objects.get().state, Intention.objects.get().state) == ("declined", "open")
    objection = Objection.objects.get()
    assert (objection.reason, objection.contact, objection.is_alive) == ("price", asked.signatory, True)
    assert told("contracts.declined").values["reason"] == "price"
    assert told("contracts.declined").headline == f"The customer declined contract {asked.contract.number}: Price"
    before = checksum()
    assert decline(asked, by=guest, reason="quality").declined_reason == "price"
    assert checksum() == before


def test_no_longer_wanted_loses_the_intention(asked, guest):
    decline(asked, by=guest, reason=NO_LONGER_WANTED)
    assert Intention.objects.get().state == "lost" and Objection.objects.get().reason == "other"


def test_changes_asked_by_any_contact_keep_the_first_text(world, customer, asked):
    """sent, opened | ask for changes: any contact with a link; first text kept, the second is added to it."""
    other = colleague(customer)
    nothing_changed(lambda: ask_changes(asked, by=other, words=" \x00 "), field="words")
    ask_changes(asked, by=other, words="定金改 20%")
    first_at = fresh(asked).changes_asked_at
    ask_changes(asked, by=world.guest(asked), words="交期提前")
    before = checksum()
    ask_changes(asked, by=other, words="交期提前")  # the same words again add nothing
    assert checksum() == before
    found = fresh(asked)
    assert (found.state, found.changes_words, found.changes_asked_at) == ("changes_asked", "定金改 20%\n\n交期提前", first_at)
    assert Contract.objects.get().state == "changes_asked"
    assert Event.objects.filter(kind="contracts.changes_asked").count() == 2
    assert list(Objection.objects.order_by("id").values_list("reason", "words")) == [("payment", "定金改 20%"), ("lead_time", "交期提前")]


def test_changes_asked_stand_between_until_taken_back(world, asked, guest):
    """changes asked | confirm by the link: refused; changes asked | take back the wish: opened."""
    ask_changes(asked, by=guest, words="定金改 20%")
    refused = nothing_changed(lambda: sign(asked, guest), code="changes_asked")
    assert str(refused.words) == "You asked for changes. Take that back first, or wait for version 2."
    take_back_changes(asked, by=guest)
    before = checksum()
    assert take_back_changes(asked, by=guest).state == "opened"
    assert checksum() == before
    assert told("contracts.changes_taken_back")
    assert sign(asked, guest)


def test_a_wish_for_changes_that_was_taken_back_leaves_nothing(world, customer, asked, guest):
    """Neither an objection nor a need; another one, and what they said before, stand for themselves."""
    before = object_to(customer, by=world.mei, reason="other", words="包装太大")
    ask_changes(asked, by=guest, words="定金改 20%")
    ask_changes(asked, by=colleague(customer), words="交期提前")
    take_back_changes(asked, by=guest)
    assert list(Objection.objects.alive()) == [before]
    assert set(Objection.objects.exclude(pk=before.pk).values_list("state", flat=True)) == {"withdrawn"}
    assert {need.state for need in Need.objects.all()} == {"waived"}
    assert (fresh(asked).changes_words, fresh(asked).changes_asked_at) == ("", None)
    ask_changes(asked, by=guest, words="改送货地址")
    assert fresh(asked).changes_words == "改送货地址"
    assert Objection.objects.alive().count() == 2 and Need.objects.latest("pk").state == "open"


# Withdrawing, ending, expiring.


@pytest.mark.parametrize("how", ["withdrawn", "expired"])
def test_who_had_a_request_that_is_over_is_told_that_the_contract_ended(world, asked, how):
    if how == "withdrawn":
        withdraw(asked, by=world.mei, reason="价格要重算")
    else:
        ConfirmationRequest.objects.update(expires_at=timezone.now())
        expire_all()
    new_version(asked.contract, by=world.mei)
    letters = Letter.objects.count()
    end_contract(asked.contract, by=world.mei, reason="客户换项目")
    assert Letter.objects.count() == letters + 1 and asked.contract.number in Letter.objects.latest("pk").subject


def test_who_was_never_asked_is_not_told_that_a_contract_ended(world, draft):
    letters = Letter.objects.count()
    end_contract(draft, by=world.mei, reason="客户换项目")
    assert Letter.objects.count() == letters


def test_a_discarded_change_is_told_once(world, asked, guest):
    sign(asked, guest)
    order = Order.objects.get()
    line = order.lines.first()
    made = change(order, by=world.haoran, wish=ChangeWish((LineWish(line, Decimal(20), line.price),), reason="加量"))
    withdraw(send(made, by=world.mei), by=world.mei, reason="价格要重算")
    letters = Letter.objects.count()
    end_contract(Contract.objects.get(), by=world.mei, reason="维持原单")
    assert Letter.objects.count() == letters + 1
    change(order, by=world.haoran, wish=ChangeWish((LineWish(line, Decimal(30), line.price),), reason="加量"))
    end_contract(Contract.objects.get(), by=world.mei, reason="维持原单")
    assert Letter.objects.count() == letters + 1


@pytest.mark.parametrize("state", ["opened", "changes_asked"])
def test_withdrawn_from_the_later_states_too(world, asked, state):
    """sent, opened, changes asked | withdraw the request."""
    withdraw(in_state(world, asked, state), by=world.mei, reason="价格要重算")
    assert (fresh(asked).state, Contract.objects.get().state) == ("withdrawn", "preparing")


def test_withdrawn_by_us(world, asked, guest):
    """sent | withdraw the request: the contract is *preparing* again; S gets a next step."""
    nothing_changed(lambda: withdraw(asked, by=world.kevin, reason="价格要重算"), NotAllowed)
    nothing_changed(lambda: withdraw(asked, by=world.mei, reason="价"), field="reason")
    steps = NextStep.objects.count()
    withdraw(asked, by=world.mei, reason="价格要重算")
    assert (fresh(asked).state, Contract.objects.get().state, Intention.objects.get().state) == ("withdrawn", "preparing", "in_contract")
    assert NextStep.objects.count() == steps + 1
    before = checksum()
    assert withdraw(asked, by=world.mei, reason="另一个理由").withdrawn_reason == "价格要重算"
    assert checksum() == before
    assert send(asked.version, by=world.mei).pk != asked.pk, "it can be asked for again"


def test_ended_by_us(world, customer, asked, guest):
    letters = Letter.objects.count()
    nothing_changed(lambda: end_contract(asked.contract, by=world.mei, reason="x"), field="reason")
    end_contract(asked.contract, by=world.mei, reason="客户换项目")
    assert (Contract.objects.get().state, fresh(asked).state, Intention.objects.get().state) == ("ended", "withdrawn", "open")
    assert Letter.objects.count() == letters + 1, "the customer is told"
    customer.refresh_from_db()
    assert customer.type == "intending"
    nothing_changed(lambda: end_contract(asked.contract, by=world.mei, reason="客户换项目"), code="not_alive")
    nothing_changed(lambda: new_version(asked.contract, by=world.mei), code="not_alive")
    again = prepare(Intention.objects.get(), by=world.mei)
    assert again.number != asked.contract.number


def test_time_expires_it_once(world, asked, guest):
    """sent, opened, changes asked | time: expired; the owner gets a next step for the next workday."""
    steps = NextStep.objects.count()
    with time_machine.travel(asked.expires_at - timedelta(seconds=1), tick=False):
        assert expire_all() == 0
    with time_machine.travel(asked.expires_at, tick=False):
        assert fresh(asked).state == "sent" and not fresh(asked).is_live
        nothing_changed(lambda: sign(asked, guest), code="expired")  # the clock decides, not the daily task
        assert expire_all() == 1
        assert (fresh(asked).state, Contract.objects.get().state) == ("expired", "preparing")
        before = checksum()
        assert expire_all() == 0
        assert checksum() == before
        assert NextStep.objects.count() == steps + 1
        assert NextStep.objects.order_by("id").last().due_on == next_workday(clock.today())
    assert told("contracts.expired").actor_kind == "system"


# Late: every answer to what is over is refused, each with its own words.

OVER: dict[str, Callable[[Any, ConfirmationRequest], object]] = {
    "declined": lambda world, r: decline(r, by=world.guest(r), reason="price"),
    "withdrawn": lambda world, r: withdraw(r, by=world.mei, reason="价格要重算"),
    "superseded": lambda world, r: send(new_version(r.contract, by=world.mei), by=world.mei),
    "confirmed": lambda world, r: sign(r, world.guest(r)),
    "expired": lambda world, r: expire_all(),
}
ANSWERS: dict[str, Callable[[Any, ConfirmationRequest], object]] = {
    "confirm": lambda world, r: sign(r, world.guest(r)),
    "decline": lambda world, r: decline(r, by=world.guest(r), reason="quality"),
    "ask for changes": lambda world, r: ask_changes(r, by=world.guest(r), words="再便宜点"),
    "take changes back": lambda world, r: take_back_changes(r, by=world.guest(r)),
    "withdraw": lambda world, r: withdraw(r, by=world.mei, reason="又想起来了"),
}
ITS_OWN = {("confirmed", "confirm"), ("declined", "decline"), ("withdrawn", "withdraw")}  # a second press of the same is answered
SAID = {
    "declined": "This contract was declined on {today}. Ask for it again if you want it.",
    "withdrawn": "This request was withdrawn on {today}. Your contact will send a new one.",
    "superseded": "Version 2 of contract {number} has replaced version 1. Answer the newer one.",
    "confirmed": "Version 1 of contract {number} is confirmed already.",
    "expired": "This request ended on {last}. Ask your contact to renew it.",
}


@pytest.mark.parametrize("over", OVER)
def test_a_late_press_is_told_what_happened(world, asked, over):
    """Each answer in turn, to each request that is over: refused in its words, and nothing changes."""
    away = timedelta(days=16) if over == "expired" else timedelta()
    with time_machine.travel(timezone.now() + away, tick=False):
        OVER[over](world, asked)
        assert fresh(asked).state == over
        said = SAID[over].format(today=today(), number=asked.contract.number, last=date_format(asked.last_day, "DATE_FORMAT"))
        for answer, press in ANSWERS.items():
            if (over, answer) in ITS_OWN:
                before = checksum()
                press(world, asked)
                assert checksum() == before
            else:
                refused = nothing_changed(lambda press=press: press(world, asked), code=over)
                assert str(refused.words) == said, answer


def test_the_order_of_two_answers_does_not_matter_to_the_second(world, asked, guest):
    """Confirmed and withdrawn at once: the first wins, the second is told so, whatever it had read."""
    stale_request = ConfirmationRequest.objects.for_list().get(pk=asked.pk)  # read before the other acted
    sign(asked, guest)
    nothing_changed(lambda: withdraw(stale_request, by=world.mei, reason="价格要重算"), code="confirmed")
    nothing_changed(lambda: decline(stale_request, by=guest, reason="price"), code="confirmed")


def test_a_draft_is_edited_by_what_was_seen(world, draft):
    """Header and lines together: a colleague's new quantity is not overwritten unseen."""
    version = draft.newest
    revision = version.revision
    edit_version(version, by=world.mei, revision=revision, values={}, terms=[Term(1, Decimal(12), Decimal(100))])
    assert (Version.objects.get().total, Version.objects.get().revision) == (Decimal("1400.00"), revision + 1)
    with pytest.raises(Stale) as stale:
        edit_version(version, by=world.heyuan, revision=revision, values={"po_number": "X"}, terms=[Term(1, Decimal(11), Decimal(100))])
    assert ("quantity_1", Decimal(12), Decimal(11)) in stale.value.fields
    assert Version.objects.get().total == Decimal("1400.00")


@pytest.mark.parametrize(
    ("term", "wrong"),
    [
        (Term(1, Decimal(0), Decimal(1)), "quantity"),
        (Term(1, Decimal(-1), Decimal(1)), "quantity"),
        (Term(1, Decimal("1.2345"), Decimal(1)), "quantity"),
        (Term(1, Decimal(1), Decimal(-1)), "price"),
        (Term(1, Decimal(1), Decimal("0.00001")), "price"),
        (Term(1, Decimal(1), Decimal(1), Decimal(101)), "discount"),
    ],
)
def test_a_line_makes_sense(world, draft, term, wrong):
    version = draft.newest
    nothing_changed(lambda: edit_version(version, by=world.mei, revision=version.revision, values={}, terms=[term]), field=f"{wrong}_1")


def test_a_discount_is_taken_from_the_line(world, draft):
    version = draft.newest
    edit_version(version, by=world.mei, revision=version.revision, values={}, terms=[Term(1, Decimal(10), Decimal("99.995"), Decimal("5"))])
    assert [line.amount for line in version.lines.all()] == [Decimal("949.95"), Decimal("200.00")]
    assert Version.objects.get().payments() == [("deposit", Decimal("344.99")), ("before_shipping", Decimal("804.96"))]


def test_a_closed_link_opens_nothing_and_a_new_one_does(world, asked, client):
    request = asked
    closed = make_link(request, by=world.mei)
    close_link(request, by=world.mei)
    close_link(request, by=world.mei)  # pressed twice
    assert client.get(urlsplit(closed).path).status_code == 404
    request.refresh_from_db()
    fresh = make_link(request, by=world.mei)
    assert client.get(urlsplit(closed).path).status_code == 404
    assert client.get(urlsplit(fresh).path, follow=True).status_code == 200
    assert Event.objects.filter(kind="contracts.link_closed").count() == 1


def test_what_was_sent_is_not_edited_by_who_opened_the_form_before(world, draft):
    opened = draft.newest
    send(draft.newest, by=world.mei)
    terms = [Term(1, Decimal(1), Decimal(1))]
    nothing_changed(lambda: edit_version(opened, by=world.mei, revision=opened.revision, values={}, terms=terms), code="frozen")


def test_another_contact_who_confirms_late_sees_the_first_confirmation(world, customer, asked, guest):
    first = sign(asked, guest)
    assert sign(asked, colleague(customer)) == first
    assert Confirmation.objects.count() == 1


def test_a_request_that_is_over_is_not_opened_and_not_superseded(world, asked, guest):
    with time_machine.travel(asked.expires_at + timedelta(days=2)):
        nothing_changed(lambda: open_request(asked, by=guest), code="expired")
        new_version(asked.contract, by=world.mei)
        send(asked.contract.newest, by=world.mei)
    asked.refresh_from_db()
    assert asked.state == "expired" and asked.expired_at and asked.superseded_at is None


def test_a_contact_of_another_customer_cannot_be_the_signatory(world, draft):
    stranger = world.take(company="别家", name="外人").contacts.get()
    version = draft.newest
    values = {"signatory": stranger}
    nothing_changed(lambda: edit_version(version, by=world.mei, revision=version.revision, values=values, terms=[]), field="signatory")
    for deposit in (Decimal(150), Decimal(-1)):
        wrong = {"deposit_percent": deposit}
        edit = partial(edit_version, version, by=world.mei, revision=version.revision, values=wrong, terms=[])
        nothing_changed(edit, field="deposit_percent")


def test_one_request_that_fails_keeps_no_other_from_expiring(world, asked, monkeypatch):
    others = [world.sent(world.take(company=f"商行{i}", name=f"人{i}")) for i in range(2)]
    whole = establishment.expire

    def breaks(request: ConfirmationRequest, *args: Any, **more: Any) -> None:
        if request.pk == asked.pk:
            raise RuntimeError("broken")
        whole(request, *args, **more)

    monkeypatch.setattr(establishment, "expire", breaks)
    with time_machine.travel(asked.expires_at + timedelta(days=1)):
        assert expire_all() == len(others)
    assert set(ConfirmationRequest.objects.values_list("state", flat=True)) == {"sent", "expired"}


def test_nothing_of_the_contract_is_shown_before_view_is_pressed(world, asked, client):
    landing = client.get(urlsplit(make_link(asked, by=world.mei)).path, follow=True)
    at = landing.request["PATH_INFO"]
    assert at.endswith(f"/contracts/{asked.contract.number}/") and "TR20-1" not in landing.content.decode()
    for answer in (client.get(f"{at}paper/"), client.post(f"{at}confirmation/", {"request": asked.pk})):
        assert (answer.status_code, answer["Location"]) == (302, at)
    asked.refresh_from_db()
    assert (asked.state, asked.opened_count) == ("sent", 0)


def test_with_gaps_completing_comes_first_and_says_what_is_missing(world, client_of):
    contract = prepare(world.intend(world.take(), complete=False), by=world.mei)
    mei = client_of(world.users["mei"])
    page = mei.get(f"/contracts/{contract.number}/").content.decode()
    first = page[page.index('class="btn go"') :]
    assert f"/contracts/{contract.number}/draft/" in first[: first.index("</a>")] and page.count('class="btn go"') == 1
    assert "待补：" in page and "须先审批" in page


def test_where_only_the_dossier_is_thin_the_page_says_that_and_not_that_a_draft_is_to_be_completed(world, client_of):
    customer = world.take()
    contract = prepare(world.intend(customer), by=world.mei)
    Dossier.objects.filter(customer=customer).update(legal_name="", code="", registered_address="", bank="")
    page = client_of(world.users["mei"]).get(f"/contracts/{contract.number}/").content.decode()
    assert "补齐客户资料（签约）后即可发出；不补齐则须先审批。" in page and "补齐后即可发出" not in page
    assert "发出前需要审批" not in page, "the box says it already"


def test_a_link_that_only_this_machine_opens_says_so(world, client_of, settings):
    """Before it is made and beside it, with what to do; not where the address is one for others."""
    asked = world.sent(world.take())
    mei, address = client_of(world.users["mei"]), f"/requests/{asked.pk}/link/"
    settings.BASE_URL = "http://127.0.0.1:8961"
    for page in (mei.get(address), mei.post(address)):
        shown = page.content.decode()
        assert "只有本机能打开" in shown and "请管理员" in shown and "--tls" not in shown, "who sells runs no server"
    settings.BASE_URL = "https://crm.example.com"
    for page in (mei.get(address), mei.post(address)):
        assert "只有本机能打开" not in page.content.decode()


def test_what_was_not_mailed_is_ready_until_the_link_is_handed_over(world, client_of, settings):
    """One truth on the page, in the request and in the history; mailed, it is sent."""
    settings.MAIL_SERVER = False
    asked = world.sent(world.take())
    mei, address = client_of(world.users["mei"]), f"/contracts/{asked.contract.number}/"
    page = mei.get(address).content.decode()
    assert page.count("已备好，链接还没交给客户") == 2 and "等张伟用链接签署" in re.sub("<[^>]+>", "", page)
    for other in ("/contracts/", "/board/", f"/customers/{asked.customer.pk}/", f"/find/?q={asked.contract.number}"):
        found = mei.get(other)
        assert found.status_code == 200 and "链接还没交给客户" in found.content.decode(), other
    assert not Event.objects.filter(kind="contracts.sent").exists() and Event.objects.filter(kind="contracts.ready").count() == 1
    make_link(asked, by=world.mei)
    assert "链接还没交给客户" not in mei.get(address).content.decode()
    settings.MAIL_SERVER = True
    world.sent(world.take(company="另一家", name="李四", phones=["13911110003"], emails=["li@example.com"]))
    assert Event.objects.filter(kind="contracts.sent").count() == 1


@pytest.mark.parametrize(("phone", "country", "name", "language"), [
    ("+351 912 345 678", "", "Sofia Duarte", "en"), ("13911112222", "", "Li Wei", "zh-hans"), ("", "Portugal", "索菲亚", "en"),
    ("", "中国", "Sofia Duarte", "zh-hans"), ("", "", "Sofia Duarte", "en"), ("", "", "张伟", "zh-hans"), ("+852 2345 6789", "", "Amy", "zh-hans"),
    ("1 415 555 0132", "USA", "Ann Lee", "en"), ("13900002046", "中国", "Ann Lee", "zh-hans"),  # dialled at home: the country says it
])  # fmt: skip
def test_the_language_of_a_letter_is_proposed(phone, country, name, language):
    assert proposed_language(phone, country, name) == language


def test_who_is_dialled_abroad_gets_an_english_letter_and_is_asked_for_foreign_papers(world, client_of):
    """No country was given: the number says it. The page that sends shows the language, and it is changed there."""
    customer = world.take(company="Duarte Lda", name="Sofia Duarte", phones=["+351912345678"], emails=["sofia@duarte.example"])
    contract = world.contract(customer)
    assert dossier_of(customer).party == "foreign"
    mei, address = client_of(world.users["mei"]), f"/contracts/{contract.number}/request/"
    page = mei.get(address)
    assert form_with(page.content, "was").fields["language"] == ["en"]
    request = send(contract.newest, by=world.heyuan, override_reason="老客户，资料下周补齐再归档")
    assert Letter.objects.get(grant=request.grant).language == "en"
    mei.post(address, {"language": "zh-hans"})
    assert Contact.objects.get(name="Sofia Duarte").language == "zh-hans"


def test_what_is_not_sent_leaves_the_language_of_the_signatory(world, client_of):
    contract = world.contract(
        world.take(company="Duarte Lda", name="Sofia Duarte", phones=["+351912345678"], emails=["sofia@duarte.example"])
    )
    mei = client_of(world.users["mei"])
    assert mei.post(f"/contracts/{contract.number}/request/", {"language": "zh-hans"}).status_code == 422
    assert Contact.objects.get(name="Sofia Duarte").language == ""


@pytest.fixture
def in_new_york():
    """The company's days end in New York, whatever the machine says."""
    edit_company(by=SYSTEM, revision=saved_company().revision, values={"zone": "America/New_York", "country": "US"})
    keep_our_time()
    yield ZoneInfo("America/New_York")
    timezone.deactivate()


@pytest.mark.parametrize("country", ["", "US"])
def test_a_request_ends_with_the_companys_day_where_nobody_knows_another(world, in_new_york, country):
    """Also for a customer of the same country, whichever other zones it has."""
    customer = world.take()
    edit_customer(customer, by=world.heyuan, revision=customer.revision, values={"country": country})
    draft = world.contract(Customer.objects.get(pk=customer.pk)).newest
    made = send(draft, by=world.heyuan, override_reason="客户急着要，先发出去")
    ends = ConfirmationRequest.objects.get(pk=made.pk).expires_at.astimezone(in_new_york)
    assert (ends.hour, ends.minute) == (0, 0)
    assert (made.zone, made.ends_elsewhere) == ("America/New_York", False)


def test_a_customer_elsewhere_reads_by_which_clock_it_ends(world, in_new_york):
    customer = world.take()
    edit_customer(customer, by=world.heyuan, revision=customer.revision, values={"country": "JP"})
    draft = world.contract(Customer.objects.get(pk=customer.pk)).newest
    made = send(draft, by=world.heyuan, override_reason="客户急着要，先发出去")
    assert (made.zone, made.ends_elsewhere) == ("Asia/Tokyo", True)
