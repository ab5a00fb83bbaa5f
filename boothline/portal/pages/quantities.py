"""How many of each product a guest wants, as they typed it beside the product."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from boothline.core.errors import Refused, together
from boothline.core.money import check_quantity, typed_quantity
from boothline.intentions.expansion import ExpansionItem
from boothline.negotiation.briefing import BriefingItem
from boothline.negotiation.wishes import asked_first

Item = BriefingItem | ExpansionItem


def field_of(item: Item) -> str:
    """The field beside a product."""
    return f"quantity_{item.pk}"


def sure_of(item: Item) -> str:
    """The field that keeps how many they were asked about already: who sends the same once more means it."""
    return f"sure_{item.pk}"


def quantities(typed: Any, items: Iterable[Item], otherwise: Mapping[int, Decimal] | None = None) -> dict[int, Decimal]:
    """{item id: what was typed, else `otherwise`}. Without `otherwise` an empty field is not said yet, and left out; with it there must
    be a number. What is none, or none of its unit, is refused at its own field, all of them at once; what is below the minimum, or
    hardly meant, is asked about once."""
    found: dict[int, Decimal] = {}
    together(*(partial(_take, item, typed, otherwise, found) for item in items))
    return found


def _take(item: Item, typed: Any, otherwise: Mapping[int, Decimal] | None, found: dict[int, Decimal]) -> None:
    said = typed.get(field_of(item), "").strip()
    if not said and otherwise is None:
        return
    number = typed_quantity(said, item.product.unit) if said else (otherwise or {}).get(item.pk)
    if number is None or number <= 0:
        raise Refused(_("Write the quantity as a number, such as 200."), field=field_of(item))
    check_quantity(number, field_of(item), item.product.unit)
    doubt = asked_first(item.product, number)
    if doubt and number != item.quantity and said != typed.get(sure_of(item)):
        raise Refused(doubt, field=field_of(item), code="doubted")
    found[item.pk] = number
