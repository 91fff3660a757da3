"""A server of sockets as production runs it, one process of uvicorn, for the site or for the reference."""

from __future__ import annotations

import os
import resource
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from core.bench.ending import end
from core.bench.station import ROOT
from core.bench.web import HOST

OURS, BY_LAYER = "core.asgi:application", "core.bench.by_layer:application"


class SocketServer:
    """Such a process; it is handed its listening socket, so a handshake waits until it is ready."""

    def __init__(self, surroundings: Mapping[str, str], application: str = OURS) -> None:
        with socket.create_server((HOST, 0), backlog=1024) as listener:
            self.port = int(listener.getsockname()[1])
            self.url = f"http://{HOST}:{self.port}"
            self._process = subprocess.Popen(
                [sys.executable, "-m", "core.bench.sockets", str(listener.fileno()), application],
                cwd=ROOT,
                env={**os.environ, **surroundings, "BASE_URL": self.url, "PORT": str(self.port)},
                pass_fds=[listener.fileno()],
            )

    def memory(self) -> int | None:
        """The bytes that it holds; None where the system does not tell."""
        told = Path(f"/proc/{self._process.pid}/statm")
        return int(told.read_text().split()[1]) * resource.getpagesize() if told.is_file() else None

    def close(self) -> None:
        """End the server."""
        self._process.terminate()
        end(self._process)


def allow_files() -> int:
    """Let this process have as many sockets and files open as it may at most, and return how many."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return sys.maxsize if hard == resource.RLIM_INFINITY else hard


def serve(listener: int, application: str) -> None:
    """Serve what comes in at this open socket, until told to end."""
    import django

    allow_files()
    django.setup()
    from core.serve import server

    server.site(socket.socket(fileno=listener), application)


if __name__ == "__main__":
    serve(int(sys.argv[1]), sys.argv[2])
