"""More than twenty ways to spoil the books behind the site's back, each with the law that names it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import models

from challenges.models import BadgeAward, Contribution, Participation
from core import bulk
from core.activities.models import Activity
from core.ledger.models import Entry, Lot, Tally, Transfer, Wallet
from core.members.models import Member, Notice
from core.sealing.counting import count
from core.sealing.models import Head, Leaf, RowCount
from core.sealing.sealing import seal
from referrals.models import Referral
from rewards.models import Charity, Donation, Redemption, Session
from tests.books.planting import behind_our_back, broken, change, delete

pytestmark = pytest.mark.django_db
Row = Callable[[], Any]
Spoil = Callable[[Any], None]


@pytest.fixture
def sealed(history: dict[str, Member]) -> None:
    """The history, and the books sealed."""
    assert seal()
    assert count()


def first(model: type[models.Model], **filters: Any) -> Row:
    """The first such row, when it is asked for."""
    return lambda: model._default_manager.filter(**filters).earliest("pk")


def more(column: str, by: Any = 1) -> Spoil:
    """Something is added to a cell."""
    return lambda row: change(row, column, getattr(row, column) + by)


def becomes(column: str, value: Any) -> Spoil:
    """A cell holds something else."""
    return lambda row: change(row, column, value)


def again(**fields: Any) -> Spoil:
    """The row stands there twice."""

    def copied(row: Any) -> None:
        row.pk = None
        for name, value in fields.items():
            setattr(row, name, value)
        bulk.insert([row])

    return copied


DAY = timedelta(days=1)
SPOILED: list[tuple[str, Row, Spoil]] = [
    ("transfer-has-two-sides", first(Entry, account="issued"), more("points")),
    ("transfer-has-two-sides", first(Entry), delete),
    ("entry-belongs-to-the-member", first(Entry, account="wallet"), more("member_id")),
    ("running-balance", first(Entry, account="wallet"), more("balance")),
    ("entries-sum-to-zero", first(Entry, account="redeemed"), more("points")),
    ("wallet-is-its-sum", first(Wallet), more("available")),
    ("wallet-is-its-sum", first(Transfer, reason="spent"), delete),
    ("lot-is-its-sum", first(Lot, points__gt=0), more("points")),
    ("pending-is-what-is-held", first(Lot, held_until__isnull=False, points__gt=0), becomes("held_until", None)),
    ("lot-is-of-its-transfers", first(Lot), delete),
    ("lot-is-of-its-transfers", first(Lot), becomes("cause", "rule:other:1")),
    ("tally-is-its-sum", first(Tally), more("earned")),
    ("seals-hold", first(Transfer), becomes("why", {"message": "Because."})),
    ("seals-hold", first(Transfer), more("at", DAY)),
    ("seals-hold", first(Transfer), delete),
    ("seals-hold", lambda: Leaf.objects.earliest("position"), becomes("hash", b"\0" * 32)),
    ("order-is-what-is-left", first(Activity, taken_back__gt=0), more("taken_back")),
    ("fact-is-somebodys", first(Activity, status="parked"), becomes("status", "accepted")),
    ("facts-are-there", first(Activity, type="order.paid"), delete),
    ("contribution-counts", first(Activity, contributions__isnull=False), becomes("void", True)),
    ("progress-is-contributions", first(Contribution), delete),
    ("progress-is-contributions", first(Participation, state="joined"), becomes("progress", {})),
    ("prize-is-paid-once", first(Participation, state="completed"), delete),
    ("badge-is-earned", first(BadgeAward, revoked_at=None), delete),
    ("badge-has-its-cause", first(BadgeAward, revoked_at=None), more("earned_at", DAY)),
    ("referral-rewards", first(Referral, friend_reward="earned"), becomes("friend_reward", "none")),
    ("referral-qualified", first(Referral, state="qualified"), becomes("activity_id", 1)),
    ("seats-are-bookings", first(Session, taken__gt=0), more("taken")),
    ("seats-are-bookings", first(Session, taken__gt=0), becomes("seats", 0)),
    ("booking-is-paid-once", first(Redemption, state="booked"), delete),
    ("booking-is-paid-once", first(Redemption, state="booked"), becomes("state", "cancelled")),
    ("donation-is-paid-once", first(Donation), delete),
    ("donations-sum-to-the-cent", first(Donation), more("amount")),
    ("donations-sum-to-the-cent", first(Charity), more("remainder")),
    ("facts-are-as-written", first(Activity, type="order.paid"), more("received_at", DAY)),
    ("facts-are-as-written", first(Activity, status="parked"), becomes("email", "other@example.com")),
    ("facts-are-as-written", first(Redemption), becomes("token", "let-me-in")),
    ("facts-are-as-written", first(Notice), becomes("checksum", None)),
    ("no-fact-is-gone", first(Activity, status="parked"), delete),
    ("no-fact-is-gone", first(Notice), delete),
    ("no-fact-is-gone", first(Head), delete),
    ("no-fact-is-gone", first(Notice), more("id", 1000)),
    ("no-fact-is-gone", first(RowCount, table="members_notice"), more("rows")),
    ("no-fact-is-gone", first(RowCount, table="members_notice"), delete),
]


@pytest.mark.parametrize(("law", "row", "spoil"), SPOILED)
def test_each_corruption_is_named_by_its_law(sealed: None, law: str, row: Row, spoil: Spoil) -> None:
    found = row()
    with behind_our_back(type(found)):
        spoil(found)
        named = broken()

    assert law in named, named


def test_a_badge_that_stands_there_twice_is_named(history: dict[str, Member]) -> None:
    award = first(BadgeAward, revoked_at=None)()
    with behind_our_back(BadgeAward) as cursor:
        cursor.execute("DROP INDEX badge_once_a_member")
        again()(award)
        named = broken()

    assert named["badge-is-held-once"] == [f"member {award.member_id} has the badge {award.badge.slug} 2 times"]


def test_sound_books_break_no_law(sealed: None) -> None:
    assert broken() == {}
