"""Playbooks: worded anew in versions, laid side by side, back to what ships; what pages say; never a bribe."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from boothline.accounts.people import User
from boothline.core.errors import NotAllowed, Stale
from boothline.personality.opinion import decide
from boothline.personality.panel import advice
from boothline.personality.playbooks import (
    FIELDS,
    PLAYBOOKS,
    PlaybookVersion,
    difference,
    edit_playbook,
    restore_playbook,
    shipped,
    text_of,
    texts_at,
    valid,
)
from boothline.timeline.models import Event
from tests.refusals import refused

pytestmark = pytest.mark.django_db


def said(**more: str) -> dict[str, str]:
    return shipped("rational") | more


def test_what_ships_is_version_0_in_both_languages():
    assert set(shipped("rational")) == set(FIELDS)
    assert shipped("rational")["stress_zh"].startswith("讲事实") and shipped("rational")["stress_en"].startswith("Bring facts")
    for type in PLAYBOOKS:
        text = text_of(type)
        assert (text.n, text.revision, text.pk) == (0, 0, None)
    with override("en"):
        assert str(valid(["rational"])["rational"].avoid) == "No exaggeration, no courting."


def test_each_save_is_a_version_with_who_and_when(world):
    first = edit_playbook("rational", by=world.heyuan, revision=0, values=said(stress_zh="先给数据，再给样品。"))
    assert (first.n, first.revision) == (1, 1)
    second = edit_playbook("rational", by=world.admin, revision=1, values=said(stress_zh="先给数据，再给样品。", avoid_en="No courting."))
    assert [(v.n, v.by_name, v.is_shipped) for v in second.versions.all()] == [(2, "Admin", False), (1, "Heyuan", False)]
    assert second.versions.first().at is not None
    same = edit_playbook("rational", by=world.heyuan, revision=2, values=second.texts)
    assert same.n == 2, "nothing is different: no version"
    with override("zh-hans"):
        assert valid(["rational"])["rational"].stress == "先给数据，再给样品。"
    assert [e.kind for e in Event.objects.filter(subject_kind="playbook")] == ["personality.playbook_changed"] * 2
    for stranger in (world.mei, world.haoran, world.xiaoyu):
        with pytest.raises(NotAllowed):
            edit_playbook("rational", by=stranger, revision=2, values=said())


def test_a_stale_save_shows_both(world):
    edit_playbook("rational", by=world.heyuan, revision=0, values=said(stress_zh="先给数据。"))
    with pytest.raises(Stale) as late:
        edit_playbook("rational", by=world.admin, revision=0, values=said(stress_zh="先给样品。"))
    assert [(name, theirs, mine) for name, theirs, mine in late.value.fields] == [("stress_zh", "先给数据。", "先给样品。")]


def test_back_to_what_ships_in_one_press(world):
    edit_playbook("rational", by=world.heyuan, revision=0, values=said(stress_zh="先给数据。"))
    with refused("stale"):
        restore_playbook("rational", by=world.heyuan, revision=0)
    back = restore_playbook("rational", by=world.heyuan, revision=1)
    assert (back.n, back.texts, back.versions.first().is_shipped) == (2, shipped("rational"), True)
    assert restore_playbook("rational", by=world.heyuan, revision=1).n == 2  # pressed twice
    assert texts_at("rational", 1)["stress_zh"] == "先给数据。" and texts_at("rational", 9) is None


def test_what_differs_is_shown_by_characters_and_by_words():
    old, new = said(avoid_en="No exaggeration, no courting.", stress_zh="讲事实"), said(avoid_en="No courting.", stress_zh="多讲事实")
    with override("en"):
        found = dict(difference(old, new))
    assert [(p.kind, p.words) for p in found["stress, in Chinese"]] == [("now", "多"), ("same", "讲事实")]
    assert [(p.kind, p.words) for p in found["avoid, in English"]] == [("same", "No "), ("was", "exaggeration, no "), ("same", "courting.")]


@pytest.mark.parametrize(
    "words",
    [
        "可以给对方个人一点回扣。", "A small kickback opens doors.", "节前送红包。", "给对方现金和礼金。", "Bring cash.", "Another bribe helps.",
        # what holds a "no" and forbids nothing
        "Note: offer a kickback.", "Now offer a kickback to the buyer.", "I know a kickback helps.", "No problem, a kickback will do.",
        "不妨给个红包。", "不要忘了给回扣。", "不仅给折扣还给红包。", "不给合同就给回扣。", "拒绝的话，送红包。",
        # what forbids to forbid, or only seems to forbid
        "Never hesitate to offer a kickback.", "Do not refuse a kickback.", "Why not offer a kickback?", "No kickback, no order: a bribe helps.",
        "Nothing goes without a bribe.", "No kickback no order.", "Never offer a kickback until they ask.", "No small bribe.",
        "不给回扣就没有生意。", "不能不送红包。", "不收红包不办事。", "为什么不给回扣？", "不得拒绝红包。", "不给现金给礼金。",
        "要不送红包。", "巴不得送红包。", "特别送红包。", "看对方要不要送红包。",
    ],
)  # fmt: skip
def test_a_personal_benefit_is_never_advised(world, words):
    field = "stress_en" if words.isascii() else "stress_zh"
    with refused("unlawful", field=field):
        edit_playbook("greedy", by=world.heyuan, revision=0, values=shipped("greedy") | {field: words})
    assert not PlaybookVersion.objects.exists()


@pytest.mark.parametrize(
    "words",
    [
        "不给回扣，也不送红包。", "Never offer a kickback.", "拒绝任何回扣并登记。", "不给回扣也不送红包。", "不给对方回扣、红包和购物卡。",
        "不得收受现金。", "严禁送礼金。", "No bribes.", "Never offer or accept any kickback.", "Do not pay a bribe or kickback.",
        "Refuse to give them any red packet, and log it.", "Don’t accept gift cards.", "现金流紧时可以分期。", "Cash on delivery is usual.",
    ],
)  # fmt: skip
def test_what_forbids_it_may_be_said(world, words):
    field = "avoid_en" if words.isascii() else "avoid_zh"
    edit_playbook("greedy", by=world.heyuan, revision=0, values=shipped("greedy") | {field: words})
    with refused(field="avoid_zh"):
        edit_playbook("greedy", by=world.heyuan, revision=1, values=shipped("greedy") | {"avoid_zh": " "})


@pytest.mark.parametrize("type", PLAYBOOKS)
def test_what_ships_may_be_written_again(world, type):
    edit_playbook(type, by=world.heyuan, revision=0, values=shipped(type) | {"terms_en": "Price in steps."})
    assert edit_playbook(type, by=world.heyuan, revision=1, values=shipped(type)).texts == shipped(type)


def test_pages_say_what_holds(world):
    customer = world.take()
    contact = customer.contacts.get()
    decide(contact, by=world.mei, revision=0, type="rational", reason="每次先比三家")
    edit_playbook("rational", by=world.heyuan, revision=0, values=said(stress_zh="先给三家的对比表。"))
    with override("zh-hans"):
        assert advice([contact], world.mei)[contact.pk] == "应对：先给三家的对比表。"
    client = Client()
    client.force_login(User.objects.get(username="mei"))
    assert "先给三家的对比表。" in client.get(reverse("customer", args=[customer.pk])).content.decode()
    assert "先给三家的对比表。" in client.get(reverse("playbooks")).content.decode()
    page = client.get(reverse("playbook", args=["rational"])).content.decode()
    assert "先给三家的对比表。" in page and "Heyuan" in page and reverse("playbook-edit", args=["rational"]) not in page
    client.force_login(User.objects.get(username="heyuan"))
    page = client.get(reverse("playbook", args=["rational"]) + "?old=0&new=1").content.decode()
    assert reverse("playbook-edit", args=["rational"]) in page and '<s class="mut">' in page
    assert client.get(reverse("playbook", args=["evil"])).status_code == 404
    answer = client.post(reverse("playbook-shipped", args=["rational"]), {"revision": "1"})
    assert answer.status_code == 302 and text_of("rational").texts == shipped("rational")
