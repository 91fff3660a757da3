"""The socket of a member's open page, and whether it is told that the balance moved."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from websockets.sync.client import ClientConnection, connect


@contextmanager
def watching(port: int, session: str) -> Iterator[ClientConnection]:
    """The socket at the site's `port` of whose `session` (a cookie header) this is."""
    address, origin = f"ws://127.0.0.1:{port}/ws/live/", f"http://127.0.0.1:{port}"
    with connect(address, additional_headers={"Cookie": session}, origin=origin) as socket:
        yield socket


def is_told(socket: ClientConnection, seconds: float) -> bool:
    """Whether the balance moves on the open page within `seconds`."""
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        try:
            if 'id="balance"' in str(socket.recv(timeout=left)):
                return True
        except TimeoutError:
            break
    return False
