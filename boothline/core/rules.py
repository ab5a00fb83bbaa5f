"""Rule settings: every default of a business rule that a company may change. Declared by its room, kept in one table.

LIFE_DAYS = declare("contracts.request_life_days", 14, _("Days a confirmation request lives"), low=1, high=90)
LIFE_DAYS.value
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Generic, TypeVar

from django.db import models
from django.utils.translation import gettext_lazy

from boothline.core import memo
from boothline.core.errors import Words
from boothline.core.privacy import PLAIN, tags
from boothline.core.records import Record

_YES_NO = {"yes": True, "no": False}
CHOICE_WORDS: dict[str, Words] = {"yes": gettext_lazy("yes"), "no": gettext_lazy("no")}  # of every rule's choices
T = TypeVar("T", int, str, bool, Decimal)


class RuleSetting(Record):
    """The company's own value of a rule; without a row, or without a value in it, the default holds."""

    code = models.CharField(max_length=80, unique=True)
    value = models.CharField(max_length=200, null=True)  # None: restored to the default
    privacy = tags(code=PLAIN, value=PLAIN)

    def __str__(self) -> str:
        return str(RULES[self.code].words) if self.code in RULES else self.code


@dataclass(frozen=True)
class Rule(Generic[T]):
    """One setting: code, default, words, range or choices."""

    code: str
    default: T
    words: Words
    low: Any = None
    high: Any = None
    choices: tuple[str, ...] = ()
    worded: Mapping[str, Words] = field(default_factory=dict, hash=False, compare=False)
    takes: Words = ""  # what a text says, where it is neither a number nor a choice
    check: Callable[[str], bool] | None = None  # asked when the value is changed, besides `parse`

    @property
    def value(self) -> T:
        """The company's value, else the default."""
        own = own_values().get(self.code)
        return self.default if own is None else self.parse(own)

    def text(self, value: T) -> str:
        """A value as the table keeps it; `parse` reads it."""
        if isinstance(value, bool):
            return "yes" if value else "no"
        return str(value)

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
KEPT = "core.rules"


def own_values() -> dict[str, str]:
    """{code: value} of every rule that the company set otherwise."""
    return memo.once(KEPT, _read)


def _read() -> dict[str, str]:
    kept = RuleSetting.objects.filter(value__isnull=False).values_list("code", "value")
    return {code: value for code, value in kept if value is not None}


def declare(
    code: str,
    default: T,
    words: Words,
    *,
    low: Any = None,
    high: Any = None,
    choices: tuple[str, ...] = (),
    worded: Mapping[str, Words] | None = None,
    takes: Words = "",
    check: Callable[[str], bool] | None = None,
) -> Rule[T]:
    """Makes a rule setting known. `worded` gives the choices that people do not read as they are their words; one code has
    the same words in every rule."""
    if code in RULES:
        raise ValueError(f"rule {code} is declared twice")
    rule = Rule(code, default, words, low, high, choices, worded or {}, takes, check)
    for choice, its_words in rule.worded.items():
        if CHOICE_WORDS.get(choice, its_words) is not its_words:
            raise ValueError(f"rule {code}: {choice} has other words elsewhere")
    RULES[code] = rule
    CHOICE_WORDS.update(rule.worded)
    return rule
