"""The base record, and the one way to edit one: by the revision that the editor saw."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any, TypeVar

from django.db import IntegrityError, models
from django.db.models import F
from django.db.models.base import ModelState
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from boothline.core.errors import Refused, Stale, Words
from boothline.core.operations import attempt

R = TypeVar("R", bound="Record")
M = TypeVar("M", bound=models.Model)
LEANING = 10  # of one kind


class Record(models.Model):
    """`revision` rises with every edit of the record's own fields and with nothing derived."""

    revision = models.PositiveIntegerField(default=1, editable=False)
    made_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        abstract = True


def alike(model: type[M], shared: dict[str, Any], each: Iterable[dict[str, Any]]) -> list[M]:
    """New records of one kind, not stored yet, that differ in few columns: what they share is settled once for all. `each` is by column
    (`contact_id`)."""
    first = model(**shared)
    common, related = vars(first), first._state.fields_cache
    written_in = {name: value for name, value in common.items() if isinstance(value, (dict, list))}
    found = []
    for own in each:
        one, state = model.__new__(model), ModelState()
        state.fields_cache = related.copy()
        held = vars(one)
        held.update(common, _state=state)
        for name, value in written_in.items():
            held[name] = value.copy()
        held.update(own)
        found.append(one)
    return found


def refuse_taken(model: type[Record], field: str, value: str, *, taken: Words, but: int | None = None) -> None:
    """Refuses a value that another record has, in whatever letters: "jn" is "JN"."""
    if model._default_manager.filter(**{f"{field}__iexact": value}).exclude(pk=but).exists():
        raise Refused(taken, field=field, code="taken")


def insert(record: R, *, field: str, taken: Words) -> R:
    """Stores a new record whose `field` is unique; refused with the words `taken`, however late the other one came."""
    try:
        with attempt():
            record.save(force_insert=True)
    except IntegrityError as error:
        raise Refused(taken, field=field, code="taken") from error
    return record


def hold_revision(record: R, *, revision: int, values: dict[str, Any]) -> tuple[R, dict[str, Any]]:
    """The record as it is, locked, and which of the values are other than its own.

    Raises Stale with both values, field by field, when somebody was faster.
    """
    current: R = type(record)._default_manager.select_for_update(of=("self",), no_key=True).get(pk=record.pk)
    changed = {name: new for name, new in values.items() if getattr(current, name) != new}
    if current.revision != revision:
        differing = [(name, getattr(current, name), new) for name, new in changed.items()]
        raise Stale(current, differing, _("Not saved: somebody changed this meanwhile. Choose which values stay."))
    return current, changed


def revise(record: R, *, revision: int, values: dict[str, Any]) -> dict[str, list[Any]]:
    """Writes `values` if the record still has `revision`; returns what changed as {field: [old, new]}."""
    model = type(record)
    current, changed = hold_revision(record, revision=revision, values=values)
    with translation.override("zh-hans"):  # one stored name, whoever speaks
        changes = {name: [plain(getattr(current, name)), plain(new)] for name, new in changed.items()}
    if changed:
        model._default_manager.filter(pk=record.pk).update(revision=F("revision") + 1, **changed)
        record.refresh_from_db()
    return changes


def leaning_on(records: Sequence[models.Model], *, but: Collection[tuple[str, int]] = ()) -> list[models.Model]:
    """The records that refer to one of these, which are of one kind, `but` those of these (label, key): what was built on them, whether
    the database would protect them for it, take it away with them or forget whom it meant. One question a relation; a few of each are
    enough. What a sweep found (`leans = False`) is nobody's work."""
    found: list[models.Model] = []
    relations = records[0]._meta.get_fields(include_hidden=True) if records else ()
    for relation in sorted(
        (r for r in relations if isinstance(r, models.ForeignObjectRel)), key=lambda r: r.on_delete is not models.PROTECT
    ):
        column = relation.field
        if isinstance(column, models.ForeignKey) and getattr(column.model, "leans", True):
            own = [key for label, key in but if label == column.model._meta.label]
            those = column.model._default_manager.filter(**{f"{column.name}__in": [record.pk for record in records]}).exclude(pk__in=own)
            found += those.order_by("pk")[:LEANING]
    return found


def column_of(model: type[models.Model], name: str) -> models.Field[Any, Any]:
    """A field that is a column of the record's own."""
    field = model._meta.get_field(name)
    assert isinstance(field, models.Field)
    return field


def label_of(model: type[models.Model], name: str) -> str:
    """The words of a field, in the reader's language."""
    return str(column_of(model, name).verbose_name)


def plain(value: Any) -> Any:
    """A value as JSON can hold it: a record as its name, everything else unknown as text."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    return str(value)
