"""Joining by hand: what it needs, what it freezes, and from when things count."""

from __future__ import annotations

from datetime import timedelta

import pytest

from challenges.joining import join, refusal_for
from challenges.models import Challenge, Participation
from core import clock
from core.ledger.models import Wallet
from core.members.models import Member
from core.web.refused import NotEligible, NotOpen
from tests.challenges.factories import NOON, a_challenge, a_draft, happens, is_refunded, pays

pytestmark = pytest.mark.django_db


def by_hand(slug: str = "critics", *tasks: dict[str, object], **fields: object) -> Challenge:
    return a_challenge(slug, *tasks, join="by_hand", **fields)  # type: ignore[arg-type]


def test_joining_begins_a_participation_by_the_terms_of_now(member: Member) -> None:
    challenge = by_hand()

    joined = join(member, challenge)

    assert (joined.how, joined.state, joined.progress) == ("by_hand", "joined", {})
    assert joined.terms.tasks[0].slug == "order"


def test_joining_twice_is_harmless(member: Member) -> None:
    challenge = by_hand()

    assert join(member, challenge).pk == join(member, challenge).pk
    assert Participation.objects.count() == 1


def test_who_completed_it_can_knock_again_and_nothing_happens(member: Member) -> None:
    challenge = by_hand(prize_points=5)
    with clock.at(NOON):
        join(member, challenge)
    pays(member, "order-1", minutes=1)

    assert join(member, challenge).completed
    assert Wallet.of(member.pk).available == 5


def test_nothing_counts_for_who_has_not_joined(member: Member) -> None:
    by_hand()

    pays(member, "order-1")

    assert not Participation.objects.exists()


@pytest.mark.parametrize(("seconds", "counts"), [(-1, False), (0, True), (30, True)])
def test_what_happened_from_the_second_of_joining_on_counts(member: Member, seconds: int, counts: bool) -> None:
    challenge = by_hand()
    with clock.at(NOON + timedelta(milliseconds=900)):
        join(member, challenge)

    pays(member, "order-1", minutes=seconds / 60)

    assert Participation.objects.get().completed == counts


def test_what_arrived_before_the_click_with_a_later_time_counts(member: Member) -> None:
    challenge = by_hand(prize_points=5)
    pays(member, "order-1", minutes=30)

    with clock.at(NOON):
        join(member, challenge)

    assert Participation.objects.get().completed
    assert Wallet.of(member.pk).available == 5


def test_a_refund_leaves_the_participation_of_who_joined_by_hand(member: Member) -> None:
    challenge = by_hand()
    with clock.at(NOON):
        join(member, challenge)
    pays(member, "order-1", minutes=1)

    is_refunded(member, "order-1", minutes=2)

    joined = Participation.objects.get()
    assert (joined.state, joined.progress, joined.latest) == ("joined", {}, None)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"starts": NOON + timedelta(days=1)}, "This challenge has not begun yet."),
        ({"ends": NOON - timedelta(days=1)}, "This challenge has ended."),
        ({"ends": NOON}, "This challenge has ended."),
    ],
)
def test_joining_outside_its_time_is_refused(member: Member, fields: dict[str, object], sentence: str) -> None:
    challenge = by_hand(**fields)

    with clock.at(NOON), pytest.raises(NotOpen) as refused:
        join(member, challenge)

    assert str(refused.value) == sentence
    assert not Participation.objects.exists()


def test_joining_what_has_been_ended_is_refused(member: Member) -> None:
    challenge = by_hand()
    challenge.end()

    with pytest.raises(NotOpen):
        join(member, challenge)


def test_joining_a_draft_is_refused(member: Member) -> None:
    with pytest.raises(NotOpen):
        join(member, a_draft("draft", join="by_hand"))


def test_joining_what_begins_by_itself_is_refused_and_says_so(member: Member) -> None:
    refusal = refusal_for(a_challenge("automatic"), member)

    assert isinstance(refusal, NotOpen)
    assert "begins by itself" in str(refusal)


def test_joining_before_the_challenges_before_it_are_completed_names_them(member: Member) -> None:
    first, other = a_challenge("first-steps"), a_challenge("reviews", {"slug": "r", "activity": "review.posted"})
    challenge = by_hand(after=(first, other))
    pays(member, "order-1")

    with pytest.raises(NotEligible) as refused:
        join(member, challenge)
    assert str(refused.value) == "Complete this first: Reviews."

    happens(member, "review.posted")
    assert join(member, challenge).state == "joined"
