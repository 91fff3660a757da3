"""Challenges follow from what happened, through the door of activities."""

from __future__ import annotations

from datetime import timedelta

import pytest

from challenges.models import BadgeAward, Challenge, Contribution, Participation
from core import activities
from core.activities.models import Activity
from core.ledger.models import Lot, Wallet
from core.members.models import Member
from tests.challenges.factories import NOON, a_badge, a_challenge, happening, happens, is_refunded, pays

pytestmark = pytest.mark.django_db


def participation(member: Member, challenge: Challenge) -> Participation | None:
    return Participation.objects.filter(member=member, challenge=challenge).first()


def available(member: Member) -> int:
    return Wallet.of(member.pk).available


def badges(member: Member) -> list[str]:
    return list(BadgeAward.objects.live().filter(member=member).values_list("badge__slug", flat=True))


def facts(type: str) -> list[str]:
    return list(Activity.objects.filter(type=type, void=False).values_list("reference", flat=True))


def test_the_first_matching_activity_joins_and_counts(member: Member) -> None:
    challenge = a_challenge("three-orders", {"slug": "orders", "target": 3})

    pays(member, "order-1")

    joined = participation(member, challenge)
    assert joined is not None
    assert (joined.how, joined.state, joined.progress) == ("automatic", "joined", {"orders": 1})
    assert joined.joined_at == NOON
    assert [fact.quantity for fact in joined.contributions.all()] == [1]


def test_an_activity_of_another_kind_counts_for_nothing(member: Member) -> None:
    challenge = a_challenge("reviews", {"slug": "review", "activity": "review.posted"})

    pays(member, "order-1")

    assert participation(member, challenge) is None


def test_what_a_shop_writes_into_its_data_keeps_nothing_from_counting(member: Member) -> None:
    a_challenge("reviews", {"slug": "review", "activity": "review.posted", "target": 2})

    happens(member, "review.posted", data={"above": True})
    assert Participation.objects.get().progress == {"review": 1}
    happens(member, "review.posted", data={"above": "the fold"}, minutes=1)

    assert Participation.objects.get().completed


def test_completing_gives_prize_badge_and_two_facts_once(member: Member) -> None:
    challenge = a_challenge(
        "two-orders", {"slug": "orders", "target": 2}, prize_points=150, prize_badge=a_badge("regular")
    )

    pays(member, "order-1")
    outcome = pays(member, "order-2", minutes=5)
    pays(member, "order-3", minutes=9)

    joined = participation(member, challenge)
    assert joined is not None
    assert joined.completed
    assert joined.completed_at == NOON + timedelta(minutes=5)
    assert joined.progress == {"orders": 2}
    assert outcome.answer["points"] == 150
    assert available(member) == 150
    assert badges(member) == ["regular"]
    assert facts("challenge.completed") == ["two-orders"]
    assert facts("badge.earned") == ["regular"]


def test_the_same_event_twice_moves_nothing(member: Member) -> None:
    challenge = a_challenge("two-orders", {"slug": "orders", "target": 2})
    event = happening(member)

    activities.record([event])
    activities.record([event])

    assert participation(member, challenge).progress == {"orders": 1}  # type: ignore[union-attr]


def test_any_two_of_three_tasks_complete_a_challenge_that_needs_two(member: Member) -> None:
    challenge = a_challenge(
        "first-steps",
        {"slug": "order"},
        {"slug": "review", "activity": "review.posted"},
        {"slug": "share", "activity": "post.shared"},
        need=2,
        prize_points=150,
    )

    happens(member, "post.shared")
    assert not participation(member, challenge).completed  # type: ignore[union-attr]
    happens(member, "review.posted")

    assert participation(member, challenge).completed  # type: ignore[union-attr]
    assert available(member) == 150


def test_a_sum_adds_up_amounts_and_stops_at_its_target(member: Member) -> None:
    challenge = a_challenge("larder", {"slug": "spend", "kind": "total", "target": 15000}, prize_points=500)

    pays(member, "order-1", 9000)
    pays(member, "order-2", 9000, minutes=1)

    joined = participation(member, challenge)
    assert joined is not None
    assert joined.progress == {"spend": 15000}
    assert [fact.quantity for fact in joined.contributions.order_by("pk")] == [9000, 6000]
    assert joined.completed


def test_a_milestone_pays_on_the_way_and_goes_with_what_reached_it(member: Member) -> None:
    a_challenge("critics", {"slug": "orders", "target": 3, "milestones": [{"at": 1, "points": 20}]}, prize_points=200)

    pays(member, "order-1")
    assert available(member) == 20
    is_refunded(member, "order-1", minutes=1)

    assert available(member) == 0
    assert Lot.objects.get().points == 0


@pytest.mark.parametrize(("minutes", "counts"), [(-61, False), (-60, True), (59, True), (60, False)])
def test_only_what_happened_between_start_and_end_counts(member: Member, minutes: int, counts: bool) -> None:
    challenge = a_challenge("hours", starts=NOON - timedelta(hours=1), ends=NOON + timedelta(hours=1))

    pays(member, "order-1", minutes=minutes)

    assert (participation(member, challenge) is not None) == counts


def test_nothing_counts_for_a_challenge_that_has_ended(member: Member) -> None:
    challenge = a_challenge("two-orders", {"slug": "orders", "target": 2}, prize_points=10)
    pays(member, "order-1")
    challenge.end()

    pays(member, "order-2", minutes=1)

    assert participation(member, challenge).progress == {"orders": 1}  # type: ignore[union-attr]


def test_a_live_challenge_that_is_edited_stays_as_it_was_for_those_who_joined(
    member: Member, other_member: Member
) -> None:
    challenge = a_challenge("two-orders", {"slug": "orders", "target": 2}, prize_points=100)
    pays(member, "order-1")
    challenge.tasks.update(target=1)
    Challenge.objects.filter(pk=challenge.pk).update(prize_points=7)
    challenge.refresh_from_db()
    challenge.amend()

    pays(other_member, "order-2", minutes=1)
    pays(member, "order-3", minutes=2)

    assert available(other_member) == 7
    assert available(member) == 100


def test_a_refund_takes_progress_prize_and_badge_back(member: Member) -> None:
    challenge = a_challenge(
        "two-orders", {"slug": "orders", "target": 2}, prize_points=150, prize_badge=a_badge("regular")
    )
    pays(member, "order-1")
    pays(member, "order-2", minutes=1)

    is_refunded(member, "order-2", minutes=2)

    joined = participation(member, challenge)
    assert joined is not None
    assert (joined.state, joined.progress, joined.completed_at) == ("joined", {"orders": 1}, None)
    assert available(member) == 0
    assert badges(member) == []
    assert facts("challenge.completed") == []
    assert facts("badge.earned") == []
    withdrawn = BadgeAward.objects.get()
    assert withdrawn.revoked_at is not None
    assert withdrawn.why_withdrawn == "The challenge that gave it is no longer completed."


def test_a_badge_that_was_lost_by_a_refund_can_be_earned_again(member: Member) -> None:
    a_challenge("one-order", prize_points=150, prize_badge=a_badge("regular"))
    pays(member, "order-1")
    is_refunded(member, "order-1", minutes=1)

    pays(member, "order-2", minutes=2)

    assert badges(member) == ["regular"]
    assert BadgeAward.objects.count() == 2
    assert available(member) == 150


def test_who_joined_by_an_order_that_is_refunded_whole_never_joined(member: Member) -> None:
    challenge = a_challenge("two-orders", {"slug": "orders", "target": 2})
    pays(member, "order-1")

    is_refunded(member, "order-1", minutes=1)

    assert participation(member, challenge) is None
    assert not Contribution.objects.exists()


def test_a_completed_challenge_stays_so_when_a_later_order_fills_the_gap(member: Member) -> None:
    challenge = a_challenge("two-orders", {"slug": "orders", "target": 2}, prize_points=150)
    for number in range(3):
        pays(member, f"order-{number}", minutes=number)

    is_refunded(member, "order-0", minutes=9)

    joined = participation(member, challenge)
    assert joined is not None
    assert joined.completed
    assert joined.completed_at == NOON + timedelta(minutes=2)
    assert joined.joined_at == NOON + timedelta(minutes=1)
    assert available(member) == 150


def test_an_order_that_arrives_late_counts_where_it_belongs(member: Member) -> None:
    challenge = a_challenge("two-orders", {"slug": "orders", "target": 2}, prize_points=150, prize_badge=a_badge("b"))
    pays(member, "order-1", minutes=10)
    pays(member, "order-2", minutes=20)

    pays(member, "order-0", minutes=5)

    joined = participation(member, challenge)
    assert joined is not None
    assert joined.completed_at == NOON + timedelta(minutes=10)
    assert {fact.activity.reference for fact in joined.contributions.all()} == {"order-0", "order-1"}
    assert available(member) == 150
    assert [award.earned_at for award in BadgeAward.objects.live()] == [NOON + timedelta(minutes=10)]
    assert facts("challenge.completed") == ["two-orders"]


def test_a_partial_refund_lowers_a_sum(member: Member) -> None:
    challenge = a_challenge("larder", {"slug": "spend", "kind": "total", "target": 15000}, prize_points=500)
    pays(member, "order-1", 20000)

    is_refunded(member, "order-1", 8000, minutes=1)

    assert participation(member, challenge).progress == {"spend": 12000}  # type: ignore[union-attr]
    assert available(member) == 0


def test_two_challenges_that_give_one_badge_give_it_once_and_either_keeps_it(member: Member) -> None:
    badge = a_badge("critic")
    a_challenge("orders", {"slug": "order"}, prize_badge=badge)
    a_challenge("reviews", {"slug": "review", "activity": "review.posted"}, prize_badge=badge)
    pays(member, "order-1")
    happens(member, "review.posted", minutes=1)
    assert BadgeAward.objects.count() == 1

    is_refunded(member, "order-1", minutes=2)

    assert [award.challenge.slug for award in BadgeAward.objects.live()] == ["reviews"]


def test_parked_activities_count_when_the_person_joins(member: Member) -> None:
    challenge = a_challenge("one-order", prize_points=5)
    nobody = Member(email="new@example.com")
    pays(nobody, "order-1")
    assert not Participation.objects.exists()

    person = Member.objects.create_user("new@example.com")
    activities.welcome(person)

    assert participation(person, challenge).completed  # type: ignore[union-attr]
    assert available(person) == 5
