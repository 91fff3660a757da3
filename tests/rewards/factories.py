"""Members with points, rewards with dates, charities."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from uuid import uuid4

import factory
from factory.django import DjangoModelFactory

from core import clock
from core.brand.explanation import Explanation
from core.ledger import spending
from core.members.models import Member
from rewards.models import Charity, Reward, Session

_numbers = count(1)


class RewardFactory(DjangoModelFactory):
    """An experience on offer for 100 points, without a date."""

    class Meta:
        model = Reward

    slug = factory.Sequence(lambda number: f"reward-{number}")
    title = "An evening of ferments"
    cost = 100
    cancel_until_hours = 48
    state = Reward.State.LIVE


class SessionFactory(DjangoModelFactory):
    """A date in ten days with ten seats."""

    class Meta:
        model = Session

    reward = factory.SubFactory(RewardFactory)
    slug = factory.Sequence(lambda number: f"session-{number}")
    starts = factory.LazyFunction(lambda: clock.now() + timedelta(days=10))
    ends = factory.LazyAttribute(lambda session: session.starts + timedelta(hours=2))
    place = "The back kitchen"
    seats = 10


class CharityFactory(DjangoModelFactory):
    """A charity that can be given to."""

    class Meta:
        model = Charity

    slug = factory.Sequence(lambda number: f"charity-{number}")
    name = "Anatolian Seed Library"
    state = Charity.State.OPEN


def fund(member: Member, points: int) -> Member:
    """Give `member` that many points to spend."""
    spending.adjust(member.pk, points, reference=f"adjustment:{uuid4()}", explanation=Explanation("A gift."))
    return member


def member_with(points: int) -> Member:
    """A new member with that many points to spend."""
    member = Member.objects.create_user(f"guest-{next(_numbers)}-{uuid4().hex[:6]}@example.com")
    return fund(member, points) if points else member
