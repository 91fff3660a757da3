"""A PostgreSQL and a Redis of a test's own, which may be stopped, hung and killed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import redis

from tests.processes import free_port

PATIENCE = 30  # seconds for a server to start


@dataclass
class Postgres:
    """A PostgreSQL in a folder of its own, run by the user `postgres` where the tests are root's."""

    folder: Path
    port: int

    @property
    def url(self) -> str:
        return f"postgres://postgres@127.0.0.1:{self.port}/postgres"

    @property
    def pid(self) -> int:
        return int((self.folder / "data/postmaster.pid").read_text().split()[0])

    def start(self) -> None:
        """Start it, and wait until it answers: after a kill it first recovers, and its old children end."""
        until = time.monotonic() + PATIENCE
        options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1"
        command = ["pg_ctl", "-D", str(self.folder / "data"), "-o", options, "-l", str(self.folder / "log"), "start"]
        while _as_postgres(*command, check=False) and time.monotonic() < until:
            time.sleep(0.1)
        while time.monotonic() < until:
            with suppress(psycopg.OperationalError):
                psycopg.connect(self.url, connect_timeout=2).close()
                return
            time.sleep(0.1)
        raise AssertionError((self.folder / "log").read_text()[-2000:])

    def kill(self) -> None:
        """End it as a power cut would."""
        pid = self.pid
        os.kill(pid, signal.SIGKILL)
        _gone(pid)

    def stop(self) -> None:
        """End it in order."""
        _as_postgres("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "stop", check=False)


@contextmanager
def postgres() -> Iterator[Postgres]:
    """A new PostgreSQL, gone again afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="goodturn-postgres-"))
    if os.getuid() == 0:
        shutil.chown(folder, "postgres")
    server = Postgres(folder, free_port())
    try:
        _as_postgres("initdb", "-D", str(folder / "data"), "-U", "postgres", "-A", "trust")
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@dataclass
class Redis:
    """A Redis that keeps nothing."""

    port: int
    process: subprocess.Popen[bytes] = field(init=False)

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def hang(self) -> None:
        """Let it take calls and answer none."""
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """Let it answer again."""
        self.process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        """End it at once."""
        self.process.kill()
        self.process.wait(10)

    def start(self) -> None:
        """Start it, at the same place as before."""
        command = ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=tempfile.gettempdir())
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            with suppress(redis.RedisError):
                redis.Redis.from_url(self.url, socket_timeout=1).ping()
                return
            time.sleep(0.05)
        raise AssertionError("Redis does not start.")


@contextmanager
def redis_server() -> Iterator[Redis]:
    """A new Redis, gone again afterwards."""
    server = Redis(free_port())
    server.start()
    try:
        yield server
    finally:
        server.go_on()
        server.kill()


def _as_postgres(*command: str, check: bool = True) -> int:
    """Run a program of PostgreSQL, which is never root, wherever the distribution keeps it."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    found = shutil.which(command[0], path=os.pathsep.join([*map(str, versions), os.environ["PATH"]]))
    assert found, f"{command[0]} is not here: PostgreSQL's own programs are needed."
    words = [found, *command[1:]]
    if os.getuid() == 0:
        words = ["runuser", "-u", "postgres", "--", *words]
    ended = subprocess.run(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd="/", text=True)
    assert not check or ended.returncode == 0, ended.stderr
    return ended.returncode


def _gone(pid: int) -> None:
    until = time.monotonic() + 10
    while time.monotonic() < until:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.02)
