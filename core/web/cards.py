"""The cards of the front pages, which the apps above put there so that nothing below need know them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest

Card = Callable[[HttpRequest], tuple[str, dict[str, Any]] | None]


class Cards:
    """What stands on one page, in a fixed order."""

    def __init__(self) -> None:
        self._cards: list[tuple[int, Card]] = []

    def card(self, order: int) -> Callable[[Card], Card]:
        """Put a card on the page; the function returns its template and context, or None to leave it out."""

        def register(function: Card) -> Card:
            self._cards.append((order, function))
            self._cards.sort(key=lambda entry: entry[0])
            return function

        return register

    def shown(self, request: HttpRequest) -> list[tuple[str, dict[str, Any]]]:
        """All cards that have something to show to who asks, in order."""
        return [shown for _order, function in self._cards if (shown := function(request))]


# Orders: balance 10, tier 15, next step 20, challenges 30, badges 40, invite 50, experiences 60, giving 65, recent 70.
dashboard = Cards()
visitor = Cards()
wallet = Cards()
