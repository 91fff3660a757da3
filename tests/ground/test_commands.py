"""Commands say what is wrong in one sentence, without a traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import ProgrammingError

from core.commands import NOT_READY, sentence_for

COMMANDS = ["source add shop", "source rotate shop", "token add erp", "token revoke erp", "audit", "programme export"]
COMMANDS += ["staff add ada@example.com --role owner"]


def manage(command: str, database: str) -> subprocess.CompletedProcess[str]:
    """Run a command as a process of its own, with that database."""
    return subprocess.run(
        [sys.executable, "manage.py", *command.split()],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DATABASE_URL": database},
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.mark.parametrize("command", COMMANDS)
def test_a_database_without_tables_is_said_in_one_sentence(command: str, tmp_path: Path) -> None:
    done = manage(command, f"sqlite:///{tmp_path}/new.sqlite3")
    assert (done.returncode, done.stdout, done.stderr) == (1, "", f"{NOT_READY}\n")


@pytest.mark.parametrize("command", ["source add shop", "migrate"])
def test_a_database_that_is_away_is_said_in_one_sentence(command: str) -> None:
    done = manage(command, "postgres://nobody@127.0.0.1:1/nothing")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("The database cannot be used: ")
    assert done.stderr.count("\n") == 1


def test_a_mistake_of_the_code_is_not_hidden() -> None:
    assert sentence_for(ProgrammingError("syntax error")) is None


@pytest.mark.django_db
def test_a_source_that_has_its_secret_keeps_it(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("source", "add", "shop")
    secret = capsys.readouterr().out
    with pytest.raises(SystemExit, match="1"):
        call_command("source", "add", "shop")
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "The source shop has a secret already; rotate gives it a new one.\n")
    assert secret.startswith("whsec_")
