"""Variants that come by file: of a product of the same run, or of one that is there.

A price list names the product by its code or name in each row, or in the first of several: one that is not there is made of that row, as
of the rows of orders. What only refers to a product (its id, or our own export) makes none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from boothline.accounts.rights import who_holds
from boothline.catalogue.lists import STOCK_KINDS
from boothline.catalogue.products import NewVariant, Product, Step, Variant, add_variants, edit_variant
from boothline.catalogue.stock import keep_stock
from boothline.core.actors import Actor
from boothline.core.errors import Refused, RowFailed
from boothline.core.money import check_price, check_quantity, trimmed
from boothline.core.records import label_of
from boothline.core.text import fold, phrase
from boothline.exchange.foreign import NAMED, Arrival, failing
from boothline.exchange.kinds import KINDS
from boothline.exchange.named import Named, named
from boothline.exchange.price_lists import SIDES, WEIGHTS, PriceList, as_fields, as_price
from boothline.exchange.runs import Run
from boothline.exchange.spoken import OF_PRODUCT
from boothline.exchange.tables import Table
from boothline.exchange.values import Exact, apart, currency_of, is_nothing, measured, one_unit, said

LIMITS = {"id": 200, "sku": 60, "words": 200, "words_latin": 200, "colour": 100, "size": 100, "currency": 20, "stock_kind": 20}
OWN = ("sku", "words", "words_latin")
STEP = re.compile(r"(?:≥|>=)?\s*(.+?)\s*(?:\+|[:：=]|起|以上)\s*[:：]?\s*(.+)")
PARTED = re.compile(r"[;；、\n]")


class Variants(PriceList):
    """The door of variants. A SKU is of one product alone. What it says of step prices is "500+ 64.00; 1000+ 60.00"."""

    kind = "variant"

    def __init__(self, run: Run) -> None:
        super().__init__()
        products = list(Product.objects.order_by("pk").values_list("pk", "code", "name", "name_latin", "unit"))
        self._codes = {pk: code for pk, code, *_more in products}
        self._ids = {code: pk for pk, code in self._codes.items()}
        self._units = {pk: unit for pk, *_more, unit in products}
        besides = [(word, pk) for pk, code, _name, latin, _unit in products for word in (code, latin)]
        self._products: Named = named("product", _("product"), run, {pk: name for pk, _code, name, *_more in products}, besides)
        self._products.keys = self._ids | self._products.keys
        self._skus = {self.folded(sku): (pk, product, sku) for pk, product, sku in Variant.objects.values_list("pk", "product", "sku")}
        self._sees_floor = run.by.has("catalogue.floor")
        self._last: dict[str, str] = {}  # the product of the row above: a sheet says it once, and leaves it out below
        self._coming = 0  # rows of a dry run whose product is not stored

    def folded(self, sku: str) -> str:
        """How SKUs are compared: in whatever letters."""
        return sku.casefold()

    # Reading.

    def look_at(self, table: Table) -> None:
        """How its figures are written."""
        super().look_at(table)
        self._products.ask(table.column(KINDS["variant"], "product_id"))
        self._last = {}

    def arriving(self, file: str, row: int, cells: dict[str, str], warn: Callable[[str], None]) -> Arrival:
        """A row, read."""
        values = {name: said(cell, LIMITS[name], self.words(name)) for name, cell in cells.items() if name in LIMITS}
        sku, own_id = values.get("sku", ""), values.get("id", "")
        product = self._product(cells, sku)
        if not sku:
            raise Refused(_("Nothing says which variant this is. Give its SKU."))
        if (whose := self._whose(sku)) not in (product, None):
            raise self._of_another(sku, self._codes[whose or 0])
        sku = self._skus.get(self.folded(sku), (0, 0, sku))[2]  # as it is written here
        told = {"sku": sku, "product": self._codes.get(product) or self._called(), "words": self._words_apart(values)}
        told |= {"words_latin": values.get("words_latin", "")} | self._prices(cells, values.get("currency", ""), product, warn)
        told |= {"stock_kind": self._stock_kind(values.get("stock_kind", ""))} | self._cartons(cells, warn)
        return Arrival(file, row, own_id or NAMED + self.folded(sku), sku, {name: value for name, value in told.items() if value})

    def _whose(self, sku: str) -> int | None:
        """The product of a SKU on record."""
        return self._skus[self.folded(sku)][1] if self.folded(sku) in self._skus else None

    def _of_another(self, sku: str, product: str) -> Refused:
        words = _("The SKU %(sku)s belongs to the product %(product)s. Choose a different one, or name that product.")
        return Refused(phrase(words, {"sku": sku, "product": product}))

    def _words_apart(self, values: dict[str, str]) -> str:
        """What sets it apart: 4000K / 白色, where two columns say it; in one order, however they stand."""
        parts = [values[name] for name in ("words", "colour", "size") if values.get(name)]
        return said(" / ".join(parts), LIMITS["words"], self.words("words")) if len(parts) > 1 else "".join(parts)

    def _product(self, cells: dict[str, str], sku: str) -> int:
        """The product of a row, or of the row above where it names none. NOT_YET (0): a dry run has not stored it."""
        if OF_PRODUCT.keys() & cells.keys():
            named_here = {name: said(cells[name], limit, self.words(name)) for name, limit in OF_PRODUCT.items() if name in cells}
            self._last = {name: cell for name, cell in named_here.items() if cell}
        if not self._last:
            raise Refused(_("Nothing says which product this is a variant of. Give its code or its name."))
        for name in ("product_id", "code", "product"):
            if pk := self._products.known(self._last.get(name, "")):
                return pk
        called, whose = self._called(), self._whose(sku)
        if whose in self._products.names.get(fold(called), ()):  # of several products of this name, the one that has it
            return whose or 0
        is_ours = isinstance(cells.get("id"), Exact)
        return self._products.find(self._last.get("product_id", called) if is_ours else called, called, is_exact=is_ours)

    def _called(self) -> str:
        """What the row calls its product."""
        return next((self._last[name] for name in ("code", "product", "product_name", "product_id") if name in self._last), "")

    def _prices(self, cells: dict[str, str], written: str, product: int, warn: Callable[[str], None]) -> dict[str, str]:
        found = self._figure("price", cells.get("price", ""))
        if found and found.unit and product in self._units:
            one_unit(self._units[product], found.unit)
        price = self._price(found, written)
        currency = price.rpartition(" ")[2] or currency_of(written, "", self._currency)
        floor = self._figure("floor", cells.get("floor", ""))
        if floor and not self._sees_floor:
            words = _("Floor prices are set by: %(who)s. The variant is taken without it.")
            warn(phrase(words, {"who": who_holds("catalogue.floor")}))
            floor = None
        if floor:
            currency_of(currency, floor.currency, currency)
            check_price(floor.figure, field="floor")
        return {"price": price, "floor": trimmed(floor.figure, 2) if floor else "", "steps": self._steps(cells.get("steps", ""), currency)}

    def _steps(self, cell: str, currency: str) -> str:
        parts = apart(cell) if isinstance(cell, Exact) else [part.strip() for part in PARTED.split(cell)]
        steps = [self._step(part, currency) for part in parts if not is_nothing(part)]
        return _as_text(steps)

    def _step(self, part: str, currency: str) -> Step:
        halves = STEP.fullmatch(part)
        quantity, price = (measured(half, self.words("steps")) for half in (halves.groups() if halves else ("", "")))
        if quantity is None or price is None:
            words = _("%(field)s: %(value)s is no step price. Write them like 500+ 64.00; 1000+ 60.00.")
            raise Refused(words % {"field": self.words("steps"), "value": part})
        currency_of(currency, price.currency, currency)
        check_quantity(quantity.figure, field="steps")
        check_price(price.figure, field="steps")
        return Step(quantity.figure, price.figure)

    def _stock_kind(self, written: str) -> str:
        words = _stock_words()
        if written and written.casefold() not in words:
            told = _("%(field)s: %(value)s is none of: %(known)s.")
            raise Refused(told % {"field": self.words("stock_kind"), "value": written, "known": ", ".join(STOCK_KINDS)})
        return words.get(written.casefold(), "")

    def _cartons(self, cells: dict[str, str], warn: Callable[[str], None]) -> dict[str, str]:
        found = self._packing(cells, ("carton_quantity", "carton_size", *SIDES, *WEIGHTS), _("The variant is taken without it."), warn)
        size = found.pop("carton_size", "")
        return found | (dict(zip(SIDES, size.split(" × "), strict=True)) if size else {})

    # Knowing again.

    def called(self, names: Iterable[str]) -> dict[str, list[Variant]]:
        """By the SKU, in whatever letters."""
        wanted = {word: self._skus[word][0] for word in map(self.folded, names) if word in self._skus}
        held = self.held(wanted.values())
        return {word: [held[pk]] for word, pk in wanted.items() if pk in held}

    def held(self, ids: Iterable[int]) -> dict[int, Variant]:
        """By their ids."""
        return Variant.objects.select_related("product").prefetch_related("steps").in_bulk(list(ids))

    def stands(self, record: Variant) -> dict[str, Any]:
        """What is on file now."""
        figures = {name: getattr(record, name) for name in ("carton_quantity", *SIDES, *WEIGHTS)}
        told = {name: "" if figure is None else trimmed(Decimal(figure)) for name, figure in figures.items()}
        return told | {name: getattr(record, name) for name in (*OWN, "stock_kind")} | {
            "product": record.product.code, "price": f"{trimmed(record.price, 2)} {record.currency}",
            "floor": "" if record.floor is None else trimmed(record.floor, 2), "steps": _as_text(_steps_of(record)),
        }  # fmt: skip

    # Storing.

    def add(self, arrivals: Sequence[Arrival], by: Actor) -> list[Variant]:
        """New ones. In a dry run those of a product that is not stored only seem to be."""
        products = Product.objects.in_bulk([self._ids[a.said["product"]] for a in arrivals if a.said["product"] in self._ids])
        by_code = {product.code: product for product in products.values()}
        new = [self._new(arrival, by_code.get(arrival.said["product"])) for arrival in arrivals]
        try:
            made = iter(add_variants([one for one in new if one.product.pk], by=by.trusted()))
        except RowFailed as failed:
            raise failing(failed, new, arrivals) from failed
        return [next(made) if one.product.pk else self._seeming(one) for one in new]

    def _new(self, arrival: Arrival, product: Product | None) -> NewVariant:
        told = arrival.said
        price, currency = as_price(told.get("price", f"0 {self._currency}"))
        fields = _fields(told) | ({"stock_kind": told["stock_kind"]} if "stock_kind" in told else {})
        return NewVariant(product or Product(), told["sku"], price, currency, fields, _steps_in(told.get("steps", "")))

    def _seeming(self, new: NewVariant) -> Variant:
        new.check()
        self._coming += 1
        return Variant(pk=-self._coming, sku=new.sku)

    def edit(self, record: Variant, said: dict[str, Any], by: Actor) -> None:
        """What is said otherwise. A variant stays with its product."""
        if "product" in said:
            raise self._of_another(record.sku, record.product.code)
        values = {"floor": record.floor} | ({"sku": said["sku"]} if "sku" in said else {}) | _fields(said)
        if "price" in said:
            values |= dict(zip(("price", "currency"), as_price(said["price"]), strict=True))
        steps = _steps_in(said["steps"]) if "steps" in said else _steps_of(record)
        if said.keys() - {"stock_kind"}:
            edit_variant(record, by=by.trusted(), revision=record.revision, values=values, steps=steps)
        if "stock_kind" in said:
            keep_stock(record, by=by.trusted(), revision=record.revision, kind=said["stock_kind"])

    def figures(self, records: Iterable[Variant]) -> dict[str, Any]:
        """Nothing beside their number."""
        return {}

    def words(self, name: str) -> str:
        """As the product's page has them."""
        own = {
            "id": _("id"), "product_id": _("id of the product"), "code": _("code of the product"), "product": _("product"),
            "product_name": _("name of the product"), "colour": _("colour"), "size": _("size"), "currency": _("currency"),
            "carton_size": _("carton, cm"), "steps": str(Variant.labels["steps"]),
        }  # fmt: skip
        return own.get(name) or label_of(Product if name in ("family", "unit") else Variant, name)


@cache
def _stock_words() -> dict[str, str]:
    """{what a cell says: how stock is kept}: the code, or its words in either language."""
    found = {code: code for code in STOCK_KINDS}
    for language in ("zh-hans", "en"):
        with override(language):
            found |= {str(words).casefold(): code for code, words in STOCK_KINDS.items()}
    return found


def _fields(told: Mapping[str, Any]) -> dict[str, Any]:
    """What sets it apart, its floor price and its packing, as a variant keeps them."""
    found: dict[str, Any] = {name: told[name] for name in ("words", "words_latin") if name in told}
    return found | ({"floor": Decimal(told["floor"])} if "floor" in told else {}) | as_fields(dict(told))


def _as_text(steps: Iterable[Step]) -> str:
    return "; ".join(f"{trimmed(s.from_quantity)}+ {trimmed(s.price, 2)}" for s in sorted(steps, key=lambda s: s.from_quantity))


def _steps_in(text: str) -> list[Step]:
    """The steps of what `_as_text` wrote."""
    pairs = (part.split("+ ") for part in text.split("; ") if part)
    return [Step(Decimal(quantity), Decimal(price)) for quantity, price in pairs]


def _steps_of(variant: Variant) -> list[Step]:
    return [Step(step.from_quantity, step.price) for step in variant.steps.all()]
