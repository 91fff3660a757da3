"""The cards of the front pages, which the apps above put there so that nothing below need know them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.http import HttpRequest

from core.brand.models import Brand
from core.bulk.questions import Answer, Question
from core.web.context_processors import brand_of

Shown = tuple[str, dict[str, Any]]
Card = Callable[[HttpRequest], Shown | None]


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

    def shown(self, request: HttpRequest) -> list[Shown]:
        """All cards that have something to show to who asks, in order."""
        return [shown for _order, function in self._cards if (shown := function(request))]


class Look:
    """One look of a member at the dashboard: all that its cards asked was answered at one moment.

    A card may show what follows from the answers to its own questions, the brand, the member, the language, the time
    zone and the day; whatever else the clock changes of it, it says by `until`.
    """

    def __init__(self, request: HttpRequest, answer: Answer, now: datetime) -> None:
        self.request, self.answer, self.now = request, answer, now
        self.changes_at: datetime | None = None

    @property
    def brand(self) -> Brand:
        return brand_of(self.request)

    def rows[Row](self, question: Question[Row]) -> list[Row]:
        """The rows that a question found; the same objects for all cards."""
        return self.answer.rows(question)

    def first[Row](self, question: Question[Row]) -> Row | None:
        """The first of them, if there is any."""
        return self.answer.first(question)

    def until(self, *moments: datetime | None) -> None:
        """Say that the card shows something else from the first of these moments on."""
        coming = [at for at in moments if at is not None and at > self.now]
        if self.changes_at is not None:
            coming.append(self.changes_at)
        self.changes_at = min(coming, default=None)


LookedAt = Callable[[Look], Shown | None]


@dataclass(frozen=True, slots=True)
class Asking:
    """A card, and the questions whose answers make it what it is."""

    order: int
    name: str
    show: LookedAt
    questions: tuple[Question[Any], ...]


class AskingCards:
    """The cards of a page that is asked all at once, and whose cards are kept while the answers are the same."""

    def __init__(self) -> None:
        self.cards: list[Asking] = []
        self.framed: tuple[Question[Any], ...] = ()
        self._settling: list[Callable[[Look], bool]] = []

    def card(self, order: int, *questions: Question[Any]) -> Callable[[LookedAt], LookedAt]:
        """Put a card on the page. Its questions may have the parameters `member: int` and `now: datetime`."""

        def register(function: LookedAt) -> LookedAt:
            name = f"{function.__module__}.{function.__qualname__}"
            self.cards.append(Asking(order, name, function, questions))
            self.cards.sort(key=lambda card: card.order)
            return function

        return register

    def frame(self, *questions: Question[Any]) -> None:
        """Say what the page around the cards shows besides who the member is."""
        self.framed += questions

    def settling(self, function: Callable[[Look], bool]) -> Callable[[Look], bool]:
        """Let `function` do first what is due by now; if it did anything (True) the page is asked anew."""
        self._settling.append(function)
        return function

    def settle(self, look: Look) -> bool:
        """Do what is due; whether anything was."""
        done = [function(look) for function in self._settling]
        return any(done)

    @cached_property
    def questions(self) -> tuple[Question[Any], ...]:
        """All that is asked, each question once. First read when all apps are there."""
        asked = [question for card in self.cards for question in card.questions]
        return tuple(dict.fromkeys([*self.framed, *asked]))


# Orders: balance 10, tier 15, next step 20, challenges 30, badges 40, invite 50, experiences 60, giving 65, recent 70.
dashboard = AskingCards()
visitor = Cards()
wallet = Cards()
