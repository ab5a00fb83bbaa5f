"""Rule settings: every default of a business rule that a company may change. Declared by its room, kept in one table.

LIFE_DAYS = declare("contracts.request_life_days", 14, _("Days a confirmation request lives"), low=1, high=90)
LIFE_DAYS.value
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Generic, TypeVar

from django.db import models

from boothline.core.errors import Words
from boothline.core.privacy import PLAIN, tags
from boothline.core.records import Record

_YES_NO = {"yes": True, "no": False}
T = TypeVar("T", int, str, bool, Decimal)


class RuleSetting(Record):
    """The company's own value of a rule; without a row the default holds."""

    code = models.CharField(max_length=80, unique=True)
    value = models.CharField(max_length=200)
    privacy = tags(code=PLAIN, value=PLAIN)

    def __str__(self) -> str:
        return self.code


@dataclass(frozen=True)
class Rule(Generic[T]):
    """One setting: code, default, words, range or choices."""

    code: str
    default: T
    words: Words
    low: Any = None
    high: Any = None
    choices: tuple[str, ...] = ()

    @property
    def value(self) -> T:
        """The company's value, else the default."""
        row = RuleSetting.objects.filter(code=self.code).values_list("value", flat=True).first()
        return self.default if row is None else self.parse(row)

    def parse(self, text: str) -> T:
        """Text to the rule's type; ValueError when it is none or out of range."""
        value: Any
        try:
            value = _YES_NO[text] if isinstance(self.default, bool) else type(self.default)(text)
        except (KeyError, ArithmeticError) as unknown:  # what Decimal says of "abc" is an ArithmeticError
            raise ValueError(f"{self.code}: {text}") from unknown
        if (self.low is not None and value < self.low) or (self.high is not None and value > self.high):
            raise ValueError(f"{self.code}: {self.low} to {self.high}")
        if self.choices and value not in self.choices:
            raise ValueError(f"{self.code}: one of {', '.join(self.choices)}")
        return value  # type: ignore[no-any-return]


RULES: dict[str, Rule[Any]] = {}


def declare(code: str, default: T, words: Words, *, low: Any = None, high: Any = None, choices: tuple[str, ...] = ()) -> Rule[T]:
    """Makes a rule setting known."""
    if code in RULES:
        raise ValueError(f"rule {code} is declared twice")
    rule = Rule(code, default, words, low, high, choices)
    RULES[code] = rule
    return rule
