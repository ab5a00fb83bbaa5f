"""Whether the goods of a contract can be there by its shipping date, as the stock stands. It warns, and never stops anybody."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _

from boothline.catalogue.stock import Promise, promises
from boothline.contracts.agreement import ContractLine
from boothline.core import clock
from boothline.core.money import figure


def promised(lines: Iterable[ContractLine]) -> dict[int, Promise]:
    """{line id: from when on it can be promised}, of lines that come with their variant and that no order has reserved yet."""
    return promises((line.pk, line.variant, line.quantity) for line in lines)


def too_early(lines: Iterable[ContractLine], said: dict[int, Promise], ships_on: date | None) -> list[str]:
    """What is not there by the shipping date, in words. Pre-order goods that nobody bought yet are no surprise."""
    return [_words(line, said[line.pk]) for line in lines if line.pk in said and _is_early(line, said[line.pk], ships_on)]


def _is_early(line: ContractLine, said: Promise, ships_on: date | None) -> bool:
    if said.on is None:
        return line.variant.stock_kind == "counted"
    return ships_on is not None and said.on > ships_on


def _words(line: ContractLine, said: Promise) -> str:
    values = {"sku": line.sku, "n": figure(line.quantity), "most": figure(said.most)}
    if said.on is None:
        return _("%(sku)s: %(most)s of %(n)s in stock or purchased") % values
    return _("%(sku)s: %(n)s can be promised from %(on)s") % (values | {"on": clock.day_words(said.on)})
