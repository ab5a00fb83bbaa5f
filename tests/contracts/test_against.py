"""What a customer held against a contract ends with its confirmation (1.2, 5.4): nobody with a confirmed order is also negotiating."""

from __future__ import annotations

import pytest

from boothline.contracts.agreement import Contract, Term, edit_version, new_version, prepare
from boothline.contracts.establishment import ask_changes, decline, send, stand_by, take_back_changes
from boothline.contracts.evidence import record_paper, void
from boothline.core import clock
from boothline.customers.ladder import business
from boothline.customers.models import Customer
from boothline.files.attachments import Received
from boothline.followups.steps import done
from boothline.intentions.models import Intention
from boothline.negotiation.decisions import decide, give_up, offers
from boothline.negotiation.models import Briefing, Decision, Objection
from boothline.negotiation.objections import close, object_to

pytestmark = pytest.mark.django_db
SCAN = Received(b"%PDF-1.4 signed", "signed.pdf", "paper")


def held(customer) -> list[tuple[str, str]]:
    return list(Objection.objects.filter(customer=customer).order_by("pk").values_list("reason", "state"))


def also(customer) -> dict[str, object]:
    """What the customer page and the board call *also open*."""
    assert Customer.objects.get(pk=customer.pk).type == "ordering"
    return {code for code in business([customer.pk])[customer.pk] if code != "ordering"}


@pytest.mark.parametrize(("words", "reason"), [
    ("Please make it 65 per piece and ship on 10 Jan.", "price"), ("单价能不能108元？", "price"), ("能不能再优惠一点", "price"),
    ("定金改 20%", "payment"), ("请把收货人改成李经理", "other"),
])  # fmt: skip
def test_a_wish_for_changes_has_the_reason_that_its_words_name(world, words, reason):
    asked = world.sent(world.take())
    ask_changes(asked, by=world.guest(asked), words=words)
    assert held(asked.customer) == [(reason, "open")]
    take_back_changes(asked, by=world.guest(asked))
    assert held(asked.customer) == [(reason, "withdrawn")]


def granted(world, asked):
    """Version 2, at the price that they asked for."""
    version = new_version(asked.contract, by=world.mei)
    terms = [Term(line.position, line.quantity, line.price - 1) for line in version.lines.all()]
    return send(edit_version(version, by=world.mei, revision=version.revision, values={}, terms=terms), by=world.mei)


def test_the_wish_that_a_new_version_grants_ends_with_its_confirmation(world):
    customer = world.take()
    before = object_to(customer, by=world.mei, reason="certificate", words="要先看认证")
    asked = world.sent(customer)
    ask_changes(asked, by=world.guest(asked), words="单价能不能108元？")
    world.confirm(granted(world, asked))
    assert held(customer) == [("certificate", "open"), ("price", "resolved")], "what was said apart from the contract stays"
    assert not Briefing.objects.filter(customer=customer, answer="pending").exists(), "they have answered"
    before.delete()
    assert also(customer) == set()


def test_who_confirms_the_offer_that_stands_drops_the_wish(world):
    asked = world.sent(world.take())
    ask_changes(asked, by=world.guest(asked), words="单价能不能108元？")
    stand_by(asked, by=world.mei, words="这个价已是最低。")
    world.confirm(asked)
    assert held(asked.customer) == [("price", "withdrawn")] and also(asked.customer) == set()


def test_who_declined_and_confirms_the_contract_made_again_holds_nothing(world):
    asked = world.sent(world.take())
    decline(asked, by=world.guest(asked), reason="lead_time", words="太慢")
    again = prepare(Intention.objects.get(), by=world.mei)
    world.confirm(send(again.newest, by=world.mei))
    assert held(asked.customer) == [("lead_time", "resolved")] and also(asked.customer) == set()


def test_a_void_confirmation_ends_nothing(world):
    asked = world.sent(world.take())
    ask_changes(asked, by=world.guest(asked), words="单价能不能108元？")
    second = granted(world, asked)
    paper = {"kind": "paper", "signed_by": "张伟", "signed_on": clock.today(), "scan": SCAN}
    made = record_paper(second.version, by=world.mei, **paper)
    assert held(asked.customer) == [("price", "resolved")]
    void(made, by=world.heyuan, reason="录错了客户")
    assert held(asked.customer) == [("price", "open")] and Contract.objects.get().state == "out"


def recorded(world, asked):
    """A signed paper that belongs to another customer."""
    return record_paper(asked.version, by=world.mei, kind="paper", signed_by="张伟", signed_on=clock.today(), scan=SCAN)


def planned(world, objection) -> Decision:
    """The first plan that can be chosen for it."""
    return decide(objection, by=world.mei, template=next(offer.template.code for offer in offers(objection) if not offer.unmet))


def as_it_runs(decision: Decision) -> tuple[object, ...]:
    """What an objection and its plan say, with the steps and who has them."""
    now = Decision.objects.for_list().get(pk=decision.pk)
    steps = [(row.state, row.step.words, row.step.owner, row.step.due_on) for row in now.steps.all()]
    return now.objection.state, now.objection.closing_words, now.outcome, now.is_live, now.asked_at, steps


@pytest.mark.parametrize("of", ["what they hold against us", "what they wish changed"])
def test_a_void_gives_back_the_plans_that_the_confirmation_ended(world, of):
    """Two steps are open, and nobody was asked how it ended: the same two are, on Today as well, and the last of them asks."""
    asked = world.sent(world.take())
    if of == "what they wish changed":
        ask_changes(asked, by=world.guest(asked), words="没听过你们这个牌子，不放心")
    else:
        object_to(asked.customer, by=world.mei, reason="trust", words="没听过你们")
    plan = planned(world, Objection.objects.get())
    before = as_it_runs(plan)
    assert before[0] == "planned" and [state for state, *_rest in before[-1]] == ["open", "open"]
    paper = recorded(world, asked)
    assert as_it_runs(plan) != before
    void(paper, by=world.heyuan, reason="录到了别的客户名下")
    assert as_it_runs(plan) == before
    for row in plan.steps.select_related("step"):
        done(row.step, by=world.heyuan)
    assert as_it_runs(plan)[4], "it is asked how it ended"


def test_what_somebody_said_of_a_plan_meanwhile_stays_when_the_confirmation_is_void(world):
    asked = world.sent(world.take())
    for words in ("没听过你们", "太贵"):
        object_to(asked.customer, by=world.mei, reason="trust", words=words)
    answered, given_up = (planned(world, objection) for objection in Objection.objects.order_by("pk"))
    paper = recorded(world, asked)
    close(answered.objection, by=world.mei, outcome="resolved", words="看了案例")
    give_up(given_up, by=world.mei)
    said = as_it_runs(answered), as_it_runs(given_up)
    void(paper, by=world.heyuan, reason="录到了别的客户名下")
    assert (as_it_runs(answered), as_it_runs(given_up)) == said
