"""A member's page changes under their eyes, and goes on being true when there is no socket."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, WebSocketRoute, expect

from core import live
from core.brand.explanation import Explanation
from core.ledger import spending
from core.live import hub
from core.live.messages import topic_of
from core.members.models import Member
from tests.live.conftest import signed_in
from tests.site import LiveSite

Open = Callable[..., Page]


@pytest.fixture
def open_page(live_site: LiveSite, member: Member, new_context: Callable[..., Any]) -> Open:
    """Open an address of the site in the member's browser; `sockets` are told what becomes of each socket."""
    context = new_context()
    key = signed_in(member).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": key, "url": live_site.url}])

    def opened(path: str, sockets: Callable[[WebSocketRoute], None] | None = None) -> Page:
        page: Page = context.new_page()
        page.clock.install()
        if sockets is not None:
            page.route_web_socket("**/ws/live/", sockets)
        page.goto(f"{live_site.url}{path}")
        page.evaluate("window.same = true")
        return page

    return opened


def is_the_same(page: Page) -> bool:
    """Whether the page was not loaded anew since it was opened."""
    return bool(page.evaluate("window.same"))


def wait_for_socket(member: Member) -> None:
    """Until the member's page is told of what happens: a sentence is said once, and to who is there."""
    until = time.monotonic() + 10
    while hub._current is None or topic_of(member.pk) not in hub._current.topics:
        assert time.monotonic() < until, "The page has opened no socket."
        time.sleep(0.02)


def give(member: Member, points: int) -> None:
    reference = f"adjustment:{member.pk}:{points}"
    spending.adjust(member.pk, points, reference=reference, explanation=Explanation("A gift."))


def test_points_appear_without_reloading(open_page: Open, member: Member) -> None:
    page = open_page("/wallet/")
    give(member, 1234)
    expect(page.locator("#balance")).to_contain_text("1,234", timeout=10_000)
    assert is_the_same(page)


def test_a_fragment_that_the_page_does_not_show_is_let_pass(open_page: Open, member: Member) -> None:
    page = open_page("/me/")
    wait_for_socket(member)
    give(member, 10)
    live.announce(member.pk, "Well done, %(name)s", name="<Ada>")
    expect(page.get_by_role("status")).to_contain_text("Well done, <Ada>", timeout=10_000)
    assert is_the_same(page)


def test_without_a_socket_the_page_catches_up_by_itself(open_page: Open, member: Member) -> None:
    page = open_page("/wallet/", lambda socket: socket.close(code=1008))
    for points in (77, 1_000):
        give(member, points)
        page.clock.fast_forward(16_000)
        expect(page.locator("#balance")).to_contain_text({77: "77", 1_000: "1,077"}[points])
    assert is_the_same(page)


def test_when_the_socket_is_back_the_page_catches_up_at_once(open_page: Open, member: Member) -> None:
    seen: list[WebSocketRoute] = []

    def first_fails(socket: WebSocketRoute) -> None:
        seen.append(socket)
        if len(seen) == 1:
            socket.close(code=1013)
        else:
            socket.connect_to_server()

    page = open_page("/wallet/", first_fails)
    expect(page.locator("#balance")).to_contain_text("0")
    give(member, 55)
    page.clock.run_for(4_500)
    expect(page.locator("#balance")).to_contain_text("55")
    give(member, 500)
    expect(page.locator("#balance")).to_contain_text("555", timeout=10_000)
    assert len(seen) == 2
    assert is_the_same(page)


def test_signing_out_elsewhere_leaves_the_page_quiet(open_page: Open, member: Member) -> None:
    page = open_page("/wallet/")
    give(member, 5)
    expect(page.locator("#balance")).to_contain_text("5", timeout=10_000)
    Session.objects.all().delete()
    live.close(member.pk)
    page.clock.fast_forward(20_000)
    page.clock.fast_forward(20_000)
    expect(page.locator("#balance")).to_contain_text("5")
    assert is_the_same(page)
