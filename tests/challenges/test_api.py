"""Challenges and badges in the JSON API."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from challenges.joining import join
from core import clock
from core.members.models import Member
from tests.api.conftest import bearing
from tests.challenges.factories import NOON, a_badge, a_challenge, a_draft, pays

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(db: None) -> Client:
    return bearing("analysts", "read")


def test_challenges_are_listed_by_the_terms_of_now(reader: Client) -> None:
    first = a_challenge("first-steps", prize_points=150, prize_badge=a_badge("first-leaf"))
    a_challenge(
        "larder",
        {"slug": "spend", "kind": "total", "target": 15000, "milestones": [{"at": 5000, "points": 5}]},
        after=(first,),
    )
    a_draft("draft")
    a_challenge("over", ends=NOON - timedelta(days=900))
    a_challenge("ended").end()

    items = reader.get("/api/v1/challenges").json()["items"]

    assert [item["slug"] for item in items] == ["first-steps", "larder"]
    assert items[0]["prize"] == {"points": 150, "badge": "first-leaf"}
    assert items[0]["tasks"][0]["target"] == 1
    assert items[1]["tasks"][0]["target"] == "150.00"
    assert items[1]["tasks"][0]["milestones"] == [{"at": "50.00", "points": 5}]
    assert items[1]["after"] == ["first-steps"]


def test_lists_come_in_pages(reader: Client, django_assert_max_num_queries: Any) -> None:
    for number in range(7):
        a_challenge(f"challenge-{number}", prize_badge=a_badge(f"badge-{number}"))

    for address in ("/api/v1/challenges", "/api/v1/badges"):
        with django_assert_max_num_queries(6):
            page = reader.get(f"{address}?limit=5").json()
        rest = reader.get(f"{address}?limit=5&cursor={page['next']}").json()
        assert (len(page["items"]), len(rest["items"]), rest["next"]) == (5, 2, None)


def test_a_member_is_told_with_states_progress_and_badges(reader: Client, member: Member) -> None:
    a_challenge("first-steps", prize_badge=a_badge("first-leaf"))
    a_challenge("larder", {"slug": "spend", "kind": "total", "target": 15000})
    critics = a_challenge("critics", {"slug": "r", "activity": "review.posted", "target": 3}, join="by_hand")
    a_challenge("later", {"slug": "share", "activity": "post.shared"})
    gone = a_challenge("gone", {"slug": "orders", "target": 9})
    a_challenge("never-mine", {"slug": "share", "activity": "post.shared"}).end()
    join(member, critics)
    pays(member, "order-1", 9950)
    gone.end()

    with clock.at(NOON):
        told = reader.get("/api/v1/members/ada@example.com").json()

    assert told["badges"] == [{"slug": "first-leaf", "earned_at": NOON.isoformat().replace("+00:00", "Z")}]
    assert [(one["slug"], one["state"], one["completions"]) for one in told["challenges"]] == [
        ("first-steps", "completed", 1),
        ("larder", "joined", 0),
        ("critics", "joined", 0),
        ("later", "open", 0),
        ("gone", "expired", 0),
    ]
    assert told["challenges"][1]["tasks"] == [{"slug": "spend", "progress": "99.50", "target": "150.00"}]
    assert told["challenges"][2]["tasks"] == [{"slug": "r", "progress": 0, "target": 3}]


def test_progress_stops_at_the_target(reader: Client, member: Member) -> None:
    a_challenge("larder", {"slug": "spend", "kind": "total", "target": 15000})
    pays(member, "order-1", 99999)

    [told] = reader.get("/api/v1/members/ada@example.com").json()["challenges"]

    assert told["tasks"] == [{"slug": "spend", "progress": "150.00", "target": "150.00"}]
