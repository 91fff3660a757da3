"""Eight clients who all want a seat: at one experience, at a thousand different ones, and where all seats are taken."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from random import Random

from core import clock
from core.bench.filling import email_of, settle
from core.bench.lab import Lab
from core.bench.reading import Reading
from core.bench.registry import figure
from core.bench.station import together
from core.members.models import Member
from core.web.refused import SoldOut
from rewards import booking
from rewards.models import Reward, Session
from rewards.models.reward import MOST_SEATS

CLIENTS, DIFFERENT = 8, 1000
MEMBERS_A_CLIENT = 4  # fewer would wait for each other's wallets and not for the seats
ONE, MANY, FULL = "one", "many", "full"
_chance = Random()


@figure("G6")
def redeeming(lab: Lab) -> Iterator[Reading]:
    """Seats that are booked a second: at one against at a thousand; then answers of one that is sold out."""
    run = lab.run
    database = lab.scratch.make("seats", like=lab.grown(run.members))
    clients = [lab.station(database) for _ in range(max(1, min(CLIENTS, run.members // MEMBERS_A_CLIENT)))]
    clients[0].call(offer)

    def among(name: str, act: Callable[..., float]) -> Callable[[], float]:
        return lambda: sum(together(clients, act, name=name, seconds=run.seconds, members=run.members))

    one = among(ONE, book)
    together(clients, book, name=MANY, seconds=run.seconds / 2, members=run.members)
    ours, reference = lab.compared(one, among(MANY, book))
    what = f"redeeming one experience, {len(clients)} clients"
    yield Reading("G6", what, f"{DIFFERENT:,} experiences", ours, reference, "bookings/s", 0.4)
    ours, reference = lab.compared(among(FULL, ask), one)
    yield Reading("G6", "answers that it is sold out", "bookings of one", ours, reference, "answers/s", 3.0)


def offer() -> None:
    """Offer an experience with many seats, a thousand such, and one that is sold out; called in a station."""
    _offer(ONE, 1)
    _offer(MANY, DIFFERENT)
    _offer(FULL, 1)
    Session.objects.filter(slug=f"{FULL}-0").update(seats=1)
    booking.book(_session(FULL), member=Member.objects.get(email=email_of(0)))
    settle()


def book(name: str, seconds: float, members: int) -> float:
    """How many seats a second one client books by the domain's own call, for members by chance; in a station."""
    return _rate(name, seconds, members, sold_out=False)


def ask(name: str, seconds: float, members: int) -> float:
    """How many times a second one client is told that all seats are taken; in a station."""
    return _rate(name, seconds, members, sold_out=True)


def _rate(name: str, seconds: float, members: int, *, sold_out: bool) -> float:
    done, began = 0, time.perf_counter()
    while (spent := time.perf_counter() - began) < seconds or not done:
        if _is_told_no(name, email_of(_chance.randrange(members))) != sold_out:
            raise RuntimeError(f"A booking of {name!r} was {'taken' if sold_out else 'refused'}.")
        done += 1
    return done / spent


def _is_told_no(name: str, email: str) -> bool:
    try:
        booking.book(_session(name), member=Member.objects.get(email=email))
    except SoldOut:
        return True
    return False


def _session(name: str) -> Session:
    number = _chance.randrange(DIFFERENT) if name == MANY else 0
    return Session.objects.of_live_rewards().get(slug=f"{name}-{number}")


def _offer(name: str, number: int) -> None:
    soon = clock.now() + timedelta(days=30)
    rewards = Reward.objects.bulk_create(
        Reward(slug=f"{name}-{n}", title="An evening class", cost=1, state=Reward.State.LIVE) for n in range(number)
    )
    Session.objects.bulk_create(
        Session(
            reward=reward,
            slug=reward.slug,
            starts=soon,
            ends=soon + timedelta(hours=1),
            place="Here",
            seats=MOST_SEATS,
        )
        for reward in rewards
    )
