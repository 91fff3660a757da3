"""The cards of the visitor's page, which the apps above put there so that nothing below need know them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest

Card = Callable[[HttpRequest], tuple[str, dict[str, Any]] | None]

_cards: list[tuple[int, Card]] = []


def card(order: int) -> Callable[[Card], Card]:
    """Put a card on the visitor page; the function returns its template and context, or None to leave it out.

    Cards stand by `order`: challenges 30, experiences 60, giving 70.
    """

    def register(function: Card) -> Card:
        _cards.append((order, function))
        _cards.sort(key=lambda entry: entry[0])
        return function

    return register


def cards(request: HttpRequest) -> list[tuple[str, dict[str, Any]]]:
    """All cards that have something to show for a visitor, in order."""
    return [shown for _order, function in _cards if (shown := function(request))]
