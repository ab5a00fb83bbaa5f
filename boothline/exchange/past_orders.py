"""What files say of orders: a table with a row an order and one with its lines, or one with a line a row; and which orders came back.

Products and customers that only stand in these rows come out of them, each once. A bad row refuses its order with all of its rows; each is
named, so that the order goes in whole once it is mended.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boothline.core.errors import Refused, Words
from boothline.core.money import TOO_LARGE, check_price, check_quantity, trimmed
from boothline.core.text import prose
from boothline.exchange.dates import Dates
from boothline.exchange.discounts import Discounts
from boothline.exchange.foreign import NAMED, Arrival, key_of
from boothline.exchange.kinds import DAYS, KINDS, Kind
from boothline.exchange.runs import Run
from boothline.exchange.tables import Figure, Line, Table
from boothline.exchange.values import Measured, currency_of, decimal_commas, in_currency, measured, one_unit, said

OURS = ("order", "order_line", "return")  # kinds of rows that are about an order
PLACE = ("address", "city", "region", "code", "country")
LINE = ("product", "product_name", "family", "quantity", "price", "discount", "amount")
MONEY = ("price", "amount", "freight")
STRICT = ("customer", "customer_name", "currency", *DAYS)  # what all rows of an order must say alike
NO = {"no", "n", "false", "0", "否", "未退货", "未退"}
LIMITS = {"consignee": 100, "po": 60, "country": 60, "code": 40, "address": 200, "family": 100}
WORDS = {
    "id": gettext_lazy("order number"), "customer": gettext_lazy("customer"), "customer_name": gettext_lazy("customer"),
    "ordered": gettext_lazy("day of the order"), "promised": gettext_lazy("promised date"), "shipped": gettext_lazy("shipped on"),
    "owner": gettext_lazy("sold by"), "po": gettext_lazy("customer's PO number"), "freight": gettext_lazy("freight amount"),
    "currency": gettext_lazy("currency"), "consignee": gettext_lazy("consignee"), "carrier": gettext_lazy("carrier"),
    "product": gettext_lazy("product"), "product_name": gettext_lazy("product"), "quantity": gettext_lazy("quantity"),
    "price": gettext_lazy("unit price"), "discount": gettext_lazy("discount"), "amount": gettext_lazy("amount"),
    "lines": gettext_lazy("lines"), "returned": gettext_lazy("returned"), "place": gettext_lazy("delivery address"),
}  # fmt: skip


@dataclass(frozen=True)
class Place:
    """Where a row stands, and its first words."""

    file: str
    number: int
    words: str


@dataclass
class Sold:
    """One line as its row says it. A discount is in percent; `amount` is as exact as the file has it."""

    place: Place
    product: str
    name: str
    family: str
    quantity: Decimal
    price: Decimal | None
    discount: Decimal
    amount: Decimal | None
    unit: str = ""  # that stands beside its quantity or its price

    @property
    def key(self) -> str:
        """By which its product is known."""
        return key_of(self.product, self.name)

    @property
    def exact(self) -> Decimal:
        """What it came to, not rounded."""
        return self.amount if self.amount is not None else self.quantity * (self.price or 0) * (1 - self.discount / 100)

    def said(self) -> list[str | None]:
        """As it is kept, to know it again."""
        figures = (self.quantity, self.price, self.discount, self.amount)
        return [self.product, self.name, *(None if f is None else trimmed(f) for f in figures)]


@dataclass
class Heard:
    """One order, from all of its rows. `reason` says why it cannot be taken, and `culprit` which row is to blame."""

    key: str
    places: list[Place] = field(default_factory=list)
    head: dict[str, str] = field(default_factory=dict)
    days: dict[str, date | None] = field(default_factory=dict)
    freight: Decimal = Decimal(0)
    currency: str = ""
    lines: list[Sold] = field(default_factory=list)
    returned: Place | None = None
    reason: str = ""
    culprit: Place | None = None

    @property
    def customer(self) -> str:
        """By which its customer is known."""
        return key_of(self.head.get("customer", ""), self.head.get("customer_name", ""))

    @property
    def address(self) -> str:
        """Where its goods go, in one line."""
        return ", ".join(self.head[part] for part in PLACE if part in self.head)[:400]

    def refuse(self, reason: str, at: Place) -> None:
        """It cannot be taken; the first reason counts."""
        if not self.reason:
            self.reason, self.culprit = reason, at

    def arrival(self) -> Arrival:
        """The order as what came, to be known again."""
        values: dict[str, Any] = {
            name: self.head[name] for name in ("customer", "customer_name", "owner", "po", "consignee", "carrier") if name in self.head
        }
        values |= {name: day.isoformat() for name, day in self.days.items() if day}
        values |= {"place": self.address, "freight": trimmed(self.freight) if self.freight else "", "currency": self.currency}
        values |= {"returned": "yes" if self.returned else "", "lines": [line.said() for line in self.lines]}
        place = self.places[0]
        return Arrival(place.file, place.number, self.key, self.key, {name: value for name, value in values.items() if value})


Reading = Callable[[Heard, dict[str, str], Place], None]


class PastOrders:
    """The orders of a run, in the order in which they come, and the names of carriers by their ids."""

    def __init__(self, tables: dict[str, list[Table]], run: Run) -> None:
        self._run = run
        self.orders: dict[str, Heard] = {}
        self.carriers: dict[str, str] = {}
        self.returns: list[tuple[str, Place]] = []
        for kind, hear in (("carrier", self._carriers), ("order", self._heads), ("order_line", self._lines), ("return", self._returns)):
            for table in tables.pop(kind, ()):
                hear(table, KINDS[kind])

    def products(self) -> dict[str, dict[str, str]]:
        """{key: cells} of the products that these rows name, as their first row calls them; told once how many have other names besides."""
        first: dict[str, Sold] = {}
        others: dict[str, None] = {}
        for order in (order for order in self.orders.values() if not order.reason):
            for line in order.lines:
                if line.name and first.setdefault(line.key, line).name != line.name:
                    others.setdefault(line.product)
        if others:
            words = _("%(n)s products stand under several names. The first of each stands; the lines keep theirs: %(ids)s")
            place = next(iter(first.values())).place
            ids = ", ".join([*list(others)[:10], *["…"] * (len(others) > 10)])
            self._run.warn(place.file, 1, words % {"n": len(others), "ids": ids})
        return {key: _cells(line.place, id=line.product, name=line.name, family=line.family, unit=line.unit) for key, line in first.items()}

    def customers(self) -> dict[str, dict[str, str]]:
        """The same of customers."""
        found: dict[str, dict[str, str]] = {}
        for order in (order for order in self.orders.values() if not order.reason):
            if name := order.head.get("customer_name", ""):
                found.setdefault(order.customer, _cells(order.places[0], id=order.head.get("customer", ""), name=name))
        return found

    def name_of(self, line: Sold, stands: str) -> str:
        """What the line is called, where that is not what its product is called."""
        return line.name if line.name != stands else ""

    def _carriers(self, table: Table, kind: Kind) -> None:
        """Carriers have no records of their own; their names stand on the shipments."""
        for line, cells in _rows(table, kind, self._run):
            if not line.reason and (name := said(cells.get("name", ""), 100, str(WORDS["carrier"]))):
                self.carriers[cells.get("id", "").strip()] = name
        self._run.warn(table.file, 1, _("Left out: carriers have no place of their own here. Their names stand on the shipments."))

    def _heads(self, table: Table, kind: Kind) -> None:
        has_lines = {"quantity", "product"} <= _held(table, kind) or {"quantity", "product_name"} <= _held(table, kind)
        read = _Reader(table, kind, self._run)
        last = ""
        for line, cells in _rows(table, kind, self._run):
            place = Place(table.file, line.number, line.said)
            if has_lines and last and not cells.get("id", "").strip():
                cells["id"] = last  # a sheet says the number once, and leaves it out below
            key = self._key(line, cells, place)
            if key is None:
                continue
            last = key
            known = self.orders.get(key)
            if known and not has_lines:
                words = _("The same order as %(file)s, row %(row)s. Each order has one row here.")
                self._run.reject(
                    place.file, place.number, words % {"file": known.places[0].file, "row": known.places[0].number}, place.words
                )
                continue
            order = known or self.orders.setdefault(key, Heard(key))
            order.places.append(place)
            self._try(read.head, order, cells, place, line)
            if has_lines:
                self._try(read.line, order, cells, place, line)

    def _lines(self, table: Table, kind: Kind) -> None:
        read = _Reader(table, kind, self._run)
        for line, cells in _rows(table, kind, self._run):
            place = Place(table.file, line.number, line.said)
            key = self._key(line, cells, place)
            if key is None:
                continue
            order = self.orders.get(key)
            if order is None:
                words = _(
                    "No row among these files says whose order %(order)s is and of which day. "
                    "Import the orders together with their lines, or add both columns here."
                )
                self._run.reject(place.file, place.number, words % {"order": key}, place.words)
                continue
            order.places.append(place)
            self._try(read.line, order, cells, place, line)

    def _returns(self, table: Table, kind: Kind) -> None:
        for line, cells in _rows(table, kind, self._run):
            place = Place(table.file, line.number, line.said)
            key = self._key(line, cells, place)
            if key is None or cells.get("returned", "").strip().casefold() in NO:
                continue
            order = self.orders.get(key)
            if order is None:
                words = _("No row among these files is of order %(order)s. Import the orders together with their lines.")
                self._run.reject(place.file, place.number, words % {"order": key}, place.words)
            elif order.returned:
                self._run.unchanged["return"] += 1
            else:
                order.returned = place
                order.places.append(place)

    def _key(self, line: Line, cells: dict[str, str], place: Place) -> str | None:
        """Which order the row is about; a row of which nobody knows is refused."""
        try:
            key = said(cells.get("id", ""), 60, str(WORDS["id"]))
        except Refused as refused:
            key, reason = "", str(refused.words)
        else:
            reason = line.reason or _("Nothing says which order this is. Give its number.")
        if not key:
            self._run.reject(place.file, place.number, reason, place.words)
            return None
        return key

    def _try(self, read: Reading, order: Heard, cells: dict[str, str], place: Place, line: Line) -> None:
        try:
            if line.reason:
                raise Refused(line.reason)
            read(order, cells, place)
        except Refused as refused:
            order.refuse(str(refused.words), place)


class _Reader:
    """Reads the rows of one table."""

    def __init__(self, table: Table, kind: Kind, run: Run) -> None:
        self._run = run
        heading = next((h for h, field in zip(table.headings, table.fields_of(kind), strict=True) if field == "discount"), "")
        self._discounts = Discounts(heading, table.column(kind, "discount"), _label("discount"))
        self._commas = {name for name in ("quantity", "price", "amount") if decimal_commas(table.column(kind, name))}

    def head(self, order: Heard, cells: dict[str, str], place: Place) -> None:
        """What the row says of its order. Rows of one order say the same of whose it is and when it was."""
        texts = {name: said(cells[name], LIMITS.get(name, 200), _label(name)) for name in cells if name not in ("id", *LINE)}
        texts = {name: text for name, text in texts.items() if text}
        if differing := [name for name in STRICT if name in order.head and name in texts and texts[name] != order.head[name]]:
            words = _("Another row of this order says otherwise: %(field)s. Rows of one order agree.")
            raise Refused(words % {"field": _label(differing[0])})
        if order.head:
            return
        order.head = texts
        order.days = {name: Dates().day(texts.get(name, ""), _label(name)) for name in DAYS if name != "promised"}
        order.days["promised"] = self._promised(texts.get("promised", ""), place)
        order.freight, money, _unit = _figure(texts.get("freight", ""), "freight") or (Decimal(0), "", "")
        written = texts.get("currency", "")
        order.currency = currency_of(written, money, "") if written or money else ""
        if order.days["ordered"] is None:
            raise Refused(_("Nothing says when this order was made. Give its day."))
        if not (texts.get("customer") or texts.get("customer_name")):
            raise Refused(_("Nothing says whose order this is. Give the customer."))
        if cells.get("returned", "").strip() and cells["returned"].strip().casefold() not in NO:
            order.returned = place

    def _promised(self, cell: str, place: Place) -> date | None:
        """A promise that names no day (尽快, 30 days) is told: the order stands without it."""
        try:
            return Dates().day(cell, _label("promised"))
        except Refused as refused:
            self._run.warn(place.file, place.number, prose((refused.words, _("The order is taken without it."))))
            return None

    def line(self, order: Heard, cells: dict[str, str], place: Place) -> None:
        """What the row says of one line."""
        texts = {name: said(cells.get(name, ""), LIMITS.get(name, 200), _label(name)) for name in ("product", "product_name", "family")}
        if not (texts["product"] or texts["product_name"]):
            raise Refused(_("Nothing says which product this line is of."))
        found = {
            name: _figure(_exactly(cells.get(name, ""), name), name, has_commas=name in self._commas)
            for name in ("quantity", "price", "amount")
        }
        figures = {name: None if one is None else one.figure for name, one in found.items()}
        unit = one_unit(*(one.unit for one in found.values() if one))
        if figures["quantity"] is None:
            raise Refused(_("Nothing says how many. Give the quantity."))
        discount = _near(self._discounts.percent(cells.get("discount", "")), 2)
        price = None if figures["price"] is None else _near(figures["price"], 4)
        check_quantity(_near(figures["quantity"], 3))
        check_price(price)
        for beside in {one.currency for one in found.values() if one and one.currency}:
            order.currency = currency_of(order.currency, beside, "")
        order.lines.append(
            Sold(
                place, texts["product"], texts["product_name"], texts["family"], _near(figures["quantity"], 3), price, discount,
                figures["amount"], unit,
            )
        )  # fmt: skip


def _figure(cell: str, name: str, *, has_commas: bool = False) -> Measured | None:
    """The figure, with what stands beside it; refused where no column could hold it."""
    found = measured(cell, _label(name), has_commas=has_commas)
    if found and abs(found.figure) >= TOO_LARGE:
        raise Refused(_("An amount this large cannot be kept. Lower the quantity or the price."), code="too_large")
    return found


def _exactly(cell: str, name: str) -> str:
    """A figure's cell; an amount as exact as a sheet keeps it, since it is rounded here, once."""
    return cell.exact if name == "amount" and isinstance(cell, Figure) else cell


def _label(name: str) -> Words:
    return WORDS.get(name) or WORDS["place"]  # not put into words for each cell that is read


def _cells(place: Place, **cells: str) -> dict[str, str]:
    return {"file": place.file, "number": str(place.number)} | {name: cell for name, cell in cells.items() if cell}


def _near(figure: Decimal, decimals: int) -> Decimal:
    """The figure that was meant where a program kept it as a binary fraction: 0.15000000596 is 0.15."""
    meant = round(figure, decimals)
    return meant if abs(figure - meant) < Decimal("0.000001") else figure


def _rows(table: Table, kind: Kind, run: Run) -> Iterable[tuple[Line, dict[str, str]]]:
    """Each row with its cells by field; the first column of a field counts."""
    fields = table.fields_of(kind)
    for line in table.read([bool(name) for name in fields]):
        run.rows += 1
        cells: dict[str, str] = {}
        for n, (name, cell) in enumerate(zip(fields, line.cells, strict=False)):
            if name and cell.strip():
                cells.setdefault(name, table.cell(n, cell) if name not in MONEY else in_currency(table.cell(n, cell), table.headings[n]))
        yield line, cells
    if words := table.unused_words():
        run.warn(table.file, 1, words)


def _held(table: Table, kind: Kind) -> set[str]:
    return set(table.fields_of(kind))


def is_named(key: str) -> bool:
    """A key that is no id of the file but a name."""
    return key.startswith(NAMED)
