"""An inviter and terms."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from core.members.models import Member
from referrals.terms import Terms
from tests.referrals import people


@pytest.fixture
def terms(db: None) -> Terms:
    """500 for the inviter and 250 for the friend, for an order of 20.00."""
    return people.agree()


@pytest.fixture
def ada(terms: Terms) -> Member:
    """Ada, who invites."""
    return people.join("countess@example.com", people.NOON - people.timedelta(days=30), alias="Ada Lovelace")


@pytest.fixture
def lawful(db: None) -> Iterator[None]:
    """After the test every law of the books holds."""
    yield
    assert people.offences() == []
