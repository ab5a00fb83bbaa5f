"""Every record of a kind, out again: one declared table of fields per kind, the same for JSON Lines, csv, xlsx and vCard. A kind
without a table goes out by the list that shows it, with every column that the list declares.

Values are what is stored: codes, not their words; amounts exact; times in UTC. Records are read in chunks, so that any
number needs the same memory and each chunk the same few queries.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import IO, Any

from django.db.models import DecimalField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.urls import get_resolver
from django.utils.translation import gettext as _

from boothline.accounts.people import User
from boothline.accounts.rights import RIGHTS, require, where, who_holds
from boothline.catalogue.products import Product, Variant
from boothline.contracts.agreement import Contract
from boothline.core.actors import Actor
from boothline.core.errors import NotAllowed, Refused, Words
from boothline.core.records import Record as Stored
from boothline.core.slots import ask
from boothline.core.text import phrase
from boothline.core.totals import AMOUNTS
from boothline.customers.card import Contact, Customer
from boothline.customers.lists import MORE
from boothline.customers.rights import owned
from boothline.exchange.foreign import NAMED, Foreign
from boothline.exchange.own_ids import column_of, made_of
from boothline.exchange.runs import note_export, note_list_export
from boothline.exchange.sheets import SHEETS, Record, Writer, write_csv
from boothline.exchange.vcards import CARDS
from boothline.fairs.editions import Fair
from boothline.fairs.exhibitors import Exhibitor
from boothline.followups.steps import NextStep
from boothline.followups.touches import Touch
from boothline.orders.register import Order, OrderLine
from boothline.orders.shipments import Shipment, ShipmentLine
from boothline.orders.tracking import TrackingEvent
from boothline.visitors.solicitation import Capture

CHUNK = 1000
WRITERS = SHEETS | CARDS
REACH = {"emails", "phones", "wechat", "whatsapp", "website", "address", "note"}  # of a contact, masked for who is not at home
Read = Callable[[Any], Any]


@dataclass(frozen=True)
class Export:
    """One kind: what the actor may see of it, and its fields: a name, or a name with how it is read."""

    records: Callable[[Actor], QuerySet[Any]]
    fields: dict[str, Read]
    ids: dict[str, tuple[str, str]] = field(default_factory=dict)  # a field that is an id of import's: kind, and the way to its record


@dataclass(frozen=True)
class Listed:
    """A kind that goes out by the list that shows it: its title, its columns by their codes, and the rows."""

    title: Words
    fields: list[str]
    records: Callable[[], Iterator[Record]]


@dataclass
class Exported:
    """How many records were written, and what a person should know about the file."""

    rows: int
    warnings: list[str] = field(default_factory=list)


def _table(records: Callable[[Actor], QuerySet[Any]], names: str, ids: str = "", /, **reads: Read) -> Export:
    """Fields in the order of `names`; those without a read of their own are the record's own. `ids`: "field kind way" of fields that hold
    the id under which an import knows a record again."""
    known = {f: (kind, way) for f, kind, way in [said.split(":") for said in ids.split()]}
    reads |= {f: _own_id(f, kind, way) for f, (kind, way) in known.items()}
    return Export(records, {name: reads.get(name) or _attribute(name) for name in names.split()}, known)


def _own_id(name: str, kind: str, way: str) -> Read:
    def read(record: Any) -> Any:
        return getattr(record, f"_{name}") or made_of(kind, getattr(record, way) if way else record)

    return read


def with_ids(table: Export, rows: QuerySet[Any], source: str) -> QuerySet[Any]:
    """Each row with the ids that its records have in the files of a source."""
    for name, (kind, way) in table.ids.items():
        here = OuterRef(f"{way}_id" if way else "pk")
        theirs = Foreign.objects.filter(source=source, kind=kind, record_id=here).exclude(key__startswith=NAMED).order_by("pk")
        rows = rows.annotate(**{f"_{name}": Subquery(theirs.values("key")[:1])})
    return rows


def _attribute(path: str) -> Read:
    def read(record: Any) -> Any:
        return _plain(getattr(record, path))

    return read


def _of(path: str) -> Read:
    """A value of another record, "" where there is none: `_of("customer.name")`."""
    steps = path.split(".")

    def read(record: Any) -> Any:
        for step in steps:
            record = getattr(record, step) if record is not None else None
        return _plain(record)

    return read


def _plain(value: Any) -> Any:
    if isinstance(value, (bool, int, Decimal, list)):
        return value
    return "" if value is None else value.isoformat() if hasattr(value, "isoformat") else str(value)


def _points(kind: str) -> Read:
    return lambda contact: [p.value for p in contact.points.all() if p.kind == kind]


def _point(kind: str) -> Read:
    return lambda contact: contact.point(kind)


def _more(code: str) -> Read:
    return lambda customer: customer.extra.get(code, "")


def _only(name: str) -> Read:
    """Of a product with one variant; that of several stands with each."""

    def read(product: Any) -> Any:
        variants = list(product.variants.all())
        return _plain(getattr(variants[0], name)) if len(variants) == 1 else ""

    return read


EXPORTS: dict[str, Export] = {
    "contact": _table(
        lambda by: Contact.objects.visible_to(by).select_related("customer").prefetch_related("points"),
        "id name company title emails phones wechat whatsapp website address country note language customer_id made_at boothline_id "
        "boothline_company", "boothline_company:customer:customer",
        company=lambda contact: contact.customer.name if contact.customer.kind == "company" else "",
        emails=_points("email"), phones=_points("phone"), wechat=_point("wechat"), whatsapp=_point("whatsapp"), website=_point("web"),
        country=_of("customer.country"), boothline_id=_of("client_id"),
    ),
    "customer": _table(
        lambda by: Customer.objects.visible_to(by).select_related("owner", "team"),
        f"id name name_latin kind country address industry_code note {' '.join(MORE)} type type_since owner team last_touch_at "
        "next_step_on made_at boothline_customer", "boothline_customer:customer:",
        owner=_of("owner.username"), team=_of("team.name"), industry_code=_attribute("industry"), **{code: _more(code) for code in MORE},
    ),
    "capture": _table(
        lambda by: Capture.objects.visible_to(by)
        .select_related("fair", "customer", "contact", "taken_by")
        .prefetch_related("interest", "contact__points"),
        "id fair name company emails phones heat promised interest note source taken_by taken_at customer_id contact_id made_at",
        fair=_of("fair.code"), name=_of("contact.name"), company=_of("customer.name"), taken_by=_of("taken_by.username"),
        emails=lambda capture: _points("email")(capture.contact), phones=lambda capture: _points("phone")(capture.contact),
        interest=lambda capture: [p.code for p in capture.interest.all()],
    ),
    "product": _table(
        lambda by: Product.objects.visible_to(by).prefetch_related("variants"),
        "id code name name_latin family unit minimum lead_days specification price currency variants retired_at made_at boothline_product",
        "boothline_product:product:", price=_only("price"), currency=_only("currency"),
        variants=lambda product: [v.sku for v in product.variants.all()],
    ),
    "variant": _table(
        lambda by: Variant.objects.filter(product__in=Product.objects.visible_to(by)).select_related("product").prefetch_related("steps")
        .annotate(known_floor=F("floor") if by.has("catalogue.floor") else Value(None, output_field=DecimalField())),
        "id product sku words words_latin price currency floor steps carton_quantity carton_length carton_width carton_height net_weight "
        "gross_weight stock_kind made_at boothline_product boothline_variant",
        "boothline_product:product:product boothline_variant:variant:",
        product=_of("product.code"), floor=_attribute("known_floor"), steps=lambda variant: [str(step) for step in variant.steps.all()],
    ),
    "fair": _table(
        lambda by: Fair.objects.visible_to(by).select_related("lead"),
        "id code name name_latin city city_latin booth starts_on ends_on lead made_at", lead=_of("lead.username"),
    ),
    "user": _table(
        lambda by: User.objects.with_roles(),
        "id username name name_latin email phone team roles duties is_active language made_at last_login boothline_user",
        "boothline_user:user:",
        team=_of("team.name"), duties=lambda user: [held.duty for held in user.held_duties.all()],
    ),
    "contract": _table(
        lambda by: Contract.objects.visible_to(by).select_related("customer").prefetch_related("versions"),
        "id number kind state customer_id customer_name version currency total freight insurance packing tooling other_charge "
        "order_discount tax_rate po_number shipping_on ended_reason made_at",
        customer_name=_of("customer.name"), version=_of("newest.n"), currency=_of("newest.currency"),
        total=_of("newest.total"), po_number=_of("newest.po_number"), shipping_on=_of("newest.shipping_on"),
        **{name: _of(f"newest.{name}") for name in (*AMOUNTS, "tax_rate")},
    ),
    "order": _table(
        lambda by: Order.objects.visible_to(by).select_related("customer", "contract"),
        "id number state customer_id customer_name contract currency total freight insurance packing tooling other_charge order_discount "
        "tax_rate promised_on first_promised_on times_moved po_number "
        "delivery_address consignee consignee_phone opened_at",
        customer_name=_of("customer.name"), contract=_of("contract.number"),
    ),
    "order_line": _table(
        lambda by: OrderLine.objects.filter(order__in=Order.objects.visible_to(by)).select_related("order"),
        "id order position sku name name_latin unit due price discount amount currency packed shipped goods_ready state",
        order=_of("order.number"), currency=_of("order.currency"),
    ),
    "shipment": _table(
        lambda by: Shipment.objects.visible_to(by).select_related("order__customer"),
        "id number order customer_name state planned_on carrier tracking_number released_at override_reason packed_at shipped_at "
        "cancelled_at made_at",
        order=_of("order.number"), customer_name=_of("order.customer.name"),
    ),
    "shipment_line": _table(
        lambda by: ShipmentLine.objects.filter(shipment__in=Shipment.objects.visible_to(by)).select_related("shipment__order", "line"),
        "id shipment order position sku quantity",
        shipment=_of("shipment.number"), order=_of("shipment.order.number"), position=_of("line.position"), sku=_of("line.sku"),
    ),
    "touch": _table(
        lambda by: Touch.objects.visible_to(by).select_related("customer", "contact", "user"),
        "id customer_id customer_name contact channel reach words at user ended made_at",
        customer_name=_of("customer.name"), contact=_of("contact.name"), user=_of("user.username"),
    ),
    "next_step": _table(
        lambda by: NextStep.objects.filter(customer__in=Customer.objects.visible_to(by)).select_related("customer", "owner"),
        "id customer_id customer_name kind what due_on owner done_at made_at",
        customer_name=_of("customer.name"), owner=_of("owner.username"),
    ),
    "exhibitor": _table(
        lambda by: Exhibitor.objects.visible_to(by).for_list(),
        "id fair name country city postal_code address phone email website about stands hall customer_id made_at",
        fair=_of("fair.code"), stands=lambda exhibitor: [stand.words for stand in exhibitor.stands.all()], hall=_of("halls"),
    ),
    "tracking_event": _table(
        lambda by: TrackingEvent.objects.filter(shipment__in=Shipment.objects.visible_to(by)).select_related("shipment"),
        "id shipment tracking_number state at place words outside_id made_at",
        shipment=_of("shipment.number"), tracking_number=_of("shipment.tracking_number"),
    ),
}  # fmt: skip


def _marked(kind: str) -> Read:
    """What says which record it is; what was not made by itself has a key only."""
    return lambda record: made_of(kind, record) if isinstance(record, Stored) else f"{kind}-{record.pk}"


for _kind, _export in EXPORTS.items():  # every file says what its rows are, so that import knows it for ours
    _export.fields.setdefault(column_of(_kind), _marked(_kind))


def export_kind(
    kind: str, *, by: Actor, form: str = "jsonl", out: Path | None = None, encoding: str = "utf-8", source: str = ""
) -> Exported:
    """Writes every record of a kind that the actor sees to a file, or to standard output. `source` names the system whose ids the
    records go out with.

    The file appears when it is whole: a run that is stopped leaves the old one. Raises Refused for an unknown kind, for a
    workbook without a file, for what is no card, and when the file cannot be written.
    """
    require(by, "exports.run")
    _require_all(by)
    listed = None if kind in EXPORTS else _listed(kind, by)
    if kind not in EXPORTS and listed is None:
        known = ", ".join([*EXPORTS, *ask("listed_kinds", by, default=())])
        raise Refused(_("There is no kind %(kind)s. One of: %(known)s.") % {"kind": kind, "known": known}, field="kind")
    if form == "xlsx" and out is None:
        raise Refused(_("A workbook needs a file: --out FILE.xlsx"), field="out")
    if form in CARDS and kind != "contact":
        raise Refused(_("Only contacts go out as vCard."), field="form")
    fields = listed.fields if listed else list(EXPORTS[kind].fields)
    records = listed.records() if listed else records_of(kind, by=by, source=source)
    write = WRITERS[form] if form != "csv" else partial(write_csv, encoding=encoding)
    done = _to_file(records, fields, write, out) if out else Exported(*write(records, fields, sys.stdout.buffer))
    if listed:
        note_list_export(by=by.trusted(), list_name=listed.title, sentence="", rows=done.rows, form=form)
    else:
        note_export(by=by.trusted(), kind=kind, rows=done.rows, form=form)
    return done


def _listed(kind: str, by: Actor) -> Listed | None:
    there_are_lists = bool(get_resolver().url_patterns)  # they are known once their addresses are read, which a command has not done
    found: Listed | None = ask("list_of_kind", kind, by) if there_are_lists else None
    return found


def exportable(rows: QuerySet[Any], *, by: Actor, under: str) -> QuerySet[Any]:
    """Those of a list's rows that the actor may take out: of their customers, in the scope of their right. `under` leads from
    a row to its customer; rows that stand under none are for those who may export everything."""
    require(by, "exports.run")
    condition = where(by, "exports.run")
    if condition is None:
        return rows
    if not under:
        _require_all(by)
    return rows.filter(**{f"{under}__in": Customer.objects.filter(condition).values("pk")})


def may_export(by: Actor, under: str) -> bool:
    """Whether anything of such a list may go out."""
    return by.has("exports.run") and (bool(under) or where(by, "exports.run") is None)


def export_list(
    rows: QuerySet[Any],
    *,
    by: Actor,
    form: str,
    fields: list[str],
    cells: Callable[[Any], Iterable[Any]],
    title: Words,
    sentence: Words,
    raw: IO[bytes],
) -> Exported:
    """Writes the rows of a list, in their order, in chunks; the history keeps who, which list, by which filters, how many."""
    require(by, "exports.run")
    if form not in SHEETS:
        raise Refused(_("There is no format %(form)s.") % {"form": form}, field="form")
    records = (dict(zip(fields, cells(row), strict=True)) for row in rows.iterator(chunk_size=CHUNK))
    done = Exported(*WRITERS[form](records, fields, raw))
    note_list_export(by=by.trusted(), list_name=title, sentence=sentence, rows=done.rows, form=form)
    return done


def export_people(people: QuerySet[Contact], *, by: Actor, form: str, title: Words, sentence: Words, raw: IO[bytes]) -> Exported:
    """Writes the people of a list as cards. Of customers whose people the actor may not read in full, no way to reach them goes out."""
    require(by, "exports.run")
    if form not in CARDS:
        raise Refused(_("There is no format %(form)s.") % {"form": form}, field="form")
    table = EXPORTS["contact"]
    mine = Customer.objects.filter(owned(by), where(by, "customers.unmask") or Q(), pk=OuterRef("customer"))
    rows = people.select_related("customer").prefetch_related("points").annotate(is_open=Value(True) if by.is_trusted else Exists(mine))
    records = (
        {name: "" if name in REACH and not row.is_open else read(row) for name, read in table.fields.items()}
        for row in with_ids(table, rows, "").order_by("pk").iterator(chunk_size=CHUNK)
    )
    done = Exported(*WRITERS[form](records, list(table.fields), raw))
    note_list_export(by=by.trusted(), list_name=title, sentence=sentence, rows=done.rows, form=form)
    return done


def _require_all(by: Actor) -> None:
    if where(by, "exports.run") is not None:
        words = _("You may export lists of your customers. Everything of a kind goes out by: %(who)s.")
        raise NotAllowed("exports.run", phrase(words, {"who": who_holds("exports.run")}), who=RIGHTS["exports.run"].roles)


def records_of(kind: str, *, by: Actor, source: str = "") -> Iterator[Record]:
    """The records one by one, oldest first."""
    table = EXPORTS[kind]
    for record in with_ids(table, table.records(by), source).order_by("pk").iterator(chunk_size=CHUNK):
        yield {name: read(record) for name, read in table.fields.items()}


def _to_file(records: Iterable[Record], fields: list[str], write: Writer, out: Path) -> Exported:
    part = ""
    try:
        with tempfile.NamedTemporaryFile(dir=out.parent, prefix=f".{out.name}.", delete=False) as raw:
            part = raw.name
            done = Exported(*write(records, fields, raw))
            raw.flush()
            os.fsync(raw.fileno())
        os.replace(part, out)
        part = ""
    except OSError as error:
        words = _("%(file)s cannot be written: %(why)s")
        raise Refused(words % {"file": str(out), "why": error.strerror or str(error)}, field="out") from error
    finally:
        if part:
            Path(part).unlink(missing_ok=True)
    return done
