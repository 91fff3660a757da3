"""The front pages, the wallet and the errors as a browser shows them: by day, by night, on a phone and at a desk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client

from core.members.models import Member
from tests.look.awards import award
from tests.site import LiveSite

PHONE, DESK, NARROW = {"width": 390, "height": 844}, {"width": 1280, "height": 900}, {"width": 320, "height": 640}
PAGES = ["/", "/offline/", "/accounts/login/"]
MEMBERS_PAGES = ["/", "/wallet/", "/me/"]
TARGET = 44  # CSS pixels
Open = Callable[..., Any]


@pytest.fixture
def open_page(live_site: LiveSite, new_context: Callable[..., Any]) -> Open:
    """Open an address in a browser of its own, signed in as `member` if one is given."""

    def opened(path: str, member: Member | None = None, **kwargs: Any) -> Any:
        context = new_context(reduced_motion=kwargs.pop("reduced_motion", "reduce"), **kwargs)
        if member:
            client = Client()
            client.force_login(member)
            value = client.cookies[settings.SESSION_COOKIE_NAME].value
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_site.url}])
        page = context.new_page()
        page.goto(f"{live_site.url}{path}")
        return page

    return opened


@pytest.fixture
def saver(transactional_db: None) -> Member:
    """A member with awards on three days, one of them pending."""
    member = Member.objects.create_user("saver@example.com", alias="Saver")
    for points, hold in ((100, 0), (200, 0), (300, 14)):
        award(member, points, hold_days=hold)
    return member


def violations(page: Any) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {node['target']}" for one in found for node in one["nodes"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_nobody_is_shut_out_of_a_visitors_page(
    open_page: Open, live_site: LiveSite, scheme: str, size: dict[str, int]
) -> None:
    page = open_page("/", viewport=size, color_scheme=scheme)
    for path in PAGES:
        page.goto(f"{live_site.url}{path}")
        assert violations(page) == [], path


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_nobody_is_shut_out_of_a_members_page(
    open_page: Open, live_site: LiveSite, saver: Member, scheme: str, size: dict[str, int]
) -> None:
    page = open_page("/", saver, viewport=size, color_scheme=scheme)
    for path in MEMBERS_PAGES:
        page.goto(f"{live_site.url}{path}")
        for summary in page.locator("main summary").all():
            summary.click()
        assert violations(page) == [], path


@pytest.mark.parametrize("size", [NARROW, {"width": 640, "height": 450}], ids=["400 percent", "200 percent"])
def test_a_zoomed_page_never_scrolls_sideways(
    open_page: Open, live_site: LiveSite, saver: Member, size: dict[str, int]
) -> None:
    page = open_page("/", saver, viewport=size)
    for path in MEMBERS_PAGES:
        page.goto(f"{live_site.url}{path}")
        wide, shown = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert wide <= shown, path


def test_what_is_to_be_hit_is_as_large_as_a_thumb(open_page: Open, live_site: LiveSite, saver: Member) -> None:
    page = open_page("/", saver, viewport=PHONE)
    for path in MEMBERS_PAGES:
        page.goto(f"{live_site.url}{path}")
        for target in page.locator("a.button, button, summary, .nav a, .top a, .foot a, main input, main select").all():
            # A box to tick is hit by its label as well.
            hit = target.locator("xpath=ancestor-or-self::*[self::label or not(ancestor::label)][1]")
            box = hit.bounding_box()
            if box is not None and target.get_attribute("type") != "hidden":
                assert box["height"] >= TARGET - 0.5, (path, target.evaluate("node => node.outerHTML")[:120])


def test_the_keyboard_finds_the_content_first_and_sees_where_it_is(open_page: Open) -> None:
    page = open_page("/", viewport=DESK)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    width = page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
    assert page.evaluate("document.activeElement.closest('main') !== null")
    assert width == "3px"


@pytest.mark.parametrize("who", ["visitor", "member"])
def test_the_first_page_is_lighter_than_a_picture(
    live_site: LiveSite, new_context: Callable[..., Any], open_page: Open, saver: Member, who: str
) -> None:
    page = open_page("/offline/", saver if who == "member" else None, viewport=PHONE, service_workers="block")
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    network.send("Network.setCacheDisabled", {"cacheDisabled": True})
    sizes: list[float] = []
    network.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(live_site.url)
    page.wait_for_load_state("networkidle")
    assert len(sizes) >= 4
    assert sum(sizes) < 100_000


def test_nothing_moves_while_the_page_loads(open_page: Open, live_site: LiveSite, saver: Member) -> None:
    page = open_page("/", saver, viewport=PHONE)
    page.wait_for_load_state("networkidle")
    shift = page.evaluate(
        """() => new Promise((done) => {
            let total = 0;
            new PerformanceObserver((list) => list.getEntries().forEach((entry) => (total += entry.value)))
              .observe({ type: "layout-shift", buffered: true });
            setTimeout(() => done(total), 300);
        })"""
    )
    assert shift < 0.1


BADGE = """() => {
    const notice = document.createElement("p");
    notice.className = "notice notice--good";
    notice.dataset.celebrate = "";
    notice.textContent = "New badge";
    document.getElementById("messages").append(notice);
}"""


@pytest.mark.parametrize(("motion", "pieces"), [("no-preference", 1), ("reduce", 0)])
def test_a_new_badge_is_celebrated_only_with_who_wants_motion(
    open_page: Open, saver: Member, motion: str, pieces: int
) -> None:
    page = open_page("/", saver, reduced_motion=motion)
    page.evaluate(BADGE)
    close = page.get_by_role("button", name="Close")
    close.wait_for()
    assert page.locator(".confetti").count() == pieces
    close.click()
    assert page.locator("#messages .notice").count() == 0


def test_a_line_of_the_statement_opens_to_its_sum(open_page: Open, saver: Member) -> None:
    page = open_page("/wallet/", saver)
    line = page.locator(".statement details").first
    assert not line.locator(".statement__why").is_visible()
    line.locator("summary").click()
    assert "200 for this" in line.inner_text()
    assert "€42.50" in line.inner_text()


def test_the_wallet_reads_without_a_script(open_page: Open, saver: Member) -> None:
    page = open_page("/wallet/", saver, java_script_enabled=False)
    assert page.locator("#balance data").get_attribute("value") == "300"
    page.locator("#pending summary").click()
    assert "300" in page.locator("#pending li").inner_text()


def test_a_page_read_from_right_to_left_does_not_scroll_sideways(open_page: Open, saver: Member) -> None:
    page = open_page("/wallet/", saver, viewport=PHONE)
    page.evaluate("document.documentElement.dir = 'rtl'")
    wide, shown = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert wide <= shown
    start = page.locator(".brand").bounding_box()
    assert start["x"] > shown / 2 - start["width"]


def test_without_a_network_the_page_says_so_and_a_ticket_opened_before_still_opens(
    open_page: Open, live_site: LiveSite, saver: Member
) -> None:
    page = open_page("/", saver)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_function("caches.match('/offline/').then((kept) => Boolean(kept))")
    page.evaluate(
        "caches.open('goodturn-tickets').then((kept) => kept.put('/tickets/t/', new Response("
        "'<link rel=\"icon\" href=\"data:,\">My ticket', { headers: { 'Content-Type': 'text/html' } })))"
    )
    # The site itself goes away: the browser's own switch does not reach a worker that it has yet to wake.
    page.goto("about:blank")
    live_site.stop()
    page.goto(f"{live_site.url}/wallet/")
    assert page.get_by_role("heading", name="There is no network").is_visible()
    assert "300" not in page.content()
    page.goto(f"{live_site.url}/tickets/t/")
    assert "My ticket" in page.content()


def test_whoever_signs_out_leaves_no_ticket_behind(open_page: Open, saver: Member) -> None:
    page = open_page("/", saver)
    page.evaluate("caches.open('goodturn-tickets').then((kept) => kept.put('/tickets/t/', new Response('My ticket')))")
    page.context.clear_cookies()
    page.reload()
    page.wait_for_function("caches.has('goodturn-tickets').then((kept) => !kept)")
    assert page.evaluate("caches.match('/tickets/t/').then((kept) => Boolean(kept))") is False
