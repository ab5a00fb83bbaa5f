"""Products that come by file. A product without a code of its own has its id there for one, or its name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from boothline.accounts.company import company
from boothline.catalogue.products import NewProduct, Product, Step, Variant, add_products, edit_product, edit_variant
from boothline.core.actors import Actor
from boothline.core.errors import Refused
from boothline.core.money import check_price, check_quantity, trimmed
from boothline.core.records import label_of
from boothline.core.text import fold, prose
from boothline.exchange.foreign import Arrival, key_of
from boothline.exchange.kinds import KINDS
from boothline.exchange.tables import Table
from boothline.exchange.values import currency_of, decimal_commas, measured, number, one_unit, said

LIMITS = {"id": 200, "code": 40, "name": 200, "name_latin": 200, "family": 100, "unit": 20, "specification": 20_000, "currency": 20}
WORDS = ("code", "name", "name_latin", "family", "unit", "specification")
FIGURES = ("minimum", "lead_days")
CARTON = ("carton_length", "carton_width", "carton_height")
WEIGHTS = ("net_weight", "gross_weight")
PACKING = ("carton_quantity", "carton_size", *WEIGHTS)
SIZE = re.compile(r"(\d+(?:\.\d)?)\s*(?:cm)?\s*[*×x]\s*(\d+(?:\.\d)?)\s*(?:cm)?\s*[*×x]\s*(\d+(?:\.\d)?)\s*(?:cm)?", re.I)
LARGEST = 250  # cm; more is no carton but a size in millimetres
HEAVIEST = 10_000  # kg
NOT_KG = ("g", "lb", "lbs", "t", "克", "斤", "吨", "磅")
LASTING = re.compile(r"\s*(?:天|日|days?)\s*$", re.I)
LEAST = re.compile(r"^\s*(?:≥|>=|＞=|min\.?)\s*|\s*(?:起订|起批|起|以上)\s*$", re.I)  # around a minimum: no less than it


class Goods:
    """The door of products. A price is said as "4821.00 USD"."""

    kind = "product"

    def __init__(self) -> None:
        self._currency = company().currency
        self._commas: set[str] = set()  # fields whose column has a comma before the decimals
        self._is_mm = False  # the heading of the cartons' sizes says so

    def look_at(self, table: Table) -> None:
        """How its figures are written."""
        self._commas = {name for name in ("price", "minimum") if decimal_commas(table.column(KINDS["product"], name))}
        fields = zip(table.headings, table.fields_of(KINDS["product"]), strict=True)
        self._is_mm = any(name == "carton_size" and re.search(r"\bmm\b|毫米", heading, re.I) for heading, name in fields)

    def arriving(self, file: str, row: int, cells: dict[str, str], warn: Callable[[str], None]) -> Arrival:
        """A row, read. A price without a currency is in the company's."""
        values = {name: said(cell, LIMITS[name], self.words(name)) for name, cell in cells.items() if name in LIMITS}
        figures: dict[str, tuple[Decimal, str] | None] = {"lead_days": self._lead_days(cells.get("lead_days", ""), warn)}
        units = []
        for figure in ("price", "minimum"):
            cell = LEAST.sub("", cells.get(figure, "")) if figure == "minimum" else cells.get(figure, "")
            said_so = measured(cell, self.words(figure), has_commas=figure in self._commas)
            figures[figure] = (said_so.figure, said_so.currency) if said_so else None
            units.append(said_so.unit if said_so else "")
        own_id, name = values.pop("id", "") or values.get("code", ""), values.get("name") or values.get("code", "")
        if not name:
            raise Refused(_("Nothing says which product this is. Give a name or a code."))
        currency = self._currency_of(values.pop("currency", ""), figures["price"])
        if unit := one_unit(values.get("unit", ""), *units):
            values.setdefault("unit", unit)
        values |= {"name": name, "code": values.get("code") or ("" if own_id.isdigit() else own_id)[:40] or name[:40]}
        values |= {figure: trimmed(found[0]) for figure, found in figures.items() if found and figure != "price"}
        if found := figures["price"]:
            check_price(found[0])
            values["price"] = f"{trimmed(found[0], 2)} {currency}"
        _check_figures(values)
        values |= self._packing(cells, warn)
        return Arrival(file, row, key_of(own_id, name), name, {k: v for k, v in values.items() if v})

    def _lead_days(self, cell: str, warn: Callable[[str], None]) -> tuple[Decimal, str] | None:
        """30, 30天, 30 days; a lead time that is no number is told: the product stands without it."""
        try:
            return number(LASTING.sub("", cell), self.words("lead_days"))
        except Refused as refused:
            warn(prose((refused.words, _("The product is taken without it."))))
            return None

    def _packing(self, cells: dict[str, str], warn: Callable[[str], None]) -> dict[str, str]:
        """How its carton is packed; what cannot be read of it is told: the product stands without it."""
        found: dict[str, str] = {}
        for name in PACKING:
            try:
                found |= {name: read} if (read := self._packed(name, cells.get(name, ""))) else {}
            except Refused as refused:
                warn(prose((refused.words, _("The product is taken without it."))))
        return found

    def _packed(self, name: str, cell: str) -> str:
        if name == "carton_size":
            return self._size(said(cell, 60, self.words(name)))
        figure = measured(cell, self.words(name))
        if figure is None:
            return ""
        is_whole = name != "carton_quantity" or not figure.figure % 1
        if not (0 < figure.figure <= HEAVIEST and is_whole) or figure.unit.casefold() in NOT_KG:
            raise Refused(_("%(field)s: %(value)s cannot be.") % {"field": self.words(name), "value": cell.strip()})
        return trimmed(figure.figure)

    def _size(self, text: str) -> str:
        found = SIZE.fullmatch(unicodedata.normalize("NFKC", text))
        sides = [Decimal(side) / (10 if self._is_mm else 1) for side in found.groups()] if found else []
        if text and not (sides and all(0 < side <= LARGEST for side in sides)):
            words = _("%(field)s: %(value)s is no size. Write it in cm like 45 × 35 × 30.")
            raise Refused(words % {"field": self.words("carton_size"), "value": text})
        return " × ".join(trimmed(round(side, 1)) for side in sides)

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
        """New ones, each with one variant of the same code."""
        made = []
        for arrival in arrivals:
            price, currency = _price(arrival.said.get("price", f"0 {self._currency}"))
            fields: dict[str, Any] = {
                name: arrival.said[name] for name in ("name_latin", "family", "unit", "specification") if name in arrival.said
            }
            fields |= _figures(arrival.said)
            made.append(NewProduct(arrival.said["code"], arrival.name, price, currency, fields, _as_fields(arrival.said)))
        return add_products(made, by=by.trusted())

    def edit(self, record: Product, said: dict[str, Any], by: Actor) -> None:
        """What is said of the product; its price and its packing where it has one variant."""
        own = {name: said[name] for name in WORDS if name in said} | _figures(said)
        if own:
            edit_product(record, by=by.trusted(), revision=record.revision, values=own)
        variant = _only(record)
        values = _as_fields(said)
        if "price" in said:
            values |= dict(zip(("price", "currency"), _price(said["price"]), strict=True))
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

    def _currency_of(self, written: str, price: tuple[Decimal, str] | None) -> str:
        return currency_of(written, price[1] if price else "", self._currency)


def _only(product: Product) -> Variant | None:
    variants = list(product.variants.all())
    return variants[0] if len(variants) == 1 else None


def _packing_of(variant: Variant) -> dict[str, str]:
    """How it is packed, in the words of a row."""
    sides = [getattr(variant, name) for name in CARTON]
    figures = {name: getattr(variant, name) for name in ("carton_quantity", *WEIGHTS)}
    told = {name: "" if figure is None else trimmed(Decimal(figure)) for name, figure in figures.items()}
    return told | {"carton_size": "" if None in sides else " × ".join(map(trimmed, sides))}


def _as_fields(said: dict[str, Any]) -> dict[str, Any]:
    """The same as a variant keeps it."""
    found: dict[str, Any] = {name: Decimal(said[name]) for name in WEIGHTS if name in said}
    found |= {"carton_quantity": int(said["carton_quantity"])} if "carton_quantity" in said else {}
    return found | (dict(zip(CARTON, map(Decimal, said["carton_size"].split(" × ")), strict=True)) if "carton_size" in said else {})


def _price(said: str) -> tuple[Decimal, str]:
    amount, currency = said.split()
    return Decimal(amount), currency


def _figures(said: dict[str, Any]) -> dict[str, Any]:
    read: dict[str, Callable[[str], Any]] = {"minimum": Decimal, "lead_days": int}
    return {name: read[name](said[name]) for name in FIGURES if name in said}


def _check_figures(values: dict[str, str]) -> None:
    if "minimum" in values:
        check_quantity(Decimal(values["minimum"]), unit=values.get("unit", "pcs"))
    if not values.get("lead_days", "0").isdigit() or len(values.get("lead_days", "0")) > 4:
        raise Refused(_("The lead time is not a number of days: %(value)s") % {"value": values["lead_days"]})
