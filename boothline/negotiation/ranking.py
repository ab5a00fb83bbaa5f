"""Ranking of decision plans (403): how well each template worked for like cases, with its counts. Pure arithmetic over past uses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy

from boothline.core.rules import declare
from boothline.core.weights import declare_weights

FEW = 2.0  # below this sum of likeness a row says few cases
WEIGHTS = declare_weights(
    "negotiation.like_weights", {"parent": 60, "other": 30, "type": 70, "grade": 80},
    gettext_lazy("Ranking of plans: how like a case is, in percent, of a sister family, of another one, of another type, of another grade"),
    total=None,
)  # fmt: skip
HALF_LIFE = declare(
    "negotiation.like_half_life_days", 730, gettext_lazy("Ranking of plans: days after which a case weighs half"), low=30, high=3650
)
OUTCOMES = {"resolved": 1.0, "partly": 0.5, "not_resolved": 0.0}


@dataclass(frozen=True)
class Case:
    """What makes cases like: product family, type and grade of the customer."""

    family: str = ""
    type: str = ""
    grade: str = ""


@dataclass(frozen=True)
class Use:
    """One past use of a template with its outcome."""

    template: str
    outcome: str
    case: Case
    age: int = 0  # days

    @property
    def y(self) -> float:
        """resolved 1, partly 0.5, not 0."""
        return OUTCOMES[self.outcome]


@dataclass(frozen=True)
class Ranked:
    """A template with its score and what it rests on."""

    template: str
    score: float
    weight: float  # the sum of likeness
    cases: int
    like: int  # in the same family, or all of them where the case names none
    worked: int
    partly: int
    others: int  # in other families
    others_worked: int

    @property
    def is_few(self) -> bool:
        """Few cases."""
        return self.weight < FEW


@dataclass(frozen=True)
class Scale:
    """By what a past use counts less: what differs from this case, in parts of 1, and its age."""

    parent: float = 0.6
    other: float = 0.3
    type: float = 0.7
    grade: float = 0.8
    half_life: int = 730  # days

    @classmethod
    def now(cls) -> Scale:
        """As the company set it."""
        return cls(**{name: weight / 100 for name, weight in WEIGHTS.value.items()}, half_life=HALF_LIFE.value)


def likeness(use: Use, case: Case, scale: Scale = Scale()) -> float:
    """How like a past use is to this case, 0 to 1."""
    type_ = 1.0 if use.case.type == case.type else scale.type
    grade = 1.0 if use.case.grade == case.grade else scale.grade
    faded: float = 0.5 ** (use.age / scale.half_life)
    return _kin(use.case.family, case.family, scale) * type_ * grade * faded


def _kin(one: str, other: str, scale: Scale) -> float:
    """Families are paths: 家具/餐桌 and 家具/椅子 have the same parent."""
    if one and one == other:
        return 1.0
    parents = [family.rpartition("/")[0] for family in (one, other)]
    return scale.parent if parents[0] and parents[0] == parents[1] else scale.other


def expected(uses: Sequence[Use]) -> float:
    """What is to be expected of any template for this reason, kept in 0.2 to 0.6; 0.5 without history."""
    return min(0.6, max(0.2, (2.5 + sum(use.y for use in uses)) / (5 + len(uses))))


def rank(templates: Sequence[str], uses: Sequence[Use], case: Case, *, prior: int = 6, scale: Scale = Scale()) -> list[Ranked]:
    """The templates, best first. `uses` are those of all templates for this reason, with an outcome."""
    p0 = expected(uses)
    found = [_ranked(template, [use for use in uses if use.template == template], case, p0, prior, scale) for template in templates]
    found.sort(key=lambda r: (-round(r.score, 9), -r.cases, list(templates).index(r.template)))
    if found and found[0].is_few:
        sure = next((r for r in found if not r.is_few and r.score >= p0), None)
        if sure:
            found.remove(sure)
            found.insert(0, sure)
    return found


def _ranked(template: str, uses: list[Use], case: Case, p0: float, prior: int, scale: Scale) -> Ranked:
    weights = [likeness(use, case, scale) for use in uses]
    like = [use for use in uses if use.case.family == case.family]
    others = [use for use in uses if use.case.family != case.family]
    return Ranked(
        template=template,
        score=(prior * p0 + sum(w * use.y for w, use in zip(weights, uses, strict=True))) / (prior + sum(weights)),
        weight=sum(weights), cases=len(uses), like=len(like),
        worked=sum(use.outcome == "resolved" for use in like), partly=sum(use.outcome == "partly" for use in like),
        others=len(others), others_worked=sum(use.outcome == "resolved" for use in others),
    )  # fmt: skip
