"""What members say of themselves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from core.members.models import Member

pytestmark = pytest.mark.django_db
Browser = Callable[[Member], Client]


def test_me_shows_the_member_and_the_way_out(member: Member, client_of: Browser) -> None:
    page = client_of(member).get("/me/").content.decode()
    assert "ada@example.com" in page
    assert '<form method="post" action="/accounts/logout/"' in page
    assert "/admin/" not in page


def test_staff_find_the_admin_from_their_own_page(staff: Member, client_of: Browser) -> None:
    assert 'href="/admin/"' in client_of(staff).get("/me/").content.decode()


def test_a_visitor_signs_in_first(client: Client) -> None:
    assert client.get("/me/")["Location"] == "/accounts/login/?next=/me/"
    assert client.post("/me/", {"alias": "Eve"})["Location"] == "/accounts/login/?next=/me/"


def test_my_page_costs_few_queries(member: Member, client_of: Browser, django_assert_max_num_queries: Any) -> None:
    client = client_of(member)
    with django_assert_max_num_queries(8):
        assert client.get("/me/").status_code == 200


def test_the_profile_is_saved_and_says_so_in_the_new_language(member: Member, client_of: Browser) -> None:
    client = client_of(member)
    posted = {"alias": "  Ada   Lovelace ", "language": "tr", "time_zone": "Europe/Istanbul"}
    answer = client.post("/me/", posted)
    assert (answer.status_code, answer["Location"]) == (303, "/me/")
    member.refresh_from_db()
    assert (member.alias, member.language, member.time_zone) == ("Ada Lovelace", "tr", "Europe/Istanbul")
    page = client.get("/me/", headers={"accept-language": "en"}).content.decode()
    assert 'lang="tr"' in page
    assert "Europe/Istanbul" in page


def test_the_form_shows_what_is_kept(member: Member, client_of: Browser) -> None:
    Member.objects.update(language="tr", time_zone="Asia/Katmandu")
    page = client_of(member).get("/me/").content.decode()
    assert '<option value="tr" selected>' in page
    assert '<option value="Asia/Katmandu" selected>' in page


def test_a_member_may_follow_the_programmes_own_zone(member: Member, client_of: Browser) -> None:
    Member.objects.update(time_zone="Europe/Istanbul")
    client_of(member).post("/me/", {"alias": "", "language": "en", "time_zone": ""})
    member.refresh_from_db()
    assert (member.alias, member.time_zone, member.zone) == ("", "", None)


@pytest.mark.parametrize(
    "posted",
    [
        {"alias": "x" * 41},
        {"alias": "a\x00b"},
        {"alias": "a\u202eb"},
        {"alias": "a\u200bb"},
        {"alias": "a\x07b"},
        {"language": "de"},
        {"language": ""},
        {"language": "en\x00"},
        {"time_zone": "Mars/Olympus"},
        {"time_zone": "../../etc/passwd"},
        {"time_zone": "UTC\x00"},
    ],
)
def test_what_cannot_be_is_422_and_changes_nothing(posted: dict[str, str], member: Member, client_of: Browser) -> None:
    answer = client_of(member).post("/me/", {"alias": "Eve", "language": "en", "time_zone": "", **posted})
    assert answer.status_code == 422
    assert 'class="error"' in answer.content.decode()
    member.refresh_from_db()
    assert (member.alias, member.language, member.time_zone) == ("Ada", "", "")


def test_an_alias_is_text_and_nothing_else(member: Member, client_of: Browser) -> None:
    client = client_of(member)
    client.post("/me/", {"alias": "<script>alert(1)</script>", "language": "en", "time_zone": ""})
    page = client.get("/me/").content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert(1)" not in page


def test_nobody_makes_themselves_staff(member: Member, client_of: Browser) -> None:
    posted = {"alias": "Ada", "language": "en", "time_zone": "", "role": "owner", "is_active": "0", "email": "x@y.zz"}
    client_of(member).post("/me/", posted)
    member.refresh_from_db()
    assert (member.role, member.is_active, member.email) == ("", True, "ada@example.com")


def test_other_methods_are_405(member: Member, client_of: Browser) -> None:
    assert client_of(member).delete("/me/").status_code == 405


def test_nobody_is_on_the_leaderboard_who_did_not_choose_so(member: Member, client_of: Browser) -> None:
    client = client_of(member)
    assert (member.leaderboard, Member.objects.on_leaderboard().count()) == (False, 0)
    posted = {"alias": "Ada", "language": "en", "time_zone": ""}
    client.post("/me/", {**posted, "leaderboard": "on"})
    assert list(Member.objects.on_leaderboard()) == [member]
    assert 'name="leaderboard" ' in (page := client.get("/me/").content.decode())
    assert " checked>" in page
    client.post("/me/", posted)
    assert not Member.objects.on_leaderboard().exists()


@pytest.mark.parametrize("alias", ["", "   ", "ada@example.com"])
def test_who_wants_to_be_seen_needs_a_name_that_is_no_address(alias: str, member: Member, client_of: Browser) -> None:
    posted = {"alias": alias, "language": "en", "time_zone": "", "leaderboard": "on"}
    answer = client_of(member).post("/me/", posted)
    assert answer.status_code == 422
    member.refresh_from_db()
    assert (member.alias, member.leaderboard) == ("Ada", False)


@pytest.mark.parametrize(
    "changed",
    [{"alias": ""}, {"alias": "a@b.example"}, {"role": "support"}, {"is_active": False}, {"leaderboard": False}],
    ids=str,
)
def test_whoever_leaves_or_is_staff_or_has_no_alias_is_not_on_the_leaderboard(
    changed: dict[str, Any], member: Member
) -> None:
    Member.objects.update(leaderboard=True)
    assert Member.objects.on_leaderboard().exists()
    Member.objects.update(**changed)
    assert not Member.objects.on_leaderboard().exists()
