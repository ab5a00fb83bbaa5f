"""The shipped question lists of surveys, by kind and version; what a set of answers comes to; the mean of several.

Satisfaction 满意度, 0-100: 0.4 overall + 0.3 mean of the indicators + 0.1 gap + 0.1 buy again + 0.1 recommend. Answers from 1 to 5
become 25 (x - 1), recommend 10 x, the gap 50 + 12.5 (experience - expectation), kept in 0-100. What was not answered drops out,
and the other weights grow to 1. A list that changes gets a new version; an answer keeps the version that it was given to.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from boothline.core.errors import Words

FIVE, TEN, TEXT = "five", "ten", "text"
WEIGHTS = {
    "overall": Decimal("0.4"),
    "indicators": Decimal("0.3"),
    "gap": Decimal("0.1"),
    "again": Decimal("0.1"),
    "recommend": Decimal("0.1"),
}
NOT_INDICATORS = ("overall", "expectation", "experience", "again", "first_choice", "recommend")
HALF_LIFE = 180  # days after which an answer weighs half
LOW, LOW_RECOMMEND = 2, 6

ENDS: dict[str, Words] = {FIVE: _("1 not at all, 5 very"), TEN: _("0 never, 10 surely"), TEXT: ""}
FIVE_ENDS: dict[str, Words] = {  # questions whose answer is not how satisfied they are
    "expectation": _("1 very little, 5 very much"),
    "experience": _("1 very poor, 5 very good"),
    "again": _("1 surely not, 5 surely"),
    "first_choice": _("1 by no means, 5 entirely"),
    "on_time": _("1 much too late, 5 exactly on time"),
    "complete": _("1 much missing or damaged, 5 all complete and undamaged"),
    "quality": _("1 very poor, 5 very good"),
    "papers": _("1 many mistakes, 5 all in order"),
    "people": _("1 very poor, 5 very good"),
    "result": _("1 very poor, 5 very good"),
    "speed": _("1 much too slow, 5 very fast"),
    "fairness": _("1 very unfairly, 5 very fairly"),
    "information": _("1 very poor, 5 very good"),
}


@dataclass(frozen=True)
class Question:
    """One question. The first of a list must be answered."""

    code: str
    words: Words
    scale: str = FIVE

    @property
    def ends(self) -> Words:
        """What the ends of its scale mean."""
        return ENDS[self.scale] if self.scale != FIVE else FIVE_ENDS.get(self.code, ENDS[FIVE])


_EXPECTATION = Question("expectation", _("What did you expect of us before?"))
_EXPERIENCE = Question("experience", _("How was it in fact?"))
_RECOMMEND = Question("recommend", _("Would you recommend us?"), TEN)
QUESTIONS: dict[str, dict[int, tuple[Question, ...]]] = {
    "delivery": {
        1: (
            Question("overall", _("How satisfied are you overall?")),
            Question("on_time", _("Delivered on time")),
            Question("complete", _("Complete and undamaged")),
            Question("quality", _("Quality of the goods")),
            Question("papers", _("Papers in order")),
            Question("people", _("Our people")),
            _EXPECTATION,
            _EXPERIENCE,
            Question("again", _("Would you buy from us again?")),
            Question("first_choice", _("Are we your first choice?")),
            _RECOMMEND,
            Question("words", _("What should we do better?"), TEXT),
        )
    },
    "complaint": {
        1: (
            Question("result", _("The result")),
            Question("speed", _("How fast we were")),
            Question("fairness", _("How fairly you were treated")),
            Question("people", _("Our people")),
            Question("again", _("Would you come to us again?")),
            Question("words", _("What should we do better?"), TEXT),
        )
    },
    "fair": {
        1: (
            Question("overall", _("How satisfied are you overall?")),
            Question("people", _("Booth and people")),
            Question("information", _("Information about the products")),
            _EXPECTATION,
            _EXPERIENCE,
            Question("again", _("Will you buy from us, again or for the first time?")),
            _RECOMMEND,
            Question("words", _("What was missing?"), TEXT),
        )
    },
}
NEWEST = {kind: max(versions) for kind, versions in QUESTIONS.items()}
HIGHEST = {FIVE: range(1, 6), TEN: range(11)}


def how_counted() -> str:
    """The weights, for whoever reads a score."""
    words = _(
        "Every answer counts from 0, the lowest, to 100, the highest. Of 100 parts, satisfaction with the whole has %(overall)s, the "
        "single points together %(indicators)s, how it was against what was expected %(gap)s, buying again %(again)s, recommending "
        "%(recommend)s. What was not answered is left out."
    )
    return str(words) % {name: f"{100 * weight:.0f}" for name, weight in WEIGHTS.items()}


def score(answers: dict[str, Any]) -> Decimal | None:
    """What the answers come to, 0-100 with two decimals; None where nothing that counts was answered."""
    known = {code: Decimal(value) for code, value in answers.items() if isinstance(value, int)}
    parts: dict[str, Decimal] = {name: 25 * (known[name] - 1) for name in ("overall", "again") if name in known}
    indicators = [25 * (value - 1) for code, value in known.items() if code not in NOT_INDICATORS]
    if indicators:
        parts["indicators"] = sum(indicators, Decimal(0)) / len(indicators)
    if {"expectation", "experience"} <= known.keys():
        gap = 50 + Decimal("12.5") * (known["experience"] - known["expectation"])
        parts["gap"] = min(max(gap, Decimal(0)), Decimal(100))
    if "recommend" in known:
        parts["recommend"] = 10 * known["recommend"]
    if not parts:
        return None
    weight = sum((WEIGHTS[name] for name in parts), Decimal(0))
    return round(sum((WEIGHTS[name] * value for name, value in parts.items()), Decimal(0)) / weight, 2)


def points(value: Decimal | None) -> int | None:
    """A score as it is read everywhere: a whole number, halves up."""
    return None if value is None else int(value.quantize(Decimal(1), ROUND_HALF_UP))


def satisfaction(scored: Iterable[tuple[Decimal, int]]) -> Decimal | None:
    """The mean of several (score, age in days); one weighs half after 180 days. None without any."""
    weighed = [(value, Decimal(str(0.5 ** (days / HALF_LIFE)))) for value, days in scored]
    if not weighed:
        return None
    return round(sum((v * w for v, w in weighed), Decimal(0)) / sum((w for _v, w in weighed), Decimal(0)), 2)


def promoters(recommended: Iterable[int]) -> Decimal | None:
    """NPS 净推荐值: percent of 9-10 minus percent of 0-6. None without any answer."""
    found = list(recommended)
    if not found:
        return None
    return round(Decimal(100 * (sum(n >= 9 for n in found) - sum(n <= LOW_RECOMMEND for n in found))) / len(found), 1)


def is_low(answers: dict[str, Any]) -> bool:
    """Something was answered so low that somebody has to speak with them; what they expected is no such thing."""
    return any(
        isinstance(value, int) and (value <= LOW_RECOMMEND if code == "recommend" else value <= LOW)
        for code, value in answers.items()
        if code != "expectation"
    )
