"""A Redis that hangs, or is gone, stops no page, no sign-in and no booking; what is live comes back with it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from websockets.sync.client import ClientConnection

from tests.outages.browsing import Browser
from tests.outages.killing import manage
from tests.outages.live import is_told, watching
from tests.outages.servers import Redis, redis_server
from tests.outages.traffic import Traffic
from tests.processes import free_port, running

PROGRAMME = """
programme: {name: Outages}
earning:
  - {slug: per-euro, activity: order.paid, calculation: per_amount, settings: {points: 1, per: "1.00"}}
  - {slug: welcome, activity: member.joined, calculation: flat, settings: {points: 100}}
rewards:
  - slug: supper
    kind: experience
    title: A supper
    cost: 10
    sessions: [{slug: some-day, starts: 2036-12-05T18:30:00Z, ends: 2036-12-05T21:00:00Z, place: Here, seats: 50}]
sources:
  - {slug: shop, kind: standard}
"""
PAGES = ["/", "/challenges/", "/rewards/", "/rewards/supper/", "/wallet/", "/invite/", "/me/", "/leaderboard/"]
SLOWEST = 3.0  # seconds of a page while Redis hangs, on a machine that has much else to do
RECOVERED = 10.0  # seconds until what is live is live again


@dataclass
class Site:
    """Pages and sockets of one site, each a process of its own, with one Redis between them."""

    redis: Redis
    pages: int
    sockets: int
    letters: Path
    secret: str

    def browser(self, email: str) -> Browser:
        one = Browser(self.pages, self.letters)
        one.sign_in(email)
        return one


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    file = tmp_path / "programme.yaml"
    file.write_text(PROGRAMME)
    letters = tmp_path / "letters"
    letters.mkdir()
    pages, sockets = free_port(), free_port()
    with redis_server() as server:
        said = {
            "DATABASE_URL": f"sqlite:///{tmp_path}/site.sqlite3",
            "REDIS_URL": server.url,
            "EMAIL_URL": f"filemail:///{letters}",
            "BASE_URL": f"http://127.0.0.1:{pages}",
        }
        manage("migrate", "--verbosity", "0", **said)
        manage("programme", "apply", str(file), **said)
        secret = manage("source", "add", "shop", "--kind", "standard", **said).strip()
        with running("serve", "pages", **said, PORT=str(pages)), running("serve", "sockets", **said, PORT=str(sockets)):
            yield Site(server, pages, sockets, letters, secret)


def test_nothing_but_what_is_live_waits_for_redis(site: Site) -> None:
    person = "person-0@example.com"
    browser = site.browser(person)
    shop = Traffic(site.pages, site.secret)
    with watching(site.sockets, browser.session) as socket:
        assert shop.order("before", person)
        assert is_told(socket, RECOVERED)
        for name, trouble, end in (
            ("hung", site.redis.hang, site.redis.go_on),
            ("dead", site.redis.kill, site.redis.start),
        ):
            trouble()
            all_works(site, browser, name)
            assert shop.order(f"while-{name}", person)
            end()
            assert comes_back(lambda n, name=name: shop.order(f"{name}-{n}", person), socket) < RECOVERED  # type: ignore[misc]
    assert shop.wrong == []


def all_works(site: Site, browser: Browser, trouble: str) -> None:
    """Every page, a sign-in and a booking, each within a moment."""
    for path in PAGES:
        page = browser.get(path)
        assert page.status == 200, path
        assert page.seconds < SLOWEST, path
    assert '"redis": "down"' in browser.get("/readyz").text
    newcomer = site.browser(f"newcomer-while-{trouble}@example.com")
    ticket = newcomer.send("/rewards/supper/", "/rewards/supper/booking/", session="some-day")
    if "/tickets/" not in ticket.path:
        ticket = newcomer.send("/rewards/supper/", "/rewards/supper/booking/", session="some-day", confirmed="1")
    assert ticket.path.startswith("/tickets/"), ticket.text[:2000]


def comes_back(act: Callable[[int], bool], socket: ClientConnection) -> float:
    """Seconds until something that happens now is told to who looks."""
    began = time.monotonic()
    for number in range(60):
        assert act(number)
        if is_told(socket, 0.5):
            break
    return time.monotonic() - began
