"""The nine personalities, their traits, and what the ticked ones propose. Pure rule: no database.

Four of the nine carry a label that the person could read: greedy 贪婪型 is *benefit-minded* 重利益型, stingy 吝啬型
*cost-minded* 重省钱型, tricky 刁蛮型 *needs it in writing* 需书面型, credit-seeking 抢功型 *result-minded* 重成绩型.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from boothline.core.rules import declare
from boothline.core.text import listed

LEAST = declare("personality.least", Decimal("0.5"), gettext_lazy("Score from which a personality is proposed"), low=Decimal("0.1"), high=1)
AHEAD = declare(
    "personality.ahead", Decimal("0.15"), gettext_lazy("How far a personality is ahead of the next to be proposed"), low=0, high=1
)
NEAR = declare("personality.near", Decimal("0.4"), gettext_lazy("Score from which a personality makes another one mixed"), low=0, high=1)

PERSONALITIES = {
    "rational": pgettext_lazy("personality", "rational"), "task": pgettext_lazy("personality", "task-driven"),
    "greedy": pgettext_lazy("personality", "benefit-minded"), "owner": pgettext_lazy("personality", "owner-minded"),
    "credit": pgettext_lazy("personality", "result-minded"), "stingy": pgettext_lazy("personality", "cost-minded"),
    "tricky": pgettext_lazy("personality", "needs it in writing"), "relationship": pgettext_lazy("personality", "relationship"),
    "mixed": pgettext_lazy("personality", "mixed"),
}  # fmt: skip
TRAITS = {  # the first of each weighs 2, the others 1
    "rational": {
        "compares": gettext_lazy("decides by comparison"), "asks": gettext_lazy("asks precise questions"),
        "reads": gettext_lazy("reads documents"), "keeps": gettext_lazy("keeps promises"),
    },
    "task": {
        "told": gettext_lazy("was told to do it"), "finishes": gettext_lazy("wants it finished"),
        "few": gettext_lazy("few own wishes"), "deadlines": gettext_lazy("asks for deadlines and guarantees"),
    },
    "greedy": {
        "benefit": gettext_lazy("mentioned a personal benefit"), "presses": gettext_lazy("presses hard on price"),
        "demands": gettext_lazy("demands much on service too"), "relations": gettext_lazy("complicated relations in the firm"),
    },
    "owner": {
        "package": gettext_lazy("price first, whole package"), "owns": gettext_lazy("owns the firm or acts so"),
        "counts": gettext_lazy("counts follow-up costs"), "straight": gettext_lazy("straightforward"),
    },
    "credit": {
        "shines": gettext_lazy("wants to shine at work"), "quality": gettext_lazy("quality above price"),
        "rises": gettext_lazy("on the way up"), "touchy": gettext_lazy("touchy about standing"),
    },
    "stingy": {
        "cheapest": gettext_lazy("cheapest offer wins, no loyalty"), "tenders": gettext_lazy("tenders for small things"),
        "differs": gettext_lazy("words and facts differ"), "extras": gettext_lazy("wants extras free"),
    },
    "tricky": {
        "papers": gettext_lazy("generous at first, no papers"), "urges": gettext_lazy("presses, needs it later"),
        "above": gettext_lazy("offers above asking price"), "objects": gettext_lazy("often objects afterwards"),
    },
    "relationship": {
        "friend": gettext_lazy("friend or by a friend"), "favour": gettext_lazy("mixes favour and business"),
        "help": gettext_lazy("expects free help"), "unsigned": gettext_lazy("does not want papers"),
    },
    "mixed": {
        "changes": gettext_lazy("changes with the situation"), "experienced": gettext_lazy("experienced, wide network"),
        "hard": gettext_lazy("hard to read"),
    },
}  # fmt: skip
WORDS = {code: words for traits in TRAITS.values() for code, words in traits.items()}


@dataclass(frozen=True)
class Proposal:
    """What the ticks propose: a personality or none (""), and the personalities whose ticks speak for it."""

    type: str
    from_types: tuple[str, ...] = ()


def score(type: str, ticked: Collection[str]) -> Decimal:
    """Ticked weights of all weights of a personality, 0 to 1."""
    weights = {code: 1 if place else 2 for place, code in enumerate(TRAITS[type])}
    return Decimal(sum(weight for code, weight in weights.items() if code in ticked)) / sum(weights.values())


def propose(ticked: Collection[str]) -> Proposal:
    """The best that is high enough, has two ticks and is ahead; mixed where several are near each other; else none."""
    scores = {type: score(type, ticked) for type in TRAITS}
    first, second, *_rest = sorted(scores, key=lambda type: -scores[type])
    apart = scores[first] - scores[second]
    if scores[first] >= LEAST.value and len(set(ticked) & set(TRAITS[first])) >= 2 and apart >= AHEAD.value:
        return Proposal(first, (first,))
    near = tuple(type for type in TRAITS if scores[type] >= NEAR.value)
    if (first in near and second in near and apart <= AHEAD.value) or len(near) >= 3:
        return Proposal("mixed", near)
    return Proposal("")


def reason_words(proposal: Proposal, ticked: Collection[str]) -> str:
    """Why: the ticks by their words; those of each personality apart where several speak."""
    said = {type: listed([str(words) for code, words in TRAITS[type].items() if code in ticked]) for type in proposal.from_types}
    if len(said) == 1:
        return next(iter(said.values()))
    parts = [_("%(type)s (%(traits)s)") % {"type": PERSONALITIES[type], "traits": traits} for type, traits in said.items()]
    return listed(parts)
