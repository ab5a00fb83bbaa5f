"""401: what a customer asks on the page of a briefing stands where we work, is answered there, and read on their page (newest question
and answer at home, too)."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from urllib.parse import urlsplit

import pytest
import time_machine

from boothline.core.actors import SYSTEM, Actor
from boothline.core.errors import Refused
from boothline.followups.models import NextStep
from boothline.followups.steps import done
from boothline.followups.today import Asked, groups
from boothline.followups.touches import log_touch
from boothline.links.grants import mint
from boothline.messaging.models import Letter
from boothline.negotiation.briefing import Briefing, brief
from boothline.negotiation.questions import QUESTION, answer_question, ask_about
from tests.checksum import checksum
from tests.portal.guest import Guest, grant_of
from tests.suites.paper import form_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(world) -> Briefing:
    customer = world.take()
    return brief(customer, by=world.mei, products=list(world.products.values()), contact=customer.contacts.first(), channel="link")


@pytest.fixture
def guest(sent) -> Guest:
    return Guest(urlsplit(mint(sent.grant, by=SYSTEM)).path)


def page(client, address: str) -> str:
    return client.get(address).content.decode()


def home_of(guest: Guest) -> str:
    return page(guest.browser, f"/c/{grant_of(guest).pk}/home/")


def test_the_question_stands_on_today_on_the_briefing_and_on_the_customer_with_a_button(world, sent, guest, client_of):
    guest.send("question", words="Do you have UL?")
    guest.send("question", words="起订量呢？")
    now, _rest = groups(Asked(world.mei))
    assert now.say[0] == "“Do you have UL?\n起订量呢？”" and now.leads == ("答复问题", "briefing-question", sent.pk, "chat")
    mei, answering = client_of(world.users["mei"]), f"/briefings/{sent.pk}/question/"
    assert "Do you have UL?" in page(mei, "/today/") and answering in page(mei, "/today/")
    shown = page(mei, f"/briefings/{sent.pk}/")
    assert "张伟提问" in shown and "Do you have UL?" in shown and f'<a class="btn go" href="{answering}">' in shown
    assert answering in page(mei, f"/customers/{sent.customer_id}/") and "起订量呢？" in page(mei, answering)


def test_who_asked_sees_the_question_and_then_the_answer(world, sent, guest, client_of):
    guest.send("question", words="Do you have UL?")
    for _load in range(2):
        assert "Do you have UL?" in guest.text and "您的问题已收到，我们最迟" in guest.text and "答复。" in guest.text
        assert "已记下您的兴趣" not in guest.text, "who asks has said nothing yet"
        guest.open(guest.seen[-1])
    assert "您问：“Do you have UL?”" in home_of(guest)
    mei = client_of(world.users["mei"])
    letters = Letter.objects.count()
    body = page(mei, f"/briefings/{sent.pk}/question/")
    answer = mei.post(f"/briefings/{sent.pk}/question/", form_with(body, "words").fields | {"words": ["有，UL 1598。"]})
    assert answer["Location"] == f"/briefings/{sent.pk}/" and "有，UL 1598。" in page(mei, answer["Location"])
    assert f"/briefings/{sent.pk}/question/" not in page(mei, f"/briefings/{sent.pk}/")
    letter = Letter.objects.latest("pk")
    assert Letter.objects.count() == letters + 1 and "有，UL 1598。" in letter.body and letter.contact == sent.contact
    guest.open(guest.seen[-1])
    assert "Do you have UL?" in guest.text and "有，UL 1598。" in guest.text and "我们最迟" not in guest.text
    assert "您问：“Do you have UL?”。我们的答复：“有，UL 1598。”" in home_of(guest)
    assert not NextStep.objects.open().filter(what=QUESTION).exists()


def test_answered_once_and_by_word(world, sent):
    by = Actor(kind="guest", id=sent.contact_id, name="张伟", customer_id=sent.customer_id)
    with pytest.raises(Refused) as nothing:
        answer_question(sent, by=world.mei, words="有")
    assert nothing.value.code == "nothing_asked"
    ask_about(sent, by=by, words="有 UL 吗？")
    with pytest.raises(Refused):
        answer_question(sent, by=world.mei, words=" ")
    answer_question(sent, by=world.mei, words="有")
    before = checksum()
    answer_question(sent, by=world.mei, words="没有")
    assert checksum() == before, "the first answer stands"
    ask_about(sent, by=by, words="有 UL 吗？")
    done(NextStep.objects.open().get(what=QUESTION), by=world.mei)  # told on the phone
    first, second = sent.questions.all()
    assert (first.answer, second.answer, second.answered_at is None) == ("有", "", False)


@pytest.mark.parametrize(("reach", "ended", "answered"), [
    ("not_reached", "not_reachable", False), ("sent", "no_need", False), ("reached", "no_need", True), ("came_in", "won_elsewhere", True),
])  # fmt: skip
def test_an_end_answers_a_question_where_they_were_spoken_with(world, sent, guest, reach, ended, answered):
    """Who was not reached reads on that we answer, and Mei still has the step; every other step of theirs ends."""
    guest.send("question", words="有 UL 认证吗？")
    log_touch(sent.customer, by=world.mei, channel="phone", words="到此为止", reach=reach, ended=ended, contact=sent.contact)
    guest.open(guest.seen[-1])
    assert ("我们最迟" in guest.text) is not answered
    assert [step.what for step in NextStep.objects.open()] == ([] if answered else [QUESTION])
    assert sent.questions.get().answered_by == (world.mei.name if answered else "")


def test_one_day_is_said_to_the_customer_and_to_us_on_a_free_day_too(world, sent, guest):
    """Asked on a Saturday: the next workday is Monday, on their page and in our step."""
    with time_machine.travel(datetime(2026, 11, 28, 2, 0, tzinfo=UTC), tick=False):
        guest.send("question", words="能调光吗")
        assert NextStep.objects.open().get(what=QUESTION).due_on == date(2026, 11, 30)
        assert re.search(r"我们最迟 ?<time datetime=\"2026-11-30\"", guest.text)


def test_what_was_typed_beside_a_question_stays(world, sent, guest):
    """Quantities and ticks, however the page is used: nothing of them is sent yet."""
    item, _other = sent.items.order_by("id")
    guest.send("question", **{f"quantity_{item.pk}": "300", f"wanted_{item.pk}": "on", "words": "能调光吗"})
    form = guest.forms()["choice"]
    assert guest.page.status_code == 200 and "能调光吗" in guest.text
    assert form.fields[f"quantity_{item.pk}"] == ["300"] and f"wanted_{item.pk}" in form.fields and form.fields["words"] == [""]
    sent.refresh_from_db()
    assert sent.answer == "pending" and not sent.items.filter(wanted=True).exists()


@pytest.mark.parametrize("typed", ["３００", "300片", "300 pcs", "３００ 件", "1,300 Pieces"])
def test_a_quantity_is_taken_as_one_types_it(world, sent, guest, typed):
    """Full-width, as a Chinese keyboard gives it, and with the word of its unit."""
    item = sent.items.first()
    guest.send("choice", **{f"quantity_{item.pk}": typed})
    assert guest.page.status_code == 200 and sent.items.get(pk=item.pk).quantity == (1300 if "1,3" in typed else 300)


@pytest.mark.parametrize("typed", ["300箱", "300 kg", "²", "三百"])
def test_another_unit_is_asked_about(world, sent, guest, typed):
    item = sent.items.first()
    guest.send("choice", **{f"quantity_{item.pk}": typed})
    assert guest.page.status_code == 422 and "数量填数字" in guest.text


def test_a_question_beside_a_wish_is_sent_with_it(world, sent, guest):
    """They type a quantity and a question and press "send what I want": both reach us, each with its step."""
    row = sent.items.first()
    guest.send("choice", **{f"quantity_{row.pk}": "500", "words": "起订量是多少？"})
    sent.refresh_from_db()
    assert sent.answer == "wants" and [one.words for one in sent.questions.all()] == ["起订量是多少？"]
    assert "起订量是多少？" in guest.text and "您的问题已收到" in guest.text
    assert NextStep.objects.open().filter(what=QUESTION, customer=sent.customer).count() == 1
    guest.send("choice", **{f"quantity_{row.pk}": "600"})
    assert sent.questions.count() == 1, "nothing written is no question"
