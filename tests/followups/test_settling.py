"""What becomes of the open steps when a touch is logged: a promise is kept by whoever keeps it, and by no guess."""

import re
from datetime import timedelta
from html import unescape

import pytest
import time_machine

from boothline.core import clock
from boothline.customers.card import Customer
from boothline.followups.models import NextStep
from boothline.followups.quick import quick_choices
from boothline.followups.steps import Plan, plan_many
from boothline.followups.today import Asked, groups
from boothline.followups.touches import log_touch
from boothline.negotiation.objections import object_to
from boothline.timeline.models import Event
from boothline.visitors.solicitation import Person, Taken, take

pytestmark = pytest.mark.django_db


@pytest.fixture
def promised(world):
    """Mei's: the catalogue and a quotation were promised at the booth."""
    person = Person(name="张伟", company="光速贸易", phones=["13900002046"])
    return take(Taken(person=person, promised=["catalogue", "quote"], heat=4), by=world.mei, fair=world.fair).customer


def said(kind):
    return [str(event.sentence) for event in Event.objects.filter(kind=kind).order_by("pk")]


def opened(customer):
    return {step.words: step for step in NextStep.objects.open().filter(customer=customer)}


def sent(**more):
    return {"channel": "phone", "reach": "reached", "words": "问了展馆停车", "what": "周五再打", "quick": "tomorrow", "kind": "call"} | more


def test_an_unrelated_word_keeps_no_promise(promised, world, client_of):
    """What was promised stays on Today until somebody says that it was done."""
    client = client_of(world.users["mei"])
    page = client.get(f"/customers/{promised.pk}/").content.decode()
    assert "做完了吗？寄目录" in page and "做完了吗？报价" in page
    steps = opened(promised)
    fates = {f"fate-{steps[words].pk}": "open" for words in ("寄目录", "报价")}
    assert all(f'name="{name}" value="open" checked' in page for name in fates)
    assert client.post(f"/customers/{promised.pk}/touches/new/", sent(**fates)).status_code == 302
    assert set(opened(promised)) == {"寄目录", "报价", "周五再打"} and said("followups.done") == []
    now, _rest = groups(Asked(world.mei, until=clock.today() + timedelta(days=3)))
    assert now and now.customer == promised


def test_who_came_further_is_spoken_with_about_that_first(promised, world):
    """Of one day a visitor's promise leads; once they negotiate it stands beside what that asks for."""
    due = opened(promised)["寄目录"].due_on
    log_touch(promised, by=world.mei, channel="phone", words="嫌贵", next_step=Plan(promised, "给阶梯价", due))
    asked = Asked(world.mei, until=due)
    now, _rest = groups(asked)
    assert now and now.why == "寄目录"
    object_to(promised, by=world.mei, reason="price", words="太贵")
    now, _rest = groups(asked)
    assert now and now.why == "给阶梯价" and any("寄目录" in words and "报价" in words for words in now.say)


def test_a_first_answer_is_not_what_was_promised(promised, world, client_of):
    """Its row on Today names the promise, and leads to a form that keeps none beforehand."""
    client = client_of(world.users["mei"])
    row = client.get("/today/").content.decode()
    address = unescape(re.search(rf'href="(/customers/{promised.pk}/touches/new/[^"]*)"', row)[1])
    form = client.get(address).content.decode()
    assert "答应的事：寄目录" in row and "做完了吗？寄目录" in form and 'value="done" checked' not in form
    fates = dict(re.findall(r'name="(fate-\d+)" value="(\w+)"[^>]* checked', form))
    assert len(fates) == 2 and client.post(address, sent(**fates)).status_code == 302
    assert set(opened(promised)) == {"寄目录", "报价", "周五再打"}


def test_nothing_said_is_nothing_done(promised, world, client_of):
    assert client_of(world.users["mei"]).post(f"/customers/{promised.pk}/touches/new/", sent()).status_code == 302
    assert set(opened(promised)) == {"寄目录", "报价", "周五再打"}


def test_one_glance_says_done_or_no_longer_needed(promised, world, client_of):
    steps = opened(promised)
    fates = {f"fate-{steps['寄目录'].pk}": "done", f"fate-{steps['报价'].pk}": "dropped"}
    assert client_of(world.users["mei"]).post(f"/customers/{promised.pk}/touches/new/", sent(**fates)).status_code == 302
    assert set(opened(promised)) == {"周五再打"}
    assert said("followups.done") == ["Mei 完成：寄目录"] and said("followups.dropped") == ["不用再做：报价"]


def test_from_its_own_row_the_step_is_done(promised, world, client_of):
    """The other promise stays."""
    step = opened(promised)["寄目录"]
    client = client_of(world.users["mei"])
    address = f"/customers/{promised.pk}/touches/new/?today=&step={step.pk}"
    page = client.get(address).content.decode()
    assert 'value="done"' in page[: page.index("checked", page.index(f'name="fate-{step.pk}"'))]
    assert client.post(address, sent()).status_code == 302
    assert set(opened(promised)) == {"报价", "周五再打"} and said("followups.done") == ["Mei 完成：寄目录"]


def test_a_new_step_replaces_the_one_that_i_wrote(world, client_of):
    """And the history says so; a colleague's stays."""
    customer = world.take()
    log_touch(
        customer, by=world.mei, channel="phone", words="谈了", next_step=Plan(customer, "寄样", clock.today(), owner=world.users["mei"])
    )
    plan_many([Plan(customer, "核对图纸", clock.today(), owner=world.users["haoran"])], by=world.mei)
    steps = opened(customer)
    client = client_of(world.users["mei"])
    page = client.get(f"/customers/{customer.pk}/").content.decode()
    assert f'name="fate-{steps["寄样"].pk}" value="replaced" checked' in page
    assert f'name="fate-{steps["核对图纸"].pk}" value="open" checked' in page
    fates = {f"fate-{steps['寄样'].pk}": "replaced", f"fate-{steps['核对图纸'].pk}": "open"}
    assert client.post(f"/customers/{customer.pk}/touches/new/", sent(**fates)).status_code == 302
    assert set(opened(customer)) == {"周五再打", "核对图纸"}
    assert said("followups.replaced") == ["“寄样”由新的下一步替代：周五再打"] and "寄样" not in str(said("followups.done"))
    assert Customer.objects.get(pk=customer.pk).next_step_on == min(step.due_on for step in opened(customer).values())


def test_what_holds_is_not_replaced(world, client_of):
    customer = world.take()
    log_touch(
        customer, by=world.mei, channel="phone", words="谈了", next_step=Plan(customer, "寄样", clock.today(), owner=world.users["mei"])
    )
    step = opened(customer)["寄样"]
    values = sent(what="", step_holds="on") | {f"fate-{step.pk}": "replaced"}
    assert client_of(world.users["mei"]).post(f"/customers/{customer.pk}/touches/new/", values).status_code == 302
    assert set(opened(customer)) == {"寄样"}


def test_who_waits_for_a_promise_is_not_left_for_a_month(promised, world, client_of):
    Customer.objects.filter(pk=promised.pk).update(grade="C")
    client = client_of(world.users["mei"])
    for address in (f"/customers/{promised.pk}/", f"/customers/{promised.pk}/touches/new/"):
        page = client.get(address).content.decode()
        assert 'value="workdays" selected' in page or 'value="workdays" id="id_quick_2" checked' in page.replace(" required", "")


def test_a_day_is_offered_once():
    with time_machine.travel("2026-11-27 10:00+08:00"):  # a Friday: the next workday is next Monday
        words = [words for _code, words in quick_choices("A")]
        assert len({w.split()[-1] for w in words}) == len(words) and words[0].startswith("按等级 A")
