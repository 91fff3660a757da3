"""What was earned by week and month is the sum of the transfers, by when things happened."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import transaction

from core import clock
from core.brand.explanation import Explanation
from core.brand.models import Brand, Refunds
from core.ledger import laws
from core.ledger.models import Lot, Reason, Tally, Wallet
from core.ledger.posting import lock
from core.ledger.releasing import release_due
from core.ledger.settling import Due, settle
from core.ledger.spending import adjust, spend
from core.members.models import Member

pytestmark = pytest.mark.django_db

WHY = Explanation("A test")
# In Istanbul the Monday and the month have begun, in UTC they have not.
BORDER = datetime(2026, 5, 31, 21, 30, tzinfo=UTC)


def due(member: Member, points: int, at: datetime, cause: str = "cause", hold_days: int = 0) -> None:
    with transaction.atomic():
        settle(
            [Due(member.pk, cause, points, Reason.EARNED, WHY, at, hold_days=hold_days)],
            lock([member.pk]),
        )


def tallies(member: Member) -> dict[tuple[str, date], int]:
    return {(tally.per, tally.starts): tally.earned for tally in Tally.objects.filter(member=member)}


def test_an_award_counts_in_the_week_and_month_of_what_earned_it(member):
    due(member, 40, datetime(2026, 3, 4, tzinfo=UTC))
    due(member, 2, datetime(2026, 3, 31, tzinfo=UTC), "another", hold_days=60)
    assert tallies(member) == {
        ("week", date(2026, 3, 2)): 40,
        ("week", date(2026, 3, 30)): 2,
        ("month", date(2026, 3, 1)): 42,
    }


def test_what_is_taken_back_counts_where_it_was_earned(member):
    at = clock.now() - timedelta(days=90)
    due(member, 40, at)
    due(member, 15, at)
    assert sorted(tallies(member).values()) == [15, 15]
    assert Wallet.of(member.pk).earned == 15


def test_what_was_earned_at_another_moment_counts_there_with_all_that_is_held_of_it(member):
    march, april = datetime(2026, 3, 4, tzinfo=UTC), datetime(2026, 4, 8, tzinfo=UTC)

    def prize(points: int, at: datetime, refunds: str = Refunds.OWED) -> None:
        said = Due(member.pk, "prize", points, Reason.PRIZE, WHY, at)
        with transaction.atomic():
            settle([said], lock([member.pk]), Brand(refunds=refunds, time_zone="UTC"))

    prize(40, april)
    spend(member.pk, 30, reference="spent", explanation=WHY)
    prize(0, march, Refunds.WITHIN_BALANCE)
    assert {key: points for key, points in tallies(member).items() if points} == {
        ("week", date(2026, 4, 6)): 30,
        ("month", date(2026, 4, 1)): 30,
    }, "what was let go counts where it was earned"
    prize(45, march)
    prize(45, march)
    assert {key: points for key, points in tallies(member).items() if points} == {
        ("week", date(2026, 3, 2)): 45,
        ("month", date(2026, 3, 1)): 45,
    }
    assert list(laws.tally_is_its_sum()) == []
    assert list(laws.lot_is_of_its_transfers()) == []


def test_what_is_held_waits_from_the_moment_in_which_it_was_earned(member):
    def reward(at: datetime) -> Lot:
        with transaction.atomic():
            settle([Due(member.pk, "reward", 40, Reason.REFERRAL, WHY, at, hold_days=30)], lock([member.pk]))
        return Lot.objects.get()

    now = clock.now()
    assert reward(now - timedelta(days=5)).held_until == now + timedelta(days=25)
    assert reward(now - timedelta(days=20)).held_until == now + timedelta(days=10)
    reward(now - timedelta(days=31))
    assert Wallet.of(member.pk).pending == 40
    assert release_due() == 1
    assert reward(now).held_until is None, "what was released stays so"
    assert Wallet.of(member.pk).available == 40
    assert list(laws.pending_is_what_is_held()) == []


def test_spending_moves_no_tally_and_an_adjustment_does(member):
    adjust(member.pk, 50, reference="a", explanation=WHY)
    spend(member.pk, 20, reference="b", explanation=WHY)
    assert sorted(tallies(member).values()) == [50, 50]


def test_periods_are_those_of_the_brands_zone_and_move_with_it(member, tmp_path):
    due(member, 7, BORDER)
    assert tallies(member) == {("week", date(2026, 5, 25)): 7, ("month", date(2026, 5, 1)): 7}
    file = tmp_path / "programme.yaml"
    file.write_text("programme: {name: Fern, time_zone: Europe/Istanbul}\n")
    call_command("programme", "apply", str(file))
    assert tallies(member) == {("week", date(2026, 6, 1)): 7, ("month", date(2026, 6, 1)): 7}
    assert list(laws.tally_is_its_sum()) == []


def test_the_zone_moves_in_the_admin_too(member, owner, without_second_factor, brand):
    due(member, 7, BORDER)
    form = owner.get("/admin/brand/brand/1/change/").context["adminform"].form
    sent = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    answer = owner.post("/admin/brand/brand/1/change/", {**sent, "time_zone": "Europe/Istanbul"})
    assert answer.status_code == 302
    assert ("month", date(2026, 6, 1)) in tallies(member)


def test_a_wrong_tally_is_named(member, other_member):
    due(member, 40, datetime(2026, 3, 4, tzinfo=UTC))
    due(other_member, 9, datetime(2026, 3, 4, tzinfo=UTC), "another")
    assert list(laws.tally_is_its_sum()) == []
    Tally.objects.filter(member=member, per="month").update(earned=41)
    Tally.objects.filter(member=other_member, per="week").delete()
    assert list(laws.tally_is_its_sum()) == [
        f"member {member.pk} has 41 points in the month of 2026-03-01 where the sum is 40",
        f"member {other_member.pk} has 0 points in the week of 2026-03-02 where the sum is 9",
    ]
