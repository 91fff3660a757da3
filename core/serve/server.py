"""The servers: one for all in one process, or one for pages and one for sockets behind a proxy."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from pathlib import Path
from typing import NoReturn

import uvicorn
from django.conf import settings
from django.core.management import call_command

# Of sockets: the largest frame in bytes (the site asks for none, so a large one is no friend's).
LARGEST_FRAME = 16 * 1024


class PortTaken(Exception):
    """Something else listens where the site was to listen."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(f"Port {port} of {host} is in use or not allowed; choose another one with PORT.")


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; raises PortTaken."""
    try:
        return socket.create_server((host, port), backlog=1024)
    except OSError as problem:
        raise PortTaken(host, port) from problem


def collect_static() -> None:
    """Without DEBUG the static files must lie collected, hashed and compressed before the first request."""
    if not settings.DEBUG and not (Path(settings.STATIC_ROOT) / "staticfiles.json").exists():
        call_command("collectstatic", interactive=False, verbosity=0)


def site(listener: socket.socket, application: str = "core.asgi:application") -> None:
    """Serve pages and sockets from this process until it is told to end."""
    config = uvicorn.Config(
        application,
        # The site decides by TRUSTED_PROXIES itself whom it believes.
        proxy_headers=False,
        server_header=False,
        access_log=False,
        log_config=None,
        log_level="warning",
        ws_max_size=LARGEST_FRAME,
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=4,
    )
    asyncio.run(uvicorn.Server(config).serve([listener]))


def pages(host: str, port: int) -> NoReturn:
    """Become granian, which serves pages only, from WEB_PROCESSES processes of four threads."""
    command = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws"),
        *("--host", host, "--port", str(port)),
        *("--workers", str(settings.WEB_PROCESSES), "--blocking-threads", "4"),
        *("--backpressure", "64", "--respawn-failed-workers", "--workers-kill-timeout", "8"),
        *("--log-level", "warning", "core.wsgi:application"),
    ]
    os.execv(sys.executable, command)
