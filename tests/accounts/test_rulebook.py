"""Rule settings and lists of words: changed through one door, told from and to, and the default comes back."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils.translation import override

from boothline.accounts.rulebook import book, change_rule, restore_rule, row_of, worded
from boothline.accounts.wording import add_words, change_words, retire_words, return_words
from boothline.contracts.establishment import LIFE_DAYS, decline
from boothline.contracts.lists import DECLINE_REASONS
from boothline.core import memo, rules
from boothline.core.errors import NotAllowed, Refused, Stale
from boothline.core.rules import RULES, RuleSetting
from boothline.negotiation.lists import REASONS
from boothline.negotiation.models import Objection
from boothline.negotiation.objections import object_to
from boothline.timeline.models import Event
from tests.world import World

pytestmark = pytest.mark.django_db


def test_a_change_holds_from_the_next_question_and_is_told(world: World):
    assert LIFE_DAYS.value == 14
    change_rule(LIFE_DAYS, by=world.admin, revision=0, value=21)
    assert LIFE_DAYS.value == 21
    event = Event.objects.get(kind="accounts.rule_changed")
    assert event.values == {"rule": "contracts.request_life_days", "was": "14", "now": "21"}
    assert "14 → 21" in event.sentence
    assert event.about == str(LIFE_DAYS.words), "its words, not its code"
    with override("en"):
        assert event.about == str(LIFE_DAYS.words)
    restore_rule(LIFE_DAYS, by=world.admin, revision=1)
    assert LIFE_DAYS.value == 14 and RuleSetting.objects.get().revision == 2
    assert Event.objects.get(kind="accounts.rule_restored").values["now"] == "14"


def test_only_the_administrator_and_only_within_the_range(world: World):
    with pytest.raises(NotAllowed):
        change_rule(LIFE_DAYS, by=world.heyuan, revision=0, value=21)
    for wrong in (0, 91):
        with pytest.raises(Refused) as refused:
            change_rule(LIFE_DAYS, by=world.admin, revision=0, value=wrong)
        assert refused.value.field == "value"
    assert LIFE_DAYS.value == 14 and not Event.objects.filter(kind="accounts.rule_changed").exists()


def test_whoever_is_late_sees_both(world: World):
    change_rule(LIFE_DAYS, by=world.admin, revision=0, value=21)
    with pytest.raises(Stale) as stale:
        change_rule(LIFE_DAYS, by=world.admin, revision=0, value=30)
    assert stale.value.fields == [("value", 21, 30)]
    with pytest.raises(Stale):
        restore_rule(LIFE_DAYS, by=world.admin, revision=0)
    assert LIFE_DAYS.value == 21


def test_a_name_of_two_parts_and_a_role_are_in_the_words_of_the_reader():
    plan, first = RULES["contracts.plan_made_sample"], RULES["contracts.approved_by"]
    with override("zh-hans"):
        assert str(plan.words) == "订制：产前样确认（确认后天数）" and worded(first, "manager") == "主管" and worded(first, "mei") == "mei"
    with override("en"):
        assert ": " in str(plan.words) and worded(first, "manager") == "Manager"


def test_the_rooms_of_the_book_are_folded_until_something_is_sought(world: World, client_of):
    client = client_of(world.users["admin"])
    assert 'fold" open' not in client.get("/settings/rules/").content.decode()
    assert 'fold" open' in client.get("/settings/rules/?q=天").content.decode()


def test_every_rule_stands_in_the_book_under_a_room_with_words():
    shown = {row.rule.code for _room, rows in book() for row in rows}
    assert shown == set(RULES)
    with override("zh-hans"):
        assert all(any("一" <= c <= "鿿" for c in room) for room, _rows in book())


def test_a_rule_of_each_kind_is_read_as_it_was_written():
    for rule in (
        rules.Rule("x.n", 3, "n", 1, 9), rules.Rule("x.yes", True, "b"), rules.Rule("x.d", Decimal("0.5"), "d"),
        rules.Rule("x.s", "own", "s", choices=("own", "all")),
    ):  # fmt: skip
        assert rule.parse(rule.text(rule.default)) == rule.default
    assert row_of("x.n") is None


def test_the_page_shows_value_default_range_and_who(world: World, client_of):
    change_rule(LIFE_DAYS, by=world.admin, revision=0, value=21)
    shown = client_of(world.users["admin"]).get(reverse("rules")).content.decode()
    assert ">21<" in shown and "默认：14" in shown and "取值：1 至 90" in shown and "Admin" in shown
    for asked, is_there in (("q=有效 确认请求", True), ("q=Nobody", False), ("own", True)):
        page = client_of(world.users["admin"]).get(f"{reverse('rules')}?{asked}").content.decode()
        assert (">21<" in page) == is_there and page.count('<li><a href="/settings/rules/') < 20, asked
    one = client_of(world.users["admin"]).get(reverse("rule", args=[LIFE_DAYS.code])).content.decode()
    assert "恢复默认值：14" in one and "14 → 21" in one


def test_one_request_asks_the_rules_once(world: World, django_assert_num_queries):
    with memo.remembering(), django_assert_num_queries(1):
        assert [rule.value for rule in RULES.values()]
    with memo.remembering():
        assert LIFE_DAYS.value == 14
        change_rule(LIFE_DAYS, by=world.admin, revision=0, value=21)
        assert LIFE_DAYS.value == 21, "who writes takes the old answer away"


# Lists of words.


def test_a_reason_is_worded_anew_in_both_languages_and_the_past_reads_so_too(world: World):
    objection = object_to(world.take(), by=world.mei, reason="price", words="太贵")
    told = Event.objects.get(kind="negotiation.objected")
    change_words(REASONS, by=world.admin, code="price", revision=0, values={"words": "价钱", "words_latin": "cost"})
    for language, words in (("zh-hans", "价钱"), ("en", "cost")):
        with override(language):
            assert str(objection) == words and words in told.sentence and ("price", words) in REASONS.offered()
    with override("en"):
        assert '"cost"' in Event.objects.get(kind="accounts.words_changed").sentence
    change_words(REASONS, by=world.admin, code="price", revision=1, values={"words": "", "words_latin": ""})
    with override("zh-hans"):
        assert str(objection) == "价格"


def test_a_retired_reason_is_no_choice_and_reads_on(world: World, client_of):
    customer = world.take()
    object_to(customer, by=world.mei, reason="budget")
    retire_words(REASONS, by=world.admin, code="budget")
    retire_words(REASONS, by=world.admin, code="budget")
    assert "budget" not in list(REASONS) and "budget" not in dict(DECLINE_REASONS)
    assert 'value="budget"' not in client_of(world.users["mei"]).get(reverse("objection-new", args=[customer.pk])).content.decode()
    with override("zh-hans"):
        assert str(Objection.objects.get()) == "无预算"
    return_words(REASONS, by=world.admin, code="budget")
    assert "budget" in list(REASONS) and "budget" in dict(DECLINE_REASONS)
    kinds = [e.kind for e in Event.objects.filter(subject_kind="own_words").order_by("id")]
    assert kinds == ["accounts.words_retired", "accounts.words_returned"]


def test_a_reason_of_ones_own_has_a_stable_code(world: World, client_of):
    own = add_words(REASONS, by=world.admin, values={"words": "色温不对"})
    again = add_words(REASONS, by=world.admin, values={"words": "显色不够", "for_customer": "显色指数不合适"})
    assert (own.code, again.code) == ("own_1", "own_2")
    customer = world.take()
    fields = {"reason": "own_1", "words": "太黄"}
    assert client_of(world.users["mei"]).post(reverse("objection-new", args=[customer.pk]), fields).status_code == 302
    assert str(Objection.objects.get()) == "色温不对"
    offered = dict(DECLINE_REASONS)
    assert "own_1" not in offered and offered["own_2"] == "显色指数不合适", "without words for them it is no choice of theirs"
    with override("en"):
        assert REASONS["own_1"] == "色温不对", "one's own words in the other language where these are missing"


def test_a_customer_declines_for_a_reason_of_our_own(world: World):
    add_words(REASONS, by=world.admin, values={"words": "色温不对", "for_customer": "色温不合适"})
    request = world.sent(world.take())
    decline(request, by=world.guest(request), reason="own_1", words="")
    assert Objection.objects.get().reason == "own_1"
    request.refresh_from_db()
    assert request.declined_reason_words == "色温不合适"


def test_something_remains_to_choose(world: World):
    for code in list(REASONS)[1:]:
        retire_words(REASONS, by=world.admin, code=code)
    with pytest.raises(Refused) as refused:
        retire_words(REASONS, by=world.admin, code=next(iter(REASONS)))
    assert refused.value.code == "last"


def test_others_may_not(world: World):
    for act in (
        lambda: add_words(REASONS, by=world.mei, values={"words": "x"}),
        lambda: change_words(REASONS, by=world.mei, code="price", revision=0, values={"words": "x"}),
        lambda: retire_words(REASONS, by=world.mei, code="price"),
    ):
        with pytest.raises(NotAllowed):
            act()
    with pytest.raises(Refused):
        change_words(REASONS, by=world.admin, code="unheard", revision=0, values={"words": "x"})


# What happened.


def test_what_happened_is_filtered_by_person_kind_and_day(world: World, client_of):
    admin = client_of(world.users["admin"])
    change_rule(LIFE_DAYS, by=world.admin, revision=0, value=21)
    world.take()

    def rows(**asked: object) -> int:
        answer = admin.get(reverse("happened"), asked)
        return answer.content.decode().count("<tr>") - 1

    everything = Event.objects.count()
    assert rows() == everything
    assert rows(who=world.users["admin"].pk) == Event.objects.filter(actor_kind="user", actor_id=world.users["admin"].pk).count() == 1
    assert rows(kind="accounts.rule_changed") == 1
    assert rows(kind="accounts") == Event.objects.filter(kind__startswith="accounts.").count() < everything
    from boothline.core import clock

    assert rows(day=clock.today().isoformat()) == everything
    assert rows(day="2001-01-01") <= 0
