"""Many rows in one statement keep every value, get their keys in order, and obey every constraint."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DataError, IntegrityError, connection, transaction

from challenges.models import Badge, Contribution, Participation
from core import bulk, clock
from core.members.models import Member
from tests.challenges.factories import NOON, a_badge, a_challenge, pays

pytestmark = pytest.mark.django_db


def badges(number: int) -> list[Badge]:
    art = {"shape": "star", "colour": "#123456", "glyph": "pen"}
    return [
        Badge(slug=f"badge-{n}", name=f"Ünï “{n}” '%s", art=art, secret=n % 2 == 0, position=n) for n in range(number)
    ]


def test_every_value_comes_back_as_it_was_in_one_statement(django_assert_num_queries: Any) -> None:
    rows = badges(300)

    with django_assert_num_queries(1):
        bulk.insert(rows)

    kept = Badge.objects.in_bulk([row.pk for row in rows])
    assert len(kept) == 300
    for row in rows:
        other = kept[row.pk]
        assert (other.slug, other.name, other.art, other.secret, other.position) == (
            row.slug, row.name, row.art, row.secret, row.position,
        )  # fmt: skip
    assert [row.pk for row in rows] == sorted(row.pk for row in rows)


def test_moments_and_nothing_are_kept(member: Member) -> None:
    challenge = a_challenge("one")
    edition = challenge.editions.get()
    moment = NOON.replace(microsecond=123456)
    row = Participation(challenge=challenge, member=member, edition=edition, how="by_hand", joined_at=moment)

    bulk.insert([row])

    kept = Participation.objects.get()
    assert (kept.joined_at, kept.progress, kept.latest, kept.completed_at) == (moment, {}, None, None)
    assert clock.now() > kept.joined_at or kept.joined_at == moment


def test_a_constraint_refuses_all_of_them() -> None:
    a_badge("badge-1")

    with pytest.raises(IntegrityError), transaction.atomic():
        bulk.insert(badges(3))

    assert Badge.objects.count() == 1


def test_conflicts_can_be_left_out() -> None:
    a_badge("badge-1")

    bulk.insert(badges(3), ignore_conflicts=True)

    assert set(Badge.objects.values_list("slug", flat=True)) == {"badge-0", "badge-1", "badge-2"}


def test_a_text_that_is_too_long_is_never_cut() -> None:
    rows = [Badge(slug="x" * 61, name="long"), Badge(slug="short", name="short")]
    if connection.vendor == "postgresql":
        with pytest.raises(DataError), transaction.atomic():
            bulk.insert(rows)
        assert not Badge.objects.exists()
    else:
        bulk.insert(rows)
        assert Badge.objects.get(name="long").slug == "x" * 61


def test_many_rows_are_deleted_in_one_statement(member: Member, django_assert_num_queries: Any) -> None:
    a_challenge("many", {"slug": "orders", "target": 90})
    for number in range(5):
        pays(member, f"order-{number}", minutes=number)
    keys = list(Contribution.objects.order_by("pk").values_list("pk", flat=True))

    with django_assert_num_queries(1):
        assert bulk.delete(Contribution, keys[:4]) == 4
    with django_assert_num_queries(0):
        assert bulk.delete(Contribution, []) == 0

    assert Contribution.objects.get().pk == keys[4]
