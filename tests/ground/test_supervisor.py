"""The processes of the site together: started, started again, ended."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from core.brand.models import Brand
from core.members.models import Member
from core.serve.first_start import is_untouched
from tests.processes import ROOT, ask, free_port, running

SMALL = """
import sys
from core.serve.supervisor import Part, Supervisor
parts = [Part(name, [sys.executable, "-c", code]) for name, code in zip(("one", "two"), sys.argv[1:])]
Supervisor(parts, lambda words: print(words, flush=True)).run(lambda: print("started", flush=True))
"""
SLEEP = "import time; time.sleep(600)"
DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"
PARENT = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import time; time.sleep(600)'])"


def supervised(*codes: str) -> subprocess.Popen[str]:
    """A supervisor over two small parts, once it has started them."""
    process = subprocess.Popen(
        [sys.executable, "-c", SMALL, *codes], cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stdout
    assert process.stdout.readline() == "started\n"
    return process


def said_by(process: subprocess.Popen[str]) -> str:
    """All that it printed after "started", once it has ended; `communicate` would lose what was read with that line."""
    process.wait(10)
    assert process.stdout
    return process.stdout.read()


def descendants(pid: int) -> list[int]:
    """All processes that a process started, and those that they started."""
    try:
        found = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []
    return [*found, *(grandchild for child in found for grandchild in descendants(child))]


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that ended and was not asked for yet does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def soon(question: Callable[[], bool], seconds: float) -> bool:
    """Whether the answer becomes yes within `seconds`."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if question():
            return True
        time.sleep(0.05)
    return question()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_all_ends_when_told_to(number: signal.Signals) -> None:
    process = supervised(SLEEP, PARENT)
    assert soon(lambda: len(descendants(process.pid)) == 3, 10)
    everyone = descendants(process.pid)

    process.send_signal(number)

    assert process.wait(10) == 0
    assert not [pid for pid in everyone if is_alive(pid)]


def test_a_part_that_does_not_listen_is_ended_within_ten_seconds() -> None:
    process = supervised(DEAF, SLEEP)
    time.sleep(1)
    everyone = descendants(process.pid)
    began = time.monotonic()

    process.send_signal(signal.SIGINT)

    assert process.wait(10) == 0
    assert time.monotonic() - began < 10
    assert not [pid for pid in everyone if is_alive(pid)]


def test_a_part_that_dies_is_started_again() -> None:
    process = supervised(SLEEP, SLEEP)
    first, second = descendants(process.pid)

    os.kill(first, signal.SIGKILL)

    assert soon(lambda: len(descendants(process.pid)) == 2 and first not in descendants(process.pid), 10)
    assert second in descendants(process.pid)
    process.send_signal(signal.SIGTERM)
    said = said_by(process)
    assert said == "The one ended with -9; it starts again in 0.5 s.\n"


def test_a_part_that_keeps_dying_is_started_less_and_less_often() -> None:
    process = supervised("raise SystemExit(3)", SLEEP)
    time.sleep(5)

    process.send_signal(signal.SIGTERM)

    said = said_by(process)
    assert said.splitlines()[:2] == [
        "The one ended with 3; it starts again in 0.5 s.",
        "The one ended with 3; it starts again in 1 s.",
    ]
    assert len(said.splitlines()) <= 4


def test_nothing_outlives_a_supervisor_that_is_killed() -> None:
    process = supervised(SLEEP, SLEEP)
    everyone = descendants(process.pid)
    assert len(everyone) == 2

    process.kill()
    process.wait(10)

    assert soon(lambda: not [pid for pid in everyone if is_alive(pid)], 10)


def test_the_whole_site_runs_and_comes_back_and_ends(tmp_path: Path) -> None:
    port = free_port()
    said = {"DATABASE_URL": f"sqlite:///{tmp_path}/db.sqlite3", "PORT": str(port), "DEMO": "0"}
    with open(tmp_path / "printed", "w+") as printed, running("run", patience=120, printed=printed, **said) as process:
        parts = descendants(process.pid)
        assert len(parts) == 3
        server = next(pid for pid in parts if b"serve" in Path(f"/proc/{pid}/cmdline").read_bytes())
        os.kill(server, signal.SIGKILL)
        assert soon(lambda: not is_alive(server), 5)

        def answers() -> bool:
            try:
                return ask(port, "/readyz").status == 200
            except OSError:
                return False

        assert soon(answers, 60)
        everyone = [*parts, *descendants(process.pid)]
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        process.wait(15)
        took = time.monotonic() - began
        printed.seek(0)
        said_at_last = printed.read()

    assert took < 10
    assert process.returncode == 0
    assert not [pid for pid in everyone if is_alive(pid)]
    assert f"http://127.0.0.1:{port}/dev/mailbox/" in said_at_last
    assert "staff add" in said_at_last


@pytest.mark.django_db
def test_only_a_database_that_nobody_touched_is_filled_with_the_demo() -> None:
    assert is_untouched()

    Brand.objects.update(name="Fern & Ember")
    assert not is_untouched()

    Brand.objects.update(name="Goodturn")
    Member.objects.create_user("ada@example.com")
    assert not is_untouched()
