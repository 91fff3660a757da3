"""The figures that exist. An app above registers its own in its module `benchmarks`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.bench.lab import Lab
    from core.bench.reading import Reading

Measured = Callable[["Lab"], "Iterable[Reading]"]

_figures: dict[str, list[Measured]] = {}


def figure(id: str) -> Callable[[Measured], Measured]:
    """Measure the figure of that id (`G1`…) by this function, which yields its lines; several may share an id."""

    def register(function: Measured) -> Measured:
        _figures.setdefault(id, []).append(function)
        return function

    return register


def figures() -> dict[str, list[Measured]]:
    """All figures in the order of their numbers."""
    return dict(sorted(_figures.items(), key=lambda entry: int(entry[0][1:])))
