"""Who was erased while the click was on its way gets nothing, and takes no seat."""

from __future__ import annotations

import pytest

from core.members.erasure import erase
from core.members.models import Member
from core.web.refused import NotEligible
from rewards import booking, giving
from rewards.models import Donation, Redemption
from tests.rewards.conftest import available
from tests.rewards.factories import CharityFactory, SessionFactory, member_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_the_request_knows_them() -> Member:
    """Read by a request while the member was still there."""
    member = member_with(500)
    known = Member.objects.get(pk=member.pk)
    erase(member.email)
    return known


def test_they_book_nothing(as_the_request_knows_them: Member) -> None:
    session = SessionFactory(seats=10)
    before = available(as_the_request_knows_them)

    with pytest.raises(NotEligible):
        booking.book(session, member=as_the_request_knows_them)

    session.refresh_from_db()
    assert (session.taken, Redemption.objects.count()) == (0, 0)
    assert available(as_the_request_knows_them) == before


def test_they_give_nothing(as_the_request_knows_them: Member) -> None:
    before = available(as_the_request_knows_them)

    with pytest.raises(NotEligible):
        giving.give(CharityFactory(), member=as_the_request_knows_them, points=100)

    assert Donation.objects.count() == 0
    assert available(as_the_request_knows_them) == before
