"""Tiers are reached by what was earned in the window, last to its end and their grace, and follow every correction."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from core import clock
from core.activities.models import Activity
from core.audit import laws
from core.brand.explanation import Explanation
from core.brand.models import Brand
from core.earning import tasks, tiers
from core.earning.models import MemberTier, TierChange, Tiers
from core.ledger import spending
from core.ledger.models import Lot, Wallet
from core.ledger.rebuilding import differences
from core.members.models import Notice
from tests.activities.conftest import ada, join, shop, wallet_of  # noqa: F401
from tests.shop import event, order, refund

pytestmark = pytest.mark.usefixtures("programme")
NOW = datetime.now(UTC)
THIS_MONTH = NOW.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
PROGRAMME = """
programme: {time_zone: UTC}
tiers:
  window_months: 12
  grace_months: 3
  levels:
    - {slug: bronze, name: Bronze, from_points: 0}
    - {slug: silver, name: Silver, from_points: 500, multiplier: "1.25", perks: [Early access]}
    - {slug: gold, name: Gold, from_points: 2000, multiplier: "1.5"}
earning:
  - slug: per-euro
    activity: order.paid
    calculation: per_amount
    settings: {points: 1, per: "1.00"}
    tier_multiplier: true
"""


def apply(tmp_path, text: str) -> None:
    file = tmp_path / "programme.yaml"
    file.write_text(text)
    call_command("programme", "apply", str(file))


@pytest.fixture
def programme(db, tmp_path):
    apply(tmp_path, PROGRAMME)


def months_ago(number: int, day: int = 10) -> datetime:
    """Noon of a day of the month so many months before this one."""
    month = THIS_MONTH.year * 12 + THIS_MONTH.month - 1 - number
    return datetime(month // 12, month % 12 + 1, day, 12, tzinfo=UTC)


def tier_of(member) -> str:
    standing = tiers.standing_of(member.pk, Brand.current())
    row = MemberTier.objects.filter(member=member).first()
    assert (row.level if row else "bronze") == standing.slug, "what is kept is what the points say"
    return standing.slug


def breaches() -> list[str]:
    return [breach for law in laws() for breach in law.check()]


def test_a_tier_is_reached_in_the_moment_of_the_award(shop, ada):  # noqa: F811
    shop.send(order("ada@example.com", "one", "499.00", at=NOW - timedelta(minutes=3)))
    assert tier_of(ada) == "bronze"
    standing = tiers.standing_of(ada.pk, Brand.current())
    assert (standing.next.slug, standing.points_to_next) == ("silver", 1)
    shop.send(order("ada@example.com", "two", "1.00", at=NOW - timedelta(minutes=2)))
    assert tier_of(ada) == "silver"
    fact = Activity.objects.get(type="tier.changed")
    assert (fact.member, fact.reference, fact.data) == (ada, "silver", {"from": "bronze", "to": "silver"})
    assert Notice.objects.filter(member=ada, kind="tier.changed").count() == 1
    assert breaches() == []


def test_the_award_that_reaches_a_tier_is_not_multiplied_by_it_and_the_next_is(shop, ada):  # noqa: F811
    first = shop.send(order("ada@example.com", "one", "600.00", at=NOW - timedelta(minutes=3)))
    second = shop.send(order("ada@example.com", "two", "42.50", at=NOW - timedelta(minutes=2)))
    assert (first.json()["points"], second.json()["points"]) == (600, 53), "42.50 x 1.25 = 53.125"
    why = Lot.objects.get(points=53).transfers.get().explanation
    assert why.text() == "€42.50 × 1 point ÷ €1.00 × 1.25 = 53 points, rounded down."
    assert ("Tier", "Silver") in why.facts()


def test_it_is_rounded_once_for_what_is_left_of_the_order(shop, ada, wallet_of):  # noqa: F811
    shop.send(order("ada@example.com", "one", "600.00", at=NOW - timedelta(minutes=3)))
    shop.send(order("ada@example.com", "two", "42.50", at=NOW - timedelta(minutes=2)))
    shop.send(refund("two", "10.05"))
    assert wallet_of(ada).earned == 640, "32.45 x 1.25 = 40.56"


def test_spending_moves_nobody_down(shop, ada):  # noqa: F811
    shop.send(order("ada@example.com", "one", "2500.00", at=NOW - timedelta(minutes=3)))
    spending.spend(ada.pk, 2500, reference="all", explanation=Explanation("Spent."))
    assert tier_of(ada) == "gold"


def test_a_tier_lasts_to_the_end_of_its_window_and_its_grace_and_then_goes_by_itself(shop, ada):  # noqa: F811
    shop.send(order("ada@example.com", "one", "600.00", at=NOW - timedelta(minutes=3)))
    until = MemberTier.objects.get(member=ada).until
    month = THIS_MONTH.year * 12 + THIS_MONTH.month - 1 + 15
    assert until == datetime(month // 12, month % 12 + 1, 1, tzinfo=UTC), "12 months with this one, and 3 of grace"
    with clock.at(until - timedelta(seconds=1)):
        assert tasks.end_due() == 0
        assert tier_of(ada) == "silver"
    with clock.at(until):
        assert tiers.standing_of(ada.pk, Brand.current()).slug == "bronze", "whoever looks sees it at once"
        assert tasks.end_due() == 1
        assert tasks.end_due() == 0
        assert tier_of(ada) == "bronze"
        assert breaches() == []
    last = TierChange.objects.latest("pk")
    assert (last.level, last.before, last.since) == ("bronze", "silver", until)
    assert Activity.objects.filter(type="tier.changed", reference="bronze", at=until).count() == 1


def test_whoever_earned_again_meanwhile_keeps_it(shop, ada):  # noqa: F811
    shop.send(order("ada@example.com", "one", "600.00", at=months_ago(11)))
    before = MemberTier.objects.get(member=ada).until
    shop.send(order("ada@example.com", "two", "500.00", at=NOW - timedelta(minutes=3)))
    assert MemberTier.objects.get(member=ada).until > before


def test_a_member_is_told_in_time_what_keeps_the_tier_and_once(shop, ada):  # noqa: F811
    shop.send(order("ada@example.com", "one", "600.00", at=months_ago(11)))
    until = MemberTier.objects.get(member=ada).until
    with clock.at(until - timedelta(days=31)):
        assert tasks.warn_due() == 0
    with clock.at(until - timedelta(days=29)):
        assert [tasks.warn_due(), tasks.warn_due()] == [1, 0]
    notice = Notice.objects.get(kind="tier.ending")
    last_day = until - timedelta(days=1)
    said = Explanation.restored(notice.message).text()
    assert said.startswith("You keep Silver with 500 points more by ")
    assert str(last_day.day) in said


def test_a_drop_that_the_scheduler_slept_through_is_found_by_the_next_event(shop, ada):  # noqa: F811
    shop.send(order("ada@example.com", "one", "600.00", at=months_ago(20)))
    assert tier_of(ada) == "bronze", "that was long ago, and the way up and down is in the history"
    assert list(TierChange.objects.values_list("level", flat=True)) == ["silver", "bronze"]
    answer = shop.send(order("ada@example.com", "two", "100.00", at=months_ago(6)))
    assert answer.json()["points"] == 125, "the tier of that day counts: silver by its grace"
    assert breaches() == []


def test_points_taken_back_take_the_tier_back_and_what_it_multiplied(shop, ada, wallet_of):  # noqa: F811
    shop.send(order("ada@example.com", "one", "600.00", at=NOW - timedelta(minutes=3)))
    shop.send(order("ada@example.com", "two", "100.00", at=NOW - timedelta(minutes=2)))
    assert wallet_of(ada).earned == 725
    shop.send(refund("one"))
    assert wallet_of(ada).earned == 100
    assert tier_of(ada) == "bronze"
    assert list(TierChange.objects.values_list("level", "void")) == [("silver", False), ("silver", True)]
    assert Activity.objects.get(type="tier.changed").void
    assert breaches() == []


def test_the_history_is_only_added_to(shop, ada):  # noqa: F811
    shop.send(order("ada@example.com", "one", "600.00"))
    for act in (lambda: TierChange.objects.update(level="gold"), lambda: TierChange.objects.all().delete()):
        with pytest.raises(IntegrityError), transaction.atomic():
            act()


STORIES = {
    "over one border and back": [("A", "450.00"), ("B", "100.00"), ("C", "40.50"), "A:100.00", "B:60.00"],
    "over both borders": [("A", "499.00"), ("B", "1500.00"), ("C", "800.40"), ("D", "10.00"), "A:1.00"],
    "a border reached only by what was multiplied": [("A", "600.00"), ("B", "1119.00"), ("C", "2.00"), "C:1.00", "A"],
}


def _arrivals(said: list) -> list:
    """A fifth of all orders of arrival, evenly spread."""
    return [arrival for number, arrival in enumerate(permutations(said)) if number % 5 == 0]


@pytest.mark.parametrize(
    ("story", "apart"),
    [*((story, timedelta(minutes=1)) for story in STORIES), ("over both borders", timedelta(days=31 * 7))],
)
def test_any_order_of_arrival_ends_in_the_same_tier_with_the_same_points(shop, ada, story, apart):  # noqa: F811
    parts = STORIES[story]
    names = [part[0] for part in parts if isinstance(part, tuple)]
    at = {name: NOW - apart * (len(names) - n) for n, name in enumerate(names)}
    said = [
        order("ada@example.com", part[0], part[1], at=at[part[0]])
        if isinstance(part, tuple)
        else refund(*part.split(":"))
        for part in parts
    ]
    ends = []
    for number, arrival in enumerate(_arrivals(said)):
        with transaction.atomic():
            for one in arrival:
                assert shop.send(one).status_code == 202
            lots = sorted(Lot.objects.exclude(points=0).values_list("at", "points"))
            facts = sorted(Activity.objects.filter(type="tier.changed", void=False).values_list("at", "reference"))
            row = MemberTier.objects.filter(member=ada).values_list("level", "since", "until").first()
            ends.append((Wallet.objects.get(pk=ada.pk).earned, lots, facts, row if facts else None))
            tier_of(ada)
            if number % 20 == 0:
                assert breaches() == []
            transaction.set_rollback(True)
    assert [end for end in ends if end != ends[0]] == []


def test_a_plain_event_makes_one_statement_more_where_there_are_tiers(shop, join, tmp_path):  # noqa: F811
    members = [join(f"member-{n}@example.com") for n in range(20)]
    for member in members:
        shop.send(order(member.email, f"warm-{member.pk}", "1.00", at=NOW - timedelta(hours=2)))

    def made(name: str, number: int) -> int:
        batch = [order(members[n].email, f"{name}-{n}", "1.00") for n in range(number)]
        with CaptureQueriesContext(connection) as captured:
            assert shop.send_batch(*batch).status_code == 202
        return len([one for one in captured if not one["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT"))])

    one, many = made("one", 1), made("many", 20)
    assert one == many
    Tiers.objects.get().levels.all().delete()
    Tiers.objects.get().amend()
    apply(tmp_path, PROGRAMME.replace("tier_multiplier: true", "").partition("tiers:")[0] + "kinds: []\n")
    without = [made("without", 1), made("without again", 1)][1]
    assert one <= without + 1


def test_a_ladder_that_changed_holds_for_everybody_from_the_next_look(shop, ada, tmp_path):  # noqa: F811
    shop.send(order("ada@example.com", "one", "450.00"))
    apply(tmp_path, PROGRAMME.replace("from_points: 500", "from_points: 400"))
    assert breaches() == [], "until everybody was looked at, the law asks only of those who were"
    assert tasks.look_at_next() == 1
    assert tier_of(ada) == "silver"
    assert Tiers.objects.get().looked_at is None
    assert breaches() == []


def test_points_given_by_hand_count(shop, ada):  # noqa: F811
    spending.adjust(ada.pk, 700, reference="by-hand", explanation=Explanation("A gift."))
    assert tier_of(ada) == "silver"
    assert shop.send(order("ada@example.com", "one", "100.00")).json()["points"] == 125


def test_nobody_from_outside_says_that_a_tier_changed(shop, ada):  # noqa: F811
    assert shop.send(event("tier.changed", "ada@example.com", reference="gold")).status_code == 422


@pytest.mark.parametrize("law", ["tier-is-earned", "tier-is-its-history"])
def test_the_audit_names_a_tier_that_was_not_earned(shop, ada, law):  # noqa: F811
    shop.send(order("ada@example.com", "one", "600.00"))
    MemberTier.objects.update(level="gold")
    found = next(one for one in laws() if one.slug == law)
    assert [row for row in found.check() if f"member {ada.pk} " in row]


def test_the_replay_finds_tiers_and_what_they_multiplied_as_they_are(shop, ada):  # noqa: F811
    shop.send(order("ada@example.com", "one", "600.00", at=months_ago(2)))
    shop.send(order("ada@example.com", "two", "42.50", at=months_ago(1)))
    shop.send(order("ada@example.com", "late", "300.00", at=months_ago(3)))
    spending.adjust(ada.pk, 40, reference="by-hand", explanation=Explanation("A gift."))
    assert list(differences()) == []
    MemberTier.objects.update(level="gold")
    assert [said for said in differences() if "holds the tier 'gold'" in said]


@pytest.mark.parametrize("policy", ["within_balance", "only_pending"])
def test_what_a_refund_let_go_stays_earned(shop, ada, policy):  # noqa: F811
    Brand.objects.update(refunds=policy)
    shop.send(order("ada@example.com", "one", "600.00", at=NOW - timedelta(minutes=3)))
    spending.spend(ada.pk, 600, reference="all", explanation=Explanation("Spent."))
    shop.send(refund("one"))
    assert tier_of(ada) == "silver"
    assert [breach for breach in breaches() if "tier" in breach] == []
