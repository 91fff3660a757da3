"""The dashboard in a browser that keeps it: what is shown is what is so, and its scripts and updates still work."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.test import Client
from playwright.sync_api import Page, expect

from core.brand.explanation import Explanation
from core.ledger import spending
from core.members.models import Member
from core.web import dashboard
from tests.site import LiveSite

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
Open = Callable[[dict[str, int]], Page]


@pytest.fixture
def answered(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The status of each answer that a dashboard gave."""
    statuses: list[int] = []
    real = dashboard.answer

    def noted(request: HttpRequest) -> HttpResponse:
        response = real(request)
        statuses.append(response.status_code)
        return response

    monkeypatch.setattr(dashboard, "answer", noted)
    return statuses


@pytest.fixture
def open_dashboard(live_site: LiveSite, new_context: Callable[..., Any], member: Member) -> Open:
    """Open the member's dashboard in a browser of that size."""

    def opened(viewport: dict[str, int]) -> Page:
        context = new_context(viewport=viewport)
        client = Client()
        client.force_login(member)
        value = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_site.url}])
        page: Page = context.new_page()
        page.goto(live_site.url)
        return page

    return opened


def give(member: Member, points: int) -> None:
    spending.adjust(member.pk, points, reference=f"gift:{points}", explanation=Explanation("A gift."))


def has(page: Page, points: str) -> None:
    expect(page.locator("#balance data")).to_have_text(points, timeout=10_000)


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_a_page_that_the_browser_kept_works_as_a_new_one(
    open_dashboard: Open, member: Member, answered: list[int], size: dict[str, int]
) -> None:
    give(member, 1_200)
    page = open_dashboard(size)
    has(page, "1,200")
    page.reload()
    assert answered == [200, 304]
    has(page, "1,200")
    assert page.evaluate("typeof htmx") == "object"

    # Its scripts ran under the policy that came with it: the socket tells it what changes.
    page.evaluate("window.same = true")
    give(member, 34)
    has(page, "1,234")
    assert page.evaluate("window.same")

    page.reload()
    has(page, "1,234")
    assert answered[-1] == 200


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_going_back_shows_what_is_so_now(
    open_dashboard: Open, member: Member, answered: list[int], size: dict[str, int]
) -> None:
    page = open_dashboard(size)
    has(page, "0")
    page.get_by_role("link", name=re.compile("^Challenges$")).first.click()
    page.wait_for_url("**/challenges/")
    give(member, 77)
    page.go_back()
    has(page, "77")
    page.get_by_role("link", name=re.compile("^Give$")).first.click()
    page.wait_for_url("**/give/")
    page.go_back()
    has(page, "77")
    give(member, 5)
    has(page, "82")


def test_another_person_in_the_same_browser_sees_their_own(
    open_dashboard: Open, live_site: LiveSite, member: Member, other_member: Member
) -> None:
    give(member, 4_321)
    page = open_dashboard(DESK)
    has(page, "4,321")
    client = Client()
    client.force_login(other_member)
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_site.url}])
    page.goto(live_site.url)
    has(page, "0")
    page.context.clear_cookies()
    page.goto(live_site.url)
    expect(page.locator('input[type="email"]')).to_have_count(1)
