"""What a page wants to know together with who asks for it: it is asked in the same statement, before the view."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from core.bulk.questions import Question


@dataclass(frozen=True, slots=True)
class Along:
    """Questions with the values of their parameters, besides `member` and `now`; `members` if only members ask them."""

    questions: tuple[Question[Any], ...] = ()
    values: dict[str, Any] = field(default_factory=dict)
    members: bool = False


Wanted = Callable[[re.Match[str]], Along]
NOTHING = Along()
_here: ContextVar[Along] = ContextVar("along", default=NOTHING)
_pages: list[tuple[re.Pattern[str], Wanted]] = []


def page(pattern: str) -> Callable[[Wanted], Wanted]:
    """Register what the pages want whose whole path is like `pattern`; the view finds it in `request.answer`."""

    def register(function: Wanted) -> Wanted:
        _pages.append((re.compile(pattern), function))
        return function

    return register


def of(path: str) -> Along:
    """What the page at this path wants."""
    for pattern, wanted in _pages:
        if match := pattern.fullmatch(path):
            return wanted(match)
    return NOTHING


def here() -> Along:
    """What whoever finds out who asks is to ask as well."""
    return _here.get()


@contextmanager
def asked(along: Along) -> Iterator[None]:
    """Whoever finds out inside the block who asks, asks this as well."""
    token = _here.set(along)
    try:
        yield
    finally:
        _here.reset(token)
