"""A shop that never gives up: signed events, sent again until each is acknowledged."""

from __future__ import annotations

import http.client
import json
import threading
import time
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime

from standardwebhooks.webhooks import Webhook

PEOPLE = 7


@dataclass
class Traffic:
    """Orders of 1.00 by a few people, from a few threads, one after the other; bounded by `most` events a thread."""

    port: int
    secret: str
    threads: int = 3
    most: int = 20_000
    acknowledged: dict[str, float] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    _ending: threading.Event = field(default_factory=threading.Event)
    _workers: list[threading.Thread] = field(default_factory=list)

    def __enter__(self) -> Traffic:
        self._workers = [threading.Thread(target=self._send_all, args=(number,)) for number in range(self.threads)]
        for worker in self._workers:
            worker.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._ending.set()
        for worker in self._workers:
            worker.join(60)

    def first_answer_after(self, moment: float, patience: float) -> float:
        """Seconds from `moment` (of the monotonic clock) to the first acknowledgement of what was sent after it."""
        until = time.monotonic() + patience
        while time.monotonic() < until:
            if later := [at for at in list(self.acknowledged.values()) if at > moment]:
                return min(later) - moment
            time.sleep(0.02)
        raise AssertionError(f"Nothing was acknowledged within {patience} s. {self.wrong[-3:]}")

    def order(self, name: str, email: str) -> bool:
        """Send one order of 1.00; whether it was acknowledged."""
        return self._sent(f"evt-{name}", _order(name, email))

    def _send_all(self, thread: int) -> None:
        for number in range(self.most):
            name = f"{thread}-{number}"
            event = _order(name, f"person-{number % PEOPLE}@example.com")
            # A shop goes on with the same event until it is told that it was taken.
            while not self._sent(f"evt-{name}", event):
                if self._ending.is_set():
                    return
                time.sleep(0.05)
            if self._ending.is_set():
                return

    def _sent(self, name: str, body: str) -> bool:
        now = datetime.now(UTC)
        headers = {
            "webhook-id": name,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": Webhook(self.secret).sign(name, now, body),
            "content-type": "application/json",
        }
        began = time.monotonic()
        try:
            with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=15)) as connection:
                connection.request("POST", "/hooks/shop/", body.encode(), headers)
                answer = connection.getresponse()
                said = answer.read()
        except (OSError, http.client.HTTPException):
            return False
        if answer.status in (200, 202):
            self.acknowledged[name] = began
            return True
        if answer.status != 503:
            self.wrong.append(f"{answer.status} {said[:200]!r}")
        return False


def _order(name: str, email: str) -> str:
    data = {"email": email, "reference": f"order-{name}", "amount": "1.00"}
    return json.dumps({"type": "order.paid", "timestamp": datetime.now(UTC).isoformat(), "data": data})
