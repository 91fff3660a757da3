"""What people do at the shop: how much they buy, on which days, and what they say of it."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from random import Random

from core.programme.demo.doors import Shop
from core.programme.demo.people import Person

WEEK = (0.8, 0.75, 0.9, 1.0, 1.25, 1.6, 0.7)  # Monday to Sunday, around 1
HOURS = (2, 4, 5, 6, 7, 8, 7, 6, 7, 9, 10, 8, 4)  # from 8 in the morning to 8 in the evening
LEAST, MOST = 4.0, 280.0  # EUR


class Counter:
    """The shop's counter, where customers come as their habits are."""

    def __init__(self, chance: Random, shop: Shop) -> None:
        self.chance = chance
        self.shop = shop
        self.orders = 0

    def moment(self, day: datetime) -> datetime:
        """A time within the shop's hours of `day` (its midnight)."""
        hour = self.chance.choices(range(8, 21), weights=HOURS)[0]
        return day + timedelta(hours=hour, minutes=self.chance.randrange(60), seconds=self.chance.randrange(60))

    def visits(self, person: Person, day: datetime) -> bool:
        """Whether this person comes on that day."""
        return self.chance.random() < person.habit.orders / 7 * WEEK[day.weekday()]

    def order(self, person: Person, at: datetime, amount: float | None = None, *, quiet: bool = False) -> str:
        """One order, with what follows of it on the days after unless `quiet`; returns its reference."""
        self.orders += 1
        reference = f"FE-{1000 + self.orders}"
        if amount is None:
            amount = self.chance.lognormvariate(math.log(person.habit.basket), 0.55)
        cents = round(min(MOST, max(LEAST, amount)) * 100) // 10 * 10
        told = f"{cents // 100}.{cents % 100:02}"
        self.shop.tell(at, "order.paid", person.email, reference=reference, amount=told)
        person.orders.append(reference)
        if not quiet:
            self._afterwards(person, at, reference, cents)
        return reference

    def _afterwards(self, person: Person, at: datetime, reference: str, cents: int) -> None:
        if self.chance.random() < person.habit.talk:
            self.review(person, self._later(at, 1, 6), reference)
        if self.chance.random() < person.habit.talk * 0.7:
            self.share(person, self._later(at, 0, 4))
        if self.chance.random() < 0.035:
            back = {} if self.chance.random() < 0.6 else {"amount": f"{cents // 300}.00"}
            self.shop.tell(self._later(at, 1, 9), "order.refunded", person.email, reference=reference, **back)

    def review(self, person: Person, at: datetime, reference: str) -> None:
        """A review of an order."""
        self.shop.tell(at, "review.posted", person.email, reference=reference)

    def share(self, person: Person, at: datetime) -> None:
        """A recipe shared."""
        self.shop.tell(at, "post.shared", person.email)

    def survey(self, person: Person, at: datetime) -> None:
        """A survey answered."""
        self.shop.tell(at, "survey.answered", person.email)

    def stranger(self, number: int, at: datetime) -> None:
        """An order of somebody who has not joined, and something of which the programme knows nothing."""
        email = f"passer-by-{number}@example.com"
        self.orders += 1
        amount = f"{self.chance.randrange(5, 60)}.50"
        self.shop.tell(at, "order.paid", email, reference=f"FE-{1000 + self.orders}", amount=amount)
        self.shop.tell(at + timedelta(minutes=5), "newsletter.opened", email)

    def _later(self, at: datetime, least: int, most: int) -> datetime:
        return at + timedelta(days=self.chance.uniform(least, most), minutes=self.chance.randrange(5, 200))
