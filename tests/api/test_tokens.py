"""Tokens: who may do what, and the command that makes them."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client

from core.api.models import Token
from core.members.models import Member

MEMBERS = "/api/v1/members"


def run(*args: str) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of `manage.py token`."""
    out, err = StringIO(), StringIO()
    try:
        call_command("token", *args, stdout=out, stderr=err)
    except SystemExit as exit:
        return int(exit.code or 0), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def asking(secret: str, path: str = "/api/v1/activities") -> int:
    return Client(headers={"authorization": f"Bearer {secret}"}).get(path).status_code


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        "Bearer x",
        "Bearer gt_" + "x" * 5000,
        "Basic YTpi",
        "Token x",
        "Bearer é\x00",
        "bearer a b",
    ],
)
def test_who_has_no_token_in_force_is_asked_for_one(member: Member, header: str) -> None:
    answer = Client(headers={"authorization": header}).get(f"{MEMBERS}/{member.email}")
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == 401


def test_a_members_session_is_no_token(client: Client, member: Member) -> None:
    client.force_login(member)
    assert client.get(f"{MEMBERS}/{member.email}").status_code == 401


def test_a_token_that_may_read_writes_nothing(reader: Client, member: Member) -> None:
    assert reader.get(f"{MEMBERS}/{member.email}").status_code == 200
    refused = reader.post(MEMBERS, {"email": "new@example.com"}, content_type="application/json")
    assert (refused.status_code, refused["Content-Type"]) == (403, "application/problem+json")
    assert not Member.objects.filter(email="new@example.com").exists()


def test_a_token_that_may_write_reads_too(writer: Client, member: Member) -> None:
    assert writer.get(f"{MEMBERS}/{member.email}").status_code == 200


@pytest.mark.django_db
def test_the_command_prints_the_token_alone_and_keeps_only_its_hash() -> None:
    code, out, err = run("add", "shop", "--scope", "write")
    secret = out.strip()
    token = Token.objects.get(name="shop")
    assert (code, out) == (0, secret + "\n")
    assert secret not in err
    assert secret not in (token.hash, str(token))
    assert token.may_write
    assert asking(secret) == 200


@pytest.mark.django_db
def test_a_token_may_only_read_unless_asked_otherwise() -> None:
    run("add", "analysts")
    assert not Token.objects.get(name="analysts").may_write


@pytest.mark.django_db
def test_a_name_has_one_token_at_a_time() -> None:
    _code, first, _err = run("add", "shop")
    code, out, err = run("add", "shop")
    assert (code, out) == (1, "")
    assert "already" in err
    assert asking(first.strip()) == 200


@pytest.mark.django_db
def test_a_revoked_token_is_worth_nothing_and_its_name_may_be_used_again() -> None:
    _code, first, _err = run("add", "shop")
    assert run("revoke", "shop")[0] == 0
    assert asking(first.strip()) == 401
    code, second, _err = run("add", "shop")
    assert code == 0
    assert [asking(first.strip()), asking(second.strip())] == [401, 200]


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["", "a/b", "ş", "x" * 81, "a\n", " a"])
def test_a_name_that_is_none_is_refused(name: str) -> None:
    code, out, err = run("add", name)
    assert (code, out) == (2, "")
    assert err
    assert not Token.objects.exists()


@pytest.mark.django_db
def test_revoking_what_is_not_there_says_so() -> None:
    code, _out, err = run("revoke", "nobody")
    assert (code, "nobody" in err) == (1, True)
