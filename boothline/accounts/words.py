"""Codes and their words: roles, duties, reach; and those of every room's rules and lists, which are known when all have started."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from boothline.core import memo, slots
from boothline.core.errors import Words
from boothline.core.rules import RULES
from boothline.core.wordlists import WORDLISTS

ROLES = {
    "booth": _("Booth staff"),
    "sales": _("Salesperson"),
    "clerk": _("Order clerk"),
    "manager": _("Manager"),
    "admin": _("Administrator"),
}
DUTIES = {
    "engineer": _("Engineer"),
    "quality": _("Quality"),
    "finance": _("Finance"),
    "purchasing": _("Purchasing"),
    "warehouse": _("Warehouse"),
    "head": _("Head"),
}
REACHES = {"own": _("their own"), "team": _("their team's"), "all": _("everything")}

SCOPES = {  # for whom a right holds, as the page of roles says it
    "all": _("yes"),
    "own": _("own customers"),
    "captured": _("whom they captured or meet"),
    "with_order": _("customers with an order"),
    "of_orders": _("orders, receipts and shipments"),
    "asked": _("where a rule names them"),
    "if_allowed": _("if a rule setting allows it"),
    "same_day": _("their own, on the same day"),
    "by_duty": _("with the duty of keeping the books"),
    "if_duty": _("with that duty, if a rule setting asks it"),
    "part": _("what they asked, were asked, or decided"),
    "answers": _("what they were asked to answer"),
}


class Named(Mapping[str, Words]):
    """The words of what others declare, read when they are asked for."""

    def __init__(self, declared: Mapping[str, Any], words: Callable[[Any], Words]) -> None:
        self._declared, self._words = declared, words

    def __getitem__(self, code: str) -> Words:
        return self._words(self._declared[code])

    def __iter__(self) -> Iterator[str]:
        return iter(self._declared)

    def __len__(self) -> int:
        return len(self._declared)


class Families(Mapping[str, str]):
    """{product family: as the reader calls it}, as the catalogue knows them; asked once a request."""

    def _known(self) -> dict[str, str]:
        known: dict[str, str] = memo.once(f"accounts.families.{get_language()}", lambda: slots.ask("families", default={}))
        return known

    def __getitem__(self, family: str) -> str:
        return self._known()[family]

    def __iter__(self) -> Iterator[str]:
        return iter(self._known())

    def __len__(self) -> int:
        return len(self._known())


FAMILIES = Families()
RULE_WORDS = Named(RULES, lambda rule: rule.words)
LISTS = Named(WORDLISTS, lambda wordlist: wordlist.title)
