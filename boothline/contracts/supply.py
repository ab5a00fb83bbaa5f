"""Whether the goods of a contract can be there by its shipping date, as the stock stands. It warns, and never stops anybody."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from boothline.catalogue.stock import Promise, promises
from boothline.contracts.agreement import ContractLine, Version
from boothline.contracts.establishment import Confirmation
from boothline.core import clock
from boothline.core.money import trimmed


def promised(version: Version) -> dict[int, Promise]:
    """{line id: from when on it can be promised}. Once an order stands its lines have what they reserved, and nothing is asked."""
    if not version.contract.is_alive or Confirmation.objects.valid().filter(version__contract=version.contract_id).exists():
        return {}
    return promises((line.pk, line.variant, line.quantity) for line in version.lines.select_related("variant__product"))


def too_early(version: Version, said: dict[int, Promise]) -> list[str]:
    """What is not there by the shipping date, in words. Pre-order goods that nobody bought yet are no surprise."""
    found = []
    for line in version.lines.select_related("variant"):
        if line.pk in said and _is_early(line, said[line.pk], version.shipping_on):
            found.append(_words(line, said[line.pk]))
    return found


def _is_early(line: ContractLine, said: Promise, ships_on: date | None) -> bool:
    if said.on is None:
        return line.variant.stock_kind == "counted"
    return ships_on is not None and said.on > ships_on


def _words(line: ContractLine, said: Promise) -> str:
    values = {"sku": line.sku, "n": trimmed(line.quantity), "most": trimmed(said.most)}
    if said.on is None:
        return _("%(sku)s: of %(n)s, only %(most)s are in stock or bought") % values
    return _("%(sku)s: %(n)s can be promised from %(on)s") % (values | {"on": clock.day_words(said.on)})
