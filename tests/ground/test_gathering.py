"""Statements that wait for each other's way leave everything as if each had gone at once."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from challenges.models import Badge
from core import bulk, clock
from core.ledger.models import Lot, Transfer, Wallet
from core.ledger.posting import open_wallets
from core.members.models import Member, Notice

pytestmark = pytest.mark.django_db


def notices(member: Member, *references: str) -> list[Notice]:
    return [Notice(member=member, kind="points.expiring", reference=name, message={}) for name in references]


def kept() -> set[str]:
    return set(Notice.objects.values_list("reference", flat=True))


def test_who_reads_inside_finds_what_was_written_before(member):
    with transaction.atomic(), bulk.gathered():
        rows = notices(member, "one", "two")
        bulk.insert(rows)

        assert kept() == {"one", "two"}
        assert Notice.objects.get(pk=rows[1].pk).reference == "two"


def test_rows_that_wait_go_as_they_are_at_the_end(member):
    with transaction.atomic(), bulk.gathered():
        bulk.reserve({Notice: 2})
        rows = notices(member, "one", "two")
        bulk.insert(rows)
        rows[0].read_at = clock.now()
        bulk.update(rows, ["read_at"])

    assert [row.pk for row in rows] == sorted(row.pk for row in rows)
    assert set(Notice.objects.values_list("reference", "read_at")) == {("one", rows[0].read_at), ("two", None)}


def test_after_an_error_nothing_of_it_is_written(member):
    with pytest.raises(ZeroDivisionError), transaction.atomic(), bulk.gathered():  # noqa: PT012
        bulk.insert(notices(member, "one"))
        _ = 1 / 0

    assert kept() == set()


def test_a_constraint_refuses_what_waited_as_an_error_of_djangos(member):
    bulk.insert(notices(member, "one"))

    with pytest.raises(IntegrityError), transaction.atomic(), bulk.gathered():  # noqa: PT012
        bulk.reserve({Notice: 2})
        bulk.insert(notices(member, "two"))
        bulk.insert(notices(member, "one"))

    assert kept() == {"one"}


def test_a_savepoint_that_is_rolled_back_takes_only_what_was_written_inside_it(member):
    with transaction.atomic(), bulk.gathered():
        bulk.reserve({Notice: 3})
        bulk.insert(notices(member, "before"))
        with pytest.raises(ZeroDivisionError), transaction.atomic():  # noqa: PT012
            bulk.insert(notices(member, "inside"))
            _ = 1 / 0
        bulk.insert(notices(member, "after"))

    assert kept() == {"before", "after"}


def test_an_update_that_was_overtaken_is_never_kept(member):
    open_wallets([member.pk])
    wallet = Wallet.objects.get()
    Wallet.objects.update(version=7)
    wallet.version += 1

    def lost() -> None:
        if bulk.update([wallet], ["owed"], guard="version") != 1:
            raise RuntimeError

    with pytest.raises(RuntimeError), transaction.atomic(), bulk.gathered():
        lost()

    assert Wallet.objects.get().version == 7


def test_many_writes_go_one_way_on_postgresql(member, monkeypatch):
    if connection.vendor != "postgresql":
        return
    ways: list[Any] = []
    pipeline = type(connection.connection).pipeline
    monkeypatch.setattr(type(connection.connection), "pipeline", lambda self: ways.append(1) or pipeline(self))
    with transaction.atomic(), bulk.gathered(), CaptureQueriesContext(connection) as captured:
        bulk.insert(notices(member, "one"), keys=False)
        bulk.insert(notices(member, "two"), keys=False)
        assert len(captured) == 0

    assert (len(ways), kept()) == (1, {"one", "two"})


def test_writes_to_different_tables_become_one_statement_on_postgresql(member):
    if connection.vendor != "postgresql":
        return
    open_wallets([member.pk])
    wallet = Wallet.objects.get()
    wallet.active_on, wallet.version = clock.now().date(), wallet.version + 1
    with CaptureQueriesContext(connection) as captured, transaction.atomic(), bulk.gathered():
        bulk.insert(notices(member, "one"), keys=False)
        bulk.update([wallet], ["active_on"], guard="version")
        bulk.insert(notices(member, "two"), keys=False)

    made = [query["sql"] for query in captured if query["sql"].startswith(("WITH", "INSERT", "UPDATE"))]
    assert len(made) == 2, made
    assert (Wallet.objects.get().active_on, kept()) == (wallet.active_on, {"one", "two"})


def test_an_update_that_was_overtaken_is_never_kept_as_a_part_of_a_statement_either(member):
    open_wallets([member.pk])
    wallet = Wallet.objects.get()
    Wallet.objects.update(version=7)
    wallet.version += 1

    with pytest.raises(RuntimeError), transaction.atomic(), bulk.gathered():  # noqa: PT012
        bulk.insert(notices(member, "one"), keys=False)
        if bulk.update([wallet], ["owed"], guard="version") != 1:
            raise RuntimeError

    assert kept() == set()


def test_what_is_asked_ahead_is_as_of_then(member):
    bulk.insert(notices(member, "one"))
    with transaction.atomic(), bulk.gathered():
        asked = bulk.ahead(Notice, "member_id {}", [member.pk], order="id")
        bulk.insert(notices(member, "two"), keys=False)

        assert [row.reference for row in asked.rows] == ["one"]
        assert [row.reference for row in asked.rows] == ["one"]
        assert kept() == {"one", "two"}


@pytest.mark.parametrize("number", [1, 8, 9, 40])
def test_few_rows_are_changed_as_many_are(db, number):
    rows = [Badge(slug=f"badge-{n}", name=f"Badge {n}", secret=False, position=n) for n in range(number)]
    bulk.insert(rows)
    for place, row in enumerate(rows):
        row.name, row.secret, row.position = f"“{place}” \\ 'a' {{}} %s", bool(place % 2), 100 + place
        row.art = {"shape": "star", "colour": "#123456", "glyph": "pen"}

    assert bulk.update(rows, ["name", "secret", "position", "art"]) == number

    assert list(Badge.objects.order_by("pk").values("name", "secret", "position", "art")) == [
        {"name": row.name, "secret": row.secret, "position": row.position, "art": row.art} for row in rows
    ]


def test_who_listens_hears_of_every_statement_and_who_does_not_gets_the_same(member, django_assert_num_queries):
    bulk.insert(notices(member, "one"))
    with django_assert_num_queries(1):
        heard = bulk.select(Notice, "member_id {}", [member.pk])

    assert [vars(row) | {"_state": None} for row in heard] == [
        vars(row) | {"_state": None} for row in bulk.select(Notice, "member_id {}", [member.pk])
    ]


@pytest.mark.parametrize("number", [1, 31, 400])
def test_select_reads_what_the_orm_reads(member, number):
    names = [f"“{n}” \\ '%s {{,}}" for n in range(number)]
    bulk.insert(notices(member, *names))

    found = bulk.select(Notice, "member_id {} AND reference {}", [member.pk], names, order="id")

    assert [vars(row) | {"_state": None} for row in found] == [
        vars(row) | {"_state": None} for row in Notice.objects.order_by("pk")
    ]
    assert bulk.select(Notice, "reference {}", []) == []


def test_a_new_row_is_as_its_model_makes_it(member):
    lot = Lot(pk=7, cause="rule:one:1", member=member, points=5, at=clock.now())
    for model, values in (
        (Lot, {"cause": "rule:one:1", "member_id": member.pk, "points": 5, "at": lot.at}),
        (Transfer, {"reference": "one", "member": member, "lot": lot, "points": 5, "at": lot.at, "posted_at": lot.at}),
        (Notice, {"member": member, "kind": "points.expiring", "reference": "one", "told_at": lot.at}),
    ):
        made, usual = bulk.new(model, **values), model(**values)

        assert vars(made) | {"_state": None} == vars(usual) | {"_state": None}
        assert made._state.fields_cache == usual._state.fields_cache
    assert bulk.new(Transfer).why is not bulk.new(Transfer).why
