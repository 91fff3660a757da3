"""Lists a page at a time: each page begins where the last one ended, however much was added since.

::

    @router.get("/challenges", response=Page[ChallengeOut])
    def challenges(request, cursor: Cursor = None, limit: Limit = PAGE):
        return page(Challenge.objects.live(), cursor, limit, order=("position", "pk"), show=as_shown)
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Any

from django.core.exceptions import ValidationError
from django.db.models import F, Model, Q, QuerySet
from ninja import Query, Schema
from pydantic import Field

from core.api import problems

PAGE = 50
LARGEST_PAGE = 200
LARGEST_KEY = 2**63 - 1

Cursor = Annotated[str | None, Query(None, max_length=400, description="`next` of the page before.")]
Limit = Annotated[int, Query(PAGE, ge=1, le=LARGEST_PAGE, description="The most items on the page.")]


class Page[Item](Schema):
    """A page of a list; `next` is the cursor of the page after it, or null on the last one."""

    items: list[Item]
    next: Annotated[str | None, Field(description="The cursor of the next page.")] = None


def page[Row: Model](
    rows: QuerySet[Row],
    cursor: str | None,
    limit: int,
    *,
    order: Sequence[str] = ("pk",),
    show: Callable[[Row], Any] = lambda row: row,
) -> dict[str, Any]:
    """One page of `rows`, in one query.

    `order` names fields that are together unique and never null, all of them descending ("-pk") or none. `show` makes
    an item of a row. An empty cursor is none; 422 for one that is not ours.
    """
    names = [name.removeprefix("-") for name in order]
    backwards = order[0].startswith("-")
    if cursor:
        try:
            rows = rows.filter(_beyond(names, _read(cursor, names), "lt" if backwards else "gt"))
        except (ValueError, TypeError, ValidationError, RecursionError):
            raise problems.wrong("cursor", "This is not a cursor of this list.") from None
    found = list(rows.order_by(*order).annotate(**_keys(names))[: limit + 1])
    more = len(found) > limit
    found = found[:limit]
    return {"items": [show(row) for row in found], "next": _written(found[-1], names) if more else None}


def _keys(names: Sequence[str]) -> dict[str, F]:
    """Fields of other tables that the cursor is made of, under names of their own."""
    return {f"key_{place}": F(name) for place, name in enumerate(names) if "__" in name}


def _written(row: Model, names: Sequence[str]) -> str:
    values = [getattr(row, f"key_{place}" if "__" in name else name) for place, name in enumerate(names)]
    plain = [value.isoformat() if isinstance(value, datetime) else value for value in values]
    return base64.urlsafe_b64encode(json.dumps(plain, separators=(",", ":")).encode()).decode().rstrip("=")


def _read(cursor: str, names: Sequence[str]) -> list[Any]:
    values = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
    if not isinstance(values, list) or len(values) != len(names):
        raise ValueError
    return [_value(value) for value in values]


def _value(value: Any) -> Any:
    """A value of a cursor that the database can compare with; ValueError for any other."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise ValueError
    if isinstance(value, int) and abs(value) > LARGEST_KEY:
        raise ValueError
    if isinstance(value, str):
        if "\x00" in value:
            raise ValueError
        value.encode()
    return value


def _beyond(names: Sequence[str], values: Sequence[Any], way: str) -> Q:
    """Rows after these values: (a, b) > (x, y) written so that an index on (a, b) serves it."""
    name, value = names[0], values[0]
    if len(names) == 1:
        return Q(**{f"{name}__{way}": value})
    later = Q(**{f"{name}__{way}": value}) | (Q(**{name: value}) & _beyond(names[1:], values[1:], way))
    return Q(**{f"{name}__{way}e": value}) & later
