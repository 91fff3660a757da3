"""Two fragments to watch, and a member's open page as a plain WebSocket."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from websockets.sync.client import ClientConnection, connect

from core.live import fragments, hub
from core.members.models import Member
from tests.site import LiveSite, serving

TEMPLATES = Path(__file__).parent / "templates"


@pytest.fixture
def live_site(transactional_db: None, settings: Any) -> Iterator[LiveSite]:
    """The real site, alone in memory or with the Redis that the environment names."""
    hub._recent.clear()
    with serving(settings) as site:
        yield site
    hub._recent.clear()


@dataclass
class Probes:
    """How often each fragment was rendered, for whom."""

    rendered: list[Any] = field(default_factory=list)


@pytest.fixture
def probes(settings: Any) -> Iterator[Probes]:
    """A member's fragment "probe" and a public one "notice", which count their renderings."""
    first, *others = settings.TEMPLATES
    settings.TEMPLATES = [{**first, "DIRS": [*first["DIRS"], TEMPLATES]}, *others]
    counted = Probes()

    @fragments.fragment("probe", "probe.html#probe")
    def probe(member: Member, slug: str = "one") -> dict[str, Any]:
        counted.rendered.append(member.pk)
        return {"who": member.email, "slug": slug}

    @fragments.fragment("notice", "probe.html#probe", public=True)
    def notice(slug: str) -> dict[str, Any]:
        counted.rendered.append(slug)
        return {"who": "all", "slug": slug}

    yield counted
    for name in ("probe", "notice"):
        del fragments._fragments[name]


Look = Callable[..., ClientConnection]


@pytest.fixture
def look(live_site: LiveSite) -> Iterator[Look]:
    """Open a member's page: `look(member)`, or `look(cookie="…", origin=…)` for somebody else."""
    opened = ExitStack()

    def open_page(member: Member | None = None, **changes: Any) -> ClientConnection:
        headers = {"Cookie": changes.pop("cookie", "")}
        if member is not None:
            client = changes.pop("client", None) or signed_in(member)
            headers["Cookie"] = f"sessionid={client.cookies['sessionid'].value}"
        headers |= changes.pop("headers", {})
        origin = changes.pop("origin", live_site.url)
        address = f"ws://{live_site.host}:{live_site.port}{changes.pop('path', '/ws/live/')}"
        page = connect(address, origin=origin, additional_headers=headers, max_size=None, proxy=None, **changes)
        return opened.enter_context(page)

    with opened:
        yield open_page


def signed_in(member: Member) -> Client:
    """A browser with the member's session."""
    client = Client()
    client.force_login(member)
    return client
