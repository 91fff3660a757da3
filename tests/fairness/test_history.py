"""When the rules changed, and what, told to everybody."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import translation

from challenges.models import Badge, Challenge
from core import clock
from core.activities.models import Kind
from core.brand import versions
from core.brand.models import Brand
from core.brand.versions import ADDED, CHANGED, ENDED, Change, Version
from core.earning import rules
from tests.journeys.full_site import fill

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def latest() -> list[tuple[str, str]]:
    """What the newest version tells."""
    return Version.objects.order_by("-number").first().told()  # type: ignore[union-attr]


def test_each_version_has_the_moment_at_which_it_began(brand: Brand) -> None:
    with clock.at(NOON):
        number = Brand.bump(Change("Earning", ADDED, "Order"))
    assert list(Version.objects.values_list("number", "began_at")) == [(number, NOON)]
    with clock.at(NOON.replace(month=12)):
        page = Client().get("/fairness/").content.decode()
    assert "Last changed on " in page
    assert 'datetime="2026-11-20T12:00:00+00:00"' in page


def test_a_site_whose_rules_never_changed_says_no_date(brand: Brand) -> None:
    assert "Last changed on" not in Client().get("/fairness/").content.decode()


def test_a_rule_tells_that_it_is_new_changed_and_ended(brand: Brand) -> None:
    Kind.objects.create(slug="review.posted", title="Wrote a review")
    terms = {"activity": "review.posted", "calculation": "flat", "limit_count": None, "limit_per": ""}
    terms |= {"pending_days": 0, "starts": None, "ends": None}
    rules.put("review", settings={"points": 5}, **terms)
    assert latest() == [("Earning", "new: Wrote a review")]
    rules.put("review", settings={"points": 6}, **terms)
    assert latest() == [("Earning", "changed: Wrote a review")]
    told = Version.objects.count()
    rules.put("review", settings={"points": 6}, **terms)
    assert Version.objects.count() == told
    rules.retire("review")
    assert latest() == [("Earning", "ended: Wrote a review")]


def test_an_applied_file_tells_of_all_its_parts_and_never_of_a_secret(tmp_path: Path) -> None:
    fill()
    said = dict(latest())
    assert said["Challenges"].startswith("new: First steps, ")
    assert said["The programme"] == "changed"
    assert said["Invitations"] == "new"
    assert "a secret badge" in said["Badges"]
    assert "Night owl" not in str(said)
    assert "shop" not in str(said)
    file = tmp_path / "programme.yaml"
    file.write_text("charities: []\n")
    call_command("programme", "apply", str(file), verbosity=0)
    assert dict(latest()).keys() == {"Charities"}
    assert dict(latest())["Charities"].startswith("ended: ")


def test_a_dry_run_leaves_no_trace(tmp_path: Path) -> None:
    file = tmp_path / "programme.yaml"
    file.write_text("charities:\n  - {slug: seeds, name: Seeds}\n")
    call_command("programme", "apply", str(file), "--dry-run", verbosity=0)
    assert not Version.objects.exists()


def test_challenges_and_badges_tell_of_themselves() -> None:
    fill()
    challenge = Challenge.objects.get(slug="first-steps")
    challenge.end()
    assert latest() == [("Challenges", "ended: First steps")]
    challenge.publish()
    assert latest() == [("Challenges", "new: First steps")]
    Badge.objects.get(slug="night-owl").amend()
    assert latest() == [("Badges", "changed: a secret badge")]


def test_many_names_are_cut_short_and_none_stands_twice(brand: Brand) -> None:
    Brand.bump(
        *(Change("Challenges", CHANGED, f"Challenge {n % 6}") for n in range(12)), Change("Challenges", ENDED, "x")
    )
    said = "changed: Challenge 0, Challenge 1, Challenge 2, Challenge 3 and 2 more; ended: x"
    assert latest() == [("Challenges", said)]


def test_what_changes_nothing_for_members_is_not_listed(brand: Brand) -> None:
    Brand.bump(Change("Earning", ADDED, "Order"))
    for _ in range(3):
        Brand.bump()
    assert [version.told() for version in versions.lately(10)] == [[("Earning", "new: Order")]]


def test_it_is_read_in_the_readers_language(brand: Brand) -> None:
    Brand.bump(Change("Challenges", CHANGED, "First steps"))
    with translation.override("tr"):
        assert latest()[0][0] == "Görevler"
