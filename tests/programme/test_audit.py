"""The audit names each law with its count, and the rows that break it."""

from __future__ import annotations

import json

import pytest
from django.db import connection

from core.activities.joining import welcome
from core.audit import findings, laws
from core.brand.explanation import Explanation
from core.ledger.models import Wallet
from core.ledger.spending import adjust
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
