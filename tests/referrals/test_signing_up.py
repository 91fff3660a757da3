"""From the link to the account through the door: each of the ways in which an invitation is carried."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.test import Client

from core.members.models import Member
from referrals import changing, trail
from referrals.models import Click, Referral
from tests.referrals.people import NOON, agree, code_of, invited, join, order, points, referral_of

pytestmark = pytest.mark.django_db

PHONE = {"user-agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1"}
LAPTOP = {"user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}
FRIEND = "new.friend@example.org"


@pytest.fixture
def grace(terms) -> Member:
    return join("grace@example.com", alias="Grace")


def token_in(page: bytes) -> str:
    return page.decode().split('name="referral_token" value="')[1].split('"')[0]


def sign_up(browser: Client, mailbox, email: str = FRIEND, **posted: str) -> Member:
    """Ask for a code in this browser, with these fields of the form, and enter it."""
    assert browser.post("/accounts/login/", {"email": email, **posted}).status_code == 303
    assert browser.post("/accounts/code/", {"code": mailbox.code(email)}).status_code == 302
    return Member.objects.get(email=email)


def who(friend: Member) -> tuple[Member, str]:
    referral = referral_of(friend)
    return referral.referrer, referral.matched_by


def test_the_cookie_carries_it_to_the_front_page(ada, mailbox):
    browser = Client(headers=PHONE)
    browser.get(f"/i/{code_of(ada)}/")
    assert who(sign_up(browser, mailbox)) == (ada, "cookie")


def test_the_form_carries_it_where_cookies_are_refused(ada, mailbox):
    browser = Client(headers=PHONE)
    token = token_in(browser.get(f"/i/{code_of(ada)}/").content)
    browser.cookies.clear()
    assert who(sign_up(browser, mailbox, referral_token=token)) == (ada, "token")


def test_the_mail_carries_it_to_another_device(ada, mailbox):
    phone, laptop = Client(headers=PHONE), Client(headers=LAPTOP)
    token = token_in(phone.get(f"/i/{code_of(ada)}/").content)
    phone.post("/accounts/login/", {"email": FRIEND, "referral_token": token})
    link = urlsplit(mailbox.link(FRIEND, "/i/"))
    assert link.path == f"/i/{code_of(ada)}/"
    page = laptop.get(f"{link.path}?{link.query}")
    laptop.cookies.clear()
    friend = sign_up(laptop, mailbox, referral_token=token_in(page.content))
    assert who(friend) == (ada, "token")
    assert Click.objects.count() == 1


def test_a_typed_code_is_carried_to_another_device_too(ada, mailbox):
    Client(headers=PHONE).post("/accounts/login/", {"email": FRIEND, "referral_code": code_of(ada).lower()})
    link = urlsplit(mailbox.link(FRIEND, "/i/"))
    laptop = Client(headers=LAPTOP)
    laptop.get(f"{link.path}?{link.query}")
    assert who(sign_up(laptop, mailbox)) == (ada, "cookie")


def test_the_code_box_carries_it(ada, mailbox):
    assert 'name="referral_code"' in Client().get("/").content.decode()
    friend = sign_up(Client(headers=PHONE), mailbox, referral_code=f" {code_of(ada).lower()} ")
    assert who(friend) == (ada, "code")


def test_typed_wins_over_token_and_token_over_cookie(ada, grace, mailbox):
    third = join("mary@example.com")
    browser = Client(headers=PHONE)
    token = token_in(browser.get(f"/i/{code_of(grace)}/").content)
    browser.get(f"/i/{code_of(third)}/")
    friend = sign_up(browser, mailbox, referral_code=code_of(ada), referral_token=token)
    assert who(friend) == (ada, "code")
    browser = Client(headers=PHONE)
    browser.get(f"/i/{code_of(third)}/")
    assert who(sign_up(browser, mailbox, "two@example.org", referral_token=token)) == (grace, "token")


@pytest.mark.parametrize(("attribution", "winner"), [("first", "countess@example.com"), ("last", "grace@example.com")])
def test_of_two_links_the_rule_decides_on_the_form_as_well(ada, grace, mailbox, attribution, winner):
    agree(attribution=attribution)
    browser = Client(headers=PHONE)
    browser.get(f"/i/{code_of(ada)}/")
    token = token_in(browser.get(f"/i/{code_of(grace)}/").content)
    assert who(sign_up(browser, mailbox, referral_token=token))[0].email == winner


def test_forged_things_are_ignored(ada, mailbox):
    browser = Client(headers=PHONE)
    browser.cookies[trail.COOKIE] = "a:b:c"
    friend = sign_up(browser, mailbox, referral_token=f"{code_of(ada)}:x:y", referral_code="'; DROP TABLE")
    assert not Referral.objects.filter(friend=friend).exists()


def test_a_member_who_comes_back_by_a_link_is_nobodys_friend(ada, grace, mailbox):
    browser = Client(headers=PHONE)
    token = token_in(browser.get(f"/i/{code_of(ada)}/").content)
    sign_up(browser, mailbox, grace.email, referral_token=token)
    assert Referral.objects.count() == 0


def test_the_own_link_opens_an_account_and_says_why_it_brings_nothing(ada, mailbox):
    browser = Client(headers=PHONE)
    browser.get(f"/i/{code_of(ada)}/")
    friend = sign_up(browser, mailbox, "countess+2@example.com")
    assert referral_of(friend).refusal == "self"
    assert "invitation you joined by is your own" in browser.get("/").content.decode()


def test_the_code_box_comes_back_with_what_was_typed(ada):
    page = Client().post("/accounts/login/", {"email": "no address", "referral_code": "abc d234"})
    assert page.status_code == 422
    assert 'value="ABCD234"' in page.content.decode()


def test_no_mail_names_the_other(ada, mailbox):
    browser = Client(headers=PHONE)
    browser.get(f"/i/{code_of(ada)}/")
    friend = sign_up(browser, mailbox)
    order(friend, days=(friend.joined_at - NOON) / timedelta(days=1) + 0.01)
    assert "countess" not in "".join(mail.subject + mail.body for mail in mailbox.to(FRIEND))
    assert mailbox.to(ada.email) == []
    assert points(ada) == 500


def test_without_terms_there_is_no_code_box_and_no_link_in_the_mail(ada, mailbox):
    changing.withdraw()
    assert "referral_code" not in Client().get("/").content.decode()
    Client().post("/accounts/login/", {"email": FRIEND, "referral_code": code_of(ada)})
    assert "/i/" not in mailbox.last(FRIEND).body


def test_the_brands_software_can_name_the_code(ada):
    friend = invited(ada, FRIEND)
    assert who(friend) == (ada, "code")
