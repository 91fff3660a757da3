"""How points are worked out; a new way is one file here."""

from __future__ import annotations

from importlib import import_module
from inspect import isabstract
from pkgutil import iter_modules

from django.core.exceptions import ImproperlyConfigured

from core.earning.calculations.base import Award, Calculation, Fact, Limit, Standing


def discover() -> dict[str, type[Calculation]]:
    """The calculations in the files of this folder, by the names that programmes write.

    Raises ImproperlyConfigured when two have the same name.
    """
    found: dict[str, type[Calculation]] = {}
    for file in iter_modules(__path__, f"{__name__}."):
        for kind in vars(import_module(file.name)).values():
            if not _is_calculation(kind) or kind.__module__ != file.name:
                continue
            if found.setdefault(kind.name, kind) is not kind:
                raise ImproperlyConfigured(f"Two calculations are called '{kind.name}'.")
    return found


def _is_calculation(thing: object) -> bool:
    return (
        isinstance(thing, type) and issubclass(thing, Calculation) and not isabstract(thing) and hasattr(thing, "name")
    )


CALCULATIONS = discover()

__all__ = ["CALCULATIONS", "Award", "Calculation", "Fact", "Limit", "Standing", "discover"]
