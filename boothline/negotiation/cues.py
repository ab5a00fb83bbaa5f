"""Reasons from free text (402): which reasons the customer's words speak of, by cues in both languages. Offered, never saved unasked.

A cue marked ~ is a topic word: it counts only in a clause with a sign of dissatisfaction or doubt, or anywhere in the words of
an objection form. How often a cue was taken up when it was offered makes it weigh more or less.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache

CUES = {  # reason: (Chinese, English)
    "price": (
        "太贵 偏贵 贵了 好贵 价格高 报价高 不值 降价~ 打折~ 便宜~ 性价比~ 单价~ 优惠~",
        "expensive, price high, cheaper, overpriced, discount, too much money, costs more, more than our supplier, price~, "
        "per piece~, per unit~",
    ),
    "quality": (
        "质量~ 做工~ 材质~ 粗糙 不耐用 色差 瑕疵 掉色 掉漆 异味 坏了 破损 质量差",
        "quality~, workmanship, defect, rough, not durable, scratches, smell",
    ),
    "spec": (
        "尺寸~ 规格~ 型号~ 参数~ 功率~ 不匹配 不合适 颜色不对 装不下",
        "wrong size, specification~, does not fit, voltage, not compatible, colour",
    ),
    "moq": ("起订量 最小订量 量太大 订不了那么多 小批量", "MOQ, minimum order, too many pieces, small quantity, trial order"),
    "lead_time": (
        "交期~ 太慢 很慢 来不及 赶不上 等太久 等了 迟到 延误 超时 多久到",
        "lead time, too long, too late, slow delivery, in time for, delivery~",
    ),
    "payment": (
        "定金~ 账期~ 月结~ 信用证~ 预付~ 全款~ 付款~",
        "deposit~, payment terms, credit days, L/C, prepay, net 30, net 60",
    ),
    "certificate": (
        "证书~ 认证~ 检测报告~ 3C~ CE~ 环保~ 不合规",
        "certificate~, CE, UL, test report, compliance, REACH",
    ),
    "service": (
        "态度~ 客服~ 没人理 不回复 回复慢 不专业 敷衍 服务差",
        "rude, no reply, slow answer, unhelpful, unprofessional",
    ),
    "after_sales": (
        "售后~ 保修~ 质保~ 维修~ 配件~ 退换~ 不给退",
        "warranty~, after-sales, spare parts, repair, returns",
    ),
    "trust": ("没听过 不放心 不靠谱 假货 骗 牌子~ 案例~", "never heard, trust, reference, brand, reliable company"),
    "competitor": (
        "别家 另一家 已有供应商 现有供应商 在用 对手",
        "other supplier, our supplier, current supplier, already have, competitor, another brand",
    ),
    "budget": ("没预算 预算不够 资金紧 没钱", "no budget, over budget, cannot afford, funds"),
    "authority": ("要请示 老板决定 做不了主 总部 开会讨论", "my boss, head office, not my decision, need approval"),
    "timing": ("暂时不 以后再说 明年 先看看 不急", "not now, next year, later, just looking, too early"),
}
IN_CAPITALS = {"CE", "UL", "REACH"}  # as ordinary words they mean something else
PRAISE = re.compile("不错|没问题|不贵|没得说")
SIGN = re.compile(r"[不没太差慢贵难烂坏低假退吗?？]|失望|\b(?:not|no|too|bad|poor|slow|broken|worse)\b", re.IGNORECASE)
CLAUSE = re.compile(r"[^，。；！、,.;!\n?？]*[?？]?")
DENIED = re.compile(r"(?:(?<!是)不是|不算|不会|不能说|没有?|并?不|无)(?:太|很|怎么|什么|那么)?$")
DENIED_LATIN = re.compile(r"(?:\bnot|\bno|\bnever|\bwithout|n[’']t)(?:\s+(?:at all|really|very|that|so|a|an|any|too))?\s+$", re.IGNORECASE)
STOPS = re.compile(r"绝对|不可能|必须|否则不买|(?<![a-z])(?:never|impossible|must|deal-breaker)(?![a-z])", re.IGNORECASE)
CHINESE = re.compile("[一-鿿]")
FROM, MOST = 1.0, 3  # offered from this score on; so many at most


@dataclass(frozen=True)
class Cue:
    """Words that speak of a reason."""

    words: str
    reason: str
    is_topic: bool

    @property
    def weight(self) -> float:
        """More words are surer."""
        is_long = len(self.words) >= 4 if CHINESE.match(self.words) else len(self.words.split()) >= 2
        return 1.5 if is_long else 1.0

    def stands_in(self, clause: str, *, anywhere: bool) -> bool:
        """Whether the clause speaks of it, and does not say the opposite."""
        if self.is_topic or (self.words == "CE" and CHINESE.search(clause)):
            return bool(self._at(clause)) and _is_doubted(clause, anywhere=anywhere)
        denied = DENIED if CHINESE.match(self.words) else DENIED_LATIN
        return any(not denied.search(clause[:at]) for at in self._at(clause))

    def _at(self, clause: str) -> list[int]:
        return [found.start() for found in _pattern(self.words).finditer(clause)]


@dataclass(frozen=True)
class Suggestion:
    """A reason that the words speak of, with the cues that say so."""

    reason: str
    score: float
    cues: tuple[str, ...]


@cache
def all_cues() -> tuple[Cue, ...]:
    """Every cue; one that stands in both languages' lists is one."""
    found: dict[tuple[str, str], Cue] = {}
    for reason, (chinese, english) in CUES.items():
        for raw in [*chinese.split(), *english.split(", ")]:
            words = raw.removesuffix("~")
            known = found.get((reason, words))
            found[reason, words] = Cue(words, reason, raw != words and (known is None or known.is_topic))
    return tuple(found.values())


def suggest(text: str, *, in_form: bool = False, learned: Mapping[str, tuple[int, int]] | None = None) -> list[Suggestion]:
    """At most three reasons, best first. `learned` is {cue: (how often offered, how often taken up)}."""
    clauses = [clause for clause in CLAUSE.findall(text) if clause.strip()]
    order = list(CUES)
    scores: dict[str, float] = {}
    told: dict[str, list[str]] = {}
    for cue in all_cues():
        if not any(cue.stands_in(clause, anywhere=in_form) for clause in clauses):
            continue
        suggested, accepted = (learned or {}).get(cue.words, (0, 0))
        scores[cue.reason] = scores.get(cue.reason, 0) + cue.weight * 2 * (accepted + 1) / (suggested + 2)
        told.setdefault(cue.reason, []).append(cue.words)
    offered = [Suggestion(reason, score, tuple(told[reason])) for reason, score in scores.items() if score >= FROM]
    return sorted(offered, key=lambda s: (-s.score, order.index(s.reason)))[:MOST]


def stops(text: str) -> bool:
    """Whether the words say that nothing will come of it: severity 3 is proposed."""
    return bool(STOPS.search(text))


def language_of(text: str) -> str:
    """The language of somebody's words."""
    return "zh" if CHINESE.search(text) else "en" if text.strip() else ""


def cues_in(suggestions: Collection[Suggestion]) -> dict[str, str]:
    """{cue: reason} of what was offered."""
    return {cue: s.reason for s in suggestions for cue in s.cues}


def _is_doubted(clause: str, *, anywhere: bool) -> bool:
    rest = PRAISE.sub("", clause)
    return bool(SIGN.search(rest)) or (anywhere and rest == clause)


@cache
def _pattern(words: str) -> re.Pattern[str]:
    if CHINESE.search(words):
        return re.compile(re.escape(words))
    edges = rf"(?<![A-Za-z0-9]){re.escape(words)}(?![A-Za-z0-9])"
    return re.compile(edges, 0 if words in IN_CAPITALS else re.IGNORECASE)
