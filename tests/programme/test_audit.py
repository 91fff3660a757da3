"""The audit names each law with its count, and the rows that break it."""

from __future__ import annotations

import json

import pytest
from django.db import connection

from core import clock
from core.activities.joining import welcome
from core.audit import SHOWN, findings, laws
from core.brand.explanation import Explanation
from core.ledger.models import Entry, Lot, Wallet
from core.ledger.spending import adjust
from tests.books.filling import ENTRIES, fill
from tests.programme.conftest import run

pytestmark = pytest.mark.django_db


@pytest.fixture
def spoiled(member):
    """A wallet with a cell that somebody changed behind the site's back."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE ledger_wallet SET earned = earned + 7, spent = spent + 7 WHERE member_id = %s", [member.pk]
        )
    return member


@pytest.fixture
def member(member):
    """Ada, with a few points."""
    welcome(member)
    adjust(member.pk, 40, reference="adjustment:1", explanation=Explanation("A welcome."))
    return member


def test_a_sound_database_passes(member):
    answer = run("audit")

    assert (answer.code, answer.err) == (0, "")
    assert len(answer.lines) == len(laws())
    assert all(line.startswith("holds      0  ") for line in answer.lines)


def test_a_broken_law_is_counted_and_its_row_named(spoiled):
    answer = run("audit")

    assert answer.code == 1
    assert "broken     1  wallet-is-its-sum: " in answer.out
    assert Wallet.objects.get().member_id == spoiled.pk
    assert [finding.law.slug for finding in findings() if finding.rows] == ["wallet-is-its-sum"]


def test_the_audit_in_json(spoiled):
    answer = run("audit", "--json")

    told = json.loads(answer.out)
    broken = [law for law in told["laws"] if law["count"]]
    assert (answer.code, told["ok"], len(told["laws"])) == (1, False, len(laws()))
    assert [(law["law"], law["count"], len(law["rows"])) for law in broken] == [("wallet-is-its-sum", 1, 1)]


@pytest.mark.django_db(transaction=True)
def test_the_audit_reads_one_state_and_writes_nothing(member):
    """It runs in a transaction of its own, that of reading; on SQLite one that lets others write."""
    assert run("audit").code == 0
    assert not connection.in_atomic_block
    assert Wallet.objects.get().available == 40


@pytest.fixture
def widely_spoiled(member):
    """Forty-five awards of which the books know nothing."""
    Lot.objects.bulk_create([Lot(cause=f"nothing:{n}", member=member, points=1, at=clock.now()) for n in range(45)])


def test_all_offenders_are_counted_and_the_first_are_named(widely_spoiled):
    answer = run("audit")

    assert answer.code == 1
    assert "broken    45  lot-is-its-sum: " in answer.out
    assert answer.out.count("lot nothing:") == 2 * SHOWN, "their points are of no transfer, and nothing remains as used"
    assert "\n              and 25 more\n" in answer.out


def test_as_json_too(widely_spoiled):
    told = json.loads(run("audit", "--json", "--most", "2").out)

    [broken] = [law for law in told["laws"] if law["law"] == "lot-is-its-sum"]
    assert broken["count"] == 45
    assert [row.split(" says")[0] for row in broken["rows"]] == ["lot nothing:0", "lot nothing:1", "and 43 more"]


def test_at_least_one_has_to_be_named(member):
    answer = run("audit", "--most", "0")

    assert (answer.code, answer.out, answer.err) == (2, "", "--most must be at least 1.\n")


def test_large_books_as_the_measurements_fill_them_are_right(db):
    members = fill(ENTRIES + 1)

    assert (members, Entry.objects.count()) == (2, 2 * ENTRIES)
    assert [f"{finding.law.slug}: {finding.rows}" for finding in findings() if finding.count] == []
