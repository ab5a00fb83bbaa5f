"""Of which products the variants of a run speak, read before the products are stored: such a product gets no variant by itself, and one
that is not there is made of the first row that names it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from boothline.catalogue.products import Product
from boothline.core.text import fold
from boothline.exchange.foreign import NAMED, Arrival, Foreign, key_of
from boothline.exchange.kinds import KINDS
from boothline.exchange.runs import Run
from boothline.exchange.tables import Line, Table
from boothline.exchange.values import is_nothing

# which one it is, and how long that may be; code and name make one that is not there
OF_PRODUCT = {"product_id": 200, "code": 40, "product": 200, "product_name": 200}
MORE = ("family", "unit")  # of one that is made


@dataclass
class Spoken:
    """Of which products the rows of a run say the variants: by ids and exact codes, by folded codes and names; and their SKUs. `made` are
    {key: cells} of the products that such rows make."""

    exact: set[str] = field(default_factory=set)
    words: set[str] = field(default_factory=set)
    skus: set[str] = field(default_factory=set)
    made: dict[str, dict[str, str]] = field(default_factory=dict)

    def of(self, arrival: Arrival) -> bool:
        """Whether this product is among them."""
        code = arrival.said["code"]
        return bool({arrival.key, code} & self.exact or {fold(code), fold(arrival.name)} & self.words)


def spoken(tables: Mapping[str, list[Table]], run: Run) -> Spoken:
    """What the variants of a run say of products."""
    found = Spoken()
    if not tables.get("variant"):
        return found
    known = _words_of_products(tables.get("product", []), run)
    for table in tables["variant"]:
        last: dict[str, str] = {}
        for line, cells in _rows(table):
            if OF_PRODUCT.keys() & cells.keys():
                last = {name: cells[name] for name in OF_PRODUCT if name in cells and (table.is_ours or not is_nothing(cells[name]))}
            own, more = last, {name: cells[name] for name in MORE if name in cells}
            found.skus.add(cells.get("sku", ""))
            if table.is_ours and "id" in cells:
                found.exact |= set(own.values())
                continue
            found.exact |= {own["product_id"]} if "product_id" in own else set()
            found.words |= {fold(own[name]) for name in ("code", "product", "product_name") if name in own}
            if _is_new(own, known):
                _make(found.made, table.file, line.number, own, more)
    return found


def said_again(table: Table, fields: list[str]) -> None:
    """Each row with its product, so that it can stand alone: a sheet says it once, and leaves it out below."""
    places, last = [n for n, name in enumerate(fields) if name in OF_PRODUCT], [""] * len(fields)
    for i, line in enumerate(table.lines):
        cells = line.cells + [""] * (len(fields) - len(line.cells))
        if any(cells[n].strip() for n in places):
            last = cells
        elif any(cell.strip() for cell in cells):
            table.lines[i] = replace(line, cells=[last[n] if n in places else cell for n, cell in enumerate(cells)])


def _is_new(own: dict[str, str], known: set[str]) -> bool:
    """Its code or its name makes it, where none of what the row calls it by is known."""
    called = [own[name] for name in ("product_id", "code") if name in own] or [own.get("product_name", "")]
    return bool({"code", "product_name"} & own.keys()) and not {fold(word) for word in called} & known


def _make(made: dict[str, dict[str, str]], file: str, number: int, own: dict[str, str], more: dict[str, str]) -> None:
    """The first row of a product counts."""
    own_id, name = own.get("product_id") or own.get("code", ""), own.get("product_name", "")
    told = {"id": own.get("product_id", ""), "code": own.get("code", ""), "name": name, **more}
    made.setdefault(key_of(own_id, name), {"file": file, "number": str(number)} | {k: cell for k, cell in told.items() if cell})


def _words_of_products(tables: Iterable[Table], run: Run) -> set[str]:
    """Ids, codes and names that are on record, and those that rows of their own bring."""
    kind = KINDS["product"]
    words = {word for columns in Product.objects.values_list("code", "name", "name_latin") for word in columns}
    words |= {key.removeprefix(NAMED) for key in Foreign.objects.filter(source=run.source, kind="product").values_list("key", flat=True)}
    words |= {cell for table in tables for name in ("id", "code", "name") for cell in table.column(kind, name)}
    return {fold(word) for word in words if word.strip()}


def _rows(table: Table) -> Iterator[tuple[Line, dict[str, str]]]:
    """Each row with its cells by field."""
    fields = table.fields_of(KINDS["variant"])
    for line in table.read([bool(name) for name in fields]):
        cells: dict[str, str] = {}
        for n, (name, cell) in enumerate(zip(fields, line.cells, strict=False)):
            if name and cell.strip():
                cells.setdefault(name, table.cell(n, cell) if table.is_ours else " ".join(table.cell(n, cell).split()))
        yield line, cells
