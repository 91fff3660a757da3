"""The dashboard's cards, which the apps above put there so that nothing below need know them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest

Card = Callable[[HttpRequest], tuple[str, dict[str, Any]] | None]

_cards: list[tuple[int, Card]] = []


def card(order: int) -> Callable[[Card], Card]:
    """Put a card on the dashboard; the function returns its template and context, or None to leave it out.

    Cards stand by `order`: balance 10, next step 20, challenges 30, badges 40, invite 50, experiences 60, recent 70.
    """

    def register(function: Card) -> Card:
        _cards.append((order, function))
        _cards.sort(key=lambda entry: entry[0])
        return function

    return register


def cards(request: HttpRequest) -> list[tuple[str, dict[str, Any]]]:
    """All cards that have something to show for the signed-in member, in order."""
    return [shown for _order, function in _cards if (shown := function(request))]
