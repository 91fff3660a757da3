"""A server with a crowd of sockets: what the figures on live updates share."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from core.bench import crowd, programme, visits
from core.bench.reading import CannotRun
from core.bench.sockets import BY_LAYER, OURS, SocketServer, allow_files

if TYPE_CHECKING:
    from core.bench.lab import Lab

SOCKETS_A_MEMBER = 20  # the site allows a few more
SPARE = 100  # files that a process has open besides


class Hall:
    """The site's own server, and the one process that holds all sockets. Raises CannotRun where it cannot be had."""

    def __init__(self, lab: Lab) -> None:
        self.lab, self.number = lab, lab.run.sockets
        people = ceil(self.number / SOCKETS_A_MEMBER)
        if people > lab.run.members:
            raise CannotRun(f"{self.number:,} sockets need {people} members.")
        if (allowed := allow_files()) < self.number + SPARE:
            raise CannotRun(f"{self.number:,} sockets need more open files than the {allowed:,} allowed (ulimit -n).")
        more = {"DJANGO_SETTINGS_MODULE": "core.bench.showing", "REDIS_URL": lab.redis}
        self.surroundings = lab.surroundings(lab.filled("hall"), **more)
        self.crowd = lab.station(self.surroundings["DATABASE_URL"], **more)
        self.crowd.call(programme.set_up, sessions=crowd.FIRST + crowd.BURST)
        self.cookies: list[str] = self.crowd.call(visits.sessions, number=people)
        self.server = self.serve(OURS)
        self.join(self.server, 1)
        self.crowd.call(crowd.by_hub, port=self.server.port, seconds=0.01)
        before = self.server.memory()
        self.join(self.server, self.number + 1)
        after = self.server.memory()
        self.grown_by = None if before is None or after is None else after - before

    def serve(self, application: str) -> SocketServer:
        """A server in these surroundings, until the end of the run."""
        return self.lab.closed_at_end(lambda: SocketServer(self.surroundings, application))

    def reference(self) -> SocketServer:
        """A server of the reference with as many sockets as the site's own."""
        server = self.serve(BY_LAYER)
        self.join(server, self.number + 1)
        return server

    def join(self, server: SocketServer, number: int) -> None:
        """Open sockets there until there are so many."""
        self.crowd.call(crowd.join, port=server.port, number=number, cookies=self.cookies)
