"""Whether amounts of money are recorded already, which another currency would change the meaning of."""

from __future__ import annotations

from collections.abc import Callable

_asked: list[Callable[[], bool]] = []


def recorded_where(ask: Callable[[], bool]) -> None:
    """Register a question whether there are amounts, in the AppConfig.ready() of the app that keeps them."""
    _asked.append(ask)


def are_recorded() -> bool:
    """Whether any amount is kept in the currency of the programme."""
    return any(ask() for ask in _asked)
