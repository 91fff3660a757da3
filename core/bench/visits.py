"""What pages need: somebody signed in, a link to follow, and how many queries an answer takes; called in stations."""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core import clock
from core.activities.joining import welcome
from core.bench.filling import email_of
from core.members.models import Member

WRITES = ("INSERT", "UPDATE", "DELETE")
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"


def session() -> str:
    """The session cookie of the first member, who has joined as people do, signed in."""
    welcome(Member.objects.get(email=email_of(0)))
    return sessions(1)[0]


def sessions(number: int) -> list[str]:
    """The session cookies of the first so many members, signed in."""
    name = settings.SESSION_COOKIE_NAME
    return [f"{name}={_member(place).cookies[name].value}" for place in range(number)]


def link() -> str:
    """The path of the first member's invite link."""
    welcome(Member.objects.get(email=email_of(0)))
    page = _member().get("/invite/")
    found = re.search(r"/i/[^/\"\s<]+/", page.content.decode())
    if found is None:
        raise RuntimeError(f"No link on /invite/, which was answered {page.status_code}: {page.content[:3000]!r}")
    return found[0]


def touch() -> None:
    """Change something of the first member that every part of their pages is made of."""
    Member.objects.filter(email=email_of(0)).update(last_login=clock.now())


def queries(path: str, *, member: bool, again: bool = False) -> dict[str, Any]:
    """How many queries a page makes, how many of them write, and its status; with `again` if nothing has changed."""
    client = _member() if member else _stranger()
    first = client.get(path)
    headers = {"If-None-Match": first["ETag"]} if again and first.has_header("ETag") else {}
    with CaptureQueriesContext(connection) as captured:
        response = client.get(path, headers=headers)
    made = [query["sql"] for query in captured]
    return {
        "status": response.status_code,
        "made": len(made),
        "writes": sum(sql.startswith(WRITES) for sql in made),
        "bytes": len(response.content),
    }


def _stranger() -> Client:
    return Client(SERVER_NAME="127.0.0.1", HTTP_USER_AGENT=FIREFOX)


def _member(number: int = 0) -> Client:
    client = _stranger()
    client.force_login(Member.objects.get(email=email_of(number)))
    return client
