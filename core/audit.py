"""The laws of the books, each checked against the facts; every app adds its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

Check = Callable[[], Iterable[str]]


@dataclass(frozen=True)
class Law:
    """One law: a stable slug, what it says, and the check that names each offending row in a sentence."""

    slug: str
    sentence: str
    check: Check


_laws: dict[str, Law] = {}


def law(slug: str, sentence: str) -> Callable[[Check], Check]:
    """Register a law; the decorated function yields one sentence for each row that breaks it."""

    def register(check: Check) -> Check:
        _laws[slug] = Law(slug, sentence, check)
        return check

    return register


def laws() -> list[Law]:
    """All laws, in the order in which the apps registered them."""
    return list(_laws.values())
