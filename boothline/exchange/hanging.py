"""What hangs on the rows that an import made, and was not made by it: by a key, or by kind and number.

What the service itself added since (a notice, a delivery, a clock) goes with them. What a person did, and what leads from them to
another record, is a later fact, and stays.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.apps import apps
from django.db import models

from boothline.accounts.people import Team, User
from boothline.accounts.sign_ins import SignIn
from boothline.catalogue.events import VARIANT_EDITED
from boothline.catalogue.products import Product, Variant
from boothline.core.journal import PART, SPANS, Keys, Model, Trail
from boothline.core.kinds import all_kinds
from boothline.exchange.footprints import OUTSIDE
from boothline.exchange.foreign import Foreign
from boothline.search.index import Entry
from boothline.timeline.history import Event

BESIDE: tuple[Model, ...] = (User, Team, Event)  # whoever did it, or was told, is no record that it belongs to
FACTS: tuple[Model, ...] = (SignIn,)  # of people only, and without an event
LOOKED = {"customers.unmasked"}  # nobody changed anything; that somebody looked stays in the history
NAMED: dict[Model, tuple[str, str]] = {Entry: ("kind", "record_id"), Foreign: ("kind", "record_id")}


@dataclass
class Since:
    """What was told after a run, and not by it: the first event of a person about each record (kind, key), and those that the service
    told by itself."""

    by_people: dict[tuple[str, int], int] = field(default_factory=dict)
    by_itself: dict[tuple[str, int], list[int]] = field(default_factory=lambda: defaultdict(list))


def since(trail: Trail, others: Sequence[Trail] = ()) -> Since:
    """Every event after the first of the run, but its own. What the command did, for nobody in particular, is of a person where one of the
    `others`, which are later runs, did it."""
    found, own = Since(), trail.made.get(Event, Keys())
    if not own.spans:
        return found
    runs = [other.made[Event] for other in others if Event in other.made]
    columns = ("pk", "actor_kind", "subject_kind", "subject_id", "under_kind", "under_id")
    later = Event.objects.filter(pk__gt=own.spans[0][0]).exclude(kind__in=LOOKED).order_by("pk")
    for pk, actor, *about in later.values_list(*columns).iterator(chunk_size=2000):
        if pk in own:
            continue
        for kind, key in {(about[0], about[1]), (about[2], about[3])}:
            if actor == "system" and not any(pk in run for run in runs):
                found.by_itself[kind, key].append(pk)
            else:
                found.by_people.setdefault((kind, key), pk)
    edited = later.filter(kind=VARIANT_EDITED.code).values_list("pk", "actor_kind", "subject_id", "values")
    skus = {
        told["sku"]: pk
        for pk, actor, product, told in edited
        if pk not in own and not trail.has(Product, product) and (actor != "system" or any(pk in run for run in runs))
    }  # it is told of the product, which may have been here before
    for key, sku in Variant.objects.filter(sku__in=skus).values_list("pk", "sku"):
        found.by_people.setdefault(("variant", key), skus[sku])
    return found


@dataclass
class Hanging:
    """The rows that go with what was made, and those that stand against it."""

    rows: dict[Model, Keys] = field(default_factory=dict)
    against: list[models.Model] = field(default_factory=list)


def hanging_on(trail: Trail, told: Since, most: int) -> Hanging:
    """Everything that hangs on what a run made; of what stands against it, the first few."""
    found, events = Hanging(), _own_events(trail, told)
    found.rows |= {Event: events} if events.spans else {}
    front: dict[Model, Keys] = dict(trail.made) | {Event: trail.made.get(Event, Keys()) | events}
    while front and len(found.against) < most:
        beyond: dict[Model, set[int]] = defaultdict(set)
        for model, keys in front.items():
            for row, is_part in _referring(model, keys, trail):
                kind = type(row)
                if row.pk in found.rows.get(kind, ()) or row.pk in beyond[kind]:
                    continue
                if not is_part or _is_fact(row, trail, found, told):
                    found.against.append(row)
                else:
                    beyond[kind].add(row.pk)
        front = {model: Keys.of(keys) for model, keys in beyond.items() if keys}
        for model, keys in front.items():
            found.rows[model] = found.rows.get(model, Keys()) | keys
    return found


def _own_events(trail: Trail, told: Since) -> Keys:
    """Events that the service told by itself of what was made."""
    kinds = all_kinds()
    own = (ids for (kind, key), ids in told.by_itself.items() if kind in kinds and trail.has(kinds[kind], key))
    return Keys.of(pk for ids in own for pk in ids)


def _referring(model: Model, keys: Keys, trail: Trail) -> Iterator[tuple[models.Model, bool]]:
    """Rows that the run did not make and that lead to these, and whether they are a part of them: what would only forget them is none."""
    for relation in model._meta.get_fields(include_hidden=True):
        if isinstance(relation, models.ForeignObjectRel) and isinstance(relation.field, models.ForeignKey):
            column = relation.field
            for asked in keys.asked(column.attname):
                for row in _others(column.model._base_manager.filter(asked), trail):
                    if not _is_put_back(row, column.attname, trail):
                        yield row, relation.on_delete is not models.SET_NULL
    kind = next((word for word, of in all_kinds().items() if of is model), "")
    for other, (kind_column, key_column) in pointing().items() if kind else ():
        for asked in keys.asked(key_column):
            for row in _others(other._base_manager.filter(asked, **{kind_column: kind}), trail):
                yield row, True


def _is_put_back(row: models.Model, name: str, trail: Trail) -> bool:
    """The run itself made it lead there, and it will not any more."""
    _before, after = trail.changed.get(type(row), {}).get(row.pk, (None, None))
    return after is not None and name in after


def _others(rows: models.QuerySet[Any], trail: Trail) -> Iterator[models.Model]:
    """Of these rows, those that the run did not make. Few spans are left out by the question, many by looking at each key."""
    own = trail.made.get(rows.model, Keys())
    if 0 < len(own.spans) <= SPANS:
        rows = rows.exclude(next(own.asked("pk")))
    wanted = [key for key in rows.values_list("pk", flat=True).iterator(chunk_size=2000) if key not in own]
    for start in range(0, len(wanted), PART):
        yield from rows.model._base_manager.filter(pk__in=wanted[start : start + PART])


@cache
def pointing() -> dict[Model, tuple[str, str]]:
    """Tables that point at any record by its kind and key; the history is asked by itself."""
    found = dict(NAMED)
    for model in apps.get_models(include_auto_created=True):
        names = {column.name for column in model._meta.concrete_fields}
        for prefix in ("owner", "subject", "holder", "source", "occasion", "under"):
            if {f"{prefix}_kind", f"{prefix}_id"} <= names and model is not Event and model._meta.label not in OUTSIDE:
                found.setdefault(model, (f"{prefix}_kind", f"{prefix}_id"))
    return found


def _is_fact(row: models.Model, trail: Trail, found: Hanging, told: Since) -> bool:
    """Somebody said something of it since, or it belongs to another record too (more than it could forget)."""
    kinds = {model: kind for kind, model in all_kinds().items()}
    if not getattr(row, "leans", True):  # what the service noticed of two records
        return False
    if isinstance(row, FACTS) or (kinds.get(type(row), ""), row.pk) in told.by_people:
        return True
    for column in row._meta.concrete_fields:
        is_own = isinstance(column, models.ForeignKey) and column.remote_field.on_delete is not models.SET_NULL
        if is_own and column.related_model not in BESIDE:
            other: Any = column.related_model
            key = getattr(row, column.attname)
            if key is not None and not trail.has(other, key) and key not in found.rows.get(other, ()):
                return True
    return False
