"""The inviter's page: the link, the friends' steps with reasons, and no e-mail of anybody."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core import clock, live
from core.live.fragments import named
from core.members.models import Member
from referrals import changing
from referrals.models import Code
from tests.referrals.people import NOON, agree, code_of, invited, join, order, points, refund

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _days_later():
    """The pages are looked at three days after noon."""
    with clock.at(NOON + timedelta(days=3)):
        yield


def page(client_of, member: Member, query: str = "", **headers: str) -> str:
    response = client_of(member).get(f"/invite/{query}", headers=headers)
    assert response.status_code == 200
    return response.content.decode()


def test_it_hands_out_the_link_in_every_way(ada, client_of, settings):
    text = page(client_of, ada)
    link = f"{settings.BASE_URL}/i/{code_of(ada)}/"
    assert f'value="{link}"' in text
    assert "https://wa.me/?text=" in text
    assert "mailto:?subject=" in text
    assert "QR" in text
    assert "<svg" in text
    assert "You get 500 points as soon as your friend has ordered for at least €20.00." in text
    assert "Your friend gets 250 points then." in text
    assert "style=" not in text


def test_strangers_are_sent_to_sign_in(client):
    response = client.get("/invite/")
    assert (response.status_code, response.url) == (302, "/accounts/login/?next=/invite/")


def test_posting_to_the_page_is_no_way(ada, client_of):
    assert client_of(ada).post("/invite/").status_code == 405


def test_each_friend_has_steps(ada, client_of):
    invited(ada, "one@example.com")
    order(invited(ada, "two@example.com"))
    text = page(client_of, ada)
    assert text.count("A friend who joined on <time") == 2
    assert "An order of at least €20.00" in text
    assert "Under way" in text
    assert "Rewarded" in text
    assert text.count('data-state="done"') == 4


def test_a_friend_who_told_a_name_is_named(ada, client_of):
    join("one@example.com", alias="Bob", referral_code=code_of(ada))
    assert "<h3>Bob</h3>" in page(client_of, ada)


@pytest.mark.parametrize(
    "happens",
    [
        pytest.param(lambda ada: invited(ada, "countess+2@example.com"), id="another spelling of your own address"),
        pytest.param(lambda ada: (order(invited(ada, "b@example.com")), refund()), id="The order was refunded"),
    ],
)
def test_what_brings_nothing_says_why(ada, client_of, happens, request):
    happens(ada)
    assert request.node.callspec.id in page(client_of, ada)


def test_above_the_limit_says_why(ada, client_of):
    agree(cap_count=1)
    for number in range(2):
        order(invited(ada, f"f{number}@example.com"), f"order-{number}", days=number + 1)
    text = page(client_of, ada)
    assert "Above the limit of 1 rewarded friends a month" in text
    assert "Up to 1 friends a month are rewarded." in text


def test_too_late_says_so(ada, client_of):
    invited(ada, "late@example.com")
    with clock.at(NOON + timedelta(days=61)):
        assert "Too late" in page(client_of, ada)


def test_what_is_on_hold_says_until_when(ada, client_of):
    agree(hold_days=14)
    order(invited(ada, "one@example.com"))
    text = page(client_of, ada)
    assert "Pending" in text
    assert "2026-12-05T" in text


def test_the_own_link_says_so_to_the_new_account(ada, client_of):
    friend = invited(ada, "countess+new@example.com")
    assert "invitation you joined by is your own" in page(client_of, friend)
    assert "invitation you joined by is your own" in client_of(friend).get("/").content.decode()


def test_the_friend_sees_what_is_to_be_done_until_when(ada, client_of):
    friend = invited(ada, "one@example.com")
    for address in ("/invite/", "/"):
        text = client_of(friend).get(address).content.decode()
        assert "You get 250 points as soon as you have ordered for at least €20.00." in text
        assert "2027-01-19T" in text


def test_neither_sees_the_others_address(ada, client_of):
    friends = [
        invited(ada, "open.friend@example.org"),
        invited(ada, "done.friend@example.org"),
        join("sly@example.org", NOON, alias="sly@example.org", referral_code=code_of(ada)),
        invited(ada, "countess+me@example.com"),
    ]
    order(friends[1])
    order(friends[0], "order-2")
    refund("order-2")
    for address in ("/", "/invite/", "/wallet/"):
        text = client_of(ada).get(address).content.decode()
        assert "example.org" not in text, address
        assert "countess+me" not in text, address
        for friend in friends[:3]:
            assert "countess@example.com" not in client_of(friend).get(address).content.decode(), address
            assert "Lovelace" not in client_of(friend).get(address).content.decode(), address
    fragment = named("referrals")
    assert fragment is not None
    assert "example.org" not in str([vars(type("F", (), {})), *fragment.context(ada)["friends"]])


def test_a_page_takes_as_many_queries_whatever_there_is(ada, client_of, django_assert_max_num_queries):
    for number in range(45):
        friend = invited(ada, f"f{number}@example.com")
        if number % 2:
            order(friend, f"order-{number}")
    client = client_of(ada)
    with django_assert_max_num_queries(12):
        text = client.get("/invite/").content.decode()
    assert text.count("A friend who joined on <time") == 20
    older = text.split("/invite/?before=")[1].split('"')[0]
    text = client.get(f"/invite/?before={older}").content.decode()
    assert text.count("A friend who joined on <time") == 20
    assert 'id="referrals-older"' in text


@pytest.mark.parametrize("before", ["x", "-1", "1" * 40, "٣"])
def test_a_wrong_place_in_the_list_is_404(ada, client_of, before):
    assert client_of(ada).get(f"/invite/?before={before}").status_code == 404


def test_htmx_gets_the_fragment_alone(ada, client_of):
    text = page(client_of, ada, **{"hx-request": "true"})
    assert text.strip().startswith("<section")
    assert 'id="referrals"' in text
    assert "<html" not in text


def test_the_live_fragment_is_the_one_of_the_page(ada):
    from django.template.loader import render_to_string

    order(invited(ada, "one@example.com"))
    fragment = named("referrals")
    assert fragment is not None
    text = render_to_string(fragment.template, {**fragment.context(ada), "oob": True})
    assert 'id="referrals"' in text
    assert 'hx-swap-oob="true"' in text
    assert "Rewarded" in text


def test_both_pages_are_shown_the_step_when_a_friend_qualifies(ada, monkeypatch, django_capture_on_commit_callbacks):
    friend = invited(ada, "one@example.com")
    sent = []
    monkeypatch.setattr(live.bus, "send", lambda message: sent.append((message.topic, message.name)))
    with django_capture_on_commit_callbacks(execute=True):
        order(friend)
    shown = {topic for topic, name in sent if name == "referrals"}
    assert shown == {live.topic_of(ada.pk), live.topic_of(friend.pk)}


def test_without_terms_nobody_is_asked_to_invite(ada, client_of):
    changing.withdraw()
    text = page(client_of, ada)
    assert "no invitations to send" in text
    assert "wa.me" not in text
    assert "Invite friends" not in client_of(ada).get("/").content.decode()


def test_a_member_from_before_gets_a_link_by_asking(ada, member, client_of):
    client = client_of(member)
    assert "Get my link" in client.get("/invite/").content.decode()
    assert not Code.objects.filter(member=member).exists()
    assert client.get("/invite/code/").status_code == 405
    response = client.post("/invite/code/")
    assert (response.status_code, response.url) == (303, "/invite/")
    assert code_of(member) in client.get("/invite/").content.decode()


def test_the_dashboard_has_the_link(ada, client_of):
    invited(ada, "one@example.com")
    text = client_of(ada).get("/").content.decode()
    assert f"/i/{code_of(ada)}/" in text
    assert "1 friend<" in text


def test_the_api_tells_the_counts_as_agreed(ada):
    from core.api import profile

    agree(hold_days=14)
    done = invited(ada, "one@example.com")
    invited(ada, "two@example.com")
    invited(ada, "countess+3@example.com")
    order(done)
    told = profile.of(ada)["referral"]
    assert told["code"] == code_of(ada)
    assert told["url"].endswith(f"/i/{code_of(ada)}/")
    assert {name: told[name] for name in ("clicks", "joined", "qualified", "pending")} == {
        "clicks": 0,
        "joined": 2,
        "qualified": 1,
        "pending": 1,
    }
    assert points(ada) == 0
