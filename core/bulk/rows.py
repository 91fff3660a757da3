"""Instances of models without Django's constructor, which costs more than all else that is done with most of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from django.db import models
from django.db.models.base import ModelState


def new[Row: models.Model](model: type[Row], **values: Any) -> Row:
    """A new row as `model(**values)` makes it: by names of fields or of their columns (`member` or `member_id`).

    For models without fields that take part in their construction (files, images); nobody is told by `pre_init`.
    """
    plain, called, related = _blank(model)
    row = model.__new__(model)
    row._state = ModelState()
    cells = row.__dict__
    cells |= plain
    cells |= values
    for name, make in called:
        if name not in values:
            cells[name] = make()
    for name, column in related:
        if name in values:
            other = cells.pop(name)
            cells[column] = None if other is None else other.pk
            row._state.fields_cache[name] = other
    return row


def loaded[Row: models.Model](model: type[Row], alias: str, names: Sequence[str], values: Sequence[Any]) -> Row:
    """A row as it was read from the database `alias`: the attributes of all its columns, and their values."""
    row = model.__new__(model)
    row._state = state = ModelState()
    state.adding, state.db = False, alias
    row.__dict__.update(zip(names, values, strict=True))
    return row


@cache
def _blank(
    model: type[models.Model],
) -> tuple[dict[str, Any], list[tuple[str, Callable[[], Any]]], list[tuple[str, str]]]:
    """What a row has that nobody gave: values, those that are made for each row, and the columns behind relations."""
    plain: dict[str, Any] = {}
    called: list[tuple[str, Callable[[], Any]]] = []
    related = []
    for field in model._meta.concrete_fields:
        if field.has_default() and callable(field.default):
            called.append((field.attname, field.get_default))
        else:
            plain[field.attname] = field.get_default()
        if field.remote_field is not None:
            related.append((field.name, field.attname))
    return plain, called, related
