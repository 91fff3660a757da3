"""A backup comes back as it was: into either database, made while the site is in use, or not at all."""

from __future__ import annotations

import json
import stat
import threading
from collections import defaultdict
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connections

from core.backup import checking, keeping, restoring, shape
from core.members.models import Member
from tests.backup.places import databases, manage
from tests.journeys.full_site import PROGRAMME, fill
from tests.shop import Shop, order

ALTERED = 60  # places at which a byte is changed
THREADS, FEWEST = 4, 3


def nothing(_part: str) -> None:
    """A step that nobody watches."""


def test_the_whole_site_comes_back_in_either_database(transactional_db: None, tmp_path: Path) -> None:
    fill()
    default_storage.save("covers/kitchen.png", ContentFile(b"\x89PNG" + bytes(3000)))
    first = keeping.keep(tmp_path / "0.backup", nothing)
    assert sum(table["rows"] for table in first["tables"].values()) > 100
    media = tmp_path / "media"
    with databases(tmp_path) as places:
        for number, database in enumerate(places):
            there = media / str(number)
            done = manage("restore", str(tmp_path / f"{number}.backup"), database=database, media=there)
            assert (done.returncode, done.stdout[:11]) == (0, "Restored as"), done.stderr
            assert (there / "covers" / "kitchen.png").read_bytes()[:4] == b"\x89PNG"
            audited = manage("audit", database=database, media=there)
            assert audited.returncode == 0, audited.stdout
            path = tmp_path / f"{number + 1}.backup"
            assert manage("backup", str(path), database=database, media=there).returncode == 0
            with checking.opened(path) as (_backup, again):
                assert {name: told for name, told in again["tables"].items() if told != first["tables"][name]} == {}
                assert again["media"] == first["media"]
            refused = manage("restore", str(path), database=database, media=tmp_path / "elsewhere")
            assert (refused.returncode, "not empty" in refused.stderr) == (1, True)
            # New rows are numbered after those that came back, and what is posted cannot be changed here either.
            appointed = manage("staff", "add", "new@example.com", "--role", "owner", database=database, media=there)
            assert appointed.returncode == 0, appointed.stderr
            changed = manage("shell", "-c", CHANGE, database=database, media=there)
            assert "append-only" in changed.stderr


CHANGE = "from core.ledger.models import Transfer; Transfer.objects.update(points=1)"


def test_a_backup_during_traffic_is_a_clean_prefix(transactional_db: None, tmp_path: Path) -> None:
    call_command("programme", "apply", str(PROGRAMME), verbosity=0)
    for number in range(THREADS):
        Member.objects.create_user(f"member-{number}@example.com")
    acknowledged: dict[int, int] = defaultdict(int)
    begun, over = threading.Event(), threading.Event()
    shop = Shop.opened()

    def send(thread: int) -> None:
        door = Shop(shop.slug, shop.secret)
        while not over.is_set():
            number = acknowledged[thread]
            said = order(f"member-{thread}@example.com", f"order-{thread}-{number}", "12.00")
            assert door.send(said, id=f"t{thread}-{number:05}").status_code == 202
            acknowledged[thread] += 1
            if min(acknowledged[each] for each in range(THREADS)) >= FEWEST:
                begun.set()
        connections.close_all()

    threads = [threading.Thread(target=send, args=[thread]) for thread in range(THREADS)]
    for thread in threads:
        thread.start()
    assert begun.wait(120)
    before = dict(acknowledged)
    keeping.keep(tmp_path / "busy.backup", nothing)
    over.set()
    for thread in threads:
        thread.join()
    kept = defaultdict(list)
    for row in rows_of(tmp_path / "busy.backup", "activities_activity"):
        if row["type"] == "order.paid":
            kept[int(row["external_id"][1])].append(int(row["external_id"][3:]))
    for thread in range(THREADS):
        assert sorted(kept[thread]) == list(range(len(kept[thread])))
        assert before[thread] <= len(kept[thread]) <= acknowledged[thread]
    with databases(tmp_path) as places:
        done = manage("restore", str(tmp_path / "busy.backup"), database=places[-1], media=tmp_path / "media")
        assert done.returncode == 0, done.stderr
        assert manage("audit", database=places[-1], media=tmp_path / "media").returncode == 0


def rows_of(path: Path, table: str) -> list[dict[str, object]]:
    with checking.opened(path) as (backup, manifest):
        columns = manifest["tables"][table]["columns"]
        text = backup.read(f"tables/{table}.jsonl").decode()
    return [dict(zip(columns, json.loads(line), strict=True)) for line in text.splitlines()]


@pytest.fixture
def path(db: None, member: Member, tmp_path: Path) -> Path:
    """A small backup."""
    call_command("programme", "apply", str(PROGRAMME), verbosity=0)
    keeping.keep(tmp_path / "small.backup", nothing)
    return tmp_path / "small.backup"


def verdict(path: Path) -> str:
    """What a look at the whole file says; empty when it is sound."""
    try:
        with checking.opened(path) as (backup, manifest):
            checking.check_version(manifest, shape.migrations())
            checking.check(backup, manifest, nothing)
    except checking.Unusable as problem:
        return str(problem)
    return ""


def test_only_its_owner_may_read_it(path: Path) -> None:
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in path.parent.iterdir()] == [path.name]
    assert verdict(path) == ""


def test_a_file_that_was_cut_off_is_no_backup(path: Path) -> None:
    whole = path.read_bytes()
    for share in (0, 1, 30, 60, 90, 99):
        path.write_bytes(whole[: len(whole) * share // 100])
        assert "not a whole backup" in verdict(path)
    path.write_bytes(whole[:-1])
    assert verdict(path)


def test_one_byte_that_was_changed_is_noticed(path: Path) -> None:
    whole = path.read_bytes()
    contents = {name: ZipFile(path).read(name) for name in ZipFile(path).namelist()}
    noticed = 0
    for place in range(0, len(whole), max(1, len(whole) // ALTERED)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x20]) + whole[place + 1 :])
        if verdict(path):
            noticed += 1
        else:  # a byte of the ZIP that means nothing, such as the hour at which a part was written
            with ZipFile(path) as backup:
                assert {name: backup.read(name) for name in backup.namelist()} == contents
    assert noticed > ALTERED // 2


def test_a_backup_of_another_version_says_which(path: Path) -> None:
    with checking.opened(path) as (_backup, manifest):
        with pytest.raises(checking.Unusable, match="members 0999_later is a migration which it does not have"):
            checking.check_version(manifest, [*shape.migrations(), ["members", "0999_later"]])
        with pytest.raises(checking.Unusable, match="which this version does not have"):
            checking.check_version(manifest, shape.migrations()[:-1])


def test_a_database_with_members_is_not_empty(path: Path) -> None:
    with pytest.raises(restoring.NotEmpty), checking.opened(path) as (backup, manifest):
        restoring.restore(backup, manifest, nothing)


def test_what_is_no_backup_is_exit_2_and_changes_nothing(
    path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    members = Member.objects.count()
    for wrong in (PROGRAMME, tmp_path / "nowhere", tmp_path):
        with pytest.raises(SystemExit) as end:
            call_command("restore", str(wrong))
        assert (end.value.code, capsys.readouterr().err.count("\n")) == (2, 1)
    with pytest.raises(SystemExit) as end:
        call_command("backup", str(tmp_path / "no" / "folder"))
    assert end.value.code == 2
    assert Member.objects.count() == members


def test_a_backup_that_fails_leaves_the_last_one_as_it_was(path: Path) -> None:
    before = path.read_bytes()

    def fail(part: str) -> None:
        if part == "members_member":
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        keeping.keep(path, fail)
    assert path.read_bytes() == before
    assert len(list(path.parent.iterdir())) == 1
