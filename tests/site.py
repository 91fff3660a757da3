"""The real server, run in a thread of the test on the test's own database."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import uvicorn


@dataclass(frozen=True)
class LiveSite:
    """Where the site of a test is, and how to take it off the network."""

    url: str
    host: str
    port: int
    stop: Callable[[], None]

    def __str__(self) -> str:
        return self.url


@contextmanager
def serving(settings: Any) -> Iterator[LiveSite]:
    """Serve the site as `manage.py serve` does while the block runs; `settings` is pytest-django's fixture."""
    from django.core.wsgi import get_wsgi_application

    from core.live.routing import websocket
    from core.serve.embedded import Site

    listener = socket.create_server(("127.0.0.1", 0))
    host, port = listener.getsockname()
    url = f"http://{host}:{port}"
    settings.BASE_URL = url
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, host]
    settings.CSRF_TRUSTED_ORIGINS = [url]
    policy = {**settings.SECURE_CSP, "connect-src": ["'self'", f"ws://{host}:{port}"]}
    settings.SECURE_CSP = policy
    site = Site(pages=get_wsgi_application(), sockets=websocket)
    config = uvicorn.Config(site, log_level="warning", proxy_headers=False, timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve([listener])), daemon=True)
    thread.start()
    until = time.monotonic() + 10
    while not server.started and time.monotonic() < until:
        time.sleep(0.02)
    assert server.started, "The server did not start within 10 s."

    def stop() -> None:
        server.should_exit = True
        thread.join(10)
        listener.close()

    try:
        yield LiveSite(url, host, port, stop)
    finally:
        stop()
