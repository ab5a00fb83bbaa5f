"""What the rows of an import add up to, as its page says it; the command says the same under `figures`."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from boothline.core.errors import Words
from boothline.core.money import figure
from boothline.core.text import labelled
from boothline.exchange.opportunities import STAGES

WORDS: dict[str, Words] = {
    "teams": _("teams of the colleagues"),
    "opportunities": _("opportunities"),
    "value": _("order value, each line rounded"),
    "value_unrounded": _("order value, unrounded"),
    "orders": _("orders"),
    "lines": _("order lines"),
    "units": _("pieces ordered"),
    "not_shipped": _("orders not shipped"),
    "late": _("orders shipped late"),
    "returned_orders": _("orders returned"),
    "received": _("money received"),
    "exhibitors": _("exhibitors"),
    "stands": _("stands"),
    "booths": _("booth numbers"),
    "repeated": _("rows that repeat others"),
    "listed_otherwise": _("rows that say something else of the same name"),
    "without_customer": _("opportunities without customer"),
}
PARTS: dict[str, Mapping[str, Words]] = {"opportunities": STAGES}  # of a figure that is several


def shown(figures: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(words, figure), each part of one that is several for itself."""
    found: list[tuple[str, str]] = []
    for name, said in figures.items():
        label = str(WORDS.get(name, name.replace("_", " ")))
        parts = said if isinstance(said, dict) else {"": said}
        found += [
            (labelled(label, PARTS.get(name, {}).get(part, part)) if part else label, figure(Decimal(str(value))))
            for part, value in parts.items()
        ]
    return found
