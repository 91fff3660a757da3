"""What other processes must still be told: a thread publishes it, so that no request ever waits for Redis."""

from __future__ import annotations

import atexit
import json
import logging
import os
import threading
import time
import uuid

import redis
from django.conf import settings
from django.utils.crypto import salted_hmac
from redis.backoff import NoBackoff
from redis.retry import Retry

from core.live.messages import Message

log = logging.getLogger(__name__)

CAPACITY = 10_000  # changes kept while Redis is away; the oldest give way, as a later look shows them anyway
BATCH = 500
PATIENCE = 0.5  # seconds that one call of Redis may take
PAUSE = 2.0  # seconds between tries while Redis is away
PROCESS = uuid.uuid4().hex


def channel() -> str:
    """The Redis channel of this deployment: its own even where several share one Redis (pub/sub knows no databases)."""
    name = str(settings.DATABASES["default"]["NAME"])
    return "goodturn:live:" + salted_hmac("core.live", name, algorithm="sha256").hexdigest()[:16]


def packed(messages: list[Message]) -> str:
    """The messages as they travel, marked with the process that sends them, which has shown them already."""
    return json.dumps({"from": PROCESS, "messages": messages})


def unpacked(data: str | bytes) -> list[Message]:
    """The messages of another process; none if they are this process's own."""
    parcel = json.loads(data)
    return [] if parcel["from"] == PROCESS else [Message(*fields) for fields in parcel["messages"]]


class Outbox:
    """An ordered set of messages and the thread that empties it into Redis."""

    def __init__(self) -> None:
        self._waiting: dict[Message, None] = {}
        self._lock = threading.Lock()
        self._filled = threading.Event()
        self._empty = threading.Event()
        self._empty.set()
        self._thread: threading.Thread | None = None
        self._owner = 0

    def put(self, message: Message) -> None:
        """Take a message for publishing; one that waits already is not taken twice."""
        with self._lock:
            self._waiting[message] = None
            if len(self._waiting) > CAPACITY:
                del self._waiting[next(iter(self._waiting))]
            self._empty.clear()
            self._run()
        self._filled.set()

    def drained(self, seconds: float) -> bool:
        """Wait at most `seconds` until all is published; whether it is."""
        return self._empty.wait(seconds)

    def _run(self) -> None:
        """Start the thread if this process has none yet; a forked process inherits the object, but not the thread."""
        if self._owner == os.getpid() and self._thread is not None and self._thread.is_alive():
            return
        if self._owner != os.getpid():
            atexit.register(self.drained, 1.0)
        self._owner = os.getpid()
        self._thread = threading.Thread(target=self._publish_forever, name="live-outbox", daemon=True)
        self._thread.start()

    def _publish_forever(self) -> None:
        client = redis.Redis.from_url(
            settings.REDIS_URL,
            socket_timeout=PATIENCE,
            socket_connect_timeout=PATIENCE,
            retry=Retry(NoBackoff(), 0),
        )
        well = True
        while True:
            self._filled.wait()
            batch = self._take()
            try:
                if batch:
                    client.publish(channel(), packed(batch))
                self._settle()
                if not well:
                    log.info("Redis is back: live updates reach the other processes again.")
                well = True
            except redis.RedisError as error:
                if well:
                    log.warning("Redis is away, live updates stay in this process: %s", error)
                well = False
                self._put_back(batch)
                time.sleep(PAUSE)

    def _take(self) -> list[Message]:
        with self._lock:
            batch = list(self._waiting)[:BATCH]
            for message in batch:
                del self._waiting[message]
            if not self._waiting:
                self._filled.clear()
            return batch

    def _settle(self) -> None:
        with self._lock:
            if not self._waiting:
                self._empty.set()

    def _put_back(self, batch: list[Message]) -> None:
        with self._lock:
            kept = dict.fromkeys(batch) | self._waiting
            self._waiting = dict(list(kept.items())[-CAPACITY:])
        self._filled.set()
