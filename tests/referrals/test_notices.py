"""Whoever invites is told what became of it, once, and not who it was."""

from __future__ import annotations

import pytest

from core.members.models import Member, Notice, NoticeMail
from tests.referrals.people import agree, invited, order, refund

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("lawful")]


def told(member: Member) -> list[str]:
    found = Notice.objects.filter(member=member, kind="referral.qualified").order_by("pk")
    assert {notice.url for notice in found} <= {"/invite/"}
    return [notice.explanation.text() for notice in found]


def test_the_inviter_is_told_of_a_friend_who_counts_and_what_it_brought(ada):
    bob = invited(ada, "bob@example.com")
    assert told(ada) == []
    order(bob)
    assert told(ada) == ["A friend who joined through your invitation counts: you get 500 points."]
    order(bob, "order-2", days=2)
    assert len(told(ada)) == 1
    assert told(bob) == []
    assert not NoticeMail.objects.exists()


def test_the_inviter_is_told_when_it_is_taken_back_and_when_it_counts_anew(ada):
    bob = invited(ada, "bob@example.com")
    order(bob)
    refund()
    assert told(ada)[1] == (
        "What an invitation had brought you was taken back: The order was refunded, so it no longer counts."
    )
    order(bob, "order-2", days=3)
    assert told(ada)[2] == told(ada)[0]


def test_above_the_cap_the_inviter_is_told_why(ada):
    agree(cap_count=1, cap_per="month")
    for name in ("bob", "cem"):
        order(invited(ada, f"{name}@example.com"), f"order-{name}")
    assert told(ada)[1] == (
        "An invitation of yours brings no points: "
        "Above the limit of 1 rewarded friends a month. Your friend was rewarded."
    )


def test_who_invites_themselves_is_told_why_it_brings_nothing(ada):
    invited(ada, "countess+me@example.com")
    assert told(ada) == [
        "An invitation of yours brings no points: "
        "This was another spelling of your own address; nobody can invite themselves."
    ]
