"""The laws of challenges hold after anything that happens, and name what was changed behind their back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from challenges.models import BadgeAward, Contribution, Participation
from core import clock
from core.ledger.models import Lot
from core.ledger.rebuilding import differences
from core.members.models import Member
from tests.challenges.factories import NOON, a_badge, a_challenge, is_refunded, pays

pytestmark = pytest.mark.django_db
Breaches = Callable[[], list[str]]


@pytest.fixture
def history(member: Member, other_member: Member) -> None:
    """Two people, a completed challenge with everything, one under way, and one undone by a refund."""
    task = {"slug": "orders", "target": 2, "milestones": [{"at": 1, "points": 5}]}
    a_challenge("two-orders", task, prize_points=100, prize_badge=a_badge("regular"))
    a_challenge("larder", {"slug": "spend", "kind": "total", "target": 15000}, prize_points=9)
    for number in range(2):
        pays(member, f"mine-{number}", minutes=number)
        pays(other_member, f"hers-{number}", minutes=number)
    is_refunded(other_member, "hers-1", minutes=3)


def test_all_laws_hold_and_replay_finds_nothing(history: None, the_books_hold: Breaches) -> None:
    assert the_books_hold() == []
    assert list(differences()) == []


def test_a_changed_progress_is_named(history: None, member: Member, the_books_hold: Breaches) -> None:
    Participation.objects.filter(member=member, challenge__slug="larder").update(progress={"spend": 1})

    assert any(breach.startswith("progress-is-contributions: participation") for breach in the_books_hold())
    assert any("challenge larder: progress" in one for one in differences())


@pytest.mark.parametrize("cause", ["challenge:two-orders:%s:1", "challenge:two-orders:%s:1:orders:1"])
def test_a_prize_of_another_moment_is_named(
    history: None, member: Member, the_books_hold: Breaches, cause: str
) -> None:
    name = cause % member.pk
    Lot.objects.filter(cause=name).update(at=NOON - timedelta(days=40))

    assert [one for one in the_books_hold() if one.startswith(f"prize-has-its-moment: {name} counts from")]
    assert [one for one in differences() if f"{name} happened at" in one]


def test_a_contribution_that_is_gone_is_named(history: None, member: Member, the_books_hold: Breaches) -> None:
    Contribution.objects.filter(participation__member=member).order_by("pk")[:1].get().delete()

    assert any(breach.startswith("progress-is-contributions") for breach in the_books_hold())


def test_a_prize_that_was_changed_or_never_due_is_named(
    history: None, member: Member, the_books_hold: Breaches
) -> None:
    Lot.objects.filter(cause=f"challenge:two-orders:{member.pk}:1").update(points=1)
    Lot.objects.create(cause=f"challenge:gone:{member.pk}:1", member=member, points=7, at=NOON)

    found = [breach for breach in the_books_hold() if breach.startswith("prize-is-paid-once")]

    assert found == [
        f"prize-is-paid-once: challenge:two-orders:{member.pk}:1 has paid 1 where 100 is due",
        f"prize-is-paid-once: challenge:gone:{member.pk}:1 has paid 7 where nobody takes part",
    ]


def test_a_badge_that_is_missing_or_was_not_earned_is_named(
    history: None, member: Member, other_member: Member, the_books_hold: Breaches
) -> None:
    award = BadgeAward.objects.live().get(member=member)
    BadgeAward.objects.filter(pk=award.pk).update(revoked_at=clock.now(), reason="gone")
    award.pk = None
    award.member = other_member
    award.save()

    found = [breach for breach in the_books_hold() if breach.startswith("badge-is-earned")]

    assert found == [
        f"badge-is-earned: member {member.pk} has earned the badge regular and does not have it",
        f"badge-is-earned: member {other_member.pk} has the badge regular without having earned it",
    ]
    assert {f"member {member.pk}: the badge regular is missing"} <= set(differences())


def test_somebody_who_should_take_part_is_named(history: None, member: Member) -> None:
    row = Participation.objects.get(member=member, challenge__slug="larder")
    row.contributions.all().delete()
    row.delete()

    assert list(differences()) == [
        f"member {member.pk}, challenge larder: does not take part, which the activities do not say"
    ]
