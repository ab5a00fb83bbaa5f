"""Generic references: a kind is a word for a model, so that history, files, links and search can point at any record."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import models
from django.utils import translation

Reference = tuple[type[models.Model], str, str]  # whose, the column of the kind, the column of the key
_model_of: dict[str, type[models.Model]] = {}
_kind_of: dict[type[models.Model], str] = {}
_besides: list[Reference] = []


def register(kind: str, model: type[models.Model]) -> None:
    """Gives a model its word; each package does it in `apps.py: ready()`."""
    _model_of[kind] = model
    _kind_of[model] = kind


def kind_of(record: models.Model) -> str:
    """The word of a record's model."""
    return _kind_of[type(record)]


def word_of(model: type[models.Model]) -> str:
    """The word of a model; "" where nothing points at it by kind and id."""
    return _kind_of.get(model, "")


def refers(model: type[models.Model], kind: str, key: str) -> None:
    """Says that these two columns point at records, where their names do not say so themselves."""
    if (model, kind, key) not in _besides:
        _besides.append((model, kind, key))


def references() -> list[Reference]:
    """Every generic reference: `<what>_kind` beside `<what>_id`, and what `refers` named. An actor is no record of business."""
    found: list[Reference] = []
    for model in apps.get_models():
        names = {f.name for f in model._meta.concrete_fields if not f.is_relation}
        prefixes = [name.removesuffix("_kind") for name in sorted(names) if name.endswith("_kind")]
        found += [(model, f"{what}_kind", f"{what}_id") for what in prefixes if f"{what}_id" in names and what != "actor"]
    return found + _besides


def model_of(kind: str) -> type[models.Model]:
    """The model behind a word; KeyError when nobody registered it."""
    return _model_of[kind]


def all_kinds() -> dict[str, type[models.Model]]:
    """Every registered kind."""
    return dict(_model_of)


def refer(prefix: str, record: models.Model | None) -> dict[str, Any]:
    """The three columns of a generic reference: kind, id, and the name as text, so that it outlives the record."""
    if record is None:
        return {f"{prefix}_kind": "", f"{prefix}_id": None, f"{prefix}_name": ""}
    with translation.override("zh-hans"):  # one stored name, whoever speaks
        name = str(record)[:200]
    return {f"{prefix}_kind": kind_of(record), f"{prefix}_id": record.pk, f"{prefix}_name": name}
