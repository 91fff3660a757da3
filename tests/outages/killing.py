"""Kills parts of a running site again and again while orders come in, and sees what became of them.

::

    python -m tests.outages.killing --web 50 --worker 50            # SQLite
    python -m tests.outages.killing --web 50 --worker 50 --postgres 10

Nothing that was acknowledged may be lost or count twice, the audit is clean, and the first good answer comes within
five seconds of each kill (of PostgreSQL: of its being there again).
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from tests.outages.servers import Postgres, postgres
from tests.outages.traffic import Traffic
from tests.processes import ROOT, environment, free_port, running

PROGRAMME = """
programme: {name: Outages, enrolment: universal}
earning:
  - {slug: per-euro, activity: order.paid, calculation: per_amount, settings: {points: 1, per: "1.00"}}
badges:
  - {slug: first, name: First}
challenges:
  - slug: ten
    title: Ten orders
    join: automatic
    tasks: [{slug: order, title: Orders, activity: order.paid, count: 10}]
    prize: {badge: first}
sources:
  - {slug: shop, kind: standard}
"""
LONGEST = 5.0  # seconds to the first good answer
PARTS = {"web": "serve", "worker": "db_worker"}


@dataclass
class Site:
    """A running site and how to reach its parts."""

    process: subprocess.Popen[str]
    said: dict[str, str]
    traffic: Traffic
    slowest: dict[str, float] = field(default_factory=dict)

    def kill(self, part: str) -> None:
        """End a part at an instant nobody chose; wait until orders are taken again."""
        time.sleep(random.uniform(0.05, 0.4))
        pid = part_of(self.process.pid, PARTS[part])
        moment = time.monotonic()
        os.kill(pid, signal.SIGKILL)
        if part == "web":
            self.note(part, self.traffic.first_answer_after(moment, 60))
        self.wait_for_part(part, pid)

    def kill_database(self, server: Postgres) -> None:
        """End PostgreSQL, start it again, and wait until orders are taken."""
        time.sleep(random.uniform(0.05, 0.4))
        server.kill()
        server.start()
        self.note("postgres", self.traffic.first_answer_after(time.monotonic(), 60))

    def note(self, part: str, seconds: float) -> None:
        self.slowest[part] = max(seconds, self.slowest.get(part, 0.0))

    def wait_for_part(self, part: str, old: int) -> None:
        """Until the supervisor has put another in its place, which then runs for a moment."""
        until = time.monotonic() + 60
        while time.monotonic() < until:
            pid = part_of(self.process.pid, PARTS[part], patience=0)
            if pid and pid != old:
                time.sleep(1.0)
                return
            time.sleep(0.1)
        raise AssertionError(f"The {part} was not started again.")


@contextmanager
def site(database_url: str, **said: str) -> Iterator[Site]:
    """The site as `make run` starts it, on a database of its own, with a shop that sends orders."""
    port = free_port()
    said = {"DATABASE_URL": database_url, "PORT": str(port), "DEMO": "0", **said}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "programme.yaml"
        file.write_text(PROGRAMME)
        manage("migrate", "--verbosity", "0", **said)
        manage("programme", "apply", str(file), **said)
        secret = manage("source", "add", "shop", "--kind", "standard", **said).strip()
        with running("run", **said) as process, Traffic(port, secret) as traffic:
            traffic.first_answer_after(0, 60)
            yield Site(process, said, traffic)


def manage(*command: str, **said: str) -> str:
    """Run a command of the site; return what it printed. Raises when it does not end well."""
    words = [sys.executable, "manage.py", *command]
    ended = subprocess.run(words, cwd=ROOT, env=environment(**said), capture_output=True, text=True)
    assert ended.returncode == 0, f"{command}: {ended.stdout[-2000:]}{ended.stderr[-2000:]}"
    return ended.stdout


def part_of(supervisor: int, word: str, patience: float = 60) -> int:
    """The process of one part, told by a word of its command; 0 when there is none and no patience."""
    until = time.monotonic() + patience
    while True:
        for child in Path(f"/proc/{supervisor}/task/{supervisor}/children").read_text().split():
            command = Path(f"/proc/{child}/cmdline")
            if command.exists() and word.encode() in command.read_bytes().split(b"\0"):
                return int(child)
        if time.monotonic() >= until:
            assert not patience, f"No {word} runs."
            return 0
        time.sleep(0.1)


def check(said: dict[str, str], traffic: Traffic) -> None:
    """Each order that was acknowledged is there and counted once, nobody has more or less, and the audit is clean."""
    kept = {name for (name,) in _rows(said, "SELECT external_id FROM activities_activity WHERE type = 'order.paid'")}
    lost = set(traffic.acknowledged) - kept
    assert not lost, f"{len(lost)} acknowledged and lost: {sorted(lost)[:5]}"
    assert not traffic.wrong, traffic.wrong[:5]
    ((earned, available),) = _rows(said, "SELECT SUM(earned), SUM(available) FROM ledger_wallet")
    assert (earned, available) == (len(kept), len(kept))
    manage("audit", **said)


def _rows(said: dict[str, str], query: str) -> list[tuple[Any, ...]]:
    url = said["DATABASE_URL"]
    opened: Any = sqlite3.connect(url.removeprefix("sqlite:///")) if url.startswith("sqlite") else psycopg.connect(url)
    with closing(opened) as connection:
        return list(connection.execute(query).fetchall())


def run(web: int, worker: int, databases: int, say: Any = print) -> dict[str, float]:
    """Kill each part so many times, in turns; return the longest wait for each in seconds."""
    with ExitStack() as stack:
        server = stack.enter_context(postgres()) if databases else None
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        url = server.url if server else f"sqlite:///{folder}/site.sqlite3"
        with site(url) as one:
            for number in range(max(web, worker, databases)):
                for part, times in (("web", web), ("worker", worker)):
                    if number < times:
                        one.kill(part)
                if server and number < databases:
                    one.kill_database(server)
                waits = ", ".join(f"{part} {seconds:.1f} s" for part, seconds in one.slowest.items())
                say(f"{number + 1}: {len(one.traffic.acknowledged)} orders acknowledged; longest waits: {waits}")
            one.traffic.first_answer_after(time.monotonic(), 60)
            one.traffic.__exit__()
            check(one.said, one.traffic)
            return one.slowest


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for part in ("web", "worker", "postgres"):
        parser.add_argument(f"--{part}", type=int, default=0, help="how many times it is killed")
    asked = parser.parse_args()
    slowest = run(asked.web, asked.worker, asked.postgres)
    late = {part: seconds for part, seconds in slowest.items() if seconds > LONGEST}
    sys.exit(f"Too late: {late}" if late else 0)


if __name__ == "__main__":
    main()
