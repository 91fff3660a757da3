"""The leaderboard in the API."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from core import clock
from tests.ledger.earners import earn, person

pytestmark = pytest.mark.django_db
API = "/api/v1/leaderboard"


def test_the_api_tells_what_members_see(reader: Client) -> None:
    for alias, points in (("Ada", 50), ("Grace", 70), ("Edith", 70)):
        person(alias, points)
    person("Hidden", 99, leaderboard=False)
    assert reader.get(API).json() == {
        "items": [
            {"rank": 1, "alias": "Grace", "points": 70},
            {"rank": 1, "alias": "Edith", "points": 70},
            {"rank": 2, "alias": "Ada", "points": 50},
        ],
        "next": None,
    }


def test_the_api_tells_of_the_week_and_the_month(reader: Client) -> None:
    ada = person("Ada", 50, clock.now() - timedelta(days=90))
    earn(ada, 5, cause="now")
    assert [
        reader.get(API, {"period": period}).json()["items"][0]["points"] for period in ("week", "month", "all")
    ] == [
        5,
        5,
        55,
    ]
    assert reader.get(API, {"period": "year"}).status_code == 422


def test_the_api_gives_a_page_at_a_time(reader: Client) -> None:
    for n in range(5):
        person(f"M{n}", 10 - n)
    first = reader.get(API, {"limit": 2}).json()
    second = reader.get(API, {"limit": 2, "cursor": first["next"]}).json()
    last = reader.get(API, {"limit": 2, "cursor": second["next"]}).json()
    aliases = [item["alias"] for page in (first, second, last) for item in page["items"]]
    assert (aliases, last["next"]) == ([f"M{n}" for n in range(5)], None)


@pytest.mark.parametrize("cursor", ["x", "-1", "1e3", "999999", "²"])
def test_a_cursor_that_is_not_ours_is_422(reader: Client, cursor: str) -> None:
    assert reader.get(API, {"cursor": cursor}).status_code == 422


def test_nobody_asks_without_a_token(client: Client) -> None:
    assert client.get(API).status_code == 401
