"""Databases of the benchmark's own: made empty, or as a copy of one that is filled, and dropped at the end."""

from __future__ import annotations

import os
import sqlite3
from abc import ABC, abstractmethod
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

import psycopg


class Scratch(ABC):
    """A place where the benchmark makes its databases."""

    def __init__(self) -> None:
        self._made: list[str] = []

    def make(self, name: str, like: str | None = None) -> str:
        """Make a database, empty or a copy of the scratch database `like` (a URL), and return its URL."""
        self._made.append(name)
        return self._make(name, like)

    def drop_all(self) -> None:
        """Drop everything that was made."""
        while self._made:
            self._drop(self._made.pop())

    @abstractmethod
    def _make(self, name: str, like: str | None) -> str: ...

    @abstractmethod
    def _drop(self, name: str) -> None: ...


class Files(Scratch):
    """SQLite files in a folder."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder

    def _make(self, name: str, like: str | None) -> str:
        file = self.folder / f"{name}.sqlite3"
        if like:
            # The file alone is not all of it while a write-ahead log lies beside it.
            source, target = sqlite3.connect(path_of(like)), sqlite3.connect(file)
            source.backup(target)
            source.close()
            target.close()
        return f"sqlite:///{file}"

    def _drop(self, name: str) -> None:
        for file in self.folder.glob(f"{name}.sqlite3*"):
            file.unlink(missing_ok=True)


class Cluster(Scratch):
    """Databases of a PostgreSQL server, beside the site's own.

    They wait for no disk (`synchronous_commit` off), ours and the references alike, so that what is measured is the
    work and not the disk.
    """

    def __init__(self, site: str) -> None:
        super().__init__()
        self.site = urlsplit(site)._replace(scheme="postgresql", query="")

    def _make(self, name: str, like: str | None) -> str:
        called = f"goodturn_bench_{os.getpid()}_{name}"
        template = f' TEMPLATE "{urlsplit(like).path[1:]}"' if like else ""
        self._tell(f'DROP DATABASE IF EXISTS "{called}"', f'CREATE DATABASE "{called}"{template}')
        self._tell(f'ALTER DATABASE "{called}" SET synchronous_commit = off')
        return self.site._replace(path=f"/{called}").geturl()

    def _drop(self, name: str) -> None:
        self._tell(f'DROP DATABASE IF EXISTS "goodturn_bench_{os.getpid()}_{name}" WITH (FORCE)')

    def _tell(self, *statements: str) -> None:
        with psycopg.connect(self._any_database(), autocommit=True, connect_timeout=5) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    def _any_database(self) -> str:
        # The site's own may not be there yet (or be the tests'); every server has this one.
        return SplitResult(self.site.scheme, self.site.netloc, "/postgres", "", "").geturl()


def scratch_for(site: str, folder: Path) -> Scratch:
    """The place for the kind of database that the site at this URL uses; without a URL it uses SQLite."""
    return Cluster(site) if site.startswith(("postgres", "psql", "pgsql")) else Files(folder)


def path_of(url: str) -> str:
    """The file of a SQLite URL."""
    return url.removeprefix("sqlite:///")
