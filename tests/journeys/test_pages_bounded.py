"""No page asks the database more than twelve times, however much there is to show: one table of all pages."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.members.models import Member
from tests.journeys.full_site import fill

pytestmark = pytest.mark.django_db
MOST = 12
MEMBERS_OWN = ["/invite/", "/wallet/", "/notices/", "/me/", "/leaderboard/", "/leaderboard/month/"]


@pytest.mark.parametrize("more", [0, 8], ids=["few rows", "many rows"])
def test_every_page_is_bounded(client_of: Callable[[Member], Client], more: int) -> None:
    site = fill(more)
    table: dict[tuple[str, str], int] = {}
    for who, client, pages in [
        ("visitor", Client(), [*site.visitors_pages, "/accounts/login/", "/offline/", "/nowhere/"]),
        ("newcomer", client_of(site.newcomer), [*site.visitors_pages, *MEMBERS_OWN]),
        ("member", client_of(site.ada), [*site.members_pages, "/admin/"]),
    ]:
        for path in pages:
            with CaptureQueriesContext(connection) as queries:
                client.get(path)
            table[who, path] = len(queries)
    assert len(table) > 55
    # Visited before by nobody: with all that the process reads of the programme when it first hears of it.
    assert 0 < table["member", "/"] <= 8
    assert {visit: count for visit, count in table.items() if count > MOST} == {}
