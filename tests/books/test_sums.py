"""Checksums hold for what a database gives back, and move with what legitimately moves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from core import bulk, sums
from core.activities.models import Activity
from core.earning.models import Rule
from core.members import erasure
from core.members.models import Member, Notice, StaffChange
from core.sealing.counting import begun, count
from core.sealing.models import RowCount
from core.sealing.sealing import seal
from core.web.admin_changes import snapshot
from tests.books.planting import behind_our_back, broken, change, delete

pytestmark = pytest.mark.django_db
People = dict[str, Member]
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
SAID: list[Any] = [
    {"z": 1, "a": [1.5, 1.0, 1e22, 1e23, 1e-7, -0.5], "e+": "e+"},
    {"large": 2**70, "text": 'ein "Stück" ü\u2028', "nothing": None, "yes": True},
    {"nested": {"b": {"d": 1, "c": 2}, "a": []}},
    {},
]


def changed(*rows: Any) -> set[Any]:
    """Which rows of the table of these are not as they were written."""
    field = next(field for field in sums.covered() if field.model is type(rows[0]))
    return {pk for pk, _summed in sums.changed(field)}


@pytest.mark.parametrize("said", SAID)
def test_json_is_the_same_before_and_after_the_database(said: Any) -> None:
    saved = StaffChange.objects.create(who="x", action="x", model="x", object_id="1", before=said, after=None)
    at = datetime(2026, 6, 1, 14, 0, 0, 5, tzinfo=timezone(timedelta(hours=2)))
    inserted = StaffChange(at=at, who="x", action="x", model="x", object_id="1", before=None, after=said)
    bulk.insert([inserted])

    assert changed(saved) == set()


def test_no_two_rows_have_the_same_cells_in_other_places() -> None:
    cells = ["a", "b", "", None, 0, False, NOON, UUID(int=7), Decimal("1.50"), {"a": 1}]

    assert len({sums.checksum([*cells[:place], "c", *cells[place:]]) for place in range(10)}) == 10
    assert sums.checksum([Decimal("1.50")]) == sums.checksum([Decimal("1.5")])
    assert sums.checksum([""]) != sums.checksum([None])
    assert sums.checksum(["ab", ""]) != sums.checksum(["a", "b"])


def test_a_cell_that_moves_takes_the_checksum_along(history: People) -> None:
    fact = Activity.objects.earliest("pk")
    fact.void = not fact.void
    bulk.update([fact], ["void"])
    assert changed(fact) == set()

    Activity.objects.filter(pk=fact.pk).update(reference="elsewhere")
    assert changed(fact) == {fact.pk}
    sums.renew(Activity.objects.filter(pk=fact.pk))
    assert changed(fact) == set()


def test_reading_a_notice_moves_nothing_that_was_told(history: People) -> None:
    notice = Notice.objects.earliest("pk")
    Notice.objects.update(read_at=NOON)

    assert changed(notice) == set()


def test_the_record_of_changes_does_not_tell_checksums(history: People) -> None:
    told = snapshot(Rule.objects.earliest("pk"))

    assert told
    assert "settings" in told
    assert "checksum" not in told


def test_erasing_somebody_breaks_no_law(history: People) -> None:
    seal()
    count()
    erasure.erase("friend@example.com")
    erasure.erase("nobody@example.com")
    count()

    assert Activity.objects.filter(fingerprint="erased").exists()
    assert broken() == {}


def test_what_an_older_release_wrote_is_summed_when_it_is_first_counted(history: People) -> None:
    fact = Activity.objects.earliest("pk")
    Activity.objects.filter(pk=fact.pk).update(checksum=None)
    assert "activities_activity" not in begun()
    assert broken() == {}
    count()
    assert broken() == {}
    assert changed(fact) == set()

    Activity.objects.filter(pk=fact.pk).update(checksum=None)
    assert broken() == {"facts-are-as-written": [f"activities_activity {fact.pk} has no checksum"]}
    count()
    assert "facts-are-as-written" in broken()


def test_the_row_that_is_gone_is_named(history: People) -> None:
    count()
    award = Notice.objects.earliest("pk")
    with behind_our_back(Notice):
        delete(award)
        named = broken()

    assert named["no-fact-is-gone"] == [f"members_notice {award.pk} is gone"]


def test_a_row_that_was_exchanged_is_named(history: People) -> None:
    count()
    notice = Notice.objects.earliest("pk")
    with behind_our_back(Notice):
        change(notice, "id", 900)

        assert "no-fact-is-gone" in broken()


def test_every_table_of_facts_is_counted() -> None:
    tables = {field.model._meta.db_table for field in sums.covered()}

    assert set(RowCount.objects.values_list("table", flat=True)) == tables


def test_counting_goes_on_where_it_ended(history: People, shop: Callable[..., Any]) -> None:
    first = count()
    assert first > 0
    assert count() == 0
    StaffChange.objects.create(who="x", action="x", model="x", object_id="1", before={}, after={})
    assert count() == 1
    assert broken() == {}
