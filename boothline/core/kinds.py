"""Generic references: a kind is a word for a model, so that history, files, links and search can point at any record."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils import translation

_model_of: dict[str, type[models.Model]] = {}
_kind_of: dict[type[models.Model], str] = {}


def register(kind: str, model: type[models.Model]) -> None:
    """Gives a model its word; each package does it in `apps.py: ready()`."""
    _model_of[kind] = model
    _kind_of[model] = kind


def kind_of(record: models.Model) -> str:
    """The word of a record's model."""
    return _kind_of[type(record)]


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
