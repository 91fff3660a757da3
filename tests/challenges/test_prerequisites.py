"""Challenges that come after others."""

from __future__ import annotations

from datetime import timedelta

import pytest

from challenges.models import Challenge, Participation
from core.members.models import Member
from tests.challenges.factories import NOON, a_challenge, happens, is_refunded, pays

pytestmark = pytest.mark.django_db


def progress(member: Member, challenge: Challenge) -> dict[str, int] | None:
    row = Participation.objects.filter(member=member, challenge=challenge).first()
    return row.progress if row else None


@pytest.fixture
def first(db: None) -> Challenge:
    return a_challenge("first", {"slug": "order"})


@pytest.fixture
def second(first: Challenge) -> Challenge:
    """Two reviews, once the first is completed."""
    return a_challenge(
        "second", {"slug": "reviews", "activity": "review.posted", "target": 2}, after=(first,), prize_points=50
    )


def test_nothing_counts_before_the_challenge_before_it_is_completed(member: Member, second: Challenge) -> None:
    happens(member, "review.posted")

    assert progress(member, second) is None


def test_what_happens_after_the_completion_counts(member: Member, second: Challenge) -> None:
    pays(member, "order-1")
    happens(member, "review.posted", minutes=1)

    assert progress(member, second) == {"reviews": 1}


def test_what_arrived_before_the_completion_but_happened_after_it_counts(member: Member, second: Challenge) -> None:
    happens(member, "review.posted", minutes=-1)
    happens(member, "review.posted", minutes=1)
    happens(member, "review.posted", minutes=2)
    assert progress(member, second) is None

    pays(member, "order-1")

    joined = Participation.objects.get(member=member, challenge=second)
    assert joined.completed
    assert joined.completed_at == NOON + timedelta(minutes=2)


def test_the_activity_that_completes_the_first_does_not_count_for_the_second(member: Member, first: Challenge) -> None:
    second = a_challenge("second", {"slug": "orders", "target": 2}, after=(first,))

    pays(member, "order-1")
    assert progress(member, second) is None
    pays(member, "order-2")

    assert progress(member, second) == {"orders": 1}


def test_a_refund_that_undoes_the_first_undoes_all_behind_it(
    member: Member, first: Challenge, second: Challenge
) -> None:
    third = a_challenge("third", {"slug": "share", "activity": "post.shared"}, after=(second,), prize_points=5)
    pays(member, "order-1")
    happens(member, "review.posted", minutes=1)
    happens(member, "review.posted", minutes=2)
    happens(member, "post.shared", minutes=3)
    assert progress(member, third) == {"share": 1}

    outcome = is_refunded(member, "order-1", minutes=4)

    assert not Participation.objects.exists()
    assert outcome.answer["points"] == -55

    pays(member, "order-2", minutes=0)
    assert Participation.objects.get(challenge=third).completed


def test_a_chain_longer_than_a_cascade_has_rounds_ends_right(member: Member, first: Challenge) -> None:
    before = first
    for number in range(12):
        before = a_challenge(f"link-{number}", {"slug": "order"}, after=(before,))
    for number in range(13):
        pays(member, f"order-{12 - number}", minutes=12 - number)
    assert Participation.objects.filter(state="completed").count() == 13

    is_refunded(member, "order-0", minutes=20)

    assert Participation.objects.filter(state="completed").count() == 12
    assert not Participation.objects.filter(challenge=before).exists()
