"""Products that come by file. A product without a code of its own has its id there for one, or its name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from boothline.catalogue.products import NewProduct, Product, Step, Variant, add_products, edit_product, edit_variant
from boothline.core.actors import Actor
from boothline.core.errors import Refused, RowFailed
from boothline.core.money import check_quantity, trimmed
from boothline.core.records import label_of
from boothline.core.text import fold, prose
from boothline.exchange.foreign import Arrival, failing, key_of
from boothline.exchange.price_lists import SIDES, WEIGHTS, PriceList, as_fields, as_price
from boothline.exchange.spoken import Spoken
from boothline.exchange.values import number, one_unit, said

LIMITS = {"id": 200, "code": 40, "name": 200, "name_latin": 200, "family": 100, "unit": 20, "specification": 20_000, "currency": 20}
WORDS = ("code", "name", "name_latin", "family", "unit", "specification")
FIGURES = ("minimum", "lead_days")
PACKING = ("carton_quantity", "carton_size", *WEIGHTS)
LASTING = re.compile(r"\s*(?:天|日|days?)\s*$", re.I)
LEAST = re.compile(r"^\s*(?:≥|>=|＞=|min\.?)\s*|\s*(?:起订|起批|起|以上)\s*$", re.I)  # around a minimum: no less than it


class Goods(PriceList):
    """The door of products. Those of which rows say the variants (`spoken`) get none by themselves."""

    kind = "product"

    def __init__(self, spoken: Spoken | None = None) -> None:
        super().__init__()
        self._spoken = spoken or Spoken()

    def arriving(self, file: str, row: int, cells: dict[str, str], warn: Callable[[str], None]) -> Arrival:
        """A row, read. A price without a currency is in the company's."""
        values = {name: said(cell, LIMITS[name], self.words(name)) for name, cell in cells.items() if name in LIMITS}
        price, minimum = self._figure("price", cells.get("price", "")), self._figure("minimum", LEAST.sub("", cells.get("minimum", "")))
        own_id, name = values.pop("id", "") or values.get("code", ""), values.get("name") or values.get("code", "")
        if not name:
            raise Refused(_("Nothing says which product this is. Give a name or a code."))
        priced = self._price(price, values.pop("currency", ""))
        if unit := one_unit(values.get("unit", ""), *(found.unit for found in (price, minimum) if found)):
            values.setdefault("unit", unit)
        values |= {"name": name, "code": values.get("code") or ("" if own_id.isdigit() else own_id)[:40] or name[:40]}
        values |= {"lead_days": self._lead_days(cells.get("lead_days", ""), warn), "minimum": trimmed(minimum.figure) if minimum else ""}
        values |= {"price": priced}
        values = {name: value for name, value in values.items() if value}
        _check_figures(values)
        values |= self._packing(cells, PACKING, _("The product is taken without it."), warn)
        return Arrival(file, row, key_of(own_id, name), name, values)

    def _lead_days(self, cell: str, warn: Callable[[str], None]) -> str:
        """30, 30天, 30 days; a lead time that is no number is told: the product stands without it."""
        try:
            found = number(LASTING.sub("", cell), self.words("lead_days"))
        except Refused as refused:
            warn(prose((refused.words, _("The product is taken without it."))))
            return ""
        return trimmed(found[0]) if found else ""

    def called(self, names: Iterable[str]) -> dict[str, list[Product]]:
        """By the folded name or code: GTXPro is GTX Pro."""
        found: dict[str, list[int]] = {}
        wanted = {fold(name) for name in names}
        for pk, code, name in Product.objects.order_by("pk").values_list("pk", "code", "name"):
            for word in {fold(code), fold(name)} & wanted:
                found.setdefault(word, []).append(pk)
        held = self.held(pk for pks in found.values() for pk in pks)
        return {word: [held[pk] for pk in pks] for word, pks in found.items()}

    def held(self, ids: Iterable[int]) -> dict[int, Product]:
        """By their ids."""
        return Product.objects.prefetch_related("variants__steps").in_bulk(list(ids))

    def stands(self, record: Product) -> dict[str, Any]:
        """What is on file now; the price where there is one variant."""
        values = {name: getattr(record, name) for name in WORDS}
        values |= {"minimum": trimmed(record.minimum), "lead_days": str(record.lead_days)}
        if (variant := _only(record)) is None:
            return values | dict.fromkeys(("price", *PACKING), "")
        return values | {"price": f"{trimmed(variant.price, 2)} {variant.currency}"} | _packing_of(variant)

    def add(self, arrivals: Sequence[Arrival], by: Actor) -> list[Product]:
        """New ones, each with one variant of the same code where no rows say its variants."""
        made = [self._new(arrival) for arrival in arrivals]
        try:
            return add_products(made, by=by.trusted())
        except RowFailed as failed:
            raise failing(failed, made, arrivals) from failed

    def _new(self, arrival: Arrival) -> NewProduct:
        told = arrival.said
        price, currency = as_price(told.get("price", f"0 {self._currency}"))
        fields: dict[str, Any] = {name: told[name] for name in ("name_latin", "family", "unit", "specification") if name in told}
        fields |= _figures(told)
        return NewProduct(told["code"], arrival.name, price, currency, fields, as_fields(told), not self._spoken.of(arrival))

    def edit(self, record: Product, said: dict[str, Any], by: Actor) -> None:
        """What is said of the product; its price and its packing where it has one variant."""
        own = {name: said[name] for name in WORDS if name in said} | _figures(said)
        if own:
            edit_product(record, by=by.trusted(), revision=record.revision, values=own)
        variant = _only(record)
        values = as_fields(said)
        if "price" in said:
            values |= dict(zip(("price", "currency"), as_price(said["price"]), strict=True))
        if values and variant:
            steps = [Step(step.from_quantity, step.price) for step in variant.steps.all()]
            edit_variant(variant, by=by.trusted(), revision=variant.revision, values=values, steps=steps)

    def figures(self, records: Iterable[Product]) -> dict[str, Any]:
        """Nothing beside their number."""
        return {}

    def words(self, name: str) -> str:
        """As the product's page has them."""
        words = {"id": _("id"), "currency": _("currency"), "carton_size": _("carton, cm")}
        return words.get(name) or label_of(Variant if name in ("price", *PACKING) else Product, name)


def _only(product: Product) -> Variant | None:
    variants = list(product.variants.all())
    return variants[0] if len(variants) == 1 else None


def _packing_of(variant: Variant) -> dict[str, str]:
    """How it is packed, in the words of a row."""
    sides = [getattr(variant, name) for name in SIDES]
    figures = {name: getattr(variant, name) for name in ("carton_quantity", *WEIGHTS)}
    told = {name: "" if figure is None else trimmed(Decimal(figure)) for name, figure in figures.items()}
    return told | {"carton_size": "" if None in sides else " × ".join(map(trimmed, sides))}


def _figures(said: dict[str, Any]) -> dict[str, Any]:
    read: dict[str, Callable[[str], Any]] = {"minimum": Decimal, "lead_days": int}
    return {name: read[name](said[name]) for name in FIGURES if name in said}


def _check_figures(values: dict[str, str]) -> None:
    if "minimum" in values:
        check_quantity(Decimal(values["minimum"]), unit=values.get("unit", "pcs"))
    if not values.get("lead_days", "0").isdigit() or len(values.get("lead_days", "0")) > 4:
        raise Refused(_("The lead time is not a number of days: %(value)s") % {"value": values["lead_days"]})
