"""A replay rebuilds everything from the recorded activities and names whatever is stored otherwise."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from challenges.models import BadgeAward, Contribution, Participation
from core.activities.models import Activity
from core.earning.models import Rule
from core.ledger.models import Lot, Wallet
from core.members.models import Member
from referrals.models import Referral
from rewards.models import Donation, Redemption
from tests.books.planting import behind_our_back, change, delete, replayed
from tests.programme.conftest import run

pytestmark = pytest.mark.django_db
People = dict[str, Member]


def test_nothing_differs_after_all_kinds_of_things_happened(history: People) -> None:
    answer = run("replay", "--check")

    assert (answer.code, answer.out) == (0, "All of 4 members is as the recorded activities say.\n")
    assert "100 %" in answer.err


def test_nothing_differs_after_the_demo() -> None:
    run("demo", "--members", "40", "--days", "30")

    assert run("replay", "--check").code == 0


def test_each_difference_is_named_and_counted(history: People) -> None:
    with behind_our_back(Wallet):
        change(history["host"].wallet, "available", 7)
        answer = run("replay", "--check")

    assert answer.code == 1
    named, summed = answer.lines
    assert named.startswith(f"member {history['host'].pk}: available is 7 where the activities say ")
    assert summed == "1 differences among 4 members."


def test_a_replay_only_checks(history: People) -> None:
    answer = run("replay")

    assert (answer.code, answer.out) == (2, "")
    assert answer.err == "Say replay --check: it compares, and changes nothing.\n"


def test_a_rule_holds_for_what_was_told_while_it_was_in_force(history: People, shop: Any, tmp_path: Any) -> None:
    """Terms that change are no difference: each fact is judged by those of its day."""
    from tests.shop import order

    file = tmp_path / "changed.yaml"
    file.write_text(
        "earning:\n  - {slug: per-euro, activity: order.paid, calculation: flat, settings: {points: 9}}\n"
        "badges: [{slug: two, name: Two}]\nchallenges: []\n"
    )
    run("programme", "apply", str(file))
    shop.send(order("second@example.com", "S3", "77.00"))

    assert replayed() == []


def _lot(cause: str) -> Callable[[], Lot]:
    return lambda: Lot.objects.filter(cause__startswith=cause, points__gt=0).earliest("pk")


def _held() -> Lot:
    return Lot.objects.filter(held_until__isnull=False, points__gt=0).earliest("pk")


def _order(reference: str) -> Callable[[], Activity]:
    return lambda: Activity.objects.get(reference=reference, type="order.paid", duplicate_of=None)


PLANTED: list[tuple[str, Callable[[], Any], str, Callable[[Any], Any]]] = [
    ("is worth", _lot("rule:per-euro"), "points", lambda points: points + 1),
    ("is worth", _lot("challenge:two-orders"), "points", lambda points: 0),
    ("is worth", _lot("referral:"), "points", lambda points: 1),
    ("is missing", _lot("rule:first"), "cause", lambda cause: "rule:never:1"),
    ("counts for", _lot("rule:best-of-day"), "group", lambda group: "best-of-day:1999-01-01"),
    ("counts for", _lot("challenge:two-orders"), "group", lambda group: "two-orders"),
    ("happened at", _lot("rule:later"), "at", lambda at: at - timedelta(days=1)),
    ("is held until", _held, "held_until", lambda until: until + timedelta(days=1)),
    ("is held until", _held, "held_until", lambda until: None),
    ("earned is", lambda: Wallet.objects.earliest("pk"), "earned", lambda points: points + 1),
    ("spent is", lambda: Wallet.objects.earliest("pk"), "spent", lambda points: points + 1),
    ("spent is", lambda: Redemption.objects.live().get(), "state", lambda state: "cancelled"),
    ("donated is", lambda: Donation.objects.earliest("pk"), "points", lambda points: points + 1),
    ("progress is", lambda: Participation.objects.filter(state="joined").earliest("pk"), "progress", lambda _: {}),
    ("what counted is", lambda: Contribution.objects.earliest("pk"), "quantity", lambda quantity: quantity + 1),
    (
        "completed by is",
        lambda: Participation.objects.filter(state="completed").earliest("pk"),
        "state",
        lambda _: "joined",
    ),
    ("is missing", lambda: BadgeAward.objects.earliest("pk"), "revoked_at", lambda _: _order("F1")().at),
    ("it does not say", lambda: BadgeAward.objects.earliest("pk"), "earned_at", lambda at: at - timedelta(hours=1)),
    (
        "was not recorded",
        lambda: Activity.objects.filter(type="badge.earned", void=False).earliest("pk"),
        "void",
        lambda _: True,
    ),
    ("does not follow", _order("F1"), "void", lambda _: True),
    ("is worth", _order("F1"), "amount", lambda amount: amount + 100),
    ("is worth", lambda: Rule.objects.get(slug="per-euro"), "settings", lambda _: {"points": 2, "per": "1.00"}),
    ("inviter's reward", lambda: Referral.objects.get(referrer_reward="capped"), "referrer_reward", lambda _: "earned"),
    ("say qualified", lambda: Referral.objects.filter(state="qualified").earliest("pk"), "state", lambda _: "joined"),
]


@pytest.mark.parametrize(("named", "row", "column", "value"), PLANTED)
def test_each_thing_that_differs_is_named(
    history: People, named: str, row: Callable[[], Any], column: str, value: Callable[[Any], Any]
) -> None:
    found = row()
    with behind_our_back(type(found)):
        change(found, column, value(getattr(found, column)))
        sentences = replayed()

    assert any(named in sentence for sentence in sentences), sentences


@pytest.mark.parametrize("row", [_order("F1"), _lot("rule:first"), lambda: BadgeAward.objects.earliest("pk")])
def test_a_row_that_is_gone_is_named(history: People, row: Callable[[], Any]) -> None:
    found = row()
    with behind_our_back(type(found)):
        delete(found)
        assert replayed()
