"""Members in the API: taking in, standing, statement."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone, translation

from core import clock
from core.activities.models import Activity
from core.api.models import Token
from core.brand.explanation import Explanation
from core.brand.models import Brand
from core.ledger import spending
from core.ledger.models import Entry
from core.members.models import Member
from tests.shop import Shop, order

API = "/api/v1/members"


def join(client: Client, **body: Any) -> Any:
    return client.post(API, body, content_type="application/json")


def give(member: Member, points: int, number: int = 0) -> None:
    spending.adjust(member.pk, points, reference=f"adjustment:{member.pk}:{number}", explanation=Explanation("Yes"))


def walk(client: Client, path: str, limit: int) -> list[Any]:
    """All items of a list, page by page."""
    found: list[Any] = []
    cursor: str | None = None
    while True:
        query = {"limit": str(limit)} | ({"cursor": cursor} if cursor else {})
        answer = client.get(path, query).json()
        assert len(answer["items"]) <= limit
        found += answer["items"]
        cursor = answer["next"]
        if cursor is None:
            return found
        assert len(answer["items"]) == limit


def test_someone_new_is_taken_in_as_on_the_site(writer: Client) -> None:
    answer = join(writer, email="Ada@Example.COM")
    assert answer.status_code == 201
    assert answer.json()["email"] == "ada@example.com"
    assert set(answer.json()) == {"email", "joined_at", "tier", "points", "badges", "challenges", "referral"}
    assert Activity.objects.get(type="member.joined").member == Member.objects.get(email="ada@example.com")
    assert not Member.objects.get().has_usable_password()


def test_who_is_in_already_stays_as_they_are(writer: Client, member: Member) -> None:
    answer = join(writer, email="ADA@example.com", referral_code="WHATEVER")
    assert (answer.status_code, answer.json()["email"]) == (200, member.email)
    assert Member.objects.count() == 1
    assert not Activity.objects.exists()


def test_a_code_that_is_nobodys_keeps_no_one_out(writer: Client) -> None:
    assert join(writer, email="ada@example.com", referral_code="NOBODYS").status_code == 201
    assert Activity.objects.get(type="member.joined").data == {"carried": {"referral_code": "NOBODYS"}}


def test_what_was_parked_counts_on_joining(writer: Client) -> None:
    shop = Shop.opened()
    assert shop.send(order("ada@example.com", "order-1")).json()["status"] == "parked"
    join(writer, email="ada@example.com")
    assert Activity.objects.get(reference="order-1").status == "accepted"


def test_members_we_do_not_know_in_a_body_are_let_be(writer: Client) -> None:
    assert join(writer, email="ada@example.com", nickname=1, language=None).status_code == 201


@pytest.mark.parametrize("spelled", ["ada@example.com", "ADA@Example.Com", "%41da%40example.com"])
def test_a_member_is_found_in_whatever_case(reader: Client, member: Member, spelled: str) -> None:
    answer = reader.get(f"{API}/{spelled}")
    assert (answer.status_code, answer.json()["email"]) == (200, "ada@example.com")


def test_an_address_with_a_slash_is_an_address(writer: Client) -> None:
    join(writer, email="a/entries@example.com")
    assert writer.get(f"{API}/a%2Fentries@example.com").json()["email"] == "a/entries@example.com"
    assert writer.get(f"{API}/a%2Fentries@example.com/entries").json() == {"items": [], "next": None}


def test_points_are_those_of_the_wallet(reader: Client, member: Member) -> None:
    give(member, 120)
    spending.spend(member.pk, 20, reference="redemption:1", explanation=Explanation("Yes"))
    spending.donate(member.pk, 30, reference="donation:1", explanation=Explanation("Yes"))
    points = reader.get(f"{API}/{member.email}").json()["points"]
    assert points == {
        "available": 70,
        "pending": 0,
        "earned": 120,
        "spent": 20,
        "expired": 0,
        "donated": 30,
        "owed": 0,
    }


def test_a_members_standing_costs_few_queries(
    reader: Client, member: Member, django_assert_max_num_queries: Any
) -> None:
    give(member, 10)
    with django_assert_max_num_queries(12):
        assert reader.get(f"{API}/{member.email}").status_code == 200


def test_the_statement_is_the_newest_first_and_walks_to_its_end(reader: Client, member: Member) -> None:
    for number in range(7):
        give(member, number + 1, number)
    lines = walk(reader, f"{API}/{member.email}/entries", 3)
    assert [line["points"] for line in lines] == [7, 6, 5, 4, 3, 2, 1]
    assert lines[0]["balance"] == 28
    assert set(lines[0]) == {"points", "balance", "reason", "explanation", "activity", "at"}


def test_an_empty_cursor_and_an_empty_since_are_none(reader: Client, member: Member) -> None:
    give(member, 1)
    whole = reader.get(f"{API}/{member.email}/entries").json()
    assert reader.get(f"{API}/{member.email}/entries?cursor=").json() == whole
    assert reader.get("/api/v1/activities?since=").json() == reader.get("/api/v1/activities").json()


def test_what_is_added_while_walking_repeats_nothing(reader: Client, member: Member) -> None:
    for number in range(4):
        give(member, number + 1, number)
    path = f"{API}/{member.email}/entries"
    first = reader.get(path, {"limit": "2"}).json()
    give(member, 100, 100)
    second = reader.get(path, {"limit": "2", "cursor": first["next"]}).json()
    assert [line["points"] for line in first["items"] + second["items"]] == [4, 3, 2, 1]


def test_the_explanation_is_the_text_that_the_wallet_shows_the_member(
    reader: Client, member: Member, brand: Brand
) -> None:
    give(member, 5)
    entry = Entry.objects.get(member=member)
    for language in ("tr", "en"):
        Member.objects.filter(pk=member.pk).update(language=language)
        line = reader.get(f"{API}/{member.email}/entries").json()["items"][0]
        with translation.override(language):
            assert line["explanation"] == entry.explained(brand)


def test_a_line_names_the_event_behind_it(writer: Client, member: Member) -> None:
    activity = Activity.objects.create(
        source_id=Shop.opened() and Activity._meta.get_field("source").related_model.objects.get(slug="shop").pk,
        external_id="evt-1",
        type="order.paid",
        member=member,
        at=clock.now(),
        version=1,
    )
    give(member, 5)
    spending.spend(member.pk, 1, reference="r:1", explanation=Explanation("Yes"), activity_id=activity.pk)
    lines = writer.get(f"{API}/{member.email}/entries").json()["items"]
    assert [line["activity"] for line in lines] == ["evt-1", None]


def test_nobody_unknown_has_a_statement(reader: Client) -> None:
    assert reader.get(f"{API}/nobody@example.com/entries").status_code == 404


@pytest.mark.django_db
def test_the_log_tells_all_that_happened_from_a_moment_on(reader: Client) -> None:
    shop = Shop.opened()
    began = timezone.now().isoformat()
    for number in range(5):
        shop.send(order("ada@example.com", f"order-{number}", "42.5"), id=f"evt-{number}x")
    items = walk(reader, "/api/v1/activities", 2)
    assert [item["id"] for item in items] == [f"evt-{number}x" for number in range(5)]
    assert {"source": "shop", "type": "order.paid", "amount": "42.50", "status": "parked"}.items() <= items[0].items()
    since = items[3]["received_at"]
    assert [item["id"] for item in reader.get("/api/v1/activities", {"since": since}).json()["items"]][-1] == "evt-4x"
    assert len(reader.get("/api/v1/activities", {"since": began}).json()["items"]) == 5
    assert reader.get("/api/v1/activities", {"since": "2999-01-01T00:00:00Z"}).json()["items"] == []
    assert Token.objects.count() == 1
