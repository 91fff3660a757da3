"""The demo's months, lived through day by day under the clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from random import Random

from core import clock
from core.programme.demo import nights
from core.programme.demo.doors import Shop
from core.programme.demo.offers import Offers
from core.programme.demo.people import ADA, Names, Person, habit
from core.programme.demo.shopping import Counter
from core.programme.demo.tour import Tour
from core.programme.demo.visiting import Site

DAY = timedelta(days=1)
NIGHT = timedelta(hours=3, minutes=7)  # when the scheduler's work of a day is done
SENT = timedelta(hours=20, minutes=30)  # when the shop sends what happened, each day
Act = tuple[datetime, int, Callable[[], None]]


class History:
    """Everybody of the demo, and what happens from the midnight `start` until `now`."""

    def __init__(self, seed: int, members: int, start: datetime, now: datetime, shop: Shop) -> None:
        self.chance = Random(seed)
        self.start, self.now = start, now
        self.offers = Offers.present()
        self.shop = shop
        self.counter = Counter(self.chance, shop)
        self.site = Site(self.chance, shop, self.offers)
        self.people: list[Person] = []
        self.agenda: list[Act] = []
        self.coming = self._newcomers(members)
        self.tour = Tour(self.coming[0], self.site, self.counter, start, now)

    def _newcomers(self, members: int) -> list[Person]:
        """Who will join, in order of time: Ada first, some at once, then ever more by word of mouth."""
        names = Names(self.chance)
        names.taken.add("ada")
        ada = Person("ada@example.com", "Ada", "en", ADA, joins=self.start + timedelta(hours=9))
        span = (self.now - self.start).total_seconds()
        moments = []
        for _number in range(members - 1):
            part = self.chance.random() * 0.12 if self.chance.random() < 0.25 else self.chance.random() ** 0.85
            moment = self.start + timedelta(seconds=part * span)
            moment = moment.replace(hour=self.chance.randrange(9, 22), minute=self.chance.randrange(60))
            moments.append(min(max(moment, ada.joins + timedelta(minutes=7)), self.now - timedelta(minutes=3)))
        coming = [ada]
        for moment in sorted(moments):
            email, alias, language = names.next()
            person = Person(email, alias, language, habit(self.chance), joins=moment)
            if person.habit.stays:
                person.leaves = moment + timedelta(days=self.chance.randint(*person.habit.stays))
            coming.append(person)
        return coming

    def days(self) -> Iterator[datetime]:
        """Live through the history; yields the midnight of each day when it is over."""
        day = self.start
        while day < self.now:
            self._plan(day)
            self._live(min(day + DAY, self.now))
            yield day
            day += DAY
        self.site.browsers.close()
        nights.forget_mails()

    def at(self, moment: datetime, act: Callable[[], None]) -> None:
        """Put an act on the agenda; what lies after the end of the history does not happen."""
        if moment < self.now:
            self.agenda.append((moment, len(self.agenda), act))

    def _live(self, until: datetime) -> None:
        while self.agenda:
            self.agenda.sort(key=lambda entry: entry[:2])
            moment, _number, act = self.agenda[0]
            if moment >= until:
                break
            self.agenda.pop(0)
            with clock.at(moment):
                act()
        if until == self.now:
            with clock.at(self.now):
                self.shop.send()
                nights.pass_one()

    def _plan(self, day: datetime) -> None:
        """Everything of one day that is known in the morning."""
        self.at(day + NIGHT, nights.pass_one)
        self.at(day + SENT, self.shop.send)
        self._plan_joinings(day)
        around = [person for person in self.people if person.is_around(day)]
        for person in around:
            if person is not self.tour.ada:
                self._plan_person(person, day)
        self.tour.plan(day, self.at)
        evening = day + timedelta(hours=22)
        self.at(evening, self.site.cancel_something)
        self.at(evening + timedelta(minutes=5), lambda: self.site.come_to_classes(day - timedelta(hours=3), evening))
        if around and self.chance.random() < 0.3:
            self.at(evening, lambda: self._glance(self.chance.choice(around)))
        if self.chance.random() < 0.4:
            self.counter.stranger(day.toordinal() % 40, self.counter.moment(day))

    def _plan_joinings(self, day: datetime) -> None:
        while self.coming and self.coming[0].joins < day + DAY:
            person = self.coming.pop(0)
            self.people.append(person)
            if self.chance.random() < 0.04:  # ordered before they heard of all this
                self.counter.order(person, person.joins - timedelta(days=self.chance.uniform(0.1, 4)))
            self.at(person.joins, lambda person=person: self._join(person))  # type: ignore[misc]

    def _join(self, person: Person) -> None:
        inviters = [other for other in self.people if other.is_around(clock.now()) and other.habit.talk >= 0.2]
        if inviters and person is not self.tour.ada and self.chance.random() < 0.32:
            # A few bring many: half of all the invitations are those of the first dozen.
            person.inviter = self.chance.choice(inviters[:12] if self.chance.random() < 0.5 else inviters)
        self.tour.invite(person)
        self.site.join(person)
        if self.chance.random() < 0.6:
            soon = clock.now() + timedelta(minutes=self.chance.randrange(4, 600))
            self.counter.order(person, soon, amount=self.chance.lognormvariate(3.2, 0.4))

    def _plan_person(self, person: Person, day: datetime) -> None:
        moment = self.counter.moment(day)
        if self.counter.visits(person, day) and moment > person.joins:
            self.counter.order(person, moment)
            if self.chance.random() < 0.08 + person.habit.talk * 0.2:
                self.at(moment + timedelta(minutes=12), lambda: self.site.take_on_something(person))
        if self.chance.random() < 0.02 + person.habit.talk * 0.12:
            self.at(self.counter.moment(day), lambda: self.site.book_something(person))
        if self.chance.random() < person.habit.talk * 0.03:
            points = self.chance.choice((50, 100, 100, 200))
            self.at(self.counter.moment(day), lambda: self.site.give(person, points))
        if day.weekday() == 3 and self.chance.random() < person.habit.talk * 0.3:
            self.counter.survey(person, moment)

    def _glance(self, person: Person) -> None:
        """Somebody opens a link and does not join."""
        self.site.look(person)
