"""The benchmark at a tiny size: what it says has its shape, and nothing of it is left behind; speed is no test's."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest
import redis

from core.bench import bare_sqlite, events, filling
from core.bench.lab import Run
from core.bench.reading import Reading, compared
from core.bench.report import Report
from core.bench.station import Station
from tests.processes import ROOT, environment

TINY = ("--rounds", "1", "--seconds", "0.01", "--members", "10", "--scale", "0.00001", "--sockets", "20")
LINES = {"G1": 1, "G3": 2, "G5": 2, "G6": 2, "G8": 3, "G9": 2, "G10": 3, "G11": 1}
BY_POSTGRESQL, BY_REDIS = {"G1", "G3"}, {"G9", "G10"}
KEYS = {"id", "ours", "reference", "unit", "ratio", "goal", "met"}
REDIS = os.environ.get("REDIS_URL", "")
needs_postgresql = "postgres" in os.environ.get("DATABASE_URL", "")


def bench(*said: str, redis_url: str = "", ended_at: str = "") -> subprocess.CompletedProcess[str]:
    """`manage.py bench`, as somebody calls it, told to end at that word; fails if anything of it is left behind."""
    command = [sys.executable, "manage.py", "bench", *said]
    with tempfile.TemporaryDirectory() as folder:
        surroundings = environment(REDIS_URL=redis_url, TMPDIR=folder)
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        with subprocess.Popen(command, cwd=ROOT, env=surroundings, text=True, **pipes) as process:
            if ended_at:
                while ended_at not in process.stderr.readline():
                    pass
                process.send_signal(signal.SIGTERM)
            out, err = process.communicate(timeout=300)
        assert left_behind(process.pid, folder) == []
    return subprocess.CompletedProcess(command, process.returncode, out, err)


def told(*figures: str, redis_url: str = "") -> dict[str, Any]:
    answer = bench("--json", "--only", ",".join(figures), *TINY, redis_url=redis_url)
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout)  # type: ignore[no-any-return]


def left_behind(process: int, folder: str) -> list[str]:
    """The databases of that process and the folders of benchmarks that there are."""
    found = [str(path) for path in Path(folder).glob("goodturn-bench-*")]
    if needs_postgresql:
        with psycopg.connect(os.environ["DATABASE_URL"].rpartition("/")[0] + "/postgres") as connection:
            names = [name for (name,) in connection.execute("SELECT datname FROM pg_database")]
        found += [name for name in names if f"_bench_{process}_" in name]
    return sorted(found)


def left_in_redis() -> list[bytes]:
    """The names that the benchmark has left in the Redis that it was given."""
    return list(redis.Redis.from_url(REDIS).scan_iter("goodturn-bench-*")) if REDIS else []


def test_each_figure_stands_beside_its_reference_and_what_cannot_be_measured_says_why():
    """One run for all of them, since making the databases is what takes time."""
    report = told("G1", "G3", "G5", "G6", "G8", "G9", "G10", "G11", redis_url=REDIS)

    assert set(report) >= {"machine", "figures"}
    for figure in report["figures"]:
        assert figure.keys() >= KEYS
        assert figure["ratio"] == pytest.approx(figure["ours"] / figure["reference"], abs=1e-3)
    for id, lines in LINES.items():
        expected = lines if (needs_postgresql or id not in BY_POSTGRESQL) and (REDIS or id not in BY_REDIS) else 0
        assert sum(figure["id"] == id for figure in report["figures"]) == expected, id
        assert bool(report["left_out"].get(id)) == (not expected), id
    (locked,) = [figure for figure in report["figures"] if figure["unit"] == "lock errors"]
    assert locked["ours"] == 0
    assert left_in_redis() == []


def test_who_ends_it_finds_nothing_left_behind():
    answer = bench("--only", "G12", ended_at="making a database")

    assert (answer.returncode, answer.stdout) == (130, "")


def test_what_fails_takes_nothing_from_the_others():
    report = Report(Run(), "sqlite", [Reading("G1", "this", "that", 2, 1, "things", 1)])
    report.fail("G2", "It failed: no reason.")

    assert [line.split(" | ")[0] for line in report.lines() if line.startswith("| G")] == ["| G1    "]
    assert report.lines()[-1] == "G2 is left out: It failed: no reason."
    assert report.as_json()["left_out"] == {"G2": "It failed: no reason."}


def test_the_bare_library_writes_the_rows_of_an_event(tmp_path):
    """Table by table: as many new rows, and the same rows moved."""
    file = tmp_path / "site.sqlite3"
    settings = environment(DATABASE_URL=f"sqlite:///{file}", DEBUG="1", REDIS_URL="")
    station = Station(settings | {"DJANGO_SETTINGS_MODULE": "core.bench.settings"})
    try:
        station.call(filling.prepare)
        station.call(filling.people, members=1)
        station.call(events.batches, seconds=0.01, members=1, kind="order.paid", size=2)
        by_event = changes(file, lambda: station.call(send_one))
        by_library = changes(file, lambda: station.call(repeat_one, file=str(file)))
    finally:
        station.close()

    assert by_event == by_library
    assert by_event["challenges_participation"] == (0, 5)
    assert by_event["ledger_tally"] == (0, 2)


def send_one():
    """One event through the whole door; called in a station."""
    events._send(events._asked(events.signed(events.secret(), events.event("order.paid", 1))))


def repeat_one(file: str):
    """Its rows once more by the bare library; called in a station."""
    bare_sqlite.repeated(file)()


def changes(file: Path, act: Callable[[], None]) -> dict[str, tuple[int, int]]:
    """How many rows of each table were new and how many were moved by what was done."""
    before = rows(file)
    act()
    after = rows(file)
    return {
        table: (len(now) - len(before[table]), sum(now[key] != row for key, row in before[table].items()))
        for table, now in after.items()
        if now != before[table]
    }


def rows(file: Path) -> dict[str, dict[int, tuple[Any, ...]]]:
    """Every row of every table by its number."""
    with closing(sqlite3.connect(file)) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        found = {name: connection.execute(f'SELECT rowid, * FROM "{name}"').fetchall() for name in tables}
    return {name: {row[0]: row for row in read} for name, read in found.items()}


@pytest.mark.parametrize("wrong", [("--only", "G99"), ("--rounds", "0"), ("--scale", "11"), ("--sockets", "0")])
def test_a_call_that_cannot_be_meant_is_refused_in_one_sentence(wrong):
    answer = bench(*wrong)

    assert (answer.returncode, answer.stdout) == (2, "")
    assert answer.stderr.count("\n") == 1


def test_the_values_of_the_median_round_belong_together():
    ours, reference = iter([10.0, 90.0, 30.0]), iter([10.0, 30.0, 30.0])

    assert compared(lambda: next(ours), lambda: next(reference), 3) in [(10.0, 10.0), (30.0, 30.0)]


@pytest.mark.parametrize(("ours", "at_most", "met"), [(2, False, True), (2, True, False), (1, False, False)])
def test_a_goal_is_at_least_or_at_most(ours, at_most, met):
    reading = Reading("G0", "something", "something else", ours, 1, "things", 1.5, at_most)

    assert (reading.ratio, reading.met) == (ours, met)
