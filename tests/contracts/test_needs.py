"""201: needs are traced to lines and clauses, stop sending while a must is open, and are met by the confirmation."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone
from django.utils.translation import override

from boothline.approvals.approval import approve
from boothline.contracts.agreement import Added, Term, edit_version, new_version, prepare
from boothline.contracts.clearance import ask_approval, is_approved
from boothline.contracts.establishment import ask_changes, decline, end_contract, send
from boothline.contracts.evidence import record_paper, void
from boothline.contracts.lapse import lapse_all
from boothline.contracts.models import ConfirmationRequest, Contract, Need, Version
from boothline.contracts.needs import record_need, refuse_need, reopen_need, take_in, trace, waive_need
from boothline.core import clock
from boothline.core.errors import NotAllowed, Refused
from boothline.files.attachments import Received
from boothline.intentions.requirements import ask_for, meet, refuse, reopen, waive
from boothline.orders.changes import ChangeWish, LineWish, change
from boothline.orders.models import Order
from boothline.timeline.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with override("en"):
        yield


@pytest.fixture
def contract(world) -> Contract:
    return world.contract(world.take())


def state(need):
    return Need.objects.get(pk=need.pk).state


def newest(contract):
    return Version.objects.select_related("contract__customer").filter(contract=contract).latest("n")


def edit(contract, by, terms=(), **values):
    version = newest(contract)
    edit_version(version, by=by, revision=version.revision, values=values, terms=list(terms))


def test_every_requirement_becomes_a_need_with_its_trace(world):
    intention = world.intend(world.take())
    line = intention.lines.first()
    proved = ask_for(intention, by=world.mei, kind="spec", words="Ra 90", line=line)
    meet(proved, by=world.mei, proof="document", words="TR-1")
    agreed = ask_for(intention, by=world.mei, kind="delivery", words="FOB Shenzhen")
    meet(agreed, by=world.mei, proof="document", words="mail of Monday")
    open_one = ask_for(intention, by=world.mei, kind="packaging", words="wooden case", is_must=False)
    dropped = ask_for(intention, by=world.mei, kind="label", words="EAN", is_must=False)
    waive(dropped, by=world.mei, contact=intention.customer.contacts.first(), words="by phone")
    contract = prepare(intention, by=world.mei)
    needs = {need.words: need for need in contract.needs.all()}
    assert {words: need.state for words, need in needs.items()} == {
        "Ra 90": "traced", "FOB Shenzhen": "traced", "wooden case": "open", "EAN": "waived"
    }  # fmt: skip
    thread = contract.newest.lines.get(source=line).thread
    assert [t.thread for t in needs["Ra 90"].traces.all()] == [thread]
    assert [t.clause for t in needs["FOB Shenzhen"].traces.all()] == ["delivery"]
    refuse(open_one, by=world.mei, reason="no carpenter")  # the requirement goes on, and the need follows
    assert state(needs["wooden case"]) == "refused"
    reopen(open_one, by=world.mei)
    assert state(needs["wooden case"]) == "open"


def test_a_must_need_that_is_open_or_refused_stops_sending(world, contract):
    need = record_need(contract, by=world.mei, words="neutral box")
    record_need(contract, by=world.mei, words="gift paper", is_must=False)
    with pytest.raises(Refused, match="Needs that must be met are open or refused: neutral box") as refused:
        send(newest(contract), by=world.mei)
    assert refused.value.code == "incomplete"
    refuse_need(need, by=world.mei, reason="not for this quantity")
    with pytest.raises(Refused, match="Needs that must be met are open or refused: neutral box"):
        send(newest(contract), by=world.mei)
    with pytest.raises(NotAllowed):  # a manager's reason clears it, nobody else's
        send(newest(contract), by=world.mei, override_reason="the customer knows it")
    reopen_need(need, by=world.mei)
    edit(contract, world.mei, special_terms="Neutral box, no logo.")
    trace(need, by=world.mei, clauses=["special"])
    assert send(newest(contract), by=world.mei).state == "sent"


def test_a_manager_sends_it_with_a_reason(world, contract):
    record_need(contract, by=world.mei, words="neutral box")
    assert send(newest(contract), by=world.heyuan, override_reason="agreed by phone, comes later").state == "sent"


def test_an_approval_holds_for_the_needs_that_it_named(world, contract):
    first = record_need(contract, by=world.mei, words="neutral box")
    approve(ask_approval(newest(contract), by=world.mei), by=world.heyuan)
    assert is_approved(newest(contract))
    record_need(contract, by=world.mei, words="wooden case")
    assert not is_approved(newest(contract))
    waive_need(Need.objects.get(words="wooden case"), by=world.mei, contact=contract.customer.contacts.first(), words="by phone")
    trace(first, by=world.mei, clauses=["delivery"])
    assert is_approved(newest(contract))


def test_a_changed_or_removed_line_or_clause_puts_its_needs_back_to_open(world, contract):
    track, panel = newest(contract).lines.all()
    of_track, of_panel, of_term = (record_need(contract, by=world.mei, words=w) for w in ("Ra 90", "UGR 19", "FOB"))
    trace(of_track, by=world.mei, lines=[track])
    trace(of_panel, by=world.mei, lines=[panel])
    trace(of_term, by=world.mei, clauses=["delivery"])
    edit(contract, world.mei, [Term(2, Decimal(5), Decimal(38))])
    assert [state(n) for n in (of_track, of_panel, of_term)] == ["traced", "open", "traced"]
    edit(contract, world.mei, delivery_place="Ningbo")
    assert state(of_term) == "open"
    edit(contract, world.mei, [Term(1, Decimal(10), Decimal(100), is_removed=True)])
    assert state(of_track) == "open" and not Need.objects.get(pk=of_track.pk).traces.exists()
    assert Event.objects.filter(kind="contracts.need_reopened").count() == 3


def test_a_trace_holds_through_the_versions(world, contract):
    need = record_need(contract, by=world.mei, words="Ra 90")
    trace(need, by=world.mei, lines=[newest(contract).lines.first()])
    send(newest(contract), by=world.mei)
    new_version(contract, by=world.mei)
    assert state(need) == "traced"
    edit(contract, world.mei, [Term(1, Decimal(12), Decimal(100))])
    assert state(need) == "open"


def test_confirming_meets_what_is_traced_and_a_void_takes_it_back(world, contract):
    traced = record_need(contract, by=world.mei, words="FOB")
    wish = record_need(contract, by=world.mei, words="gift paper", is_must=False)
    trace(traced, by=world.mei, clauses=["delivery"])
    scan = Received(b"%PDF-1.4 paper", "signed.pdf", "paper")
    proof = record_paper(newest(contract), by=world.haoran, kind="paper", signed_by="x", signed_on=clock.today(), scan=scan)
    assert (state(traced), state(wish)) == ("met", "open")
    assert Event.objects.get(kind="contracts.need_met").sentence == "Need met: FOB"
    with pytest.raises(Refused, match="has confirmed contract"):
        trace(wish, by=world.mei, clauses=["delivery"])
    void(proof, by=world.heyuan, reason="wrong customer")
    assert state(traced) == "traced"


def test_a_change_that_comes_to_nothing_leaves_met_what_its_order_meets(world, contract):
    """Ended, declined or lapsed, the contract and its order stand. Only a confirmed change opens what it altered or took out."""
    track, panel = newest(contract).lines.all()
    of_track, of_panel, of_term = (record_need(contract, by=world.mei, words=w) for w in ("Ra 90", "UGR 19", "neutral box"))
    edit(contract, world.mei, special_terms="Neutral box.")
    trace(of_track, by=world.mei, lines=[track])
    trace(of_panel, by=world.mei, lines=[panel])
    trace(of_term, by=world.mei, clauses=["special"])
    world.confirm(asked_of(send(newest(contract), by=world.mei)))
    assert set(Event.objects.filter(kind="contracts.need_met").values_list("actor_kind", flat=True)) == {"system"}, (
        "the customer did no such thing"
    )
    first, second = Order.objects.get().lines.all()
    wish = ChangeWish((LineWish(first, Decimal(20), first.price), LineWish(second, Decimal(0), second.price)), reason="by mail")
    needs = Need.objects.filter(contract=contract, met_at__isnull=False, traces__isnull=False)
    reopened = Event.objects.filter(kind="contracts.need_reopened", subject_id__in=[n.pk for n in (of_track, of_panel, of_term)])

    def prepared():
        made = change(Order.objects.get(), by=world.haoran, wish=wish)
        edit(contract, world.mei, special_terms="Neutral box, twice.")
        assert needs.count() == 3 and not reopened.exists(), "only prepared"
        return Version.objects.get(pk=made.pk)

    draft = prepared()
    edit_version(draft, by=world.mei, revision=draft.revision, values={}, terms=[], added=[Added(second.variant, Decimal(2), Decimal(30))])
    of_more = trace(record_need(contract, by=world.mei, words="UGR 16", is_must=False), by=world.mei, lines=[draft.lines.last()])
    end_contract(Contract.objects.get(), by=world.mei, reason="another project")
    assert needs.count() == 3 and not Need.objects.told(contract.customer).exists()
    assert (state(of_more), of_more.traces.count()) == ("open", 0), "the line that answers it never came"
    request = asked_of(send(prepared(), by=world.mei))
    decline(request, by=world.guest(request), reason="price", words="")
    assert needs.count() == 3
    prepared()
    with time_machine.travel(timezone.now() + timedelta(days=130), tick=False):
        assert lapse_all() == 1
    lapsed = Contract.objects.get()
    assert (needs.count(), lapsed.state, lapsed.lapsed_at) == (3, "agreed", None)
    world.confirm(asked_of(send(prepared(), by=world.mei)))
    assert [state(n) for n in (of_track, of_panel, of_term)] == ["open", "open", "open"]
    assert reopened.count() == 3


def test_a_confirmed_change_opens_only_the_needs_of_lines_that_it_altered(world, contract):
    track, panel = newest(contract).lines.all()
    lamps, panels = (record_need(contract, by=world.mei, words=words) for words in ("exactly 10 lamps", "UGR 19"))
    trace(lamps, by=world.mei, lines=[track])
    trace(panels, by=world.mei, lines=[panel])
    world.confirm(asked_of(send(newest(contract), by=world.mei)))
    assert [state(lamps), state(panels)] == ["met", "met"]
    line = Order.objects.get().lines.first()
    made = change(Order.objects.get(), by=world.haoran, wish=ChangeWish((LineWish(line, Decimal(30), line.price),), reason="by mail"))
    world.confirm(asked_of(send(Version.objects.get(pk=made.pk), by=world.mei)))
    assert [state(lamps), state(panels)] == ["open", "met"]


def test_another_day_of_the_balance_opens_the_needs_of_the_payment(world, contract):
    edit(contract, world.mei, balance="fixed", balance_on=clock.today() + timedelta(days=30))
    need = record_need(contract, by=world.mei, words="paid within 30 days")
    trace(need, by=world.mei, clauses=["payment"])
    edit(contract, world.mei, balance_on=clock.today() + timedelta(days=5))
    assert state(need) == "open"


def asked_of(request):
    return ConfirmationRequest.objects.for_list().get(pk=request.pk)


def test_told_before_any_contract_it_is_offered_and_comes_back(world):
    customer = world.take()
    told = record_need(customer, by=world.mei, words="15 kg a carton", source="touch")
    with pytest.raises(Refused, match="no contract yet"):
        trace(told, by=world.mei, clauses=["delivery"])
    contract = world.contract(customer)
    assert not contract.needs.exists() and list(Need.objects.told(customer)) == [told]
    take_in([told], by=world.mei, contract=contract)
    trace(told, by=world.mei, clauses=["delivery"])
    end_contract(contract, by=world.mei, reason="another project")
    again = Need.objects.get(pk=told.pk)
    assert (again.contract, again.state) == (None, "open") and list(Need.objects.told(customer)) == [told]


def test_a_wish_for_changes_by_the_link_is_a_need(world):
    request = world.sent(world.take())
    ask_changes(request, by=world.guest(request), words="deposit 20 %")
    need = Need.objects.get()
    assert (need.words, need.source, need.is_must, need.contract) == ("deposit 20 %", "portal", False, request.contract)
    ask_changes(
        world.sent(world.take(company="别家", name="别人", emails=["b@b.example"], phones=[])), by=world.mei, words="x", note="by phone"
    )
    assert Need.objects.count() == 1


def test_refused_where_it_has_no_place(world, contract):
    need = record_need(contract, by=world.mei, words="neutral box")
    with pytest.raises(Refused, match="Choose a line or a clause"):
        trace(need, by=world.mei, clauses=["special"])  # nothing stands there
    stranger = world.take(company="别家公司", name="别人", emails=["x@other.example"], phones=["13511112222"]).contacts.first()
    with pytest.raises(Refused, match="no contact of the customer"):
        waive_need(need, by=world.mei, contact=stranger, words="by phone")
    with pytest.raises(NotAllowed):
        record_need(contract, by=world.xiaoyu, words="x")
    assert state(need) == "open"
