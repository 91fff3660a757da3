"""The benchmark at a tiny size: what it says has its shape, and nothing of it is left behind; speed is no test's."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import psycopg
import pytest

from core.bench.reading import Reading, compared
from tests.processes import ROOT, environment

TINY = ("--rounds", "1", "--seconds", "0.01", "--members", "10", "--scale", "0.001")
KEYS = {"id", "ours", "reference", "unit", "ratio", "goal", "met"}
REDIS = os.environ.get("REDIS_URL", "")
needs_postgresql = "postgres" in os.environ.get("DATABASE_URL", "")


def bench(*said: str, redis: str = "") -> subprocess.CompletedProcess[str]:
    """`manage.py bench`, as somebody calls it; fails if anything of it is left behind."""
    command = [sys.executable, "manage.py", "bench", *said]
    with tempfile.TemporaryDirectory() as folder:
        surroundings = environment(REDIS_URL=redis, TMPDIR=folder)
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        with subprocess.Popen(command, cwd=ROOT, env=surroundings, text=True, **pipes) as process:  # type: ignore[call-overload]
            out, err = process.communicate(timeout=300)
        assert left_behind(process.pid, folder) == []
    return subprocess.CompletedProcess(command, process.returncode, out, err)


def told(*figures: str, redis: str = "") -> dict[str, Any]:
    answer = bench("--json", "--only", ",".join(figures), *TINY, redis=redis)
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


def test_each_figure_stands_beside_its_reference():
    report = told("G5", "G8")

    assert set(report) >= {"machine", "figures"}
    assert {figure["id"] for figure in report["figures"]} == {"G5", "G8"}
    for figure in report["figures"]:
        assert figure.keys() >= KEYS
        assert figure["ratio"] == pytest.approx(figure["ours"] / figure["reference"], abs=1e-3)
    (locked,) = [figure for figure in report["figures"] if figure["unit"] == "lock errors"]
    assert locked["ours"] == 0


def test_figures_whose_reference_is_postgresql_are_measured_there_and_left_out_elsewhere():
    report = told("G1", "G3")

    measured = [figure["id"] for figure in report["figures"]]
    assert measured == (["G1", "G3", "G3"] if needs_postgresql else [])
    assert sorted(report["left_out"]) == ([] if needs_postgresql else ["G1", "G3"])


def test_growing_and_contention_are_measured_and_what_needs_redis_is_left_out_without():
    report = told("G6", "G9", "G11", redis=REDIS)

    measured = [figure["id"] for figure in report["figures"]]
    assert measured == (["G6", "G6", "G9", "G9", "G11"] if REDIS else ["G6", "G6", "G11"])
    assert list(report["left_out"]) == ([] if REDIS else ["G9"])
    assert all(figure["ours"] > 0 < figure["reference"] for figure in report["figures"])


@pytest.mark.parametrize("wrong", [("--only", "G99"), ("--rounds", "0"), ("--scale", "11")])
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
