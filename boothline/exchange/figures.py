"""What the rows of an import add up to, as its page says it; the command says the same under `figures`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from boothline.core.errors import Words
from boothline.core.text import labelled
from boothline.exchange.opportunities import STAGES

WORDS: dict[str, Words] = {
    "teams": _("teams"),
    "opportunities": _("opportunities"),
    "value": pgettext_lazy("opportunity", "value"),
    "without_customer": _("opportunities without customer"),
}
PARTS: dict[str, Mapping[str, Words]] = {"opportunities": STAGES}  # of a figure that is several


def shown(figures: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """(words, figure), each part of one that is several for itself."""
    found: list[tuple[str, Any]] = []
    for name, figure in figures.items():
        label = str(WORDS.get(name, name.replace("_", " ")))
        parts = figure if isinstance(figure, dict) else {"": figure}
        found += [(labelled(label, PARTS.get(name, {}).get(part, part)) if part else label, value) for part, value in parts.items()]
    return found
