"""Processes of the site, started by a test as a person would start them."""

from __future__ import annotations

import http.client
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).resolve().parent.parent


def free_port() -> int:
    """A port where nobody listens now; below those that Linux gives to outgoing connections (32768 and on)."""
    for _try in range(100):
        port = random.SystemRandom().randrange(20_000, 32_000)
        with suppress(OSError), closing(socket.create_server(("127.0.0.1", port))):
            return port
    raise AssertionError("All ports are taken.")


def environment(**said: str) -> dict[str, str]:
    """This process's environment for a site of its own, and what is said besides."""
    # What the tests allow themselves for the sake of the browser, the site is not allowed.
    ours = {name: value for name, value in os.environ.items() if name != "DJANGO_ALLOW_ASYNC_UNSAFE"}
    return {**ours, "DJANGO_SETTINGS_MODULE": "core.settings", "REDIS_URL": "", "DEBUG": "1", **said}


@contextmanager
def running(
    *command: str, patience: float = 60, printed: IO[str] | None = None, **said: str
) -> Iterator[subprocess.Popen[str]]:
    """`manage.py command` with `PORT` said, once it answers /healthz; ended with all its children afterwards.

    What it prints goes to a file, `printed` if that is given, which never fills up as a pipe does that nobody reads;
    the AssertionError of one that does not start has the end of it.
    """
    with tempfile.TemporaryFile("w+") as own:
        printed = printed or own
        process = subprocess.Popen(
            [sys.executable, "manage.py", *command],
            cwd=ROOT,
            env=environment(**said),
            stdout=printed,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        try:
            wait_for(int(said["PORT"]), process, patience)
            yield process
        except AssertionError as problem:
            printed.seek(0)
            problem.add_note(printed.read()[-4000:])
            raise
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)


def wait_for(port: int, process: subprocess.Popen[str], patience: float) -> None:
    """Wait until the site answers /healthz; fail when the process ends or `patience` seconds are over."""
    until = time.monotonic() + patience
    while time.monotonic() < until:
        if process.poll() is not None:
            raise AssertionError(f"It ended with {process.returncode}.")
        try:
            if ask(port, "/healthz").status == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"It does not answer within {patience} s.")


class Answer:
    """An answer that was read whole, and the seconds that it took."""

    def __init__(self, response: http.client.HTTPResponse, seconds: float) -> None:
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()
        self.seconds = seconds


def ask(port: int, path: str, method: str = "GET", body: Any = None, **headers: str) -> Answer:
    """One request to a site on this machine; an iterable body is sent in chunks."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        began = time.monotonic()
        connection.request(
            method, path, body=body, headers=headers, encode_chunked=body is not None and not isinstance(body, bytes)
        )
        response = connection.getresponse()
        return Answer(response, time.monotonic() - began)


def memory(pid: int) -> int:
    """The memory that a process holds, in bytes."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    raise AssertionError(f"Process {pid} is gone.")
