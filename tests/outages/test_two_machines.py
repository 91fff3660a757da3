"""Two machines on one PostgreSQL and Redis are one site: sessions, what is live, and work that is shared."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from tests.outages.browsing import Browser
from tests.outages.killing import manage
from tests.outages.live import is_told, watching
from tests.outages.servers import postgres, redis_server
from tests.outages.traffic import Traffic
from tests.processes import ROOT, environment, free_port, running

PROGRAMME = """
programme: {name: Two machines}
earning:
  - {slug: per-euro, activity: order.paid, calculation: per_amount, settings: {points: 1, per: "1.00"}}
sources:
  - {slug: shop, kind: standard}
"""
LETTERS = 100
WRITTEN = """
from core.members.models import Letter
from core.members.tasks import deliver
for n in range({letters}):
    to, name = f"reader-{{n}}@example.com", f"<{{n}}@site>"
    letter = Letter.objects.create(to=to, subject="News", text="News.", message_id=name)
    deliver.enqueue(letter.pk)
"""
SOON = 10.0  # seconds, on a machine that has much else to do


@dataclass
class Machines:
    """Pages on two ports; sockets on the second machine only."""

    said: dict[str, str]
    first: int
    second: int
    sockets: int
    letters: Path
    secret: str


@pytest.fixture(scope="module")
def machines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machines]:
    folder = tmp_path_factory.mktemp("machines")
    (file := folder / "programme.yaml").write_text(PROGRAMME)
    (letters := folder / "letters").mkdir()
    first, second, sockets = free_port(), free_port(), free_port()
    with ExitStack() as open_:
        database, redis = open_.enter_context(postgres()), open_.enter_context(redis_server())
        said = {
            "DATABASE_URL": database.url,
            "REDIS_URL": redis.url,
            "EMAIL_URL": f"filemail:///{letters}",
            "BASE_URL": f"http://127.0.0.1:{first}",
            "SECRET_KEY": "the same on both machines 0123456789 0123456789 0123456789",
        }
        manage("migrate", "--verbosity", "0", **said)
        manage("programme", "apply", str(file), **said)
        secret = manage("source", "add", "shop", "--kind", "standard", **said).strip()
        for part, port in (("pages", first), ("pages", second), ("sockets", sockets)):
            open_.enter_context(running("serve", part, **said, PORT=str(port)))
        yield Machines(said, first, second, sockets, letters, secret)


def test_who_signed_in_at_one_is_known_at_the_other_and_sees_there_what_happens_here(machines: Machines) -> None:
    here = Browser(machines.first, machines.letters)
    here.sign_in("ada@example.com")
    there = Browser(machines.second, machines.letters, here.cookies)

    assert there.get("/wallet/").path == "/wallet/"
    with watching(machines.sockets, here.session) as socket:
        assert Traffic(machines.first, machines.secret).order("one", "ada@example.com")
        assert is_told(socket, SOON)
        assert Traffic(machines.second, machines.secret).order("two", "ada@example.com")
        assert is_told(socket, SOON)
    for browser in (here, there):
        balance = re.findall(r'id="balance".*?value="(\d+)"', browser.get("/").text, re.DOTALL)
        assert balance == ["2"]


def test_two_workers_share_a_hundred_letters_and_send_each_once(machines: Machines) -> None:
    manage("shell", "-v", "0", "-c", WRITTEN.format(letters=LETTERS), **machines.said)
    workers = [
        subprocess.Popen(
            [sys.executable, "manage.py", "db_worker", "--batch", "--no-startup-delay", "--no-reload"],
            cwd=ROOT,
            env=environment(**machines.said),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for _machine in range(2)
    ]
    assert [worker.wait(60) for worker in workers] == [0, 0]

    sent = Counter(
        line.removeprefix("To: ")
        for file in machines.letters.iterdir()
        for line in file.read_text().splitlines()
        if line.startswith("To: reader-")
    )
    assert sent == {f"reader-{n}@example.com": 1 for n in range(LETTERS)}
    with psycopg.connect(machines.said["DATABASE_URL"]) as connection:
        rows = connection.execute("SELECT status, worker_ids FROM django_tasks_database_dbtaskresult").fetchall()
    took = Counter(worker for _status, workers_of_it in rows for worker in workers_of_it)
    assert {status for status, _workers in rows} == {"SUCCESSFUL"}
    assert (len(took), took.total()) == (2, LETTERS), took
