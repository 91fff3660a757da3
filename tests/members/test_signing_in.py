"""One field and a code: joining, coming back, leaving."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from allauth.account.models import EmailAddress
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from core import clock
from core.brand.models import Brand
from core.members import codes
from core.members.models import Letter, Member, SignIn
from tests.mailbox import Mailbox
from tests.members.conftest import SignIn as Door

pytestmark = pytest.mark.django_db


def ask(client: Client, email: str = "ada@example.com", **posted: str) -> Any:
    return client.post("/accounts/login/", {"email": email, **posted})


def test_the_form_has_one_field_for_an_address(client: Client) -> None:
    for path in ("/accounts/login/", "/accounts/signup/"):
        page = client.get(path).content.decode()
        assert re.search(r'<input[^>]*type="email"[^>]*name="email"', page)
        assert "password" not in page.replace("No password", "")


def test_a_newcomer_is_a_member_once_the_code_has_proved_the_address(client: Client, mailbox: Mailbox) -> None:
    answer = ask(client, "Ada@Example.COM ")
    assert (answer.status_code, answer["Location"]) == (303, "/accounts/code/")
    assert not Member.objects.exists()
    page = client.get("/accounts/code/").content.decode()
    assert re.search(r'<input[^>]*name="code"[^>]*inputmode="numeric"[^>]*autocomplete="one-time-code"', page)
    answer = client.post("/accounts/code/", {"code": mailbox.code("ada@example.com")})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    member = Member.objects.get()
    assert (member.email, member.language, member.has_usable_password()) == ("ada@example.com", "en", False)
    assert EmailAddress.objects.get(user=member, verified=True, primary=True).email == "ada@example.com"
    assert client.session["_auth_user_id"] == str(member.pk)


def test_coming_back_finds_the_same_member(sign_in: Door) -> None:
    sign_in("ada@example.com")
    client = sign_in("ADA@example.com")
    assert client.session["_auth_user_id"] == str(Member.objects.get().pk)


def test_known_and_unknown_addresses_get_the_same_answer_and_the_same_work(member: Member, mailbox: Mailbox) -> None:
    answers, counts = [], []
    for email in (member.email, "new@example.com"):
        client = Client()
        with CaptureQueriesContext(connection) as queries:
            answer = ask(client, email)
        counts.append(len(queries))
        page = client.get("/accounts/code/").content.decode().replace(email, "…")
        page = re.sub(r'nonce="[^"]+"|value="\w{64}"', "", page)
        answers.append((answer.status_code, answer["Location"], answer.content, page))
    assert answers[0] == answers[1]
    assert counts[0] == counts[1] <= 24
    words = {re.sub(r"\d", "", mailbox.last(email).subject + mailbox.last(email).body) for email in mails_of(mailbox)}
    assert len(words) == 1


def mails_of(mailbox: Mailbox) -> list[str]:
    return [mail.to[0] for mail in mailbox.outbox]


def test_the_mail_has_the_code_alone_on_a_line_and_the_same_as_a_page(client: Client, mailbox: Mailbox) -> None:
    Brand.objects.update(name="Fern & Ember")
    ask(client)
    mail = mailbox.last("ada@example.com")
    code = mailbox.code("ada@example.com")
    assert mail.subject == f"{code} is your code for Fern & Ember"
    assert "Welcome to Fern & Ember." in mail.body
    assert re.fullmatch(r"\d{6}", code)
    assert code in mail.body.splitlines()
    (page,) = mail.alternatives
    assert (page.mimetype, code in page.content) == ("text/html", True)
    assert "Fern &amp; Ember" in page.content


def test_the_letter_forgets_the_code_once_it_is_sent(client: Client, mailbox: Mailbox) -> None:
    ask(client)
    letter = Letter.objects.get()
    assert (letter.text, letter.html, letter.sent_at is None) == ("", "", False)
    assert mailbox.code("ada@example.com") not in SignIn.objects.get().digest


def test_the_mail_and_the_new_member_speak_the_visitors_language(mailbox: Mailbox) -> None:
    client = Client(headers={"accept-language": "tr"})
    with translation.override("tr"):
        expected = translation.gettext("Enter the code")
    ask(client)
    assert 'lang="tr"' in mailbox.last("ada@example.com").alternatives[0].content
    page = client.get("/accounts/code/").content.decode()
    assert 'lang="tr"' in page
    assert expected in page
    client.post("/accounts/code/", {"code": mailbox.code("ada@example.com")})
    assert Member.objects.get().language == "tr"


def test_a_code_typed_with_spaces_or_hyphens_is_the_same_code(client: Client, mailbox: Mailbox) -> None:
    ask(client)
    code = mailbox.code("ada@example.com")
    assert client.post("/accounts/code/", {"code": f" {code[:3]}-{code[3:]} "}).status_code == 302


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "12\x0034", "1" * 500])
def test_what_cannot_be_a_code_is_422_and_costs_no_try(client: Client, typed: str) -> None:
    ask(client)
    answer = client.post("/accounts/code/", {"code": typed})
    assert (answer.status_code, SignIn.objects.get().tries) == (422, 0)


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06}"


def test_after_five_wrong_codes_the_right_one_opens_nothing(client: Client, mailbox: Mailbox) -> None:
    ask(client)
    code = mailbox.code("ada@example.com")
    statuses = [client.post("/accounts/code/", {"code": wrong(code)}).status_code for _ in range(5)]
    assert statuses == [422, 422, 422, 422, 429]
    assert client.post("/accounts/code/", {"code": code}).status_code == 429
    assert not Member.objects.exists()


def test_the_fifth_try_may_still_be_the_right_one(client: Client, mailbox: Mailbox) -> None:
    ask(client)
    code = mailbox.code("ada@example.com")
    for _ in range(4):
        client.post("/accounts/code/", {"code": wrong(code)})
    assert client.post("/accounts/code/", {"code": code}).status_code == 302


def test_a_code_is_over_after_fifteen_minutes(client: Client, mailbox: Mailbox) -> None:
    ask(client)
    with clock.at(clock.now() + timedelta(minutes=16)):
        assert client.post("/accounts/code/", {"code": mailbox.code("ada@example.com")}).status_code == 429
    assert not Member.objects.exists()


def test_a_code_opens_the_door_once(client: Client, mailbox: Mailbox) -> None:
    ask(client)
    session = client.session[codes.SESSION_KEY]
    code = mailbox.code("ada@example.com")
    client.post("/accounts/code/", {"code": code})
    thief = Client()
    kept = thief.session
    kept[codes.SESSION_KEY] = session
    kept.save()
    assert thief.post("/accounts/code/", {"code": code}).status_code == 429


def test_a_code_is_of_use_only_to_the_browser_that_asked(client: Client, mailbox: Mailbox) -> None:
    ask(client)
    stranger = Client()
    answer = stranger.post("/accounts/code/", {"code": mailbox.code("ada@example.com")})
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/")
    assert not Member.objects.exists()


def test_the_newest_code_of_a_browser_counts(client: Client, mailbox: Mailbox) -> None:
    ask(client)
    first = mailbox.code("ada@example.com")
    ask(client)
    second = mailbox.code("ada@example.com")
    if first != second:
        assert client.post("/accounts/code/", {"code": first}).status_code == 422
    assert client.post("/accounts/code/", {"code": second}).status_code == 302


def test_the_session_is_another_one_after_signing_in(client: Client, mailbox: Mailbox) -> None:
    ask(client)
    before = client.session.session_key
    client.post("/accounts/code/", {"code": mailbox.code("ada@example.com")})
    assert client.session.session_key != before
    assert not Session.objects.filter(session_key=before).exists()


def test_signing_out_leaves_nothing_of_the_session(member: Member, client_of: Callable[[Member], Client]) -> None:
    client = client_of(member)
    key = client.session.session_key
    assert client.get("/accounts/logout/").status_code == 405
    assert client.get("/me/").status_code == 200
    answer = client.post("/accounts/logout/")
    assert (answer.status_code, answer["Location"]) == (303, "/")
    assert not Session.objects.filter(session_key=key).exists()
    assert client.get("/me/").status_code == 302


def test_a_deactivated_member_learns_so_after_the_proof_alone(member: Member, client: Client, mailbox: Mailbox) -> None:
    Member.objects.update(is_active=False)
    assert ask(client).status_code == 303
    answer = client.post("/accounts/code/", {"code": mailbox.code("ada@example.com")})
    assert answer["Location"] == "/accounts/inactive/"
    assert client.get("/accounts/inactive/").status_code == 200
    assert "_auth_user_id" not in client.session


def test_a_member_who_is_in_needs_no_form(member: Member, client_of: Callable[[Member], Client]) -> None:
    client = client_of(member)
    assert client.get("/accounts/login/?next=/me/")["Location"] == "/me/"
    assert client.get("/accounts/code/")["Location"] == "/"


def test_a_post_without_a_token_of_the_form_is_refused() -> None:
    client = Client(enforce_csrf_checks=True)
    assert ask(client).status_code == 403
    assert not SignIn.objects.exists()


def test_looking_at_the_pages_changes_nothing(client: Client) -> None:
    client.get("/accounts/login/")
    client.head("/accounts/login/")
    client.get("/accounts/code/")
    assert (SignIn.objects.count(), Letter.objects.count(), Session.objects.count()) == (0, 0, 0)
    assert client.put("/accounts/login/").status_code == 405


SAFE = ["/me/", "/challenges/?page=2", "/wallet/#top", "/rewards/ekmek/"]
HOSTILE = [
    "https://evil.example/",
    "http://evil.example",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "\\evil.example",
    "javascript:alert(1)",
    " javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,x",
    "http:evil.example",
    "http:///evil.example",
    "//testserver@evil.example",
    "https://testserver.evil.example/",
    "/\t/evil.example",
    "/\nevil",
    "/\x00",
    "\x08//evil.example",
    "evil.example",
    "/" + "x" * 3000,
]


@pytest.mark.parametrize("target", SAFE)
def test_a_visitor_goes_on_to_where_they_wanted(target: str, sign_in: Door, mailbox: Mailbox, client: Client) -> None:
    ask(client, next=target)
    assert client.post("/accounts/code/", {"code": mailbox.code("ada@example.com")})["Location"] == target


@pytest.mark.parametrize("target", HOSTILE)
def test_nobody_is_sent_to_another_host(target: str, mailbox: Mailbox, client: Client, member: Member) -> None:
    assert client.get("/accounts/login/", {"next": target}).status_code == 200
    ask(client, next=target)
    assert client.post("/accounts/code/", {"code": mailbox.code("ada@example.com")})["Location"] == "/"
    assert client.get("/accounts/login/", {"next": target})["Location"] == "/"


def test_the_page_that_was_asked_for_comes_after_signing_in(client: Client, mailbox: Mailbox) -> None:
    asked = client.get("/me/")
    assert asked["Location"] == "/accounts/login/?next=/me/"
    assert '<input type="hidden" name="next" value="/me/">' in client.get(asked["Location"]).content.decode()


BAD = [
    "",
    " ",
    "ada",
    "ada@",
    "@example.com",
    "ada@example",
    "ada@@example.com",
    "ada@exa mple.com",
    "ada @example.com",
    "ada@example.com, eve@example.com",
    "ada@example.com;eve@example.com",
    "Ada <ada@example.com>",
    "ada@example..com",
    ".ada@example.com",
    "ada.@example.com",
    "ada..b@example.com",
    "ada@-example.com",
    "ada@.com",
    "ada\x00@example.com",
    "ada@exam\x00ple.com",
    "ada\n@example.com",
    "ada@example.com\nBcc: eve@example.com",
    "ada\r\n.@example.com",
    "a" * 65 + "@example.com",
    "a@" + "b" * 63 + "." + "c" * 63 + "." + "d" * 63 + "." + "e" * 63 + ".com",
    "adä@example.com",
    "ада@example.com",
    "ada\u200b@example.com",
    "ada\ud83d\ude00@example.com",
    "ada@exam\u202eple.com",
    "javascript:alert(1)",
    "<script>@example.com",
    "ada@example.com\u0000",
    "a" * 10_000,
]


@pytest.mark.parametrize("email", BAD)
def test_what_is_no_address_is_422_and_leaves_nothing(email: str, client: Client, mailbox: Mailbox) -> None:
    body = urlencode({"email": email}, errors="surrogatepass")
    answer = client.post("/accounts/login/", body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 422
    assert "aria-invalid" in answer.content.decode()
    assert (SignIn.objects.count(), Letter.objects.count(), Session.objects.count()) == (0, 0, 0)
    assert not mailbox.outbox


def test_the_longest_addresses_that_exist_are_taken(client: Client, mailbox: Mailbox) -> None:
    email = "a" * 64 + "@" + ".".join(["b" * 60, "c" * 60, "d" * 60]) + ".com"
    assert len(email) <= 254
    assert ask(client, email).status_code == 303
    assert client.post("/accounts/code/", {"code": mailbox.code(email)}).status_code == 302


def test_a_domain_in_another_script_is_the_same_as_its_ascii_form(sign_in: Door) -> None:
    sign_in("ada@xn--mnchen-3ya.de")
    client = Client()
    assert ask(client, "ADA@MÜNCHEN.de").status_code == 303
    assert SignIn.objects.order_by("asked_at").last().email == "ada@xn--mnchen-3ya.de"
