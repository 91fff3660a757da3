"""Bad input gets the documented no, as problem+json, and leaves no row."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core.activities.models import Activity
from core.api.models import Reply
from core.members.models import Member

API = "/api/v1/"
JSON = "application/json"
DEEP = "[" * 200_000 + "]" * 200_000

BODIES: list[tuple[str | bytes, int]] = [
    ("", 422),
    ("{", 400),
    ("nonsense", 400),
    ("{'email': 'a@example.com'}", 400),
    ('{"email": "a@example.com",}', 400),
    ('{"email": "a@example.com", "email": "b@example.com"}', 400),
    ('{"email": NaN}', 400),
    ('{"email": Infinity}', 400),
    ('{"email": -Infinity}', 400),
    (b'\xef\xbb\xbf{"email": "a@example.com"}', 400),
    (b'{"email": "\xff\xfe"}', 400),
    ('{"email": "a@example.com"}'.encode("utf-16"), 400),
    (b'{"email": "a\x00@example.com"}', 400),
    (DEEP, 400),
    ('{"email": ' + "9" * 5000 + "}", 400),
    ("null", 422),
    ("true", 422),
    ("0", 422),
    ("1e400", 422),
    ('"a@example.com"', 422),
    ("[]", 422),
    ('[{"email": "a@example.com"}]', 422),
    ("{}", 422),
    ('{"email": null}', 422),
    ('{"email": 1}', 422),
    ('{"email": 9223372036854775808}', 422),
    ('{"email": true}', 422),
    ('{"email": 1e400}', 422),
    ('{"email": []}', 422),
    ('{"email": {}}', 422),
    ('{"email": ""}', 422),
    ('{"email": "a"}', 422),
    ('{"email": "a@"}', 422),
    ('{"email": "a@b"}', 422),
    ('{"email": "@example.com"}', 422),
    ('{"email": "a b@example.com"}', 422),
    ('{"email": "a\\u0000@example.com"}', 422),
    ('{"email": "\\ud800@example.com"}', 422),
    ('{"email": "a@example.com\\n"}', 422),
    ('{"email": "' + "a" * 65 + '@example.com"}', 422),
    ('{"email": "a@' + "e" * 250 + '.com"}', 422),
    ('{"email": "a@example.com", "referral_code": 7}', 422),
    ('{"email": "a@example.com", "referral_code": true}', 422),
    ('{"email": "a@example.com", "referral_code": []}', 422),
    ('{"email": "a@example.com", "referral_code": "\\u0000"}', 422),
    ('{"email": "a@example.com", "referral_code": "\\udfff"}', 422),
    ('{"email": "a@example.com", "referral_code": "' + "x" * 41 + '"}', 422),
]


def is_a_problem(answer: Any, status: int) -> dict[str, Any]:
    """The answer's problem, with everything that RFC 9457 and the contract want of it."""
    assert answer.status_code == status, answer.content[:300]
    assert answer["Content-Type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert problem["status"] == status
    assert problem["type"]
    assert problem["title"]
    if status == 422:
        assert all(set(error) == {"field", "message"} for error in problem["errors"])
        assert problem["errors"]
    return problem


@pytest.mark.parametrize(("body", "status"), BODIES, ids=[str(number) for number in range(len(BODIES))])
@pytest.mark.parametrize("key", [{}, {"Idempotency-Key": "k"}], ids=["plain", "keyed"])
def test_a_bad_body_is_refused(writer: Client, body: str | bytes, status: int, key: dict[str, str]) -> None:
    problem = is_a_problem(writer.post(f"{API}members", body, content_type=JSON, headers=key), status)
    if status == 422 and isinstance(body, str) and "referral_code" in body:
        assert problem["errors"][0]["field"] == "referral_code"
    elif status == 422 and isinstance(body, str) and body.startswith('{"'):
        assert problem["errors"][0]["field"] == "email"
    assert (Member.objects.count(), Activity.objects.count(), Reply.objects.count()) == (0, 0, 0)


@pytest.mark.parametrize(
    "content_type", ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/jsonx"]
)
def test_another_content_type_is_refused(writer: Client, content_type: str) -> None:
    answer = writer.generic("POST", f"{API}members", '{"email": "a@example.com"}', content_type=content_type)
    is_a_problem(answer, 415)
    assert not Member.objects.exists()


@pytest.mark.parametrize("encoding", ["gzip", "br", "identity, gzip", "x"])
def test_an_encoded_body_is_refused(writer: Client, encoding: str) -> None:
    headers = {"Content-Encoding": encoding}
    is_a_problem(writer.post(f"{API}members", {"email": "a@example.com"}, content_type=JSON, headers=headers), 415)


def test_a_huge_body_is_refused(writer: Client) -> None:
    body = '{"email": "' + "a" * 13_000_000 + '"}'
    is_a_problem(writer.post(f"{API}members", body, content_type=JSON), 413)
    is_a_problem(writer.post(f"{API}members", body[:4_000_000], content_type=JSON), 413)
    keyed = writer.post(f"{API}members", body[:4_000_000], content_type=JSON, headers={"Idempotency-Key": "k"})
    is_a_problem(keyed, 413)


@pytest.mark.parametrize("key", ["", "x" * 201, "a\x7f", "ş", "\t"])
def test_a_bad_idempotency_key_is_refused(writer: Client, key: str) -> None:
    headers = {"Idempotency-Key": key}
    answer = writer.post(f"{API}members", {"email": "a@example.com"}, content_type=JSON, headers=headers)
    assert is_a_problem(answer, 422)["errors"][0]["field"] == "Idempotency-Key"
    assert not Member.objects.exists()


@pytest.mark.parametrize(
    "path",
    [
        "",
        "x",
        "members/",
        "member",
        "activities/1",
        "openapi",
        "docs",
        "members/nobody@example.com",
        "members/x/entries",
    ]
    + [
        f"members/{name}" for name in ("%00", "a%00@example.com", "%ff%fe", "%F0%9F%8D%83", "a" * 3000, "%2e%2e", "'--")
    ],
)
def test_what_is_not_there_is_not_found(writer: Client, path: str) -> None:
    is_a_problem(writer.get(API + path), 404)


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "members", "POST"),
        ("DELETE", "members", "POST"),
        ("PUT", "members/a@example.com", "GET"),
        ("POST", "members/a@example.com/entries", "GET"),
        ("PATCH", "activities", "GET"),
        ("OPTIONS", "activities", "GET"),
        ("BREW", "members", "POST"),
    ],
)
def test_another_method_is_answered_with_the_right_ones(writer: Client, method: str, path: str, allowed: str) -> None:
    answer = writer.generic(method, API + path)
    is_a_problem(answer, 405)
    assert answer["Allow"] == allowed


CURSORS = [
    "x",
    "!",
    "bnVsbA",
    "W10",
    "WzFd",
    "WyJ4Il0",
    "WzEsMl0",
    "WyJ4IiwxXQ",
    "W3RydWUsMV0",
    "W251bGwsMV0",
    "é",
    "\x00",
]
CURSORS += ["WyIyMDI2LTExLTIzVDA3OjE3OjM0KzAwOjAwIiw5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTldCg", "a" * 401]
BAD_QUERIES = [("cursor", cursor) for cursor in CURSORS]
BAD_QUERIES += [("limit", limit) for limit in ("0", "-1", "201", "x", "1.5", "", "1e3", "9" * 400, "\x00")]
BAD_QUERIES += [("since", since) for since in ("x", "0", "2026-11-20", "2026-11-20T09:30:00", "2026-13-01T00:00:00Z")]
BAD_QUERIES += [
    ("since", since) for since in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "\x00", "9" * 41)
]


@pytest.mark.parametrize(
    ("name", "value"), BAD_QUERIES, ids=[f"{name}-{at}" for at, (name, _) in enumerate(BAD_QUERIES)]
)
def test_a_bad_parameter_is_named(reader: Client, name: str, value: str) -> None:
    answer = reader.get(f"{API}activities", {name: value})
    assert is_a_problem(answer, 422)["errors"][0]["field"] == name


def test_the_body_of_a_head_is_left_out(reader: Client, member: Member) -> None:
    answer = reader.head(f"{API}members/{member.email}")
    assert (answer.status_code, answer.content) == (200, b"")


def test_the_api_has_its_own_address() -> None:
    assert reverse("api:openapi-json") == "/api/v1/openapi.json"
