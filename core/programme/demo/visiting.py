"""What people do on the site: join, invite, take on challenges, book, cancel and give."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from django.db import transaction
from django.http.response import HttpResponseBase

from core import clock
from core.activities.joining import welcome
from core.ledger.models import Wallet
from core.members.models import Member
from core.programme.demo.doors import Browser, Browsers, Shop, found
from core.programme.demo.offers import Class, Offers
from core.programme.demo.people import Person


@dataclass
class Ticket:
    """A seat that somebody has booked."""

    person: Person
    booked: Class
    path: str


class Site:
    """The site as the people of the demo use it."""

    def __init__(self, chance: Random, shop: Shop, offers: Offers) -> None:
        self.chance = chance
        self.shop = shop
        self.offers = offers
        self.tickets: list[Ticket] = []
        self.held: Counter[tuple[str, str]] = Counter()
        self.browsers = Browsers()
        self.lookers = 10_000

    def join(self, person: Person) -> None:
        """Become a member, by the link or code of who invites; the clock stands at the moment of joining."""
        carried = self._carried(person.inviter) if person.inviter else {}
        with transaction.atomic():
            person.member = Member.objects.create_user(
                person.email, alias=person.alias, language=person.language, leaderboard=person.is_seen
            )
            welcome(person.member, carried)

    def _carried(self, inviter: Person) -> dict[str, str]:
        code = self._code(inviter)
        if not code:
            return {}
        if self.chance.random() < 0.4:
            return {"referral_code": code}
        with clock.at(clock.now() - timedelta(minutes=self.chance.randrange(2, 90))):
            return {"referral_token": self.look(inviter)}

    def look(self, inviter: Person) -> str:
        """Open the link of an inviter, as a visitor, and return the token that the page carries."""
        self.lookers += 1
        code = self._code(inviter)
        page = Browser(self.lookers).get(f"/i/{code}/") if code else None
        return found(r'name="referral_token"[^>]* value="([^"]+)"', page) if page is not None else ""

    def _code(self, inviter: Person) -> str:
        """The inviter's code, as it stands on their page."""
        if not inviter.code and inviter.member and self.offers.invites:
            inviter.code = found(r"/i/([A-Z0-9]{7})/", self.browsers.of(inviter.member).get("/invite/"))
        return inviter.code

    def take_on(self, person: Person, slug: str) -> None:
        """Join a challenge by hand, if there is such a one; where the site says no, nothing happens."""
        if slug not in [item["slug"] for item in self.offers.by_hand]:
            return
        if self._act(person, f"/challenges/{slug}/participation/"):
            person.joined_challenges.add(slug)

    def take_on_something(self, person: Person) -> None:
        """Look through the challenges that ask to be joined, and perhaps join one."""
        now = clock.now()
        for item in self.offers.by_hand:
            begun = item.get("starts") is None or item["starts"] <= now
            over = item.get("ends") is not None and item["ends"] <= now
            if begun and not over and item["slug"] not in person.joined_challenges and self.chance.random() < 0.5:
                self.take_on(person, item["slug"])

    def book_something(self, person: Person, *, early: bool = False) -> None:
        """Book one of the coming classes that has a seat left, if there are points enough for it.

        Most people wait until a class is near; who is `early` takes any seat that is there.
        """
        now = clock.now()
        available = Wallet.of(person.pk).available
        choice = [
            each
            for each in self.offers.bookable(now, 35)
            if each.cost <= available
            and self.held["seats", each.session] < each.seats * (1 if early else _asked_for(each.starts - now))
            and self.held[person.email, each.reward] < each.limit
        ]
        if choice:
            soonest = sorted(choice, key=lambda each: each.starts)
            self.book(person, soonest[0] if self.chance.random() < 0.55 else self.chance.choice(choice))

    def book(self, person: Person, wanted: Class) -> None:
        """Book a seat; when the site says no, nothing happens."""
        path = f"/rewards/{wanted.reward}/booking/"
        response = self._act(person, path, session=wanted.session, key=self._key())
        if response is not None:
            self.tickets.append(Ticket(person, wanted, response.headers["Location"]))
            self._count(person, wanted, 1)

    def _count(self, person: Person, booked: Class, seats: int) -> None:
        self.held["seats", booked.session] += seats
        self.held[person.email, booked.reward] += seats

    def cancel(self, ticket: Ticket) -> None:
        """Give a seat back."""
        if self._act(ticket.person, f"{ticket.path}cancellation/"):
            self.tickets.remove(ticket)
            self._count(ticket.person, ticket.booked, -1)

    def cancel_something(self) -> None:
        """Now and then somebody cannot come after all."""
        latest = timedelta(hours=2)
        for ticket in list(self.tickets):
            left = ticket.booked.starts - clock.now() - timedelta(hours=ticket.booked.cancel_until_hours)
            if left > latest and self.chance.random() < 0.006:
                self.cancel(ticket)

    def come_to_classes(self, since: datetime, until: datetime) -> None:
        """The shop tells who came to the classes that ended between the two moments."""
        for ticket in list(self.tickets):
            if since <= ticket.booked.ends < until:
                self.tickets.remove(ticket)
                if self.chance.random() < 0.92:
                    reference = f"{ticket.booked.session}-{ticket.person.pk}"
                    self.shop.tell(
                        ticket.booked.ends + timedelta(minutes=20),
                        "class.attended",
                        ticket.person.email,
                        reference=reference,
                    )

    def give(self, person: Person, points: int) -> None:
        """Give points away: ask, see the amount in money, and say yes."""
        if not self.offers.charities or Wallet.of(person.pk).available < points:
            return
        path = f"/give/{self.chance.choice(self.offers.charities)}/donations/"
        self._act(person, path, points=points, confirmed="on", key=self._key())

    def read_notices(self, person: Person) -> None:
        """Look through the notices, so that only later ones are new."""
        self._act(person, "/notices/reading/")

    def _act(self, person: Person, path: str, **form: object) -> HttpResponseBase | None:
        """Send a form as that member; None when the site says no."""
        assert person.member is not None
        return self.browsers.of(person.member).act(path, **form)

    def _key(self) -> UUID:
        return UUID(int=self.chance.getrandbits(128), version=4)


def _asked_for(left: timedelta) -> float:
    """What part of a class's seats people take when it is so far away: all of them only in its last week."""
    return min(1.0, 1.2 - left / timedelta(days=32))
