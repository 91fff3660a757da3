"""The full example of the format applies as it is; what this version cannot run is set aside by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.programme.applying import plan
from core.programme.checking import check
from core.programme.exporting import export, schema
from core.programme.reading import parse, read
from tests.programme.conftest import run

pytestmark = pytest.mark.django_db
FILE = str(Path(__file__).with_name("fern-and-ember.yaml"))
ASIDE = [
    "challenges.autumn-spend",
    "challenges.four-weeks",
    "challenges.fermentation-path",
    "challenges.thousand-jars",
    "rewards.ten-euro",
    "rewards.apron",
    "sources.shopify",
]


def test_it_applies_and_names_what_is_set_aside():
    answer = run("programme", "apply", FILE)

    assert answer.code == 0, answer.err
    notes = answer.err.splitlines()
    assert all(note.startswith("set aside: ") for note in notes)
    assert sorted(note.split(": ")[1] for note in notes) == sorted(ASIDE)


def test_it_changes_nothing_the_second_time():
    first = run("programme", "apply", FILE)

    second = run("programme", "apply", FILE)

    assert second.lines == ["Nothing to change: the programme is as the file says."]
    assert second.err == first.err


def test_what_is_set_aside_is_stored_nowhere():
    run("programme", "apply", FILE)

    written = export()

    for name in ("four-weeks", "thousand-jars", "autumn-spend", "fermentation-path", "ten-euro"):
        assert name not in written
    for name in ("first-steps", "critics-circle", "bring-three", "ferment-class", "behind-the-ovens", "seed-library"):
        assert name in written


def test_what_it_becomes_is_written_back_and_applies_as_nothing():
    run("programme", "apply", FILE)

    assert plan(check(parse(export().encode(), "export.yaml"))) == []


def test_the_schema_describes_it():
    import jsonschema

    jsonschema.Draft202012Validator.check_schema(schema())
    jsonschema.validate(read(FILE).data, schema())
