"""A real server on a scratch database, and one client that asks it over and over."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from typing import Any

from core.bench.ending import end
from core.bench.station import ROOT, Trouble

PATIENCE = 30.0
HOST = "127.0.0.1"


class Server:
    """Granian as production runs it: one process of four threads, pages only."""

    def __init__(self, surroundings: Mapping[str, str]) -> None:
        self.port = _free_port()
        command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws", "--host", HOST]
        command += ["--port", str(self.port), "--workers", "1", "--blocking-threads", "4", "--backpressure", "64"]
        command += ["--log-level", "error", "core.bench.wsgi:application"]
        site = {"BASE_URL": f"http://{HOST}:{self.port}", "PORT": str(self.port)}
        self._process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **surroundings, **site})
        self._wait()

    def _wait(self) -> None:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if self._process.poll() is not None:
                raise Trouble(f"The server ended with code {self._process.returncode}.")
            try:
                with Visitor(self.port) as visitor:
                    if visitor.ask("/healthz").status == 200:
                        return
            except OSError:
                time.sleep(0.1)
        raise Trouble(f"The server does not answer within {PATIENCE:.0f} s.")

    def close(self) -> None:
        """End the server."""
        self._process.terminate()
        end(self._process)


class Answer:
    """An answer that was read whole."""

    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status, self.headers, self.body = response.status, response.headers, response.read()


class Visitor:
    """One client with one connection that it keeps."""

    def __init__(self, port: int, cookie: str = "") -> None:
        self._connection = http.client.HTTPConnection(HOST, port, timeout=30)
        self._headers = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"}
        if cookie:
            self._headers["Cookie"] = cookie

    def __enter__(self) -> Visitor:
        return self

    def __exit__(self, *error: object) -> None:
        self._connection.close()

    def ask(self, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None) -> Answer:
        """Get a page, or post a body."""
        self._connection.request("POST" if body else "GET", path, body, {**self._headers, **(headers or {})})
        return Answer(self._connection.getresponse())

    def expect(self, status: int, path: str, *posted: Any) -> None:
        """The same, when there is one right answer. Raises Trouble on another."""
        answer = self.ask(path, *posted)
        if answer.status != status:
            raise Trouble(f"{path} was answered {answer.status}: {answer.body[:300]!r}")


def rate(act: Callable[[], None], seconds: float) -> float:
    """How often a second something can be done."""
    done, began = 0, time.perf_counter()
    while (spent := time.perf_counter() - began) < seconds or not done:
        act()
        done += 1
    return done / spent if spent else 0.0


def _free_port() -> int:
    with closing(socket.create_server((HOST, 0))) as server:
        return int(server.getsockname()[1])
