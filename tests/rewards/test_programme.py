"""Rewards and charities as a file: in force as it says, nothing the second time, and written back."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import call_command

from core.members.models import Member
from rewards import booking, giving
from rewards.models import Charity, Reward, Session
from tests.rewards.conftest import available
from tests.rewards.factories import fund
from tests.rewards.laws import breaches

pytestmark = pytest.mark.django_db
Apply = Callable[[str], tuple[int, str]]

FILE = """
charities:
  - {slug: seed-library, name: Seed Library, about: "Keeps seeds alive.", url: "https://example.org/seeds"}
  - {slug: warm-kitchens, name: Warm Kitchens}
rewards:
  - slug: ferment-class
    kind: experience
    title: An evening of ferments with Derya
    cost: 800
    limit_per_member: 1
    cancel_until_hours: 48
    sessions:
      - {slug: january, starts: 2099-01-16T18:30:00+03:00, ends: 2099-01-16T21:00:00+03:00, place: Kitchen, seats: 10}
      - {slug: december, starts: 2098-12-05T18:30:00+03:00, ends: 2098-12-05T21:00:00+03:00, place: Kitchen, seats: 10}
  - slug: walk
    kind: experience
    title: A walk
    cost: 100
    sessions:
      - {slug: spring, starts: 2099-03-16T10:00:00+03:00, ends: 2099-03-16T12:00:00+03:00, place: Wood, seats: 4}
"""


@pytest.fixture
def apply(tmp_path: Path) -> Apply:
    """Applies a text as a programme file; returns the exit code and all that was printed."""

    def do(text: str) -> tuple[int, str]:
        path = tmp_path / "programme.yaml"
        path.write_text(text)
        said = StringIO()
        try:
            call_command("programme", "apply", str(path), stdout=said, stderr=said, no_color=True)
        except SystemExit as stop:
            return int(stop.code or 0), said.getvalue()
        return 0, said.getvalue()

    return do


def test_what_the_file_lists_is_on_offer(apply: Apply) -> None:
    code, said = apply(FILE)
    assert code == 0, said
    assert list(Charity.objects.open().values_list("slug", flat=True)) == ["seed-library", "warm-kitchens"]
    reward = Reward.objects.live().get(slug="ferment-class")
    assert (reward.cost, reward.limit_per_member, reward.cancel_until_hours) == (800, 1, 48)
    assert Session.objects.get(slug="december").seats == 10


def test_applying_twice_changes_nothing(apply: Apply) -> None:
    apply(FILE)
    code, said = apply(FILE)
    assert code == 0
    assert said.splitlines() == ["Nothing to change: the programme is as the file says."]


def test_what_was_exported_applies_without_a_change(apply: Apply) -> None:
    apply(FILE)
    out = StringIO()
    call_command("programme", "export", stdout=out)
    exported: dict[str, Any] = yaml.safe_load(out.getvalue())
    assert [each["slug"] for each in exported["rewards"]] == ["ferment-class", "walk"]
    assert [each["slug"] for each in exported["rewards"][0]["sessions"]] == ["january", "december"]
    assert apply(out.getvalue())[1].startswith("Nothing to change")


def test_bookings_survive_a_change_and_only_the_edited_line_changes(apply: Apply, member: Member) -> None:
    apply(FILE)
    booking.book(Session.objects.get(slug="spring"), member=fund(member, 1000))
    giving.give(Charity.objects.get(slug="seed-library"), member=member, points=100)
    _code, said = apply(FILE.replace("cost: 100", "cost: 150").replace("name: Seed Library", "name: The Seed Library"))
    assert [line.split()[0] for line in said.splitlines()] == ["changes", "changes"]
    assert "100" in said
    assert "150" in said
    assert Session.objects.get(slug="spring").taken == 1
    assert available(member) == 800
    assert breaches() == []


def test_what_the_file_no_longer_lists_is_retired_and_can_come_back(apply: Apply) -> None:
    apply(FILE)
    without = FILE[: FILE.index("  - slug: walk")].replace("  - {slug: warm-kitchens, name: Warm Kitchens}\n", "")
    _code, said = apply(without)
    assert "retires reward walk" in said
    assert "retires charity warm-kitchens" in said
    assert Reward.objects.get(slug="walk").state == "retired"
    assert Charity.objects.get(slug="warm-kitchens").state == "closed"
    apply(FILE)
    assert Reward.objects.get(slug="walk").state == "live"
    assert Charity.objects.get(slug="warm-kitchens").state == "open"


def test_a_date_no_longer_listed_is_gone_or_when_booked_withdrawn(apply: Apply, member: Member) -> None:
    apply(FILE)
    booking.book(Session.objects.get(slug="december"), member=fund(member, 1000))
    lines = FILE.splitlines(keepends=True)
    only = "".join(line for line in lines if "slug: december" not in line)
    apply(only)
    assert Session.objects.get(slug="december").withdrawn
    assert apply(only)[1].startswith("Nothing")
    apply("".join(line for line in lines if "slug: january" not in line))
    assert not Session.objects.get(slug="december").withdrawn
    assert not Session.objects.filter(slug="january").exists()
    assert breaches() == []


def test_another_order_in_the_file_is_another_order_on_the_page(apply: Apply) -> None:
    apply(FILE)
    cut = FILE.index("  - slug: walk")
    head, first, last = FILE[: FILE.index("  - slug: ferment")], FILE[FILE.index("  - slug: ferment") : cut], FILE[cut:]
    apply(head + last + first)
    assert list(Reward.objects.live().values_list("slug", flat=True)) == ["walk", "ferment-class"]
    assert apply(head + last + first)[1].startswith("Nothing")


def test_what_this_version_cannot_run_is_set_aside_by_name(apply: Apply) -> None:
    more = """  - {slug: ten-euro, kind: voucher, title: 10 EUR off, cost: 1000, codes: [A, B]}
  - {slug: apron, kind: gift, title: The apron, cost: 1800, stock: 40}
"""
    code, said = apply(FILE + more)
    assert code == 0
    for name in ("ten-euro", "apron"):
        assert name in said
        assert not Reward.objects.filter(slug=name).exists()
    assert Reward.objects.live().count() == 2


def test_fewer_seats_than_are_taken_is_refused_and_nothing_changes(apply: Apply, member: Member) -> None:
    apply(FILE)
    session = Session.objects.get(slug="spring")
    Reward.objects.update(limit_per_member=None)
    for _ in range(2):
        booking.book(Session.objects.get(pk=session.pk), member=fund(member, 100))
    code, said = apply(FILE.replace("seats: 4", "seats: 1").replace("title: A walk", "title: The walk"))
    assert code == 2
    assert "There cannot be fewer seats than are taken." in said
    assert Session.objects.get(slug="spring").seats == 4
    assert Reward.objects.get(slug="walk").title == "A walk"


BAD = [
    ("cost: 800", "cost: 0", "cost"),
    ("cost: 800", "cost: 9.5", "cost"),
    ("cost: 800", "cost: ten", "cost"),
    ("limit_per_member: 1", "limit_per_member: 0", "limit_per_member"),
    ("cancel_until_hours: 48", "cancel_until_hours: -1", "cancel_until_hours"),
    ("seats: 4", "seats: 0", "seats"),
    ("seats: 4", "seats: 100001", "seats"),
    ("ends: 2099-03-16T12:00:00+03:00", "ends: 2099-03-16T10:00:00+03:00", "ends"),
    ("starts: 2099-03-16T10:00:00+03:00", "starts: soon", "starts"),
    ("slug: spring", "slug: december", "session"),
    ("slug: january", "slug: december", "slug"),
    ("slug: spring", "slug: Spring!", "slug"),
    ("https://example.org/seeds", "javascript:alert(1)", "url"),
    ("place: Wood, ", "", "place"),
    ("kind: experience", "kind: holiday", "kind"),
    ("title: A walk", "titel: A walk", "titel"),
]


@pytest.mark.parametrize(("good", "bad", "named"), BAD)
def test_what_is_wrong_is_named_with_its_line_and_nothing_is_applied(
    apply: Apply, good: str, bad: str, named: str
) -> None:
    code, said = apply(FILE.replace(good, bad))
    assert code == 2
    assert named in said
    assert "programme.yaml" in said
    assert Reward.objects.count() == Charity.objects.count() == 0
