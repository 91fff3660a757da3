"""Many sockets of one server, opened and heard by one light process that also makes the changes; called in stations.

Frames are counted as the bytes come in, without a library: what the client costs is not what is measured.
"""

from __future__ import annotations

import json
import selectors
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction

from core import live
from core.bench import by_layer
from core.bench.filling import email_of
from core.bench.sockets import allow_files
from core.bench.web import HOST
from core.brand.explanation import Explanation
from core.ledger import spending
from core.live.messages import EVERYBODY, Message
from core.live.rendering import public_frame
from core.members.models import Member

# Fewer than a socket's queue or a channel layer holds: neither side may lose any.
BURST = 20
FIRST = 10  # so that all numbers, and with them all frames, are equally long
PATIENCE = 30.0
TEXT, CLOSED, PING, PONG = 1, 8, 9, 10
HANDSHAKE = (
    "GET /ws/live/ HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nCookie: {cookie}\r\nUpgrade: websocket\r\n"
    "Connection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


@dataclass(eq=False, slots=True)
class Listener:
    """One socket, and the bytes of a frame that has not come whole."""

    connection: socket.socket
    rest: bytes = b""

    def hear(self) -> int:
        """Read what is there, and return how many text frames that completes. Raises ConnectionError at the end."""
        received = self.connection.recv(65536)
        if not received:
            raise ConnectionError("The server closed a socket.")
        data, heard, at = self.rest + received, 0, 0
        while (ends := _end_of_frame(data, at)) <= len(data):
            kind = data[at] & 15
            if kind == CLOSED:
                raise ConnectionError(f"The server closed a socket: {data[at:ends]!r}")
            if kind == PING:
                self._answer(data[at + 2 : ends])
            heard += kind == TEXT
            at = ends
        self.rest = data[at:]
        return heard

    def _answer(self, said: bytes) -> None:
        """The pong to a ping, under a mask of zeros."""
        self.connection.sendall(bytes([0x80 | PONG, 0x80 | len(said), 0, 0, 0, 0]) + said)


class Crowd:
    """The sockets of this process at one server, which a thread of its own hears."""

    def __init__(self) -> None:
        self.listeners: list[Listener] = []
        self._selector = selectors.DefaultSelector()
        self._heard, self._trouble = 0, ""
        self._news = threading.Condition()
        threading.Thread(target=self._listen, daemon=True).start()

    def open(self, port: int, cookie: str) -> None:
        """One more socket."""
        connection = socket.create_connection((HOST, port), timeout=PATIENCE)
        connection.sendall(HANDSHAKE.format(host=f"{HOST}:{port}", cookie=cookie).encode())
        answer = b""
        while b"\r\n\r\n" not in answer and (more := connection.recv(4096)):
            answer += more
        head, _blank, rest = answer.partition(b"\r\n\r\n")
        if b" 101 " not in head.partition(b"\r\n")[0]:
            raise RuntimeError(f"A socket was refused: {head!r}")
        listener = Listener(connection, rest)
        self.listeners.append(listener)
        self._selector.register(connection, selectors.EVENT_READ, listener)

    def keep(self, number: int) -> None:
        """Close all sockets but so many."""
        while len(self.listeners) > number:
            connection = self.listeners.pop().connection
            self._selector.unregister(connection)
            connection.close()

    def expect(self, frames: int, act: Callable[[], None]) -> None:
        """Do something, and wait until so many frames came of it. Raises TimeoutError when they do not."""
        with self._news:
            self._heard = 0
        act()
        with self._news:
            self._news.wait_for(lambda: self._heard >= frames or self._trouble, PATIENCE)
            if self._trouble or self._heard < frames:
                raise TimeoutError(f"{self._heard} of {frames} frames came. {self._trouble}")

    def hush(self) -> None:
        """Wait until nothing has come for half a second."""
        with self._news:
            while self._news.wait(0.5):
                pass

    def _listen(self) -> None:
        while not self._trouble:
            heard = sum(self._hear(key.data) for key, _events in self._selector.select(0.1))
            if heard or self._trouble:
                with self._news:
                    self._heard += heard
                    self._news.notify_all()

    def _hear(self, listener: Listener) -> int:
        try:
            return listener.hear()
        except OSError as problem:
            if listener in self.listeners:  # and was not closed by this side just now
                self._trouble = str(problem)
            return 0


_crowds: dict[int, Crowd] = {}


def join(port: int, number: int, cookies: list[str]) -> None:
    """Open sockets at that server, in turn with these cookies, until there are so many."""
    allow_files()
    if port not in _crowds:
        _crowds[port] = Crowd()
    crowd = _crowds[port]
    for place in range(len(crowd.listeners), number):
        crowd.open(port, cookies[place % len(cookies)])
    crowd.hush()


def leave(port: int, number: int) -> None:
    """Close all sockets at that server but so many."""
    _crowds[port].keep(number)


def by_hub(port: int, seconds: float) -> float:
    """Deliveries a second of the site: a public fragment that changes, rendered and sent to everybody."""
    return _rate(_crowds[port], _change, seconds)


def by_channel_layer(port: int, seconds: float) -> float:
    """Deliveries a second of the reference: the same frames, rendered before."""
    texts = [public_frame(Message(EVERYBODY, "seats", json.dumps({"session": name})), "en") or "" for name in _names()]
    return _rate(_crowds[port], lambda: by_layer.tell(texts), seconds)


def reward(number: int) -> float:
    """Give the first member a point while something changes for all; return the time (s) of the commit."""
    member, committed = Member.objects.get(email=email_of(0)), []
    with transaction.atomic():
        transaction.on_commit(lambda: committed.append(time.time()))
        live.push_all("seats", session=_names()[0])
        spending.adjust(member.pk, 1, reference=f"adjustment:{number}", explanation=Explanation("A gift."))
    return committed[0]


def _rate(crowd: Crowd, tell: Callable[[], None], seconds: float) -> float:
    frames, done = BURST * len(crowd.listeners), 0
    crowd.hush()
    began = time.perf_counter()
    while (spent := time.perf_counter() - began) < seconds or not done:
        crowd.expect(frames, tell)
        done += frames
    return done / spent


def _change() -> None:
    for name in _names():
        live.push_all("seats", session=name)


def _names() -> list[str]:
    return [f"session-{number}" for number in range(FIRST, FIRST + BURST)]


def _end_of_frame(data: bytes, at: int) -> int:
    """Where the frame that begins there ends (RFC 6455, section 5.2); beyond the data if it has not come whole."""
    if len(data) < at + 2:
        return at + 2
    size, head = data[at + 1] & 127, 2
    if size >= 126:
        wide = 2 if size == 126 else 8
        if len(data) < at + 2 + wide:
            return len(data) + 1
        size, head = int.from_bytes(data[at + 2 : at + 2 + wide]), 2 + wide
    return at + head + size
