"""One record goes into another of its kind: whatever refers to the one refers to the other from then on, and the way back is kept.

Nobody lists who refers to whom: foreign keys are walked as the records declare them, hidden ones too, and generic references are found by
their columns (`kinds.references`). How the rows of a record behave where both have one, the record says itself, in `merging`, as it says
its `privacy`; so a room above takes part without being known here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _

from boothline.core import kinds
from boothline.core.errors import Refused, Words
from boothline.core.records import Record

Row = dict[str, Any]  # {column: value}, as JSON can hold it
MANY = 500  # keys named in one statement
DEEPEST = 6  # references followed from a record to what it hangs on


@dataclass(frozen=True)
class Merging:
    """How the rows of a record behave when what they refer to goes into another.

    `stays_behind`: they are no business of the other; they are kept with the way back alone. `is_counted`: their room counts them anew.
    Where both have a row and there may be one only, the other's stays: `fills` names columns that are filled together from the row that
    goes where all of them are empty, `better(goes, stays)` says that the whole row that goes is to count, and `yields` what is written
    into the one that goes so that both may stand (a function is called). Without a rule for it, the merge is refused. `alone` names columns
    and a condition under which there is one only, where no constraint says so. `note` says beforehand what becomes of two.
    """

    stays_behind: bool = False
    is_counted: bool = False
    fills: tuple[tuple[str, ...], ...] = ()
    better: Callable[[Any, Any], bool] | None = None
    yields: Mapping[str, Any] = field(default_factory=dict)
    alone: tuple[tuple[str, ...], Q] | None = None
    note: Words = ""


@dataclass
class Kept:
    """The way back. Rows that refer to another: (label, column, was, now, keys); rows that are gone, as they were; rows that changed:
    (label, key, was, now); rows that were made: (label, keys); rows that are counted: (label, rows as they were)."""

    moved: list[tuple[str, str, int, int, list[int]]] = field(default_factory=list)
    gone: list[tuple[str, Row]] = field(default_factory=list)
    changed: list[tuple[str, int, Row, Row]] = field(default_factory=list)
    made: list[tuple[str, list[int]]] = field(default_factory=list)
    counted: list[tuple[str, list[Row]]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """As it is stored."""
        return {"moved": self.moved, "gone": self.gone, "changed": self.changed, "made": self.made, "counted": self.counted}

    @classmethod
    def read(cls, stored: dict[str, Any]) -> Kept:
        """As it was stored."""
        return cls(**{name: [tuple(entry) for entry in entries] for name, entries in stored.items()})

    def keys(self) -> set[tuple[str, int]]:
        """(label, key) of every row that went over."""
        return {(label, pk) for label, _column, _was, _now, pks in self.moved for pk in pks} | {
            (label, pk) for label, pk, was, _now in self.changed if any(name.endswith("_id") for name in was)
        }


Photo = dict[str, dict[int, Row]]  # {label: {key: row}}


def rule_of(model: type[models.Model]) -> Merging:
    """What a record says of itself."""
    rule: Merging = getattr(model, "merging", Merging())
    return rule


def columns_to(model: type[models.Model]) -> list[models.ForeignKey[Any, Any]]:
    """Every foreign key to records of this kind, of whichever room."""
    found = [rel.field for rel in model._meta.get_fields(include_hidden=True) if isinstance(rel, models.ManyToOneRel)]
    return [column for column in found if isinstance(column, models.ForeignKey)]


def photo(model: type[models.Model], pks: Iterable[int], beside: Iterable[models.QuerySet[Any]] = ()) -> Photo:
    """These records and all rows that refer to one of them, as they are now; and other rows that may change."""
    ids = list(pks)
    found: Photo = defaultdict(dict)
    asked = [model._base_manager.filter(pk__in=ids), *beside]
    asked += [column.model._base_manager.filter(**{f"{column.attname}__in": ids}) for column in columns_to(model)]
    for rows in asked:
        found[rows.model._meta.label].update({row[_key(rows.model)]: row for row in _packed(rows)})
    return found


def compared(before: Photo, after: Photo, kept: Kept) -> None:
    """Adds to the way back what is otherwise after than it was before."""
    for label in before.keys() | after.keys():
        was, now = before.get(label, {}), after.get(label, {})
        if rule_of(apps.get_model(label)).is_counted:
            kept.counted.append((label, list(was.values())))
            continue
        moved: dict[tuple[str, int, int], list[int]] = defaultdict(list)
        for pk, row in was.items():
            if pk not in now:
                kept.gone.append((label, row))
                continue
            apart = [name for name, value in row.items() if now[pk][name] != value]
            if len(apart) == 1 and apart[0].endswith("_id") and row[apart[0]] is not None:
                moved[apart[0], row[apart[0]], now[pk][apart[0]]].append(pk)
            elif apart:
                kept.changed.append((label, pk, {name: row[name] for name in apart}, {name: now[pk][name] for name in apart}))
        kept.moved += [(label, *key, pks) for key, pks in moved.items()]
        made = sorted(now.keys() - was.keys())
        kept.made += [(label, made)] if made else []


def absorb(goes: models.Model, stays: models.Model, kept: Kept, *, is_deep: bool = False) -> None:
    """All that refers to the one refers to the other, and the one is gone. Its own rows are compared by `photo`; what lies deeper, and
    generic references, are kept here."""
    for column in columns_to(type(goes)):
        _take_over(column, goes, stays, kept, is_deep)
    word = kinds.word_of(type(goes))
    for model, kind, key in kinds.references() if word else ():
        rows = model._base_manager.filter(**{kind: word, key: goes.pk})
        pks = list(rows.values_list("pk", flat=True))
        if pks:
            kept.moved.append((model._meta.label, key, goes.pk, stays.pk, pks))
            rows.update(**{key: stays.pk})
    _remove(goes, kept, is_deep)


def _take_over(column: models.ForeignKey[Any, Any], goes: models.Model, stays: models.Model, kept: Kept, is_deep: bool) -> None:
    model, rule = column.model, rule_of(column.model)
    rows = model._base_manager.filter(**{column.attname: goes.pk})
    if rule.stays_behind or rule.is_counted:
        for row in rows:
            _remove(row, kept, is_deep)
        return
    for row, there, is_always in list(_clashing(column, goes, stays)):
        _meet(row, there, kept, is_always, is_deep)
    pks = list(rows.values_list("pk", flat=True))
    if pks and is_deep:
        kept.moved.append((model._meta.label, column.attname, goes.pk, stays.pk, pks))
    if pks:
        rows.update(**{column.attname: stays.pk})


def _clashing(
    column: models.ForeignKey[Any, Any], goes: models.Model, stays: models.Model
) -> Iterator[tuple[models.Model, models.Model, bool]]:
    """(row that goes, row that is there, whether one is the most there may ever be) where both may not stand beside each other."""
    asked: list[tuple[tuple[str, ...], Q | None]] = [((column.name,), None)] if column.unique else []
    asked += [
        (tuple(rule.fields), rule.condition)
        for rule in column.model._meta.constraints
        if isinstance(rule, models.UniqueConstraint) and column.name in rule.fields
    ]
    alone = rule_of(column.model).alone
    asked += [alone] if alone and column.name in alone[0] else []
    columns = {known.name: known.attname for known in column.model._meta.concrete_fields}
    for names, condition in asked:
        others = [columns[name] for name in names if name != column.name]
        among = column.model._base_manager.filter(condition or Q())
        there = {tuple(getattr(row, name) for name in others): row for row in among.filter(**{column.attname: stays.pk})}
        for row in among.filter(**{column.attname: goes.pk}):
            other = there.get(tuple(getattr(row, name) for name in others))
            if other is not None:
                yield row, other, condition is None


def _meet(row: models.Model, there: models.Model, kept: Kept, is_always: bool, is_deep: bool) -> None:
    """Both have one, and there may be one only."""
    rule = rule_of(type(row))
    if rule.yields:
        written = {name: value() if callable(value) else value for name, value in rule.yields.items()}
        rows = type(row)._base_manager.filter(pk=row.pk)
        (before,) = _packed(rows, list(written))
        rows.update(**written)
        if is_deep:
            kept.changed.append((row._meta.label, row.pk, before, _packed(rows, list(written))[0]))
    elif is_always:
        _fill(row, there, rule)
        absorb(row, there, kept, is_deep=True) if is_deep else _fold(row, there, kept)
    else:
        words = _("Both have one of these, and there may be one only: %(what)s. End one of them first, then merge.")
        raise Refused(words % {"what": row}, code="both")


def _fold(row: models.Model, there: models.Model, kept: Kept) -> None:
    """A row that the photo has: what hangs on it lies deeper, it itself does not."""
    deep = Kept()
    absorb(row, there, deep, is_deep=True)
    deep.gone = [(label, gone) for label, gone in deep.gone if (label, gone[_key(type(row))]) != (row._meta.label, row.pk)]
    for name in ("moved", "gone", "changed", "made", "counted"):
        getattr(kept, name).extend(getattr(deep, name))


def _fill(row: models.Model, there: models.Model, rule: Merging) -> None:
    """What the row that is there takes over from the one that goes."""
    if rule.better and rule.better(row, there):
        own = [f.name for f in row._meta.concrete_fields if not _is_whose(f) and f.name not in ("revision", "made_at")]
        values = {name: getattr(row, name) for name in own}
    else:
        empty = [group for group in rule.fills if not any(getattr(there, name) for name in group)]
        values = {name: getattr(row, name) for group in empty for name in group if getattr(row, name)}
    if values:
        beside_it: dict[str, Any] = {"revision": F("revision") + 1} if isinstance(there, Record) else {}
        type(there)._base_manager.filter(pk=there.pk).update(**values, **beside_it)


def _is_whose(column: models.Field[Any, Any]) -> bool:
    """What makes two rows one too many is no value of theirs."""
    named = {name for rule in column.model._meta.constraints if isinstance(rule, models.UniqueConstraint) for name in rule.fields}
    return column.unique or column.name in named


def _remove(row: models.Model, kept: Kept, is_deep: bool) -> None:
    """Takes a row out on which nothing hangs any more; one that is still referred to, the database keeps."""
    rows = type(row)._base_manager.filter(pk=row.pk)
    if is_deep:
        kept.gone += [(row._meta.label, packed) for packed in _packed(rows)]
    rows._raw_delete(rows.db)


# The way back.


def changed_since(kept: Kept, recounted: Mapping[str, Iterable[str]]) -> list[tuple[str, int, list[str]]]:
    """(label, key, columns) of rows that are not as the merge left them; columns that are `recounted` may be otherwise."""
    found: list[tuple[str, int, list[str]]] = []
    for label, column, _was, now, pks in kept.moved:
        there = _now(label, pks, [column])
        found += [(label, pk, [column]) for pk in pks if there.get(pk, {}).get(column) != now]
    for label, pk, _before, after in kept.changed:
        here = _now(label, [pk], list(after)).get(pk, {})
        apart = [name for name, value in after.items() if name not in here or here[name] != value]
        if set(apart) - set(recounted.get(label, ())):
            found.append((label, pk, apart))
    return found


def _now(label: str, pks: list[int], columns: list[str]) -> dict[int, Row]:
    model, found = apps.get_model(label), {}
    for start in range(0, len(pks), MANY):
        rows = _packed(model._base_manager.filter(pk__in=pks[start : start + MANY]), [_key(model), *columns])
        found.update({row[_key(model)]: row for row in rows})
    return found


def put_back(kept: Kept, recounted: Mapping[str, Iterable[str]], *, of: tuple[int, ...], model: type[models.Model]) -> None:
    """Everything as it was, to the letter; `recounted` columns only where they are still as the merge left them."""
    for label, pks in kept.made:
        _delete(apps.get_model(label)._base_manager.filter(pk__in=pks))
    for label, rows in kept.counted:
        counted = apps.get_model(label)
        for column in (c for c in columns_to(model) if c.model is counted):
            _delete(counted._base_manager.filter(**{f"{column.attname}__in": of}))
        _insert(label, rows)
    gone: dict[str, list[Row]] = defaultdict(list)
    for label, row in kept.gone:
        gone[label].append(row)
    for label, rows in gone.items():
        _insert(label, rows)
    for label, column_name, was, _now_there, pks in kept.moved:
        for start in range(0, len(pks), MANY):
            apps.get_model(label)._base_manager.filter(pk__in=pks[start : start + MANY]).update(**{column_name: was})
    for label, pk, before, after in kept.changed:
        here = _now(label, [pk], list(after)).get(pk, {})
        free = [name for name in before if name not in recounted.get(label, ()) or here.get(name) == after[name]]
        fields = {f.attname: f for f in apps.get_model(label)._meta.concrete_fields}
        written = {name: fields[name].to_python(before[name]) for name in free}
        apps.get_model(label)._base_manager.filter(pk=pk).update(**written)


def _insert(label: str, rows: list[Row]) -> None:
    model = apps.get_model(label)
    fields = {f.attname: f for f in model._meta.concrete_fields}
    made = [model(**{name: fields[name].to_python(value) for name, value in row.items()}) for row in rows]
    model._base_manager.bulk_create(made, batch_size=MANY)


def _delete(rows: models.QuerySet[Any]) -> None:
    rows._raw_delete(rows.db)


def leads_to(record: models.Model, those: set[tuple[str, int]]) -> tuple[str, int] | None:
    """Which of those (label, key) a record is, or hangs on, however far up."""
    seen: set[tuple[str, int]] = set()
    asked, depth = [record], 0
    while asked and depth < DEEPEST:
        further: list[models.Model] = []
        for one in asked:
            me = (one._meta.label, one.pk)
            if me in those:
                return me
            seen.add(me)
            for model, pk in _hangs_on(one):
                up = (model._meta.label, pk)
                if up in those:
                    return up
                if up not in seen:
                    seen.add(up)
                    further += model._base_manager.filter(pk=pk)
        asked, depth = further, depth + 1
    return None


def _hangs_on(one: models.Model) -> Iterator[tuple[type[models.Model], int]]:
    """What a record refers to, by key or by kind and key."""
    for column in one._meta.concrete_fields:
        if isinstance(column, models.ForeignKey) and (pk := getattr(one, column.attname)):
            yield column.related_model, pk
    for model, kind, key in kinds.references():
        if isinstance(one, model) and getattr(one, kind) in kinds.all_kinds() and getattr(one, key):
            yield kinds.model_of(getattr(one, kind)), getattr(one, key)


def _key(model: type[models.Model]) -> str:
    assert model._meta.pk is not None
    return model._meta.pk.attname


def _packed(rows: models.QuerySet[Any], columns: list[str] | None = None) -> list[Row]:
    names = columns or [f.attname for f in rows.model._meta.concrete_fields]
    return [{name: _plain(value) for name, value in row.items()} for row in rows.order_by("pk").values(*names)]


def _plain(value: Any) -> Any:
    """As JSON holds it, without losing anything: moments to the microsecond, decimals with their places."""
    return value if value is None or isinstance(value, (bool, int, float, str, list, dict)) else str(value)
