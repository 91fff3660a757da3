"""What bad input gets: the documented answer, and no row."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from core.activities.models import SITE, Activity, Source
from core.activities.recording import record
from core.earning import rules
from core.ledger.models import Transfer

GOOD: dict[str, Any] = {
    "type": "order.paid",
    "timestamp": "2026-11-20T09:30:00Z",
    "data": {"email": "ada@example.com", "reference": "order-1", "amount": "42.50", "currency": "EUR"},
}


def but(**changes: Any) -> bytes:
    """The good event with members replaced; `data__amount=…` reaches inside, `...` leaves the member out."""
    event = json.loads(json.dumps(GOOD))
    for name, value in changes.items():
        place, key = (event["data"], name[6:]) if name.startswith("data__") else (event, name)
        if value is ...:
            del place[key]
        else:
            place[key] = value
    return json.dumps(event).encode()


def raw(text: str) -> bytes:
    """The good event with its amount replaced by JSON that Python would not write."""
    return but(data__amount="HERE").replace(b'"HERE"', text.encode())


MALFORMED = {
    "nothing but space": b" ",
    "not JSON": b"hello",
    "half": but()[:-5],
    "two documents": but() + but(),
    "trailing comma": b'{"type": "order.paid",}',
    "single quotes": b"{'type': 'order.paid'}",
    "not UTF-8": but().replace(b"order-1", b"\xff\xfe"),
    "UTF-16": but().decode().encode("utf-16"),
    "a byte order mark": b"\xef\xbb\xbf" + but(),
    "NaN": raw("NaN"),
    "Infinity": raw("-Infinity"),
    "duplicate keys": but().replace(b'"type"', b'"type": "x.y", "type"', 1),
    "duplicate keys deep": but().replace(b'"reference"', b'"reference": "x", "reference"', 1),
    "200,000 deep": b"[" * 200_000 + b"]" * 200_000,
    "an endless number": raw("9" * 5000),
    "null": b"null",
    "true": b"true",
    "a number": b"42",
    "a text": b'"order.paid"',
    "a list": b"[" + but() + b"]",
    "an empty list": b"[]",
    "an empty object": b"{}",
    "an object that says nothing": b'{"hello": "world"}',
    "no events": b'{"events": []}',
    "events that are no list": b'{"events": {}}',
    "an event and a batch": but(events=[]),
    "NUL between": but().replace(b":", b":\x00", 1),
}
WRONG: dict[str, tuple[bytes, str]] = {
    "type missing": (but(type=...), "type"),
    "type null": (but(type=None), "type"),
    "type a number": (but(type=7), "type"),
    "type empty": (but(type=""), "type"),
    "type too long": (but(type="x" * 201), "type"),
    "type with a newline": (but(type="order\n.paid"), "type"),
    "type with NUL": (but(type="order\x00.paid"), "type"),
    "type with a lone surrogate": (but(type="order\ud800"), "type"),
    "type of the site": (but(type="member.joined"), "type"),
    "type of the site, a prize": (but(type="challenge.completed"), "type"),
    "timestamp missing": (but(timestamp=...), "timestamp"),
    "timestamp a number": (but(timestamp=1_790_000_000), "timestamp"),
    "timestamp without zone": (but(timestamp="2026-11-20T09:30:00"), "timestamp"),
    "timestamp only a day": (but(timestamp="2026-11-20"), "timestamp"),
    "timestamp of a 30 February": (but(timestamp="2026-02-30T09:30:00Z"), "timestamp"),
    "timestamp at 25 o'clock": (but(timestamp="2026-11-20T25:30:00Z"), "timestamp"),
    "timestamp in Arabic digits": (but(timestamp="٢٠٢٦-11-20T09:30:00Z"), "timestamp"),
    "timestamp in year 1": (but(timestamp="0001-01-01T00:00:00+14:00"), "timestamp"),
    "timestamp in year 9999": (but(timestamp="9999-12-31T23:59:59-14:00"), "timestamp"),
    "timestamp two days ahead": (
        but(timestamp=(datetime.now(UTC) + timedelta(days=2)).isoformat()),
        "timestamp",
    ),
    "data missing": (but(data=...), "data"),
    "data null": (but(data=None), "data"),
    "data a list": (but(data=[]), "data"),
    "data a text": (but(data="x"), "data"),
    "email missing": (but(data__email=...), "data.email"),
    "email null": (but(data__email=None), "data.email"),
    "email a list": (but(data__email=["ada@example.com"]), "data.email"),
    "email empty": (but(data__email=""), "data.email"),
    "email without at": (but(data__email="ada"), "data.email"),
    "email with two ats": (but(data__email="ada@b@example.com"), "data.email"),
    "email with NUL": (but(data__email="ada\x00@example.com"), "data.email"),
    "email with a newline": (but(data__email="ada@example.com\nbcc: x@example.com"), "data.email"),
    "email with a lone surrogate": (but(data__email="ada\ud800@example.com"), "data.email"),
    "email local part too long": (but(data__email="a" * 65 + "@example.com"), "data.email"),
    "email too long": (but(data__email="a@" + "b." * 130 + "com"), "data.email"),
    "reference missing": (but(data__reference=...), "data.reference"),
    "reference null": (but(data__reference=None), "data.reference"),
    "reference a number": (but(data__reference=1001), "data.reference"),
    "reference empty": (but(data__reference=""), "data.reference"),
    "reference too long": (but(data__reference="x" * 201), "data.reference"),
    "reference with NUL": (but(data__reference="a\x00b"), "data.reference"),
    "reference with a lone surrogate": (but(data__reference="a\udfff"), "data.reference"),
    "amount missing": (but(data__amount=...), "data.amount"),
    "amount null": (but(data__amount=None), "data.amount"),
    "amount a boolean": (but(data__amount=True), "data.amount"),
    "amount a float": (but(data__amount=42.5), "data.amount"),
    "amount a whole float": (raw("42.0"), "data.amount"),
    "amount in exponents": (raw("1e3"), "data.amount"),
    "amount 1e400": (raw("1e400"), "data.amount"),
    "amount negative": (but(data__amount=-1), "data.amount"),
    "amount negative text": (but(data__amount="-1.00"), "data.amount"),
    "amount with a plus": (but(data__amount="+1.00"), "data.amount"),
    "amount with spaces": (but(data__amount=" 1.00"), "data.amount"),
    "amount with a newline": (but(data__amount="1.00\n"), "data.amount"),
    "amount with a comma": (but(data__amount="1,00"), "data.amount"),
    "amount in Arabic digits": (but(data__amount="٤٢"), "data.amount"),
    "amount with three decimals": (but(data__amount="1.005"), "data.amount"),
    "amount of thirteen digits": (but(data__amount="1234567890123"), "data.amount"),
    "amount 2^63": (but(data__amount=2**63), "data.amount"),
    "amount hexadecimal": (but(data__amount="0x10"), "data.amount"),
    "amount an object": (but(data__amount={"value": 1}), "data.amount"),
    "another currency": (but(data__currency="USD"), "data.currency"),
    "currency a number": (but(data__currency=978), "data.currency"),
    "NUL in what else is said": (but(data__note="a\x00b"), "data"),
    "a lone surrogate in what else is said": (but(data__note="\ud800"), "data"),
    "a key with NUL": (but(**{"data__a\x00b": 1}), "data"),
    "a number beyond 64 bits": (but(data__note=2**64), "data"),
    "an infinite number": (but(data__note="HERE").replace(b'"HERE"', b"1e999"), "data"),
    "too deep to keep": (but(data__note="HERE").replace(b'"HERE"', b"[" * 60 + b"]" * 60), "data"),
    "a refund above its order": (
        but(type="order.refunded", data__reference="known", data__amount="10.01"),
        "data.amount",
    ),
    "an order told otherwise": (but(data__reference="known"), "data.reference"),
}


@pytest.fixture
def rows(shop, ada):
    """A shop with one order, and how many rows there are; nothing bad adds to them."""
    rules.put("per-euro", activity="order.paid", calculation="per_amount", settings={"points": 1, "per": "1.00"})
    shop.post(but(data__reference="known", data__amount="10.00"))
    before = (Activity.objects.count(), Transfer.objects.count())
    yield
    assert (Activity.objects.count(), Transfer.objects.count()) == before


@pytest.mark.usefixtures("rows")
@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED.keys())
def test_what_is_no_event_is_400(shop, body):
    answer = shop.post(body)
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert answer.json()["status"] == 400


@pytest.mark.usefixtures("rows")
@pytest.mark.parametrize(("body", "field"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_member_is_422_and_named(shop, body, field):
    answer = shop.post(body)
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
    assert field in [error["field"] for error in answer.json()["errors"]]


@pytest.mark.usefixtures("rows")
@pytest.mark.parametrize(("body", "field"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_event_in_a_batch_is_rejected_alone(shop, body, field):
    event = body[:-1] + b', "id": "bad"}'
    answer = shop.post(b'{"events": [' + event + b"]}")
    assert answer.status_code == 202
    (result,) = answer.json()["results"]
    assert (result["id"], result["status"]) == ("bad", "rejected")
    assert field in [error["field"] for error in result["errors"]]


UNSIGNED: dict[str, dict[str, str]] = {
    "none at all": {"webhook-id": "", "webhook-timestamp": "", "webhook-signature": ""},
    "no id": {"webhook-id": ""},
    "no timestamp": {"webhook-timestamp": ""},
    "no signature": {"webhook-signature": ""},
    "another id": {"webhook-id": "evt-y"},
    "another time": {"webhook-timestamp": str(int(datetime.now(UTC).timestamp()) - 7)},
    "a time that is no number": {"webhook-timestamp": "now"},
    "a time without end": {"webhook-timestamp": "9" * 400},
    "a time in other digits": {"webhook-timestamp": "²"},
    "a negative time": {"webhook-timestamp": "-1"},
    "garbage": {"webhook-signature": "v1,$$$$"},
    "garbage without comma": {"webhook-signature": "v1"},
    "commas": {"webhook-signature": ",,,, ,v1,,"},
    "not ASCII": {"webhook-signature": "v1,é"},
    "very long": {"webhook-signature": "v1,x " * 2000},
    "all zeros": {"webhook-signature": "v1," + base64.b64encode(bytes(32)).decode()},
}


@pytest.mark.usefixtures("rows")
@pytest.mark.parametrize("headers", UNSIGNED.values(), ids=UNSIGNED.keys())
def test_what_is_not_rightly_signed_is_401(shop, headers):
    assert shop.post(but(data__reference="order-2"), "evt-x", **headers).status_code == 401


@pytest.mark.usefixtures("rows")
@pytest.mark.parametrize("spoil", [lambda s: s[:-4], lambda s: s.replace("v1,", "v2,"), lambda s: s[3:]])
def test_a_spoiled_signature_is_401(shop, spoil):
    body = but(data__reference="order-2")
    signed = shop.signature(body, "evt-x")
    signed["webhook-signature"] = spoil(signed["webhook-signature"])
    assert shop.post(body, "evt-x", **signed).status_code == 401


@pytest.mark.usefixtures("rows")
@pytest.mark.parametrize("seconds", [-310, 310])
def test_a_signature_from_another_time_is_401(shop, seconds):
    body = but(data__reference="order-2")
    signed = shop.signature(body, "evt-x", datetime.now(UTC) + timedelta(seconds=seconds))
    assert shop.post(body, "evt-x", **signed).status_code == 401


@pytest.mark.usefixtures("rows")
def test_one_changed_byte_is_401(shop):
    body = but(data__reference="order-2")
    signed = shop.signature(body, "evt-x")
    assert shop.post(body.replace(b"42.50", b"42.51"), **signed).status_code == 401


@pytest.mark.usefixtures("rows")
def test_unsigned_garbage_is_401(shop):
    for body in MALFORMED.values():
        assert shop.post(body, **{"webhook-signature": "v1,AAAA"}).status_code == 401


@pytest.mark.usefixtures("rows")
def test_the_order_of_answers(shop, client):
    body = but(data__reference="order-2")
    assert client.post("/hooks/nobody/", b"x" * 2_000_000, content_type="text/plain").status_code == 404
    assert client.post(f"/hooks/{SITE}/", body, content_type="application/json").status_code == 404
    got = client.get("/hooks/shop/")
    assert (got.status_code, got["Allow"]) == (405, "POST")
    assert client.put("/hooks/shop/", b"x" * 2_000_000).status_code == 405
    assert client.post("/hooks/shop/", b"x" * (1024 * 1024 + 1), content_type="text/plain").status_code == 413
    assert client.post("/hooks/shop/", b"hello", content_type="text/plain").status_code == 401
    signed = shop.signature(b"hello", "evt-x")
    assert client.post("/hooks/shop/", b"hello", content_type="text/plain", headers=signed).status_code == 415
    assert shop.post(body, **{"content-encoding": "gzip"}).status_code == 415
    assert shop.send_batch(*[GOOD] * 501).status_code == 413


def test_a_body_of_exactly_one_mebibyte_is_read(shop, ada):
    filler = 1024 * 1024 - len(but(data__note=""))
    assert shop.post(but(data__note="x" * filler)).status_code == 202


def test_a_declared_source_refuses_all_until_it_has_a_secret(shop):
    Source.objects.update(secret="", previous_secret="")
    body = but()
    assert shop.post(body).status_code == 401


def test_a_rotated_secret_is_valid_for_a_day(shop, ada, time_machine):
    source = Source.objects.get(slug="shop")
    source.rotate()
    assert shop.post(but(data__reference="a")).status_code == 202
    time_machine.move_to(datetime.now(UTC) + timedelta(hours=24, seconds=1))
    assert shop.post(but(data__reference="b")).status_code == 401


def test_a_source_that_sends_too_fast_is_told_to_wait(shop, ada, settings, time_machine):
    settings.EVENTS_PER_SECOND = 2
    time_machine.move_to(datetime.now(UTC), tick=False)
    answers = [shop.post(but(data__reference=f"order-{n}")) for n in range(4)]
    assert [answer.status_code for answer in answers] == [202, 202, 429, 429]
    assert answers[2]["Retry-After"] == "1"


def test_an_empty_batch_of_good_events_is_harmless(db):
    assert record([]) == []
