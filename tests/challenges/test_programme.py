"""Badges and challenges in the programme file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from challenges.models import Badge, Challenge, Participation
from core.ledger.models import Wallet
from core.members.models import Member
from tests.challenges.factories import happens, pays
from tests.programme.conftest import run

pytestmark = pytest.mark.django_db

FILE = """
kinds:
  - {kind: review.posted, title: Wrote a review}
badges:
  - {slug: critic, name: Kitchen critic, description: Honest, art: {shape: shield, colour: "#e6aa68", glyph: pen}}
  - {slug: owl, name: Night owl, secret: true}
challenges:
  - slug: critics
    title: The critics
    after: [spend, first]
    join: by_hand
    tasks:
      - {slug: reviews, title: Reviews, activity: review.posted, count: 3, milestones: [{at: 1, prize: {points: 20}}]}
    prize: {points: 200, badge: critic}
  - slug: first
    title: First
    summary: Begin *here*.
    need: 1
    tasks:
      - {slug: order, title: Order, activity: order.paid, count: 1}
      - {slug: review, title: Review, activity: review.posted, count: 1}
    prize: {points: 5}
  - slug: spend
    title: Spend
    starts: 2026-09-01T00:00:00+03:00
    ends: 2027-01-01T00:00:00+03:00
    tasks:
      - {slug: spend, title: Spend, activity: order.paid, sum: amount, target: "150.00",
         milestones: [{at: 50, prize: {points: 1}}]}
"""
NOTHING = ["Nothing to change: the programme is as the file says."]


def test_applying_makes_badges_and_live_challenges(apply: Any, member: Member) -> None:
    answer = apply(FILE)

    assert (answer.code, answer.err) == (0, "")
    assert set(Challenge.objects.live().values_list("slug", flat=True)) == {"critics", "first", "spend"}
    assert Badge.objects.get(slug="owl").secret
    assert Challenge.objects.get(slug="spend").tasks.get().target == 15000
    assert Challenge.objects.get(slug="critics").terms().tasks[0].milestones[0].points == 20
    pays(member, "order-1", 5000)
    assert Wallet.of(member.pk).available == 6


def test_applying_twice_changes_nothing(apply: Any) -> None:
    apply(FILE)

    assert apply(FILE).lines == NOTHING


def test_what_is_exported_applies_without_a_change(apply: Any, tmp_path: Path) -> None:
    apply(FILE)

    exported = run("programme", "export").out

    assert apply(exported).lines == NOTHING
    assert 'target: "150.00"' in exported or "target: '150.00'" in exported
    assert "critics" in exported


def test_a_changed_line_holds_for_who_joins_from_then_on(
    apply: Any,
    member: Member,
    other_member: Member,
) -> None:
    apply(FILE)
    pays(member, "order-1", 100)
    assert Wallet.of(member.pk).available == 5

    answer = apply(FILE.replace("prize: {points: 5}", "prize: {points: 9}"))
    pays(other_member, "order-2", 100, minutes=1)

    assert answer.lines == ["changes challenge first: prize.points 5 → 9"]
    assert Wallet.of(other_member.pk).available == 9
    assert Wallet.of(member.pk).available == 5


def test_what_the_file_no_longer_lists_is_ended_and_comes_back_with_it(apply: Any, member: Member) -> None:
    apply(FILE)
    without = FILE[: FILE.index("  - slug: critics")] + FILE[FILE.index("  - slug: first") :]

    assert apply(without).lines == ["retires challenge critics"]
    assert Challenge.objects.get(slug="critics").state == "ended"
    happens(member, "review.posted")
    assert apply(FILE).lines == ["adds challenge critics"]
    assert Challenge.objects.get(slug="critics").state == "live"


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("need: 1", "need: 3", "need: must be at most 2"),
        ("ends: 2027", "ends: 2025", "ends: must be after starts"),
        ("after: [spend, first]", "after: [critics]", "must not name the challenge itself"),
        ("after: [spend, first]", "after: [nothing]", "there is no challenge 'nothing'"),
        ("badge: critic}", "badge: nobody}", "there is no badge 'nobody'"),
        ("activity: order.paid, sum", "activity: shop.visited, sum", "there is no kind 'shop.visited'"),
        ("activity: order.paid, sum", "activity: order.refunded, sum", "must be something to be proud of"),
        ('target: "150.00"', 'target: "0.00"', "must be above 0"),
        ("sum: amount, ", "", "must have exactly one of"),
        ("count: 3,", "count: 3, sum: amount,", "must have exactly one of"),
        ("{at: 1,", "{at: 4,", "must be at most the target"),
        ("{at: 50,", "{at: 151,", "must be at most the target"),
        ("slug: review, title", "slug: order, title", "must be another than that of the tasks before it"),
        ("    need: 1", "    after: [critics]", "before itself"),
        ("    need: 1", "    audience: {tiers: [jade]}", "audience.tiers[0]: there is no tier 'jade'"),
        ("    need: 1", "    audience: {}", "audience"),
        ("glyph: pen", "glyph: dragon", "glyph"),
        ("shape: shield", "shape: triangle", "shape"),
        ("join: by_hand", "join: by_foot", "join"),
        ("title: The critics", "tilte: The critics", "tilte"),
    ],
)
def test_a_wrong_file_is_refused_whole_and_says_where(apply: Any, old: str, new: str, problem: str) -> None:
    assert old in FILE

    answer = apply(FILE.replace(old, new, 1))

    assert answer.code == 2
    assert problem in answer.err
    assert not Challenge.objects.exists()
    assert not Badge.objects.exists()


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("combine: streak\n    streak: {every: week, length: 4}", "combine 'streak'"),
        ("combine: sequence", "combine 'sequence'"),
        ("repeat: weekly", "repeat 'weekly'"),
        ("community: {target: 1000}", "community"),
        ("budget: {points: 100}", "budget"),
    ],
)
def test_what_cannot_be_run_yet_is_set_aside_whole_and_named(apply: Any, line: str, reason: str) -> None:
    answer = apply(FILE.replace("    need: 1", f"    {line}"))

    assert answer.code == 0
    said = answer.out + answer.err
    assert f"set aside: challenges.first: {reason}" in said
    assert "set aside: challenges.critics: it needs challenges.first" in said
    assert list(Challenge.objects.values_list("slug", flat=True)) == ["spend"]


@pytest.mark.parametrize(
    "task", ["code: BRINE", "proof: photo", "quiz: {pass: 1, questions: [{ask: A, answers: [b, c], right: 0}]}"]
)
def test_a_task_of_a_kind_that_is_not_there_sets_its_challenge_aside(apply: Any, task: str) -> None:
    answer = apply(FILE.replace("activity: order.paid, count: 1", task))

    assert f"{task.split(':')[0]} (task 'order') is not available in this version" in answer.out + answer.err


def test_the_example_applies_as_it_is_and_names_what_it_sets_aside() -> None:
    example = str(Path(__file__).parents[1] / "programme" / "fern-and-ember.yaml")

    answer = run("programme", "apply", example)

    assert answer.code == 0
    assert set(Challenge.objects.live().values_list("slug", flat=True)) == {
        "first-steps",
        "critics-circle",
        "bring-three",
    }
    said = answer.out + answer.err
    for slug in ("autumn-spend", "four-weeks", "fermentation-path", "thousand-jars"):
        assert f"set aside: challenges.{slug}:" in said
    call_command("programme", "apply", example)
    assert not Participation.objects.exists()
