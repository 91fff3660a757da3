"""What a figure works with: scratch databases, stations on them, and the settings of this run."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol

import redis

from core.bench import events, filling, history
from core.bench.ending import undisturbed
from core.bench.hall import Hall
from core.bench.pgbench import Floor
from core.bench.reading import CannotRun, Measure, compared
from core.bench.scratch import Cluster, Files, Scratch, scratch_for
from core.bench.station import Station
from core.bench.web import Server, Visitor

Step = Callable[[str], None]


class Closing(Protocol):
    """Something that ends by `close`."""

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Run:
    """How this run measures: `seconds` a slice, `rounds` of each pair, growth to `scale` million members."""

    rounds: int = 3
    seconds: float = 1.0
    members: int = 1000
    scale: float = 0.1
    sockets: int = 1000


class Lab:
    """Makes what figures ask for when they first ask, and takes all of it away at the end."""

    def __init__(self, run: Run, step: Step) -> None:
        self.run, self.step = run, step
        self._open = ExitStack()
        self.folder = Path(tempfile.mkdtemp(prefix="goodturn-bench-"))
        self._grown: dict[int, str] = {}
        self._secret = secrets.token_urlsafe(40)
        site = os.environ.get("DATABASE_URL", "")
        self.scratch = self._kept(scratch_for(site, self.folder))
        self.files = self.scratch if isinstance(self.scratch, Files) else self._kept(Files(self.folder))

    def __enter__(self) -> Lab:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with undisturbed():  # told twice to end, it would leave databases behind
            try:
                self._open.close()
            finally:
                shutil.rmtree(self.folder, ignore_errors=True)

    def _kept[Made: Scratch](self, scratch: Made) -> Made:
        self._open.callback(scratch.drop_all)
        return scratch

    @property
    def on_postgresql(self) -> bool:
        """Whether the site's own database is PostgreSQL, and so the scratch databases are."""
        return isinstance(self.scratch, Cluster)

    def compared(self, ours: Measure, reference: Measure) -> tuple[float, float]:
        """Both measured in turn, as often as this run wants."""
        return compared(ours, reference, self.run.rounds)

    def surroundings(self, database: str, **more: str) -> dict[str, str]:
        """The environment of a process of the site on this database: a deployment's, whatever the site's own is."""
        return {
            "DJANGO_SETTINGS_MODULE": "core.bench.settings",
            "DATABASE_URL": database,
            "REDIS_URL": "",
            "DEBUG": "0",
            "SECRET_KEY": self._secret,
            "ALLOWED_HOSTS": "127.0.0.1",
            "BASE_URL": "http://127.0.0.1",
            "EMAIL_URL": f"filemail://{self.folder}/mail",
            "MEDIA_ROOT": f"{self.folder}/media",
            "WEB_PROCESSES": "1",
            "TRUSTED_PROXIES": "",
            "EVENTS_PER_SECOND": "1000000",
        } | more

    def station(self, database: str, **more: str) -> Station:
        """A process of the site on this database, until the end of the run."""
        return self.closed_at_end(lambda: Station(self.surroundings(database, **more)))

    def closed_at_end[Made: Closing](self, make: Callable[[], Made]) -> Made:
        """Make something that is closed at the end of the run, whenever that is."""
        with undisturbed():
            made = make()
            self._open.callback(made.close)
        return made

    def filled(self, name: str, scratch: Scratch | None = None) -> str:
        """A scratch database with the programme and this run's members; the first is filled, the rest are copies."""
        scratch = scratch or self.scratch
        return scratch.make(name, like=self._model_file if scratch is self.files else self._model)

    @cached_property
    def _model(self) -> str:
        return self._peopled(self.scratch, self._empty)

    @cached_property
    def _model_file(self) -> str:
        return self._model if self.scratch is self.files else self._peopled(self.files, self._blank(self.files))

    @cached_property
    def _empty(self) -> str:
        return self._blank(self.scratch)

    def _blank(self, scratch: Scratch) -> str:
        """The tables and the programme, and nobody; made once, since copies are quick."""
        self.step("making a database")
        return self._changed(scratch.make("empty"), filling.prepare)

    def _peopled(self, scratch: Scratch, empty: str) -> str:
        database = self._changed(scratch.make("model", like=empty), filling.people, members=self.run.members)
        return self._changed(database, events.begin, members=self.run.members)

    def _changed(self, database: str, function: Callable[..., Any], **values: Any) -> str:
        """Let a station do something there and leave, so that the database can be copied."""
        station = self.station(database)
        station.call(function, **values)
        station.close()
        return database

    @property
    def people(self) -> int:
        """How many members the large database of this run has."""
        return max(round(self.run.scale * 1_000_000), 10)

    def grown(self, members: int) -> str:
        """A database with so many members (at least ten), each with a past; the same one again for the same number."""
        members = max(members, 10)
        if members not in self._grown:
            self.step(f"filling a database with {members:,} members and {2 * history.ORDERS * members:,} entries")
            database = self.scratch.make(f"grown_{members}", like=self._empty)
            self._grown[members] = self._changed(database, history.write, members=members)
        return self._grown[members]

    @cached_property
    def redis(self) -> str:
        """The site's Redis, in which a figure uses names of its own. Raises CannotRun without one."""
        url = os.environ.get("REDIS_URL", "")
        if not url:
            raise CannotRun("It needs Redis, and REDIS_URL names none.")
        try:
            redis.Redis.from_url(url, socket_connect_timeout=5).ping()
        except redis.RedisError as problem:
            raise CannotRun(f"It needs Redis, and the one of REDIS_URL does not answer: {problem}.") from problem
        return url

    @cached_property
    def home(self) -> str:
        """The database of the figures that need no other."""
        return self.filled("home")

    @cached_property
    def desk(self) -> Station:
        """A station at home."""
        return self.station(self.home)

    @cached_property
    def server(self) -> Server:
        """A web server at home."""
        return self.closed_at_end(lambda: Server(self.surroundings(self.home)))

    @cached_property
    def hall(self) -> Hall:
        """The server of sockets with its crowd. Raises CannotRun where it cannot be had."""
        return Hall(self)

    def visitor(self, cookie: str = "") -> Visitor:
        """A client of that server."""
        return self._open.enter_context(Visitor(self.server.port, cookie))

    @cached_property
    def floor(self) -> Floor:
        """The one award statement. Raises CannotRun without PostgreSQL."""
        if not self.on_postgresql:
            raise CannotRun("Its reference is one statement in PostgreSQL, and DATABASE_URL names none.")
        return Floor(self.scratch.make("floor"), self.folder, self.run.members)
