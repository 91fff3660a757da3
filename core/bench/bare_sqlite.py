"""The floor under an event on SQLite: `sqlite3` alone, writing the rows that one event wrote, over and over.

The same tables with the same keys and triggers in a file of its own, the same settings, one transaction an event.
Called in a station.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

from django.conf import settings

Rows = list[tuple[str, list[dict[str, Any]]]]
# The rows of one event in the order in which they point to each other; columns that must be new each time.
WRITTEN = ("activities_activity", "ledger_lot", "ledger_transfer", "ledger_entry", "challenges_contribution")
NEW_TEXTS = {"external_id", "cause", "reference"}
WALLET = (
    "UPDATE ledger_wallet SET available = available + 1, earned = earned + 1, version = version + 1 WHERE member_id = ?"
)
# As an event adds to its member's week and month: rows that are new in the first event and moved by the next.
TALLIES = (
    "INSERT INTO ledger_tally (member_id, per, starts, earned) "
    "SELECT member_id, per, starts, 1 FROM ledger_tally WHERE member_id = ? "
    "ON CONFLICT (member_id, per, starts) DO UPDATE SET earned = earned + excluded.earned"
)


@dataclass
class _Event:
    """What one event left behind in each table."""

    rows: Rows
    member: int
    answer: str


def rate(file: str, seconds: float) -> float:
    """How often a second `sqlite3` alone writes what the latest event in `file` wrote."""
    write, done = repeated(file), 0
    began = time.perf_counter()
    while time.perf_counter() - began < seconds:
        write()
        done += 1
    return done / (time.perf_counter() - began)


def repeated(file: str) -> Callable[[], None]:
    """What writes the rows of the latest event in `file` once more, under new keys."""
    connection = sqlite3.connect(file, isolation_level=None, timeout=20)
    connection.executescript(settings.DATABASES["default"]["OPTIONS"]["init_command"])
    event, chance = _latest(connection), Random()
    return lambda: _write(connection, event, f"{chance.getrandbits(64):x}")


def _latest(connection: sqlite3.Connection) -> _Event:
    connection.row_factory = sqlite3.Row
    activity = dict(connection.execute("SELECT * FROM activities_activity ORDER BY id DESC LIMIT 1").fetchone())
    key = (activity["id"],)
    of = {
        "activities_activity": "id = ?",
        "ledger_lot": "id IN (SELECT lot_id FROM ledger_transfer WHERE activity_id = ?)",
        "ledger_transfer": "activity_id = ?",
        "ledger_entry": "transfer_id IN (SELECT id FROM ledger_transfer WHERE activity_id = ?)",
        "challenges_contribution": "activity_id = ?",
    }
    rows: Rows = []
    for table in WRITTEN:
        found = connection.execute(f"SELECT * FROM {table} WHERE {of[table]} ORDER BY id", key).fetchall()
        rows.append((table, [dict(row) for row in found]))
    return _Event(rows, activity["member_id"], activity["answer"])


def _write(connection: sqlite3.Connection, event: _Event, name: str) -> None:
    """One event's rows under new keys, the wallet and the participations moved."""
    connection.execute("BEGIN IMMEDIATE")
    keys: dict[str, dict[int, int]] = {}
    for table, rows in event.rows:
        keys[table] = {row["id"]: _insert(connection, table, row, keys, name) for row in rows}
    (fact,) = keys["activities_activity"].values()
    for row in event.rows[-1][1]:
        connection.execute(
            "UPDATE challenges_participation SET progress = ?, latest_id = ?, latest_at = CURRENT_TIMESTAMP "
            "WHERE id = ?",
            ('{"task": 1}', fact, row["participation_id"]),
        )
    connection.execute(TALLIES, (event.member,))
    connection.execute(WALLET, (event.member,))
    connection.execute(
        "UPDATE activities_activity SET answer = ?, checksum = checksum + 1 WHERE id = ?", (event.answer, fact)
    )
    connection.execute("COMMIT")


POINTING = {"activity_id": "activities_activity", "lot_id": "ledger_lot", "transfer_id": "ledger_transfer"}


def _insert(
    connection: sqlite3.Connection, table: str, row: dict[str, Any], keys: dict[str, dict[int, int]], name: str
) -> int:
    values = {}
    for column, value in row.items():
        if column == "id":
            continue
        if column in NEW_TEXTS and value:
            value = f"{name}:{row['id']}"
        if column in POINTING and value is not None:
            value = keys[POINTING[column]][value]
        values[column] = value
    places = ", ".join("?" * len(values))
    columns = ", ".join(f'"{column}"' for column in values)
    cursor = connection.execute(f"INSERT INTO {table} ({columns}) VALUES ({places})", list(values.values()))
    return int(cursor.lastrowid or 0)
