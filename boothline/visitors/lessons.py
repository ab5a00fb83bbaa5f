"""What recognition (502) learns: what was confirmed teaches how much each piece of evidence weighs here. Pure figures, and the record
of what was learned.

Each lesson is a version: how many buyers and peers were known for certain on that day, and how many of them had which evidence. The
weights in force follow from the newest one and from the weights that the company set; no lesson is changed afterwards.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy

from boothline.core.actors import Actor
from boothline.core.privacy import PLAIN, tags
from boothline.core.records import Record
from boothline.core.rules import declare

TRUSTED_FROM = declare("visitors.learn_from", 20, gettext_lazy("Confirmed cases that count as much as the weight set"), low=1, high=1000)
GENERAL_FROM = declare(
    "visitors.general_from", 50, gettext_lazy("Confirmed cases from which a general description may decide"), low=1, high=10000
)
SCALED_FROM = declare(
    "visitors.calibrate_from", 200, gettext_lazy("Confirmed cases from which the share is set right by what came true"), low=20, high=10000
)
LARGEST, FURTHEST = 4.0, 2.5  # of a weight, and from the weight set
FOLDS = 5
BINS = 10
TEMPERATURES = [n / 10 for n in range(5, 31)]  # 0.5, 0.6 ... 3.0
SURE = 1e-9


class Lessons(models.QuerySet["Lesson"]):
    """Questions about what was learned."""

    def visible_to(self, by: Actor) -> Lessons:
        """Everybody who works here."""
        return self if by.kind != "guest" else self.none()

    def newest(self) -> Lesson | None:
        """The one in force."""
        return self.order_by("-n").first()


class Lesson(Record):
    """What was known for certain on a day. `counts`: {evidence: [buyers, peers] that had it}; `beside`: [buyers, peers] of whom no
    person said it; `report`: how well the shares came true."""

    n = models.PositiveIntegerField(unique=True)
    buyers = models.PositiveIntegerField()
    peers = models.PositiveIntegerField()
    beside = models.JSONField(default=list)
    counts = models.JSONField(default=dict)
    report = models.JSONField(default=dict)
    privacy = tags(beside=PLAIN, counts=PLAIN, report=PLAIN)

    objects = Lessons.as_manager()

    def __str__(self) -> str:
        return str(self.n)


def learned(w0: float, had: Sequence[int], all_of: tuple[int, int], trusted_from: int) -> float:
    """The weight of one piece of evidence: what was set, drawn to what was confirmed the more, the more often it was."""
    buyers, peers = had
    n = buyers + peers
    data = math.log(((buyers + 1) / (all_of[0] + 2)) / ((peers + 1) / (all_of[1] + 2)))
    w = (trusted_from * w0 + n * data) / (trusted_from + n)
    w = max(w0 - FURTHEST, min(w0 + FURTHEST, w))
    w = max(-LARGEST, min(LARGEST, w))
    return 0.0 if n < trusted_from and w * w0 < 0 else w


@dataclass(frozen=True)
class Label:
    """Somebody who is known for certain: what they had, whether they buy, the firm that folds keep together, whether a person said it."""

    evidence: frozenset[str]
    is_buyer: bool
    firm: str
    is_said: bool = False


@dataclass(frozen=True)
class Tried:
    """One label as the others would have judged it: its log-odds, and the truth."""

    log_odds: float
    is_buyer: bool


def counted(labels: Sequence[Label]) -> tuple[tuple[int, int], dict[str, list[int]]]:
    """((buyers, peers), {evidence: [buyers, peers] that had it})."""
    counts: dict[str, list[int]] = {}
    for label in labels:
        for code in label.evidence:
            counts.setdefault(code, [0, 0])[0 if label.is_buyer else 1] += 1
    buyers = sum(label.is_buyer for label in labels)
    return (buyers, len(labels) - buyers), counts


def fold_of(firm: str) -> int:
    """Which of the five parts a firm belongs to, always the same one."""
    return int.from_bytes(hashlib.sha256(firm.encode("utf-8", "surrogatepass")).digest()[:4]) % FOLDS


Judges = Callable[[Sequence[Label]], Callable[[frozenset[str]], float]]  # taught by labels: evidence -> log-odds


def cross_validated(labels: Sequence[Label], taught: Judges) -> list[Tried]:
    """Each label judged by what the other four parts teach."""
    parts = [fold_of(label.firm) for label in labels]
    found = []
    for part in range(FOLDS):
        mine = [label for label, at in zip(labels, parts, strict=True) if at == part]
        if mine:
            odds = taught([label for label, at in zip(labels, parts, strict=True) if at != part])
            found += [Tried(odds(label.evidence), label.is_buyer) for label in mine]
    return found


def share(log_odds: float, temperature: float = 1.0) -> float:
    """The probability of a buyer."""
    return 1 / (1 + math.exp(-log_odds / temperature))


def log_loss(tried: Sequence[Tried], temperature: float) -> float:
    """How surprised the shares are by what is true, on average."""
    sure = [min(1 - SURE, max(SURE, share(one.log_odds, temperature))) for one in tried]
    return -sum(math.log(p if one.is_buyer else 1 - p) for one, p in zip(tried, sure, strict=True)) / len(tried)


def best_temperature(tried: Sequence[Tried]) -> float:
    """What to divide log-odds by, so that the shares come true; of equals the nearest to 1."""
    return min(TEMPERATURES, key=lambda t: (round(log_loss(tried, t), 9), abs(t - 1)))


def report(tried: Sequence[Tried], temperature: float, buyer_from: float, peer_up_to: float) -> dict[str, float]:
    """Accuracy among the decided, the share decided (coverage), the Brier score, and the calibration error over ten bins."""
    shares = [(share(one.log_odds, temperature), one.is_buyer) for one in tried]
    decided = [(p >= buyer_from) == is_buyer for p, is_buyer in shares if p >= buyer_from or p <= peer_up_to]
    bins: Mapping[int, list[tuple[float, bool]]] = {n: [] for n in range(BINS)}
    for p, is_buyer in shares:
        bins[min(BINS - 1, int(p * BINS))].append((p, is_buyer))
    apart = [abs(sum(p for p, _y in held) - sum(y for _p, y in held)) for held in bins.values()]
    return {
        "labels": len(tried),
        "accuracy": sum(decided) / len(decided) if decided else 0.0,
        "coverage": len(decided) / len(tried),
        "brier": sum((p - y) ** 2 for p, y in shares) / len(shares),
        "ece": sum(apart) / len(shares),
        "temperature": temperature,
    }
