"""What PostgreSQL reads of partitioned books: `python -m tests.books.partitioning [ROWS]`.

On the PostgreSQL that DATABASE_URL names it makes entries and activities as one table, by month and by member, fills
each with the same rows, and prints for each question how many of its tables were opened and how long it took. Its
tables are temporary: nothing stays.
"""

from __future__ import annotations

import json
import os
import sys
import time

import django

ENTRY = """id bigint NOT NULL, transfer_id bigint NOT NULL, account varchar(10) NOT NULL, member_id bigint NOT NULL,
    points bigint NOT NULL, balance bigint, at timestamptz NOT NULL"""
ACTIVITY = """id bigint NOT NULL, source_id bigint NOT NULL, external_id varchar(200) NOT NULL,
    type varchar(100) NOT NULL, member_id bigint NOT NULL, data jsonb NOT NULL, at timestamptz NOT NULL"""
AT = "timestamptz '2026-01-01' + n * (interval '365 days' / {rows})"
FILL = {
    "entry": f"SELECT n, n, 'wallet', 1 + n % 5000, 42, 42, {AT} FROM generate_series(0, {{rows}} - 1) n",
    "activity": f"""SELECT n, 1, 'evt-' || n, 'order.paid', 1 + n % 5000, '{{{{"reference": "order"}}}}'::jsonb, {AT}
        FROM generate_series(0, {{rows}} - 1) n""",
}
MONTH = "at >= '2026-03-01' AND at < '2026-04-01'"
QUESTIONS = {
    "entry": {
        "a member's statement": "SELECT * FROM {} WHERE member_id = 77 AND account = 'wallet' ORDER BY id DESC LIMIT 9",
        "a month of all": f"SELECT sum(points) FROM {{}} WHERE {MONTH}",
    },
    "activity": {
        "a member's activities": "SELECT * FROM {} WHERE member_id = 77 AND type = 'order.paid' ORDER BY at",
        "a month of all": f"SELECT type, count(*) FROM {{}} WHERE {MONTH} GROUP BY type",
    },
}
# The key of a partitioned table holds what it is parted by: what one key says of all is then said of a part alone.
KEYS = {
    "entry": ("transfer_id, account", "member_id, account, id DESC"),
    "activity": ("source_id, external_id", "member_id, type, at"),
}
SHAPES = {"one table": "", "by month": "RANGE (at)", "by member": "HASH (member_id)"}
PARTS = 8


COLUMNS = {"entry": ENTRY, "activity": ACTIVITY}


def main(rows: int) -> None:
    """Fill, ask, and print."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "core.settings")
    django.setup()
    for subject in COLUMNS:
        for shape in SHAPES:
            seconds = fill(subject, shape, rows)
            sys.stdout.write(f"{subject}, {shape}: {rows / seconds:,.0f} rows a second\n")
            for question, query in QUESTIONS[subject].items():
                tables, took = ask(query.format(name_of(subject, shape)))
                sys.stdout.write(f"    {question}: {tables} of its tables, {took:.1f} ms\n")


def name_of(subject: str, shape: str) -> str:
    """The table of a subject in a shape."""
    return f"{subject}_{shape.replace(' ', '_')}"


def _run(statement: str) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement)


def fill(subject: str, shape: str, rows: int) -> float:
    """Make the table of a subject in a shape, for this connection only; return how many seconds filling it took."""
    name, columns, parting = name_of(subject, shape), COLUMNS[subject], SHAPES[shape]
    unique, index = KEYS[subject]
    within = {"by month": ", at", "by member": ", member_id"}.get(shape, "")
    _run(f"CREATE TEMP TABLE {name} ({columns}, PRIMARY KEY (id{within}), UNIQUE ({unique}{within}))"
         + (f" PARTITION BY {parting}" if parting else ""))  # fmt: skip
    for part in range(12 if shape == "by month" else PARTS if shape == "by member" else 0):
        after = f"2026-{part + 2:02}-01" if part < 11 else "2027-01-01"
        bounds = f"FROM ('2026-{part + 1:02}-01') TO ('{after}')"
        bounds = bounds if shape == "by month" else f"WITH (MODULUS {PARTS}, REMAINDER {part})"
        _run(f"CREATE TEMP TABLE {name}_{part} PARTITION OF {name} FOR VALUES {bounds}")
    _run(f"CREATE INDEX ON {name} ({index})")
    began = time.monotonic()
    _run(f"INSERT INTO {name} {FILL[subject].format(rows=rows)}")
    seconds = time.monotonic() - began
    _run(f"ANALYZE {name}")
    return seconds


def ask(query: str) -> tuple[int, float]:
    """How many tables the query opened, and its milliseconds, the best of three."""
    from django.db import connection

    best = float("inf")
    with connection.cursor() as cursor:
        for _time in range(3):
            cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {query}")
            [(found,)] = cursor.fetchall()
            [plan] = found if isinstance(found, list) else json.loads(found)
            best = min(best, plan["Execution Time"])
    return len(_tables(plan["Plan"])), best


def _tables(plan: dict) -> set[str]:
    own = {plan["Relation Name"]} if "Relation Name" in plan else set()
    return own.union(*(_tables(part) for part in plan.get("Plans", [])))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 300_000)
