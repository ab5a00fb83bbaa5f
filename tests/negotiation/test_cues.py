"""402: reasons from free text, by the rule's own scoring and negation."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from boothline.contracts.lists import DECLINE_REASONS, NO_LONGER_WANTED
from boothline.intentions.expansion import DECLINE_REASONS as EXPANSION_REASONS
from boothline.negotiation.cues import CUES, all_cues, language_of, stops, suggest
from boothline.negotiation.lists import DEFAULT_SEVERITY, REASONS

BOOK = """
price 价格 | 价格 | 2 | 太贵 偏贵 贵了 好贵 价格高 报价高 不值 降价~ 打折~ 便宜~ 性价比~ | expensive, price high, cheaper, overpriced, discount, too much money
quality 质量 | 质量 | 3 | 质量~ 做工~ 材质~ 粗糙 不耐用 色差 瑕疵 掉色 掉漆 异味 坏了 破损 质量差 | quality, workmanship, defect, rough, not durable, scratches, smell
spec 规格 | 规格不合适 | 2 | 尺寸~ 规格~ 型号~ 参数~ 功率~ 不匹配 不合适 颜色不对 装不下 | wrong size, specification, does not fit, voltage, not compatible, colour
moq 起订量 | 起订量 | 2 | 起订量 最小订量 量太大 订不了那么多 小批量 | MOQ, minimum order, too many pieces, small quantity, trial order
lead_time 交期 | 交期 | 2 | 交期~ 太慢 很慢 来不及 赶不上 等太久 等了 迟到 延误 超时 多久到 | lead time, too long, too late, slow delivery, in time for
payment 付款条件 | 付款条件 | 2 | 定金~ 账期~ 月结~ 信用证~ 预付~ 全款~ 付款~ | deposit, payment terms, credit days, L/C, prepay, net 30, net 60
certificate 认证 | 认证 | 3 | 证书~ 认证~ 检测报告~ 3C~ CE~ 环保~ 不合规 | certificate, CE, UL, test report, compliance, REACH
service 服务 | 服务 | 1 | 态度~ 客服~ 没人理 不回复 回复慢 不专业 敷衍 服务差 | rude, no reply, slow answer, unhelpful, unprofessional
after_sales 售后 | 售后 | 2 | 售后~ 保修~ 质保~ 维修~ 配件~ 退换~ 不给退 | warranty, after-sales, spare parts, repair, returns
trust 品牌信任 | 还不够了解贵公司 / Do not know you well yet | 2 | 没听过 不放心 不靠谱 假货 骗 牌子~ 案例~ | never heard, trust, reference, brand, reliable company
competitor 竞品 | 已选其他供应商 / Chose another supplier | 2 | 别家 另一家 已有供应商 在用 对手 | other supplier, already have, competitor, another brand
budget 无预算 | 预算未到位 / Budget not there yet | 3 | 没预算 预算不够 资金紧 没钱 | no budget, over budget, cannot afford, funds
authority 无决定权 | 需公司内部商定 / To be agreed in our company | 1 | 要请示 老板决定 做不了主 总部 开会讨论 | my boss, head office, not my decision, need approval
timing 时机 | 暂时不需要 / Not needed now | 1 | 暂时不 以后再说 明年 先看看 不急 | not now, next year, later, just looking, too early
other 其他 | 其他 | 1 | |
"""
TOPICS = {"price", "quality", "certificate", "warranty", "specification", "deposit"}  # topic words in English too
OURS = {  # besides those of the book
    "price": {(topic, True) for topic in ("price", "per piece", "per unit", "单价", "优惠")}
    | {("costs more", False), ("more than our supplier", False)},
    "lead_time": {("delivery", True)},
    "competitor": {("现有供应商", False), ("our supplier", False), ("current supplier", False)},
}
ROWS = {row.split(" ", 1)[0]: row for row in BOOK.strip().split("\n")}


@pytest.mark.django_db
@pytest.mark.parametrize("code", ROWS)
def test_each_reason_in_the_words_of_the_book(code: str):
    """Its name, what the customer reads, its severity, its cues; in the order of the table."""
    named, to_them, severity, chinese, english = (part.strip() for part in (ROWS[code] + " ").split("|"))
    zh, _slash, en = to_them.partition(" / ")
    with override("zh-hans"):
        assert (f"{code} {REASONS[code]}", DECLINE_REASONS[code]) == (named, zh)
    with override("en"):
        assert not en or DECLINE_REASONS[code] == en
    assert DEFAULT_SEVERITY.get(code, 2) == int(severity)
    wanted = {(w.removesuffix("~"), w.endswith("~")) for w in chinese.split()} | {(w, w in TOPICS) for w in english.split(", ") if w}
    wanted |= OURS.get(code, set())
    # CE stands in both columns: in a Chinese clause it is a topic word, in an English one it is not
    assert {(c.words, c.is_topic) for c in all_cues() if c.reason == code} == wanted - {("CE", True)}
    assert list(ROWS) == list(REASONS.shipped)


def test_the_customer_may_also_say_that_it_is_no_longer_needed():
    with override("zh-hans"):
        assert DECLINE_REASONS[NO_LONGER_WANTED] == "不再需要"
    with override("en"):
        assert DECLINE_REASONS[NO_LONGER_WANTED] == "No longer needed"


@pytest.mark.django_db
def test_other_is_read_last_for_it_is_chosen_by_who_found_nothing_else():
    for reasons_read in (DECLINE_REASONS, EXPANSION_REASONS):
        codes = list(reasons_read)
        assert codes[-1] == "other" and len(codes) == len(set(codes)) == len(reasons_read)
        assert set(REASONS.shipped_for_customer) < set(codes)


@pytest.mark.parametrize("sign", ["不", "没", "太", "差", "慢", "贵", "难", "烂", "坏", "低", "假", "退", "失望", "吗", "?"])
def test_a_topic_word_counts_with_each_sign_of_doubt(sign: str):
    assert (reasons(f"材质{sign}"), reasons("材质"), reasons(f"材质，{sign}")) == (["quality"], [], []), "in its own clause"


@pytest.mark.parametrize("sign", ["not", "no", "too", "bad", "poor", "slow", "broken", "worse", "?"])
def test_and_in_english(sign: str):
    assert (reasons(f"the quality {sign}"), reasons("the quality")) == (["quality"], [])


@pytest.mark.parametrize("praise", ["不错", "没问题", "不贵", "没得说"])
def test_praise_is_no_sign(praise: str):
    assert reasons(f"材质{praise}") == []


def reasons(text: str, **more) -> list[str]:
    return [s.reason for s in suggest(text, **more)]


@pytest.mark.parametrize(("text", "found"), [
    ("这个太贵", ["price"]),
    ("价格高，起订量也高", ["price", "moq"]),
    ("订不了那么多，太贵", ["moq", "price"]),  # six characters weigh 1.5
    ("质量差", ["quality"]),  # 质量差, and 质量 in a clause with 差
    ("质量不错", []),
    ("质量没问题，交期太慢", ["lead_time"]),
    ("不贵", []),
    ("是不是太贵", ["price"]),
    ("这个不太贵", []),
    ("没有色差", []),
    ("定金多少", []),
    ("定金能退吗？", ["payment"]),
    ("有CE吗", ["certificate"]),
    ("Too expensive, and the MOQ is high", ["price", "moq"]),
    ("It is not expensive at all", []),
    ("we need a ce mark", []),  # CE and UL in capitals only
    ("No UL, no deal", []),
    ("UL is missing", ["certificate"]),
    ("quality is good", []),
    ("the quality is poor", ["quality"]),
    ("unexpensive", []),  # Latin cues are whole words
    ("my boss is at the head office", ["authority"]),
    ("10% more than our supplier in Poland, and delivery is slow", ["price", "competitor", "lead_time"]),
    ("delivery next week is fine", []),
])  # fmt: skip
def test_what_the_words_speak_of(text: str, found: list[str]):
    assert reasons(text) == found


def test_a_topic_word_counts_anywhere_in_the_form():
    assert reasons("质量、交期") == []
    assert reasons("质量、交期", in_form=True) == ["quality", "lead_time"]
    assert reasons("质量不错", in_form=True) == []


def test_scores_and_what_was_learned():
    both = suggest("起订量和最小订量")
    assert [(s.reason, s.score) for s in both] == [("moq", 2.5)]
    assert suggest("太贵")[0].score == 1
    assert [suggest(words)[0].score for words in ("回复慢", "没人理", "老板决定", "overpriced", "cannot afford")] == [1, 1, 1.5, 1, 1.5]
    assert suggest("太贵", learned={"太贵": (6, 5)})[0].score == pytest.approx(2 * 6 / 8)
    assert suggest("太贵", learned={"太贵": (8, 0)}) == []  # offered eight times, never taken up: 0.2


def test_at_most_three_best_first():
    found = suggest("太贵，价格高，没预算，暂时不，不合规，色差")
    assert found[0].reason == "price" and len(found) == 3


def test_words_that_stop():
    for words in ("绝对", "不可能", "必须", "否则不买", "never", "Impossible", "must", "deal-breaker"):
        assert stops(f"That is, {words}."), words
    assert not stops("有点贵") and not stops("mustard") and not stops("nevertheless")


def test_every_reason_but_other_has_cues():
    assert list(CUES) == [code for code in REASONS.shipped if code != "other"]
    assert {c.words for c in all_cues() if c.is_topic} >= {
        "质量",
        "price",
        "quality",
        "certificate",
        "warranty",
        "specification",
        "deposit",
    }
    assert (language_of("太贵"), language_of("too dear"), language_of("")) == ("zh", "en", "")
