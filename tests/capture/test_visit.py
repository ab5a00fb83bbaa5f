"""The visitor's own form by QR: public, in both languages, never what staff note; it makes a visitor of the fair's lead."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from boothline.capture import visits
from boothline.core.models import RuleSetting
from boothline.customers.ladder import TypeChange
from boothline.timeline.models import Event
from boothline.visitors.models import Capture
from boothline.visitors.questionnaire import DEFAULT

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nobody_came_before():
    cache.clear()


@pytest.fixture
def address(world) -> str:
    return f"/visit/{visits.token_of(world.fair)}/"


def typed(**fields) -> dict:
    return {"client_id": str(uuid.uuid4()), "name": "自来", "phone": "13900008877", **fields}


def test_example_2_a_self_registered_visitor_is_a_visitor_of_the_lead(world, address):
    """Example 2: self-registered by QR, nobody spoke to them: visitor."""
    answer = Client().post(address, typed(q_purpose=["buy"], consents=["follow_up"]))
    assert answer.status_code == 302
    assert "谢谢您" in Client().get(answer["Location"]).content.decode()
    capture = Capture.objects.get()
    assert (capture.source, capture.taken_by, capture.fair, capture.customer.owner) == ("self", None, world.fair, world.users["mei"])
    assert capture.customer.type == "visitor" and not TypeChange.objects.exists()
    assert [(c.purpose, c.how) for c in capture.contact.consents.all()] == [("follow_up", "own form")]
    told = Event.objects.get(kind="visitors.registered")
    assert told.actor_kind == "guest" and told.under_id == capture.customer_id


def test_it_never_shows_what_staff_note_and_no_consent_is_ticked(world, address):
    body = Client().get(address).content.decode()
    for question in DEFAULT:
        assert (f'data-question="{question.code}"' in body) is (question.is_asked and not question.staff), question.code
    assert 'name="badge"' not in body and " checked" not in body and 'name="fair"' not in body


def test_what_staff_note_cannot_be_sent_either(world, address):
    Client().post(address, typed(heat="4", promised=["quote"], q_budget="x", q_supplier="对手", badge="press", fair="987654"))
    capture = Capture.objects.get()
    assert (capture.heat, capture.promised, capture.answers, capture.badge) == (None, [], {}, "")


@pytest.mark.parametrize(("language", "words"), [("zh-hans", "留下您的名片"), ("en", "Leave us your card")])
def test_both_languages_by_the_visitors_choice(world, address, language, words):
    assert words in Client(HTTP_ACCEPT_LANGUAGE="fr").get(f"{address}?language={language}").content.decode()


def test_nothing_that_says_who_it_is_and_the_same_form_again(world, address):
    empty = Client().post(address, {"client_id": str(uuid.uuid4()), "note": "你好"})
    assert empty.status_code == 422 and "你好" in empty.content.decode()
    fields = typed()
    for _twice in range(2):
        assert Client().post(address, fields).status_code == 302
    assert Capture.objects.count() == 1


def test_a_machine_that_fills_in_everything_leaves_nothing(world, address):
    assert Client().post(address, typed(website="http://spam.example")).status_code == 302
    assert not Capture.objects.exists()


def test_too_much_and_too_fast_are_turned_away(world, address, monkeypatch):
    assert Client().post(address, typed(note="长" * 30_000)).status_code == 413
    monkeypatch.setattr(visits, "A_PLACE", 2)
    answers = [Client().post(address, typed(name=f"人{n}")).status_code for n in range(3)]
    assert answers == [302, 302, 429]
    RuleSetting.objects.create(code="capture.form_per_hour", value="10")
    monkeypatch.setattr(visits, "A_PLACE", 1000)
    answers = [Client().post(address, typed(name=f"客{n}")).status_code for n in range(9)]
    assert answers == [302] * 8 + [429]


@pytest.mark.parametrize(
    "bend", [lambda t: t[:-1], lambda t: t + "0", lambda t: "9" + t, lambda t: t.upper() + "x", lambda t: "moon", lambda t: "1-" + "0" * 24]
)
def test_another_address_opens_nothing(world, bend):
    answer = Client().get(f"/visit/{bend(visits.token_of(world.fair))}/")
    assert answer.status_code == 404 and "登记已结束" in answer.content.decode()


def test_it_closes_some_days_after_the_fair(world, address):
    with time_machine.travel(timezone.now() + timedelta(days=16)):
        assert Client().get(address).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(days=17)):
        assert Client().get(address).status_code == 404
        assert Client().post(address, typed()).status_code == 404
    assert not Capture.objects.exists()


def test_the_fairs_page_shows_the_code_and_a_sign_for_two_sizes(world, client_of):
    client = client_of(world.users["xiaoyu"])
    page = client.get(f"/fairs/{world.fair.pk}/").content.decode()
    assert 'class="qr"' in page and visits.path_of(world.fair) in page
    for size in ("a4", "a5"):
        sign = client.get(f"/fairs/{world.fair.pk}/sign/?size={size}").content.decode()
        assert f'class="sign {size}"' in sign and 'class="qr"' in sign and "style=" not in sign
