"""The list of notices, the bell, and what each member chooses to get by mail."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core import signing
from django.test import Client

from core.brand.explanation import Explanation
from core.members import notice_choices, notice_list, notices
from core.members.models import Member, Notice, NoticeChoice
from core.members.notices import Told, tell
from tests.members.test_notices import kinds  # noqa: F401

pytestmark = pytest.mark.django_db
Browser = Callable[[Member], Client]
SAID = Explanation("Your %(points)s are released.", {"points": {"points": 20}})


def say(member: Member, number: int = 1, url: str = "/wallet/") -> list[Notice]:
    first = Notice.objects.count()
    return tell(Told(member.pk, "tests.nice", f"{first + each}", SAID, url) for each in range(number))


def page(client: Client, path: str = "/notices/") -> str:
    return client.get(path).content.decode()


def bell(client: Client) -> str:
    """What the bell of the header says."""
    found = re.search(r'<span id="notices">(.*?)</span></span>|<span id="notices">()</span>', page(client))
    assert found
    return re.sub(r"<[^>]+>", "", found[1] or "").strip()


def test_whoever_was_told_nothing_reads_so(member: Member, client_of: Browser) -> None:
    assert "Nothing to tell you yet" in page(client_of(member))
    assert bell(client_of(member)) == ""


def test_the_newest_stands_first_and_looking_marks_nothing(member: Member, client_of: Browser) -> None:
    client = client_of(member)
    say(member, url="/wallet/")
    tell([Told(member.pk, "tests.needed", "last", Explanation("This came last."))])
    shown = page(client)
    assert shown.index("This came last.") < shown.index("Your 20 points are released.")
    assert shown.count(">New<") == 2
    assert bell(client) == "2 unread"
    assert Notice.objects.unread().count() == 2


def test_opening_marks_it_as_read_and_leads_to_what_it_tells_of(member: Member, client_of: Browser) -> None:
    client = client_of(member)
    (notice,) = say(member)
    answer = client.post(f"/notices/{notice.pk}/reading/")
    assert (answer.status_code, answer["Location"]) == (303, "/wallet/")
    notice.refresh_from_db()
    first = notice.read_at
    assert first is not None
    assert client.post(f"/notices/{notice.pk}/reading/").status_code == 303
    notice.refresh_from_db()
    assert notice.read_at == first
    assert '<a class="list__row" href="/wallet/">' in page(client)


def test_all_are_marked_as_read_at_once(member: Member, other_member: Member, client_of: Browser) -> None:
    say(member, 3)
    say(other_member)
    client = client_of(member)
    assert client.post("/notices/reading/")["Location"] == "/notices/"
    assert bell(client) == ""
    assert bell(client_of(other_member)) == "1 unread"


def test_the_list_is_paged(member: Member, client_of: Browser, django_assert_max_num_queries: Any) -> None:
    client = client_of(member)
    say(member, notice_list.PAGE + 5)
    with django_assert_max_num_queries(6):
        first = page(client)
    (before,) = set(re.findall(r'href="\?before=(\d+)"', first))
    second = page(client, f"/notices/?before={before}")
    assert (first.count("list__main"), second.count("list__main")) == (notice_list.PAGE, 5)
    assert "?before=" not in second
    assert client.get("/notices/?before=x").status_code == 404


def test_a_hundred_unread_count_as_more(member: Member, client_of: Browser) -> None:
    say(member, 150)
    assert bell(client_of(member)) == "99+ unread"


def test_anothers_notice_is_not_there(member: Member, other_member: Member, client_of: Browser) -> None:
    (notice,) = say(member)
    client = client_of(other_member)
    assert client.post(f"/notices/{notice.pk}/reading/").status_code == 404
    assert client.post(f"/notices/{10**30}/reading/").status_code == 404
    assert "released" not in page(client)
    assert Notice.objects.unread().count() == 1


@pytest.mark.parametrize("path", ["/notices/reading/", "/notices/1/reading/", "/notices/choices/"])
def test_a_change_is_a_post_of_whoever_is_signed_in(path: str, member: Member, client_of: Browser) -> None:
    assert client_of(member).get(path).status_code == 405
    page_of_it = "/me/" if "choices" in path else "/notices/"
    assert Client().post(path)["Location"] == f"/accounts/login/?next={page_of_it}"
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(member)
    assert strict.post(path).status_code == 403


def test_a_visitor_signs_in_first(client: Client) -> None:
    assert client.get("/notices/")["Location"] == "/accounts/login/?next=/notices/"


def test_each_kind_comes_by_mail_as_the_member_chooses(member: Member, client_of: Browser) -> None:
    client = client_of(member)
    assert re.findall(r'name="mail" value="(tests\.\w+)"( checked)?', page(client, "/me/")) == [
        ("tests.needed", " checked"),
        ("tests.nice", ""),
    ]
    answer = client.post("/notices/choices/", {"mail": ["tests.nice", "tests.unheard_of"]})
    assert (answer.status_code, answer["Location"]) == (303, "/me/")
    assert re.findall(r'name="mail" value="(tests\.\w+)"( checked)?', page(client, "/me/")) == [
        ("tests.needed", ""),
        ("tests.nice", " checked"),
    ]
    client.post("/notices/choices/", {})
    assert not NoticeChoice.objects.filter(mail=True).exists()
    assert NoticeChoice.objects.count() == len(notices.kinds())


def test_the_link_of_a_mail_asks_first_and_then_ends_mails_of_its_kind(member: Member) -> None:
    path = urlsplit(notice_choices.stop_address(member.pk, "tests.needed")).path
    anybody = Client(enforce_csrf_checks=True)
    assert "What must be known" in page(anybody, path)
    assert not NoticeChoice.objects.exists()
    answer = anybody.post(path, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded")
    assert (answer.status_code, answer.cookies) == (200, {})
    assert anybody.post(path).status_code == 200
    choice = NoticeChoice.objects.get()
    assert (choice.member, choice.kind, choice.mail) == (member, "tests.needed", False)


@pytest.mark.parametrize("meant", [[1, "tests.unheard_of"], [10**6, "tests.nice"]])
def test_a_link_that_means_nobody_is_not_there(meant: list[Any], member: Member) -> None:
    token = signing.Signer(salt=notice_choices.SALT).sign_object(meant)
    assert Client().post(f"/notices/choices/{token}/").status_code == 404


def test_a_forged_link_is_not_there(member: Member) -> None:
    forged = signing.Signer(salt="something else").sign_object([member.pk, "tests.needed"])
    assert Client().post(f"/notices/choices/{forged}/").status_code == 404
    assert Client().post("/notices/choices/x/").status_code == 404
    assert not NoticeChoice.objects.exists()


def test_staff_read_what_a_member_was_told(
    owner: Client, member: Member, without_second_factor: None, django_assert_max_num_queries: Any
) -> None:
    (notice,) = say(member)
    assert "Your 20 points are released." in page(owner, f"/admin/members/member/{member.pk}/change/")
    assert "What is nice to know" in page(owner, "/admin/members/notice/")
    assert "Your 20 points are released." in page(owner, f"/admin/members/notice/{notice.pk}/change/")
    assert owner.post(f"/admin/members/notice/{notice.pk}/delete/").status_code == 403
