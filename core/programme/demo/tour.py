"""Ada, by whose account a newcomer looks around: badges on the shelf, a challenge nearly done, points for a class."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from core import clock
from core.programme.demo.people import Person
from core.programme.demo.shopping import Counter
from core.programme.demo.visiting import Site

FRIENDS = 2  # one short of the three that a challenge asks for
REVIEWS = 2  # and so here
BASKET = (38.0, 24.0, 56.0, 31.0)


class Tour:
    """What Ada does, as far as it is not left to chance."""

    def __init__(self, ada: Person, site: Site, counter: Counter, start: datetime, now: datetime) -> None:
        self.ada = ada
        self.site = site
        self.counter = counter
        self.start, self.now = start, now
        self.length = max(1, (now - start).days)
        self.invited = 0
        self.every = max(1, round(self.length / 16))  # days between two orders

    def plan(self, day: datetime, at: Callable[[datetime, Callable[[], None]], None]) -> None:
        """Ada's part of one day."""
        number = (day - self.start).days
        noon = day + timedelta(hours=12, minutes=10)
        if number % self.every == 0:
            self._order(noon, number // self.every)
        if number == 1:
            self.counter.share(self.ada, noon)
        if number == self._day(0.3):
            at(noon, lambda: self.site.take_on(self.ada, "critics-circle"))
            at(noon, lambda: self.site.take_on(self.ada, "recipe-for-two"))
        for part in (0.45, 0.75)[:REVIEWS]:
            if number == self._day(part):
                self.counter.review(self.ada, noon, self.ada.orders[-1])
        if number in (self._day(0.45), self._day(0.65), self.length - 2):  # the last is still to come
            at(noon + timedelta(hours=1), lambda: self.site.book_something(self.ada, early=True))
        if number == self._day(0.95):
            at(noon, lambda: self.site.read_notices(self.ada))
        if number == self._day(0.8):
            at(noon + timedelta(hours=8), lambda: self.site.give(self.ada, 100))

    def invite(self, person: Person) -> None:
        """Let some of those who join now come by Ada's invitation."""
        due = self._day(0.25), self._day(0.6)
        day = (clock.now() - self.start).days
        if person is not self.ada and self.invited < FRIENDS and day >= due[self.invited]:
            self.invited += 1
            person.inviter = self.ada
            self.counter.order(person, min(clock.now() + timedelta(minutes=40), self.now), amount=35.0)
        elif person.inviter is self.ada:
            person.inviter = None

    def _order(self, at: datetime, number: int) -> None:
        self.counter.order(self.ada, at, amount=BASKET[number % len(BASKET)], quiet=True)

    def _day(self, part: float) -> int:
        return int(self.length * part)
