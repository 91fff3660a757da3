"""Books with something in them, and what members do with their statements."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client

from core import clock
from core.brand.explanation import Explanation
from core.ledger.models import Reason
from core.ledger.posting import lock
from core.ledger.settling import Due, settle
from core.ledger.spending import spend
from core.members.models import Member
from core.sealing.sealing import seal
from tests.sealing.verifier import SCRIPT


@pytest.fixture
def earn(db: None) -> Callable[..., None]:
    """Let members earn by turns: `earn(12, ada, grace)`, 12 transfers in one transaction."""
    done = 0

    def earning(times: int, *members: Member, hold: int = 0) -> None:
        nonlocal done
        due = []
        for _time in range(times):
            member = members[done % len(members)]
            why = Explanation("For «%(thing)s».", {"thing": f"order {done} — ümlaut"})
            due.append(Due(member.pk, f"test:{done}", 10 + done, Reason.EARNED, why, clock.now(), hold_days=hold))
            done += 1
        with transaction.atomic():
            settle(due, lock([member.pk for member in members]))

    return earning


@pytest.fixture
def books(earn: Callable[..., None], member: Member, other_member: Member) -> None:
    """Forty sealed transfers of Ada and Grace, in two seals."""
    earn(30, member, other_member)
    seal()
    earn(4, member, hold=14)
    spend(member.pk, 5, reference="spend:1", explanation=Explanation("A gift."))
    earn(5, other_member)
    seal()


@dataclass(frozen=True)
class Said:
    """How the script ended and what it said."""

    code: int
    out: str
    err: str


@dataclass
class Download:
    """A member's statement on the member's own machine."""

    folder: Path

    @property
    def file(self) -> Path:
        return self.folder / "statement.json"

    @property
    def statement(self) -> dict[str, Any]:
        return json.loads(self.file.read_text())

    def write(self, statement: dict[str, Any]) -> None:
        self.file.write_text(json.dumps(statement))

    def verify(self, *args: object) -> Said:
        """Run the script as members do, with nothing of the site around it."""
        command = [sys.executable, "-I", "-S", str(SCRIPT), str(self.file), *map(str, args)]
        done = subprocess.run(command, capture_output=True, text=True, cwd=self.folder, env={}, timeout=60)
        return Said(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def download(client_of: Callable[[Member], Client], tmp_path: Path) -> Callable[[Member], Download]:
    """Download a member's statement, and the list of seals beside it."""

    def downloaded(member: Member) -> Download:
        answer = client_of(member).get("/fairness/seals/statement.json")
        assert answer.status_code == 200
        (tmp_path / "statement.json").write_bytes(b"".join(answer.streaming_content))
        (tmp_path / "heads.json").write_bytes(Client().get("/fairness/seals/heads.json").content)
        return Download(tmp_path)

    return downloaded


@pytest.fixture
def tamper(db: None) -> Callable[..., None]:
    """Change the books behind the site's back, with the triggers taken away and put back again."""

    def tampering(statement: str, *params: object) -> None:
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                cursor.execute("SET session_replication_role = replica")
                cursor.execute(statement, params)
                cursor.execute("SET session_replication_role = DEFAULT")
                return
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
            for name, _sql in triggers:
                cursor.execute(f'DROP TRIGGER "{name}"')
            with connection.constraint_checks_disabled():
                cursor.execute(statement, params)
            for _name, sql in triggers:
                cursor.execute(sql)

    return tampering
