"""The two doors through which the demo's history comes: the shop's signed events, and pages as members use them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http.response import HttpResponseBase
from django.test import Client
from standardwebhooks import Webhook

from core import clock
from core.activities.models import Source
from core.members.models import Member

MOST_EVENTS = 500
AGENTS = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 Version/19.1 Safari/604.1",
    "Mozilla/5.0 (Linux; Android 16; Pixel 9) AppleWebKit/537.36 Chrome/142.0.0.0 Mobile Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0",
)


class DoorShut(Exception):
    """A door did not answer as it must."""


class Browser(Client):
    """A browser of somebody: at the site's own address, from an address of its own."""

    def __init__(self, number: int) -> None:
        site = urlsplit(settings.BASE_URL)
        surroundings: dict[str, Any] = {
            "SERVER_NAME": site.hostname or "127.0.0.1",
            "REMOTE_ADDR": f"198.51.{100 + number // 250 % 100}.{1 + number % 250}",
            "HTTP_USER_AGENT": AGENTS[number % len(AGENTS)],
            "wsgi.url_scheme": site.scheme,
        }
        super().__init__(**surroundings)

    def act(self, path: str, **form: Any) -> HttpResponseBase | None:
        """Send a form; None when the site says no (somebody else took the seat, too few points…)."""
        response = self.post(path, form)
        if response.status_code in (409, 422):
            return None
        if response.status_code >= 400:
            raise DoorShut(f"POST {path} was answered {response.status_code}.")
        return response


class Browsers:
    """The browsers of members, who stay signed in until they are all closed."""

    def __init__(self) -> None:
        self._open: dict[int, Browser] = {}

    def of(self, member: Member) -> Browser:
        """The browser of this member, signed in."""
        if member.pk not in self._open:
            self._open[member.pk] = Browser(member.pk)
            self._open[member.pk].force_login(member)
        return self._open[member.pk]

    def close(self) -> None:
        """Sign everybody out."""
        for browser in self._open.values():
            browser.session.delete()
        self._open.clear()


def found(pattern: str, response: Any) -> str:
    """What a pattern finds in a page, or an empty text."""
    match = re.search(pattern, response.content.decode())
    return match.group(1) if match else ""


class Shop:
    """The shop's own system: gathers what happened and sends it, signed, in batches."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.browser = Browser(0)
        self.waiting: list[tuple[datetime, dict[str, Any]]] = []
        self.sent = 0

    def tell(self, at: datetime, kind: str, email: str, **data: Any) -> None:
        """Note an event of `at`; it is sent with the next batch after that."""
        number = self.sent + len(self.waiting) + 1
        event = {"id": f"demo-{number:06}", "type": kind, "timestamp": at.isoformat(), "data": {"email": email, **data}}
        self.waiting.append((at, event))

    def send(self) -> None:
        """Send everything that has happened by now."""
        now = clock.now()
        due = sorted((at, event["id"], event) for at, event in self.waiting if at <= now)
        self.waiting = [(at, event) for at, event in self.waiting if at > now]
        for first in range(0, len(due), MOST_EVENTS):
            self._post([event for _at, _id, event in due[first : first + MOST_EVENTS]])

    def _post(self, events: list[dict[str, Any]]) -> None:
        now = clock.now().astimezone(UTC)
        body = json.dumps({"events": events}, ensure_ascii=False)
        name = f"demo-batch-{self.sent}"
        response = self.browser.post(
            f"/hooks/{self.source.slug}/",
            body.encode(),
            content_type="application/json",
            headers={
                "webhook-id": name,
                "webhook-timestamp": str(int(now.timestamp())),
                "webhook-signature": Webhook(self.source.secrets_now()[0]).sign(name, now, body),
            },
        )
        answer = response.json()
        wrong = [result for result in answer.get("results", []) if result["status"] == "rejected"]
        if response.status_code != 202 or wrong:
            raise DoorShut(f"The shop's events were answered {response.status_code}: {wrong[:3] or answer}")
        self.sent += len(events)


@contextmanager
def shop_of(source: Source) -> Iterator[Shop]:
    """The shop behind a source; a secret that had to be made for it is gone afterwards."""
    borrowed = not source.secret
    if borrowed:
        source.rotate()
    try:
        yield Shop(source)
    finally:
        if borrowed:
            Source.objects.filter(pk=source.pk).update(secret="", previous_secret="", previous_until=None)
