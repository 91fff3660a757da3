"""The floor under every award: one statement that writes it, by pgbench with one client.

Plain tables with no more than their keys: a fact that is unique by source and id, a transfer, its two entries, and the
wallet that moves. If this machine has no pgbench, psycopg repeats the same prepared statement.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from pathlib import Path
from random import Random
from urllib.parse import unquote, urlsplit

import psycopg

TABLES = """
CREATE TABLE IF NOT EXISTS floor_fact (id bigserial PRIMARY KEY, source int NOT NULL, external bigint NOT NULL,
  kind text NOT NULL, member bigint NOT NULL, amount bigint NOT NULL, data jsonb NOT NULL, at timestamptz NOT NULL,
  UNIQUE (source, external));
CREATE TABLE IF NOT EXISTS floor_transfer (id bigserial PRIMARY KEY, fact bigint NOT NULL UNIQUE,
  member bigint NOT NULL, points bigint NOT NULL, reason text NOT NULL, why jsonb NOT NULL, at timestamptz NOT NULL);
CREATE TABLE IF NOT EXISTS floor_entry (id bigserial PRIMARY KEY, transfer bigint NOT NULL, account text NOT NULL,
  member bigint, points bigint NOT NULL, balance bigint);
CREATE TABLE IF NOT EXISTS floor_wallet (member bigint PRIMARY KEY, available bigint NOT NULL, version bigint NOT NULL);
INSERT INTO floor_wallet SELECT n, 0, 0 FROM generate_series(1, {members}) AS n ON CONFLICT DO NOTHING;
"""
AWARD = """
WITH fact AS (
  INSERT INTO floor_fact (source, external, kind, member, amount, data, at)
  VALUES (1, {external}, 'order.paid', {member}, 4250, '{{"reference": "order-1001"}}', now())
  ON CONFLICT DO NOTHING RETURNING id
), wallet AS (
  UPDATE floor_wallet SET available = available + 42, version = version + 1
  WHERE member = {member} AND EXISTS (SELECT FROM fact) RETURNING available
), transfer AS (
  INSERT INTO floor_transfer (fact, member, points, reason, why, at)
  SELECT id, {member}, 42, 'earned', '{{"message": "%(amount)s", "values": {{"amount": 4250}}}}', now() FROM fact
  RETURNING id
)
INSERT INTO floor_entry (transfer, account, member, points, balance)
SELECT transfer.id, 'issued', NULL, -42, NULL FROM transfer
UNION ALL SELECT transfer.id, 'wallet', {member}, 42, wallet.available FROM transfer, wallet;
"""
SCRIPT = "\\set member random(1, {members})\n\\set external random(1, 1000000000000000000)\n"
TPS = re.compile(r"^tps = ([0-9.]+) \(without", re.MULTILINE)


class Floor:
    """The one statement on a scratch database, by the quickest way to repeat it that this machine has."""

    def __init__(self, url: str, folder: Path, members: int) -> None:
        self.url, self.members = url, members
        self.program = shutil.which("pgbench")
        self.file = folder / "award.sql"
        statement = " ".join(AWARD.format(member=":member::bigint", external=":external::bigint").split())
        self.file.write_text(SCRIPT.format(members=members) + statement + "\n")
        with psycopg.connect(url) as connection:
            connection.execute(TABLES.format(members=members).encode())

    @property
    def name(self) -> str:
        """What the reference is, for the table."""
        return f"one award statement, {'pgbench' if self.program else 'psycopg'}, one client"

    def rate(self, seconds: float) -> float:
        """Awards per second."""
        return self._by_pgbench(seconds) if self.program else self._by_psycopg(seconds)

    def _by_pgbench(self, seconds: float) -> float:
        parts = urlsplit(self.url)
        said = subprocess.run(
            [
                *(str(self.program), "-n", "-M", "prepared", "-c", "1", "-T", str(max(1, round(seconds)))),
                *("-f", str(self.file), parts._replace(netloc=_without_password(parts.netloc)).geturl()),
            ],
            env={**os.environ, "PGPASSWORD": unquote(parts.password or "")},
            capture_output=True,
            text=True,
            check=True,
        )
        found = TPS.search(said.stdout)
        if found is None:
            raise RuntimeError(f"pgbench said: {said.stdout}")
        return float(found[1])

    def _by_psycopg(self, seconds: float) -> float:
        statement = AWARD.replace("%", "%%").format(member="%(member)s::bigint", external="%(external)s::bigint")
        chance, done = Random(), 0
        with psycopg.connect(self.url, autocommit=True, prepare_threshold=0) as connection:
            began = time.perf_counter()
            while time.perf_counter() - began < seconds:
                values = {"member": chance.randint(1, self.members), "external": chance.getrandbits(60)}
                connection.execute(statement.encode(), values)
                done += 1
            return done / (time.perf_counter() - began)


def _without_password(netloc: str) -> str:
    user, at, host = netloc.rpartition("@")
    return f"{user.split(':')[0]}{at}{host}"
