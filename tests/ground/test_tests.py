"""What the other tests rest on."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from core.brand.models import Brand
from core.members.models import Member
from tests.site import LiveSite


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", ["first", "second"])
def test_the_first_rows_are_there_again_after_a_test_that_committed(time: str) -> None:
    assert (Brand.current().name, Member.objects.count()) == ("Goodturn", 0)

    Brand.objects.update(name=time)
    Member.objects.create_user("ada@example.com")

    assert Brand.current().name == time


@pytest.mark.django_db(transaction=True)
def test_threads_share_the_database(member: Member) -> None:
    found: list[str] = []

    def look() -> None:
        found.append(Member.objects.get().email)
        connection.close()

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()

    assert found == [member.email]


def test_a_real_browser_sees_the_real_site_and_its_console_is_quiet(
    live_site: LiveSite, new_context: Callable[..., Any]
) -> None:
    page = new_context().new_page()

    answer = page.goto(live_site.url)

    assert answer.status == 200
    assert page.locator("main").is_visible()
    assert "nonce-" in answer.headers["content-security-policy"]
