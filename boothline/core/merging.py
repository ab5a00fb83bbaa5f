"""One record goes into another of its kind: whatever refers to the one refers to the other from then on. The way back is what a journal
keeps of it (`core.journal`).

Nobody lists who refers to whom: foreign keys are walked as the records declare them, hidden ones too, and generic references are found by
their columns (`kinds.references`). How the rows of a record behave where both have one, the record says itself, in `merging`, as it says
its `privacy`; so a room above takes part without being known here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _

from boothline.core import kinds
from boothline.core.errors import Refused, Words
from boothline.core.records import Record

DEEPEST = 6  # references followed from a record to what it hangs on


@dataclass(frozen=True)
class Merging:
    """How the rows of a record behave when what they refer to goes into another.

    `stays_behind`: they are no business of the other; the way back alone has them. `is_counted`: their room counts them anew.
    Where both have a row and there may be one only, the row of the one that stays counts, or that which is `better(goes, stays)`: `fills`
    names columns that are filled together from the other row where all of them are empty (amounts and their currency each by itself where
    both are in the same one), `joins` lists that hold what either has. `yields`
    is what is written into the row that goes instead, so that both may stand (a function is called), and where `ends` holds, also if the
    other has none; `beside(goes, stays)` says that both stand as they are. Of what may be one under a condition alone, the merge is refused
    without such a rule. `alone` names columns and a condition under which there is one only, where no constraint says so. `note` says
    beforehand what becomes of two.
    """

    stays_behind: bool = False
    is_counted: bool = False
    fills: tuple[tuple[str, ...], ...] = ()
    joins: tuple[str, ...] = ()
    better: Callable[[Any, Any], bool] | None = None
    beside: Callable[[Any, Any], bool] | None = None
    yields: Mapping[str, Any] = field(default_factory=dict)
    ends: Q | None = None
    alone: tuple[tuple[str, ...], Q] | None = None
    note: Words = ""

    @property
    def settles(self) -> bool:
        """One row goes into the other."""
        return bool(self.fills or self.joins or self.better)


def rule_of(model: type[models.Model]) -> Merging:
    """What a record says of itself."""
    rule: Merging = getattr(model, "merging", Merging())
    return rule


def columns_to(model: type[models.Model]) -> list[models.ForeignKey[Any, Any]]:
    """Every foreign key to records of this kind, of whichever room."""
    found = [rel.field for rel in model._meta.get_fields(include_hidden=True) if isinstance(rel, models.ManyToOneRel)]
    return [column for column in found if isinstance(column, models.ForeignKey)]


def absorb(goes: models.Model, stays: models.Model) -> None:
    """All that refers to the one refers to the other, and the one is gone."""
    for column in columns_to(type(goes)):
        _take_over(column, goes, stays)
    word = kinds.word_of(type(goes))
    for model, kind, key in kinds.references() if word else ():
        model._base_manager.filter(**{kind: word, key: goes.pk}).update(**{key: stays.pk})
    _remove(goes)


def _take_over(column: models.ForeignKey[Any, Any], goes: models.Model, stays: models.Model) -> None:
    model, rule = column.model, rule_of(column.model)
    rows = model._base_manager.filter(**{column.attname: goes.pk})
    if rule.stays_behind or rule.is_counted:
        for row in rows:
            _remove(row)
        return
    if rule.ends:
        _yield(rows.filter(rule.ends), rule)
    for row, there, is_always in list(_clashing(column, goes, stays)):
        _meet(row, there, is_always)
    rows.update(**{column.attname: stays.pk})


def notes(goes: models.Model, stays: models.Model) -> Iterator[str]:
    """What is said beforehand of each record of which both have one and there can be one only, or that ends."""
    for column in columns_to(type(goes)):
        rule, theirs = rule_of(column.model), column.model._base_manager.filter(**{column.attname: goes.pk})
        if rule.note and ((rule.ends and theirs.filter(rule.ends).exists()) or any(_clashing(column, goes, stays))):
            yield str(rule.note)


def _clashing(
    column: models.ForeignKey[Any, Any], goes: models.Model, stays: models.Model
) -> Iterator[tuple[models.Model, models.Model, bool]]:
    """(row that goes, row that is there, whether one is the most there may ever be) where both may not stand beside each other."""
    asked: list[tuple[tuple[str, ...], Q | None]] = [((column.name,), None)] if column.unique else []
    asked += [(tuple(names), None) for names in column.model._meta.unique_together if column.name in names]  # of tables between two
    asked += [
        (tuple(rule.fields), rule.condition)
        for rule in column.model._meta.constraints
        if isinstance(rule, models.UniqueConstraint) and column.name in rule.fields
    ]
    alone, beside = rule_of(column.model).alone, rule_of(column.model).beside
    asked += [alone] if alone and column.name in alone[0] else []
    columns = {known.name: known.attname for known in column.model._meta.concrete_fields}
    for names, condition in asked:
        others = [columns[name] for name in names if name != column.name]
        among = column.model._base_manager.filter(condition or Q())
        there = {tuple(getattr(row, name) for name in others): row for row in among.filter(**{column.attname: stays.pk})}
        for row in among.filter(**{column.attname: goes.pk}):
            other = there.get(tuple(getattr(row, name) for name in others))
            if other is not None and not (beside and beside(row, other)):
                yield row, other, condition is None


def _meet(row: models.Model, there: models.Model, is_always: bool) -> None:
    """Both have one, and there may be one only."""
    rule = rule_of(type(row))
    if rule.yields:
        _yield(type(row)._base_manager.filter(pk=row.pk), rule)
    elif is_always or rule.settles:
        counts, other = (row, there) if rule.better and rule.better(row, there) else (there, row)
        _fill(counts, other, rule)
        absorb(other, counts)
    else:
        words = _("Both have one of these, and there may be one only: %(what)s. End one of them first, then merge.")
        raise Refused(words % {"what": row}, code="both")


def _yield(rows: models.QuerySet[Any], rule: Merging) -> None:
    rows.update(**{name: value() if callable(value) else value for name, value in rule.yields.items()})


def _fill(counts: models.Model, other: models.Model, rule: Merging) -> None:
    """What the row that counts takes over from the other."""
    lacking = [group for group in _groups(counts, other, rule) if _says(other, group) and not _says(counts, group)]
    values = {name: getattr(other, name) for group in lacking for name in group if getattr(other, name)}
    for name in rule.joins:
        mine, theirs = getattr(counts, name), getattr(other, name)
        values |= {name: [*mine, *(one for one in theirs if one not in mine)]} if set(theirs) - set(mine) else {}
    if values:
        beside_it: dict[str, Any] = {"revision": F("revision") + 1} if isinstance(counts, Record) else {}
        type(counts)._base_manager.filter(pk=counts.pk).update(**values, **beside_it)


def _groups(counts: Any, other: Any, rule: Merging) -> Iterator[tuple[str, ...]]:
    """What is filled together: amounts of one currency each by itself, since none of them loses its meaning beside the others."""
    for group in rule.fills:
        if "currency" in group and counts.currency == other.currency:
            yield from ((name,) for name in group)
        else:
            yield group


def _says(row: models.Model, group: tuple[str, ...]) -> bool:
    """Something stands in these columns; one that is never empty, such as a currency, is not asked."""
    asked = [column for column in row._meta.concrete_fields if column.name in group and (column.null or column.blank)]
    return any(getattr(row, column.name) for column in asked)


def _remove(row: models.Model) -> None:
    """Takes a row out on which nothing hangs any more; one that is still referred to, the database keeps."""
    rows = type(row)._base_manager.filter(pk=row.pk)
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
