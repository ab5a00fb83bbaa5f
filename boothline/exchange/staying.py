"""What stays of an import that is undone but for some records: those that somebody built on, whole.

A record stays with everything of the run that belongs to it (a customer with their people and orders), and with everything of the run
that this leads to (an order with its customer and products). Of what many share, a product or a colleague, only its own parts stay
with it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from django.db import models

from boothline.accounts.people import Team, User
from boothline.catalogue.products import Product, Variant
from boothline.core.journal import PART, Keys
from boothline.core.kinds import all_kinds
from boothline.exchange.footprints import Trail
from boothline.exchange.hanging import Hanging, pointing
from boothline.timeline.history import Event

Model = type[models.Model]
Place = tuple[Model, int]
SHARED: tuple[Model, ...] = (Product, Variant, User, Team)


def roots_of(row: models.Model, trail: Trail, hanging: Hanging) -> set[Place]:
    """The rows of the run on which a row hangs, be it by others that hang there."""
    found: set[Place] = set()
    for model, key in _leading(row):
        if _is_of(trail, model, key):
            found.add((model, key))
        elif key in hanging.rows.get(model, ()):
            above = model._base_manager.filter(pk=key).first()
            found |= roots_of(above, trail, hanging) if above else set()
    return found


def without(trail: Trail, roots: Iterable[Place]) -> tuple[Trail, Trail]:
    """(what goes, what stays) where these rows stay."""
    kept: dict[Model, set[int]] = defaultdict(set)
    front: dict[Model, set[int]] = defaultdict(set)
    for model, key in roots:
        front[model].add(key)
    while front:
        beyond: dict[Model, set[int]] = defaultdict(set)
        for model, keys in front.items():
            kept[model] |= keys
        for model, keys in front.items():
            for other, found in (*_above(model, keys, trail), *_below(model, keys, trail)):
                beyond[other] |= found - kept.get(other, set())
        front = {model: keys for model, keys in beyond.items() if keys}
    goes, stays = Trail(goods=trail.goods, products=trail.products), Trail()  # these are counted anew, whoever claims them
    for model, spans in trail.made.items():
        held = {key for key in kept.get(model, ()) if key in spans}
        stays.made |= {model: Keys.of(held)} if held else {}
        goes.made[model] = _but(spans, held)
    for model, rows in trail.changed.items():
        held = rows.keys() & kept.get(model, set())
        stays.changed |= {model: {key: rows[key] for key in held}} if held else {}
        goes.changed[model] = {key: pair for key, pair in rows.items() if key not in held}
    return goes, stays


def _but(keys: Keys, held: set[int]) -> Keys:
    """Without these."""
    found: list[tuple[int, int]] = []
    left = sorted(held)
    for first, last in keys.spans:
        begin = first
        for key in left[bisect_left(left, first) : bisect_right(left, last)]:
            found += [(begin, key - 1)] if begin < key else []
            begin = key + 1
        found += [(begin, last)] if begin <= last else []
    return Keys(found)


def _is_of(trail: Trail, model: Model, key: int) -> bool:
    return trail.has(model, key) or key in trail.changed.get(model, ())


def _leading(row: models.Model) -> Iterator[Place]:
    """What a row leads to, by a key or by kind and number."""
    for column in row._meta.concrete_fields:
        key = getattr(row, column.attname)
        if isinstance(column, models.ForeignKey) and key is not None:
            other: Any = column.related_model
            yield other, key
    if type(row) in pointing():
        kind, key = (getattr(row, name) for name in pointing()[type(row)])
        if kind in all_kinds() and key is not None:
            yield all_kinds()[kind], key


def _above(model: Model, keys: set[int], trail: Trail) -> Iterator[tuple[Model, set[int]]]:
    """Rows of the run that these lead to; who did it, or was told, stays or goes by itself."""
    names: dict[str, Any] = {c.attname: c.related_model for c in model._meta.concrete_fields if isinstance(c, models.ForeignKey)}
    for rows in _asked(model, keys, *names) if names and model is not Event else ():
        for row in rows:
            for other, key in zip(names.values(), row, strict=True):
                if key is not None and _is_of(trail, other, key):
                    yield other, {key}


def _asked(model: Model, keys: set[int], *names: str) -> Iterator[list[tuple[Any, ...]]]:
    wanted = sorted(keys)
    for start in range(0, len(wanted), PART):
        yield list(model._base_manager.filter(pk__in=wanted[start : start + PART]).values_list(*names))


def _below(model: Model, keys: set[int], trail: Trail) -> Iterator[tuple[Model, set[int]]]:
    """Rows of the run that lead to these."""
    asked = Keys.of(keys)
    for relation in model._meta.get_fields(include_hidden=True):
        if not isinstance(relation, models.ForeignObjectRel) or not isinstance(relation.field, models.ForeignKey):
            continue
        column = relation.field
        if model in SHARED and column.model._meta.app_label != model._meta.app_label:
            continue
        for part in asked.asked(column.attname):
            yield column.model, _of_run(column.model._base_manager.filter(part), trail)
    kind = next((word for word, of in all_kinds().items() if of is model), "")
    pointers: dict[Model, tuple[str, str]] = pointing() | {Event: ("subject_kind", "subject_id")}
    for other, (kind_column, key_column) in pointers.items() if kind else ():
        for part in asked.asked(key_column):
            yield other, _of_run(other._base_manager.filter(part, **{kind_column: kind}), trail)
    if kind:
        for part in asked.asked("under_id"):
            yield Event, _of_run(Event._base_manager.filter(part, under_kind=kind), trail)


def _of_run(rows: models.QuerySet[Any], trail: Trail) -> set[int]:
    return {key for key in rows.values_list("pk", flat=True) if _is_of(trail, rows.model, key)}
