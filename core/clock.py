"""The one clock that the domain reads, so that a history can be lived through in order."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.utils import timezone

_moment: ContextVar[datetime | None] = ContextVar("moment", default=None)


def now() -> datetime:
    """The present moment, aware, in UTC; inside `at` the moment given there."""
    return _moment.get() or timezone.now()


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Let everything inside happen at `moment` (aware), as the demo does for its history."""
    token = _moment.set(moment)
    try:
        yield
    finally:
        _moment.reset(token)
