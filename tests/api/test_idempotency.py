"""A write that comes twice happens once, and gets the first answer for ever."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.api.models import Reply
from core.ledger.models import Wallet
from core.members.models import Member
from rewards.models import Charity, Donation
from tests.api.conftest import bearing
from tests.rewards.factories import CharityFactory, fund, member_with
from tests.together import at_once

probing = pytest.mark.urls("tests.api.probe_urls")


def send(client: Client, path: str, body: Any = None, key: str | None = "key-1") -> Any:
    headers = {} if key is None else {"Idempotency-Key": key}
    return client.post(f"/api/v1/{path}", body or {}, content_type="application/json", headers=headers)


@pytest.fixture
def charity(db: None) -> Charity:
    return CharityFactory()


def gift(member: Member, charity: Charity, points: int = 100) -> dict[str, Any]:
    return {"email": member.email, "charity": charity.slug, "points": points}


def test_the_same_write_again_changes_nothing_and_gets_the_same_answer(writer: Client, charity: Charity) -> None:
    member = member_with(1_000)
    first = send(writer, "donations", gift(member, charity))
    again = send(writer, "donations", gift(member, charity))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert first["Content-Type"] == again["Content-Type"]
    assert again["Idempotent-Replayed"] == "true"
    assert (Donation.objects.count(), Wallet.of(member.pk).available) == (1, 900)


def test_another_key_or_none_is_another_write(writer: Client, charity: Charity) -> None:
    member = member_with(1_000)
    keys = ["a", "b", None, None]
    ids = {send(writer, "donations", gift(member, charity), key).json()["id"] for key in keys}
    assert (len(ids), Wallet.of(member.pk).available) == (4, 600)


def test_the_same_body_spelled_differently_is_the_same_write(writer: Client, charity: Charity) -> None:
    member = member_with(1_000)
    body = gift(member, charity)
    headers = {"Idempotency-Key": "k"}
    for text in (json.dumps(body), json.dumps(dict(reversed(body.items())), indent=3)):
        answer = writer.post("/api/v1/donations", text, content_type="application/json", headers=headers)
        assert answer.status_code == 201
    assert Donation.objects.count() == 1


@pytest.mark.parametrize("other", ["points", "path"])
def test_a_key_that_was_used_for_something_else_is_refused(writer: Client, charity: Charity, other: str) -> None:
    member = member_with(1_000)
    send(writer, "donations", gift(member, charity))
    path, body = (
        ("donations", gift(member, charity, 200)) if other == "points" else ("members", {"email": member.email})
    )
    answer = send(writer, path, body)
    assert (answer.status_code, answer["Content-Type"]) == (409, "application/problem+json")
    assert answer.json()["type"].endswith("idempotency-key-reused")
    assert Wallet.of(member.pk).available == 900


def test_another_token_may_use_the_same_key(writer: Client, charity: Charity) -> None:
    member = member_with(1_000)
    send(writer, "donations", gift(member, charity))
    send(bearing("partner", "write"), "donations", gift(member, charity))
    assert Donation.objects.count() == 2


def test_a_refusal_is_kept_for_ever(writer: Client, charity: Charity) -> None:
    member = member_with(50)
    refused = send(writer, "donations", gift(member, charity))
    assert (refused.status_code, refused.json()["type"].rsplit("/")[-1]) == (409, "insufficient-points")
    fund(member, 1_000)
    again = send(writer, "donations", gift(member, charity))
    assert (again.status_code, again.content) == (409, refused.content)
    assert send(writer, "donations", gift(member, charity), "key-2").status_code == 201


def test_a_wrong_request_may_be_put_right_under_the_same_key(writer: Client, charity: Charity) -> None:
    member = member_with(1_000)
    assert send(writer, "donations", gift(member, charity) | {"points": "100"}).status_code == 422
    assert send(writer, "donations", gift(member, charity)).status_code == 201


def test_a_token_that_may_only_read_uses_up_no_key(reader: Client, charity: Charity) -> None:
    assert send(reader, "donations", gift(member_with(1_000), charity)).status_code == 403
    assert send(Client(), "donations").status_code == 401
    assert not Reply.objects.exists()


@probing
@pytest.mark.parametrize("key", ["k", None])
@pytest.mark.parametrize(
    ("path", "status", "members", "kept"),
    [
        ("good", 201, 1, 1),
        ("refused", 409, 0, 1),
        ("missing", 404, 0, 1),
        ("wrong", 422, 0, 0),
        ("broken", 500, 0, 0),
        ("half", 500, 0, 0),
    ],
)
def test_an_answer_and_its_effect_are_kept_together_or_not_at_all(
    writer: Client, path: str, status: int, members: int, kept: int, key: str | None
) -> None:
    writer.raise_request_exception = False
    answer = send(writer, path, key=key)
    assert (answer.status_code, Member.objects.count()) == (status, members)
    assert Reply.objects.filter(status=status).count() == Reply.objects.count() == (kept if key else 0)
    if status >= 400:
        assert answer["Content-Type"] == "application/problem+json"
        assert "ZeroDivision" not in answer.content.decode()
    if kept and key:
        assert send(writer, path, key=key).content == answer.content


def test_a_repeat_costs_few_queries(writer: Client, charity: Charity, django_assert_max_num_queries: Any) -> None:
    member = member_with(1_000)
    send(writer, "donations", gift(member, charity))
    with django_assert_max_num_queries(8) as queries:
        send(writer, "donations", gift(member, charity))
    assert isinstance(queries, CaptureQueriesContext)


@pytest.mark.django_db(transaction=True)
def test_twenty_copies_at_once_have_one_effect_and_one_answer(charity: Charity) -> None:
    writer = bearing("shop", "write")
    member, key = member_with(1_000), str(uuid4())
    answers = at_once(lambda _n: send(writer, "donations", gift(member, charity), key), 20, threads=20)
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert (Donation.objects.count(), Wallet.of(member.pk).available) == (1, 900)


@pytest.mark.django_db(transaction=True)
def test_twenty_copies_of_a_refused_write_get_the_one_refusal(charity: Charity) -> None:
    writer = bearing("shop", "write")
    member, key = member_with(10), str(uuid4())
    answers = at_once(lambda _n: send(writer, "donations", gift(member, charity), key), 20, threads=20)
    assert {answer.status_code for answer in answers} == {409}
    assert len({answer.content for answer in answers}) == 1
    assert Reply.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_twenty_different_writes_under_one_key_one_wins(charity: Charity) -> None:
    writer = bearing("shop", "write")
    member, key = member_with(10_000), str(uuid4())
    answers = at_once(lambda n: send(writer, "donations", gift(member, charity, 100 + n), key), 20, threads=20)
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 19
    assert Donation.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_twenty_who_take_the_same_person_in_make_one_member() -> None:
    writer = bearing("shop", "write")
    answers = at_once(lambda _n: send(writer, "members", {"email": "new@example.com"}, None), 20, threads=20)
    assert sorted(answer.status_code for answer in answers) == [200] * 19 + [201]
    assert Member.objects.count() == 1
