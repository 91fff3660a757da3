"""Databases of a test's own, and commands that run on them as a person would run them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from django.db import connection

from tests.processes import ROOT, environment


def manage(*command: str, database: str, media: Path) -> subprocess.CompletedProcess[str]:
    """`manage.py command` on the database of that address."""
    said = environment(DATABASE_URL=database, MEDIA_ROOT=str(media))
    return subprocess.run(
        [sys.executable, "manage.py", *command], cwd=ROOT, env=said, capture_output=True, text=True, timeout=300
    )


@contextmanager
def databases(folder: Path) -> Iterator[list[str]]:
    """The addresses of empty databases: one of SQLite, and one of PostgreSQL where the tests run on PostgreSQL."""
    lite = f"sqlite:///{folder / 'restored.sqlite3'}"
    if connection.vendor != "postgresql":
        yield [lite]
        return
    server = urlsplit(os.environ["DATABASE_URL"])
    name = f"{server.path.lstrip('/')}_restored_{os.getpid()}"
    with psycopg.connect(server._replace(path="/postgres").geturl(), autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')
        try:
            yield [lite, server._replace(path=f"/{name}").geturl()]
        finally:
            admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
