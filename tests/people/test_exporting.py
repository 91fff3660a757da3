"""What is known of a person, as one file: all of it, and nothing of anybody else."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from core.activities.models import Activity
from core.ledger.models import MEMBER_ACCOUNTS, Entry
from tests.people.conftest import ALIAS, EMAIL, Stage
from tests.people.test_erasing import manage
from tests.shop import order

pytestmark = pytest.mark.django_db


def exported(folder: Path, email: str = EMAIL) -> dict[str, Any]:
    assert manage("export", email, str(folder / "ada.json")) == 0
    return json.loads((folder / "ada.json").read_text())


def test_all_that_is_known_is_in_the_file(stage: Stage, tmp_path: Path) -> None:
    told = exported(tmp_path)
    assert (told["format"], told["email"]) == ("goodturn/person/1", EMAIL)
    assert (told["profile"]["alias"], told["profile"]["time_zone"]) == (ALIAS, "Europe/Istanbul")
    assert told["sign_in"]["addresses"] == [{"email": EMAIL, "verified": True}]
    assert len(told["sign_in"]["sessions"]) == 1
    of_ada = Activity.objects.filter(member=stage.ada) | Activity.objects.filter(email=EMAIL)
    assert len(told["activities"]) == of_ada.count()
    sent = next(fact for fact in told["activities"] if fact["id"] == "evt-ada-1")
    assert sent["data"]["customer"] == {"name": "Ada Lovelace", "mail": EMAIL}
    assert (sent["amount"], sent["answer"]["points"] > 0) == ("60.00", True)
    lines = Entry.objects.filter(member=stage.ada, account__in=MEMBER_ACCOUNTS)
    assert len(told["statement"]) == lines.count()
    assert all(line["explanation"] for line in told["statement"])
    assert (
        sum(line["points"] for line in told["statement"] if line["account"] == "wallet") == told["points"]["available"]
    )
    assert [row["challenge"] for row in told["challenges"]] == ["first-steps", "full-larder"]
    assert [badge["badge"] for badge in told["badges"]] == ["first-leaf"]
    assert (told["invited"]["state"], told["invited"]["reward"]) == ("qualified", "earned")
    assert told["bookings"][0]["state"] == "booked"
    assert told["donations"][0]["points"] == 100
    assert told["letters"]
    assert told["changes_by_staff"]
    assert told["api_answers"][0]["answer"]["email"] == EMAIL


def test_it_names_nobody_else(stage: Stage, tmp_path: Path) -> None:
    exported(tmp_path)
    text = (tmp_path / "ada.json").read_text()
    assert "grace@" not in text
    assert "owner@" not in text
    told = exported(tmp_path, "grace@example.com")
    assert told["invitation"]["friends"][0]["state"] == "qualified"
    assert EMAIL not in json.dumps(told)
    assert ALIAS not in json.dumps(told)


def test_only_the_owner_of_the_file_may_read_it(stage: Stage, tmp_path: Path) -> None:
    exported(tmp_path)
    assert stat.S_IMODE((tmp_path / "ada.json").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["ada.json"]


def test_who_is_not_known_is_exit_1_and_no_file(
    stage: Stage, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert manage("export", "nobody@example.com", str(tmp_path / "x.json")) == 1
    assert capsys.readouterr().err == "Nothing is known of nobody@example.com.\n"
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_written_is_exit_2(stage: Stage, tmp_path: Path) -> None:
    assert manage("export", EMAIL, str(tmp_path / "no" / "such" / "folder.json")) == 2


def test_of_who_never_joined_what_waits_is_told(stage: Stage, tmp_path: Path) -> None:
    stage.shop.send(order("eve@example.com", "order-e", "60.00"))
    told = exported(tmp_path, "eve@example.com")
    assert set(told) == {"format", "programme", "written_at", "email", "activities"}
    assert told["activities"][0]["status"] == "parked"
