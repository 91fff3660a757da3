"""Writes that follow one another become one statement: each a part of it that changes a table of its own.

What costs most of a short statement is that it is one: to be sent, planned, begun and ended. Parts of one statement see
nothing of each other, so that two writes to one table stay two statements; foreign keys are looked at on commit, as
Django makes them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

Prepared = tuple[str, Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Waiting:
    """One statement: the table it touches, its text and parameters when its time comes, and what to do then.

    One that `writes` answers nothing and may become a part of another; `moving` is how many rows it must change. `look`
    is given the cursor of one that answers.
    """

    table: str
    prepare: Callable[[], Prepared]
    writes: bool = False
    moving: int | None = None
    look: Callable[[Any], None] | None = None


def fused(waiting: Sequence[Waiting]) -> Iterator[Waiting]:
    """The same work in fewer statements."""
    group: list[Waiting] = []
    for one in waiting:
        if group and not (one.writes and all(one.table != other.table for other in group)):
            yield _one(group)
            group = []
        if one.writes:
            group.append(one)
        else:
            yield one
    if group:
        yield _one(group)


class Overtaken(RuntimeError):
    """A row was changed by somebody who had not locked it."""


def _one(group: list[Waiting]) -> Waiting:
    moving = tuple(one.moving for one in group if one.moving is not None)

    def prepare() -> Prepared:
        prepared = [one.prepare() for one in group]
        texts = tuple(text for text, _params in prepared)
        params = [param for _text, params in prepared for param in params]
        return _together(texts, tuple(one.moving is not None for one in group)), params

    def look(cursor: Any) -> None:
        moved = cursor.fetchone() if len(group) > 1 else (cursor.rowcount,)
        if moving and tuple(moved) != moving:
            raise Overtaken

    return Waiting(group[0].table, prepare, look=look)


@lru_cache(maxsize=512)
def _together(texts: tuple[str, ...], counted: tuple[bool, ...]) -> str:
    """The text of one statement that does what these do, and answers how many rows those that are counted changed."""
    if len(texts) == 1:
        return texts[0]
    parts, counts = [], []
    for number, (text, count) in enumerate(zip(texts, counted, strict=True)):
        parts.append(f"w{number} AS ({text}{' RETURNING 1' if count else ''})")
        if count:
            counts.append(f"(SELECT count(*) FROM w{number})")
    return f"WITH {', '.join(parts)} SELECT {', '.join(counts) or '1'}"
