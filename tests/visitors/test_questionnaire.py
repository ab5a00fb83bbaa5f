"""501: what a fair asks, in versions; hidden answers, gaps; who may change it."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from boothline.core.errors import NotAllowed, Refused, Stale
from boothline.customers.card import Person
from boothline.timeline.models import Event
from boothline.visitors.models import Questionnaire
from boothline.visitors.questionnaire import (
    DEFAULT,
    Option,
    Question,
    asked_at,
    change_questionnaire,
    counted,
    gaps,
    is_shown,
    moved,
    read_answer,
)
from boothline.visitors.solicitation import HEAT, Taken, take
from tests.world import other_fair

BUYING = {"question": "purpose", "any": ["buy", "compare"]}
BOOK = {  # code: (kind, 中文, English, options with their words, on the staff form only, shown when)
    "purpose": (
        "multi", "来访目的", "Why are you here",
        "buy 采购、询价 · compare 比较供应商 · market 了解市场行情 · cooperate 代理、合作 · sell 推介产品或服务 · learn 技术交流 · seminar 参加研讨",
        False, None,
    ),
    "company_kind": (
        "single", "公司性质", "Kind of company",
        "enduser 终端用户 · retailer 零售商 · distributor 经销／批发商 · trading 贸易公司 · maker 生产企业 · designer 设计／工程公司 · service 服务商 · "
        "association 协会／媒体 · education 院校 · other 其他",
        False, None,
    ),
    "interest": ("products", "感兴趣的产品", "Products of interest", "", False, None),
    "timing": (
        "single", "计划采购时间", "When do you plan to buy", "now 1个月内 · m3 3个月内 · m6 半年内 · m12 1年内 · none 暂无计划", False, BUYING,
    ),
    "promised": (
        "multi", "答应客户的事", "What we promised", "catalogue 寄目录 · quote 报价 · sample 寄样 · visit 拜访 · call 电话联系 · nothing 无", True, None,
    ),
    "authority": (
        "single", "在采购中的角色", "Part in the decision",
        "decides 我来决定 · recommends 我提建议 · uses 我是使用者 · collects 我来收集资料", False, BUYING,
    ),
    "volume": ("amount", "年采购量", "Yearly purchase", "", False, {"question": "timing", "not": ["none"]}),
    "budget": ("single", "预算", "Budget", "", True, {"question": "authority", "any": ["decides"]}),
    "supplier": ("text", "目前的供应商（选填）", "Present supplier (optional)", "", True, BUYING),
    "needs_cert": ("multi", "需要的认证", "Certificates needed", "", False, BUYING),
    "best_time": (
        "multi", "方便联系的时间和方式", "When and how to reach you",
        "morning 上午 · noon 中午 · afternoon 下午 · evening 晚上 · phone 电话 · chat 微信／WhatsApp · mail 邮件", False, None,
    ),
    "language": ("single", "沟通语言", "Language", "zh 中文 · en English · other 其他", False, None),
    "heat": ("scale", "意向程度", "Heat", "4 很强 · 3 较强 · 2 一般 · 1 很弱", True, None),
    "consent": (
        "consent", "同意", "Consent",
        "follow_up 同意贵公司就本次来访联系我 · marketing 同意接收新品和活动信息 · photo 同意拍摄并保存名片 · recording 同意录音", False, None,
    ),
}  # fmt: skip


@pytest.mark.parametrize("code", BOOK)
def test_each_question_in_the_words_of_the_book(code):
    kind, chinese, english, options, staff, when = BOOK[code]
    question = next(q for q in DEFAULT if q.code == code)
    assert (question.kind, question.zh, question.en, question.staff, question.when) == (kind, chinese, english, staff, when)
    assert " · ".join(f"{o.code} {o.zh}" for o in question.options) == options
    assert all(o.en for o in question.options)
    assert [q.code for q in DEFAULT].count(code) == 1 and len(DEFAULT) == len(BOOK)


def test_heat_runs_from_hot_to_cold():
    heat = next(q for q in DEFAULT if q.code == "heat")
    assert [o.en for o in heat.options] == ["hot", "warm", "mild", "cold"]
    assert [str(HEAT[n]) for n in (4, 3, 2, 1)] == ["很强", "较强", "一般", "很弱"]


def test_the_order_is_first_screen_then_best_time_purpose_timing():
    assert [q.code for q in DEFAULT if q.first] == ["interest", "heat", "promised", "consent"]
    assert [q.code for q in DEFAULT if not q.first][:3] == ["best_time", "purpose", "timing"]


SHOWN = [
    ("timing", {}, False), ("timing", {"purpose": ["market"]}, False), ("timing", {"purpose": ["market", "compare"]}, True),
    ("volume", {"purpose": ["buy"]}, True), ("volume", {"purpose": ["buy"], "timing": "none"}, False),
    ("volume", {"purpose": ["buy"], "timing": "now"}, True), ("volume", {"timing": "now"}, False),
    ("authority", {"purpose": ["buy"]}, True), ("budget", {"purpose": ["buy"], "authority": "decides"}, False), ("purpose", {}, True),
]  # fmt: skip


@pytest.mark.parametrize(("code", "answers", "shown"), SHOWN)
def test_shown_when(code, answers, shown):
    """A budget is not asked before the company has given its bands."""
    question = next(q for q in DEFAULT if q.code == code)
    assert is_shown(question, answers, list(DEFAULT)) is shown


def test_a_hidden_answer_is_kept_and_not_counted():
    answers = {"purpose": ["market"], "timing": "now", "language": "en", "gone": 1}
    assert counted(answers, list(DEFAULT)) == {"purpose": ["market"], "language": "en"}


def test_what_is_required_and_shown_is_a_gap():
    questions = [replace(q, required=q.code in ("purpose", "timing")) for q in DEFAULT]
    assert [q.code for q in gaps({}, questions)] == ["purpose"]
    assert [q.code for q in gaps({"purpose": ["buy"]}, questions)] == ["timing"]
    assert gaps({"purpose": ["buy"], "timing": "none"}, questions) == []


READ = [
    (Question("n", "number", "数", "n"), "1,200", "1200"), (Question("n", "number", "数", "n"), "2.50", "2.5"),
    (Question("d", "date", "日", "d"), "2026-03-01", "2026-03-01"), (Question("t", "text", "字", "t"), "", None),
    (Question("a", "amount", "量", "a"), {"n": "5", "unit": "只"}, {"n": "5", "unit": "只"}), (Question("a", "amount", "量", "a"), {"n": ""}, None),
    (DEFAULT[5], ["buy", "buy"], ["buy"]),
]  # fmt: skip


@pytest.mark.parametrize(("question", "given", "kept"), READ)
def test_answers_are_read(question, given, kept):
    assert read_answer(question, given) == kept


@pytest.mark.parametrize("bad", ["x", "NaN", "1e400", "-1", "9" * 30])
def test_what_is_no_number_is_none(bad):
    with pytest.raises(ValueError, match="n"):
        read_answer(Question("n", "number", "数", "n"), bad)


COLOUR = Question("colour", "single", "颜色", "Colour", options=(Option("red", "红", "red"), Option("blue", "蓝", "blue")))


@pytest.mark.django_db
def test_a_change_that_was_answered_makes_a_new_version(world):
    fair = world.fair
    first = change_questionnaire(fair, by=world.heyuan, revision=0, questions=moved(list(DEFAULT), COLOUR, 2))
    assert (first.n, first.revision) == (1, 1)
    second = moved(asked_at(fair).questions, replace(COLOUR, zh="什么颜色"), 2)
    same = change_questionnaire(fair, by=world.heyuan, revision=1, questions=second)
    assert (same.pk, same.n, same.revision) == (first.pk, 1, 2)  # nobody answered it yet: changed in place
    capture = take(Taken(person=Person(name="甲"), answers={"colour": "red"}), by=world.mei, fair=fair)
    assert capture.questionnaire == same
    retired = replace(COLOUR, options=(replace(COLOUR.options[0], retired=True), COLOUR.options[1]))
    third = change_questionnaire(fair, by=world.heyuan, revision=2, questions=moved(asked_at(fair).questions, retired, 2))
    assert (third.n, third.revision, Questionnaire.objects.count()) == (2, 3, 2)
    capture.refresh_from_db()
    assert [(str(q), words) for q, words in capture.answered] == [("什么颜色", "红")]
    old = take(Taken(person=Person(name="乙"), answers={"colour": "red"}, version=1), by=world.mei, fair=fair)
    assert old.questionnaire == same  # a device that had the old one
    urgent = Question("urgent", "text", "什么时候要", "When", when={"question": "heat", "any": ["4"]})
    change_questionnaire(fair, by=world.heyuan, revision=3, questions=[*asked_at(fair).questions, urgent])
    hot, warm = (take(Taken(person=Person(name="丙"), heat=n, answers={"urgent": "下周"}), by=world.mei, fair=fair) for n in (4, 3))
    assert [words for _q, words in hot.answered] == ["下周"] and not warm.answered, "what hangs on the heat is shown by it"
    assert asked_at(other_fair()).version is None  # another fair asks what it asked
    told = Event.objects.filter(kind="visitors.questionnaire_changed").order_by("id")
    assert [(e.values["n"], e.values["questions"]) for e in told] == [(1, ["颜色"]), (1, ["什么颜色"]), (2, ["颜色"]), (2, ["什么时候要"])]


@pytest.mark.django_db
def test_what_was_changed_meanwhile_is_shown_and_not_overwritten(world):
    change_questionnaire(world.fair, by=world.heyuan, revision=0, questions=moved(list(DEFAULT), COLOUR, 1))
    with pytest.raises(Stale) as stale:
        change_questionnaire(
            world.fair, by=world.heyuan, revision=0, questions=moved(asked_at(world.fair).questions, replace(COLOUR, zh="别的"), 1)
        )
    assert stale.value.fields == [("zh", "颜色", "别的")]


WRONG = {
    "taken out": lambda qs: qs[1:],
    "twice": lambda qs: [*qs, qs[0]],
    "code": lambda qs: [*qs, replace(COLOUR, code="Farbe!")],
    "no English": lambda qs: [*qs, replace(COLOUR, en="")],
    "choice taken out": lambda qs: [replace(q, options=q.options[1:]) if q.code == "purpose" else q for q in qs],
    "depends on no answer": lambda qs: [*qs, replace(COLOUR, when={"question": "purpose", "any": []})],
    "depends on an unknown answer": lambda qs: [*qs, replace(COLOUR, when={"question": "purpose", "any": ["buy", "bying"]})],
    "depends on a later one": lambda qs: [replace(COLOUR, when={"question": "purpose", "any": ["buy"]}), *qs],
    "too many": lambda qs: [*qs, *(replace(COLOUR, code=f"c{n}") for n in range(60))],
}


@pytest.mark.django_db
@pytest.mark.parametrize("how", WRONG)
def test_refused(world, how):
    with pytest.raises(Refused):
        change_questionnaire(world.fair, by=world.heyuan, revision=0, questions=WRONG[how](list(DEFAULT)))
    assert not Questionnaire.objects.exists()


@pytest.mark.django_db
def test_only_managers_change_it(world):
    with pytest.raises(NotAllowed):
        change_questionnaire(world.fair, by=world.mei, revision=0, questions=[*DEFAULT, COLOUR])


@pytest.mark.django_db
def test_the_page_says_which_answers_of_which_one_is_enough(world, client_of):
    """来访目的 has a choice with 、 in it; and what kind of question it is is not said twice."""
    page = client_of(world.users["heyuan"]).get(f"/fairs/{world.fair.pk}/questionnaire/").content.decode()
    assert "仅当“来访目的”选了采购、询价或比较供应商" in page
    assert not re.search(r"同意\s+同意\s", re.sub(r"<[^>]+>", " ", page))
