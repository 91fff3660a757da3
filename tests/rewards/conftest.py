"""A reward with a date, a charity, and Ada with points."""

from __future__ import annotations

import pytest

from core.ledger.models import Wallet
from core.members.models import Member
from rewards.models import Charity, Reward, Session
from tests.rewards.factories import CharityFactory, SessionFactory, fund


@pytest.fixture
def session(db: None) -> Session:
    """A date of a reward for 100 points, in ten days, with ten seats."""
    return SessionFactory(slug="december", reward__slug="ferments", reward__limit_per_member=1)


@pytest.fixture
def reward(session: Session) -> Reward:
    return session.reward


@pytest.fixture
def charity(db: None) -> Charity:
    return CharityFactory(slug="seeds")


@pytest.fixture
def ada(member: Member) -> Member:
    """Ada with 1,000 points."""
    return fund(member, 1000)


def available(member: Member) -> int:
    """The points that a member can spend now."""
    return Wallet.of(member.pk).available
