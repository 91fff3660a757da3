"""Reports read a copy of the database where there is one, and never write to it."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.processes import ROOT, environment


def manage(*command: str, **said: str) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "manage.py", *command]
    return subprocess.run(words, cwd=ROOT, env=environment(**said), capture_output=True, text=True, timeout=120)


@pytest.fixture(scope="module")
def databases(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A site's database, and a copy in which one cell is another."""
    folder: Path = tmp_path_factory.mktemp("replica")
    primary, copy = folder / "site.sqlite3", folder / "copy.sqlite3"
    said = {"DATABASE_URL": f"sqlite:///{primary}"}
    assert manage("migrate", "--verbosity", "0", **said).returncode == 0
    assert manage("staff", "add", "owner@example.com", "--role", "owner", **said).returncode == 0
    with closing(sqlite3.connect(primary)) as here, closing(sqlite3.connect(copy)) as there:
        here.backup(there)
        there.execute(
            "INSERT INTO ledger_wallet (member_id, available, pending, owed, earned, spent, donated, expired,"
            " version) VALUES (1, 7, 0, 0, 7, 0, 0, 0, 0)"
        )
        there.commit()
    return {**said, "REPLICA_URL": f"sqlite:///{copy}"}


def test_the_audit_reads_the_copy(databases: dict[str, str]) -> None:
    alone = manage("audit", **{**databases, "REPLICA_URL": ""})
    assert (alone.returncode, alone.stderr) == (0, "")
    copied = manage("audit", **databases)
    assert copied.returncode == 1
    assert "wallet of member 1" in copied.stdout


def test_the_replay_reads_the_copy(databases: dict[str, str]) -> None:
    assert manage("replay", "--check", **{**databases, "REPLICA_URL": ""}).returncode == 0
    copied = manage("replay", "--check", **databases)
    assert copied.returncode == 1, copied.stdout + copied.stderr


def test_a_copy_is_not_written_to(databases: dict[str, str]) -> None:
    words = (
        "from core import replica\nfrom core.members.models import Member\n"
        "with replica.reading():\n    Member.objects.update(alias='Somebody')"
    )
    refused = manage("shell", "-c", words, **databases)
    assert "readonly" in refused.stderr
    assert manage("audit", **{**databases, "REPLICA_URL": ""}).returncode == 0
