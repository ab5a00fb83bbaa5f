"""Personality: the rule's examples, a person's decision, and who never sees it."""

import re
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from boothline.accounts.people import User
from boothline.core import clock
from boothline.core.errors import NotAllowed, Refused, Stale
from boothline.followups.steps import NextStep, Plan, done, plan_many
from boothline.followups.today import Asked, groups
from boothline.personality.opinion import decide, opinion_of, tick
from boothline.personality.panel import advice
from boothline.personality.playbooks import PLAYBOOKS
from boothline.personality.traits import PERSONALITIES, TRAITS, propose, reason_words, score
from boothline.timeline.models import Event
from tests.portal.guest import Guest, link_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("ticked", "proposed"),
    [
        (["compares", "asks"], "rational"),  # {decides by comparison 2, asks precise questions 1} of 5 = 0.6, task-driven 0
        (["compares", "asks", "package", "owns"], "mixed"),  # rational 0.6 and owner-minded 0.6
        (["asks", "reads", "keeps", "package", "owns", "counts"], "owner"),  # 0.6 and 0.8: far enough ahead
        (["compares", "told", "benefit"], "mixed"),  # three reach 0.4
        (["compares", "asks", "told"], "rational"),  # 0.2 ahead
        (["asks", "reads"], ""),  # 0.4 alone
        (["changes"], ""),  # 0.5, but one tick
        (["changes", "hard"], "mixed"),  # the row mixed competes too: 0.75
        ([], ""),
    ],
)
def test_what_the_ticks_propose(ticked: list[str], proposed: str):
    assert propose(ticked).type == proposed


PAGE = {  # the rule's table: the first of each weighs 2
    "rational": "比较后才决定 问题细致 认真看资料 守约负责", "task": "受上级指派 只求完成 要求不多 要承诺和时间",
    "greedy": "提到过个人好处 压价厉害 质量服务要求也高 内部关系复杂", "owner": "价格优先要综合最优 是老板或以公司为己任 算总成本 为人正直",
    "credit": "想在公司表现 重质量轻价格 职位上升期 自尊心强", "stingy": "只比价不固定 小单也招标 说法与事实有出入 要免费附加",
    "tricky": "起初爽快不备资料 催得急但不急用 出价反常高 事后常提异议", "relationship": "朋友或朋友介绍 人情与生意不分 期待免费帮忙 不愿签单据",
    "mixed": "因环境而变 老练人脉广 心思难测",
}  # fmt: skip


def test_the_traits_of_the_rule_and_their_weights():
    with override("zh-hans"):
        assert {type: " ".join(map(str, traits.values())) for type, traits in TRAITS.items()} == PAGE
    for type, traits in TRAITS.items():
        whole = len(traits) + 1
        assert [score(type, [code]) for code in traits] == [Decimal(2) / whole, *[Decimal(1) / whole] * (len(traits) - 1)]


def test_scores_and_reasons_as_worked():
    assert (score("rational", ["compares", "asks"]), score("task", ["compares", "asks"])) == (Decimal("0.6"), 0)
    assert score("owner", ["package", "owns"]) == Decimal("0.6")
    both = ["compares", "asks", "package", "owns"]
    with override("en"):
        assert reason_words(propose(both[:2]), both[:2]) == "decides by comparison, asks precise questions"
    with override("zh-hans"):
        words = reason_words(propose(both), both)
        assert "理智型（比较后才决定、问题细致）" in words and "主人翁型（价格优先要综合最优、是老板或以公司为己任）" in words
        assert [str(PERSONALITIES[code]) for code in ("greedy", "stingy", "tricky", "credit")] == [
            "重利益型", "重省钱型", "需书面型", "重成绩型",
        ]  # fmt: skip
    assert set(PLAYBOOKS) == set(TRAITS) == set(PERSONALITIES)


def test_a_person_decides_and_says_why(world):
    customer = world.take()
    contact = customer.contacts.get()
    held = tick(contact, by=world.mei, revision=0, ticked=["asks", "compares", "unheard of"])
    assert (held.traits, held.proposal.type, held.type) == (["compares", "asks"], "rational", "")
    with pytest.raises(Refused) as short:
        decide(contact, by=world.mei, revision=held.revision, type="owner", reason="嗯")
    with pytest.raises(Refused) as unknown:
        decide(contact, by=world.mei, revision=held.revision, type="evil", reason="每次先比三家")
    assert (short.value.field, unknown.value.field) == ("reason", "type")
    for stranger in (world.kevin, world.haoran, world.xiaoyu):
        with pytest.raises(NotAllowed):
            tick(contact, by=stranger, revision=held.revision, ticked=[])
    decided = decide(contact, by=world.mei, revision=held.revision, type="owner", reason="公司是他自己的")
    assert (decided.type, decided.reason, decided.by_name) == ("owner", "公司是他自己的", world.mei.name)
    with pytest.raises(Stale) as late:
        tick(contact, by=world.mei, revision=held.revision, ticked=["compares", "owns"])
    assert [(name, theirs, mine) for name, theirs, mine in late.value.fields] == [
        ("rational", ["compares", "asks"], ["compares"]),
        ("owner", [], ["owns"]),
    ]
    assert opinion_of(contact).type == "owner"  # the ticks only propose
    told = [e.kind for e in Event.objects.filter(subject_kind="opinion").order_by("id")]
    assert told == ["personality.ticked", "personality.decided"]


def test_nobody_is_advised_where_nobody_is_to_be_spoken_with(world, client_of):
    """A task of the house says what it lacks; the word of thanks beside it says what to stress."""
    order = world.ordered(world.take())
    customer, contact = order.customer, order.confirmation.contact
    held = tick(contact, by=world.mei, revision=0, ticked=["benefit", "presses"])
    decide(contact, by=world.mei, revision=held.revision, type="greedy", reason="压价压得厉害")
    NextStep.objects.open().update(done_at=timezone.now())
    for kind, is_advised in (("do", False), ("call", True)):
        (step,) = plan_many([Plan(customer, "补齐资料", clock.today(), kind=kind)], by=world.mei)
        now, _rest = groups(Asked(world.mei))
        assert now and any(words.startswith("应对") for words in now.say) is is_advised, kind
        page = client_of(world.users["mei"]).get("/today/").content.decode()
        assert ("怎么说" in page) is is_advised
        done(step, by=world.mei)


def test_advice_is_read_by_who_may_and_never_by_the_customer(world):
    order = world.ordered(world.take())
    customer, contact = order.customer, order.confirmation.contact
    held = tick(contact, by=world.mei, revision=0, ticked=["benefit", "presses"])
    decide(contact, by=world.mei, revision=held.revision, type="greedy", reason="压价压得厉害")
    plan_many([Plan(customer, "回访", clock.today())], by=world.mei)
    with override("zh-hans"):
        assert advice([contact], world.mei)[contact.pk].startswith("应对：强调公开、可核对的数量折扣")
        assert advice([contact], world.kevin) == advice([contact], world.xiaoyu) == {}
        now, rest = groups(Asked(world.mei))
        rows = [*([now] if now else []), *(row for group in rest for row in group.rows)]
        assert any("强调公开" in line for row in rows if row.customer == customer for line in row.say)
    words = ("重利益型", "贪婪", "benefit-minded", "greedy", "强调公开", "压价压得厉害")
    for name, sees in (("mei", True), ("heyuan", True), ("kevin", False), ("haoran", True), ("admin", True)):
        client = Client()
        client.force_login(User.objects.get(username=name))
        page = client.get(reverse("customer", args=[customer.pk])).content.decode()
        assert ("强调公开" in page) == sees, name
        assert "贪婪" not in page
    guest = Guest(link_of(order.confirmation.request))
    for at in ("", *sorted(set(re.findall(r'href="(/c/[^"#?]+)"', guest.text)))):
        answer = guest.open(at) if at else guest.page
        assert answer.streaming or not [word for word in words if word in answer.content.decode()], at
