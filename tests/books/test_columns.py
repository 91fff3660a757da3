"""Every column of every table of facts: when one cell of it changes behind the site's back, a law names it.

And every row: when it vanishes, a law names that.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import IntegrityError, models, transaction
from django.test import Client

from core import clock
from core.api.models import Token
from core.brand.models import Brand
from core.earning.tasks import look_at_next
from core.ledger.expiring import expire_due
from core.members.changes import remember
from core.members.models import Member
from core.sealing.counting import count
from core.sealing.sealing import seal
from referrals.models import Click
from rewards.models import Session
from tests.books.conftest import PROGRAMME
from tests.books.planting import behind_our_back, broken, change, delete, named, replayed

pytestmark = pytest.mark.django_db

STAFF = "staff edit it, and the record of their changes has what stood there before and after"
# By table, the columns of which no law speaks, each with the reason.
UNSPOKEN: dict[str, dict[str, str]] = {
    "activities.activity": {},
    "api.reply": {},
    "brand.version": {},
    "challenges.badgeaward": {},
    "challenges.contribution": {},
    "challenges.edition": {},
    "challenges.participation": {},
    "earning.membertier": {
        "until": "when the tier is looked at again; it is counted anew from the points each time",
        "warned_of": "which end the member was told of, so that it is told once",
    },
    "earning.rule": {},
    "earning.tierchange": {},
    "earning.tieredition": {},
    "ledger.entry": {},
    "ledger.expiry": {},
    "ledger.expiryterms": {},
    "ledger.lot": {
        "revision": "numbers the transfers of a lot, which a refund that lets points go has none of",
        "available_at": "orders what is used first; the points are the same",
        "expiry": "which expiry the member was told of for it; points that ended are held against their notice",
    },
    "ledger.tally": {},
    "ledger.transfer": {},
    "ledger.use": {},
    "ledger.wallet": {
        "version": "counts writers, to keep one from undoing another's work; it says nothing of points",
        "active_on": "from when inactivity is counted; nothing ends by it without a notice long before",
        "expiry": "which expiry the member was told of for it; points that ended are held against their notice",
    },
    "members.notice": {
        "mailed_at": "set by whoever sends the letter; what was told, to whom and when does not move with it",
        "read_at": "set when the member looks; nothing rests on it",
    },
    "members.staffchange": {},
    "referrals.click": {},
    "referrals.code": {},
    "referrals.referral": {},
    "rewards.charity": dict.fromkeys(["slug", "name", "about", "url", "colour", "glyph", "position", "state"], STAFF),
    "rewards.donation": {},
    "rewards.redemption": {},
    "rewards.session": dict.fromkeys(
        ["reward", "slug", "starts", "ends", "place", "map_url", "seats", "withdrawn", "position"], STAFF
    ),
    "sealing.head": {},
    "sealing.key": {},
    "sealing.leaf": {},
    "sealing.node": {},
    "sealing.rowcount": {},
}
TERMS = "as staff write it; what holds for anybody is an edition or a version, which is a fact"
PASSING = "is there until it is done with"
# The tables that hold no facts, each with what they hold instead.
NO_FACTS = {
    "activities.kind": TERMS,
    "activities.source": "who may send events; secrets are renewed",
    "api.token": "who may use the API; secrets are renewed",
    "brand.brand": "settings; the worth of points and each version of the terms are kept as facts",
    "challenges.badge": TERMS,
    "challenges.challenge": TERMS,
    "challenges.challenge_after": TERMS,
    "challenges.task": TERMS,
    "earning.tierlevel": TERMS,
    "earning.tiers": TERMS,
    "members.allowance": PASSING,
    "members.letter": PASSING,
    "members.member": "who people are now, by their own word; the laws speak of when they joined and were erased",
    "members.noticechoice": "what a member wants to be mailed, until they want something else",
    "members.noticemail": PASSING,
    "members.signin": PASSING,
    "referrals.referralterms": TERMS,
    "rewards.lapsechoice": "where a member wants points to go that expire, until they want something else",
    "rewards.reward": TERMS,
}
TIERS = """
tiers:
  levels:
    - {slug: bronze, name: Bronze, from_points: 0}
    - {slug: silver, name: Silver, from_points: 100}
"""


@pytest.fixture
def everything(history: dict[str, Member], tmp_path: Path) -> None:
    """The history, at least one row in each table of facts, the books sealed and the facts counted."""
    file = tmp_path / "tiers.yaml"
    file.write_text(PROGRAMME + TIERS)
    call_command("programme", "apply", str(file))
    look_at_next()
    Brand.objects.update(expiry_policy="inactivity", expiry_months=12)
    expire_due()
    with clock.at(clock.now() + timedelta(days=330)):
        expire_due()
    remember(None, "changed", Session.objects.get(), {"place": "Here"}, {"place": "There"})
    Click.objects.create(code=history["host"].referral_code, visitor="somebody", hour=clock.now())
    _write_by_the_api()
    assert seal()
    assert count()


def _write_by_the_api() -> None:
    token = Token(name="shop")
    secret = token.renew(Token.Scope.WRITE)
    token.save()
    program = Client(headers={"authorization": f"Bearer {secret}", "idempotency-key": "once"})
    said = {"email": "api@example.com"}
    assert program.post("/api/v1/members", said, content_type="application/json").status_code == 201


def _columns(label: str) -> list[Any]:
    fields = apps.get_model(label)._meta.concrete_fields
    return [field for field in fields if not field.primary_key and field.name not in UNSPOKEN[label]]


def _others(field: Any, value: Any) -> Iterator[Any]:
    """Values of the field's kind that are not `value`: more than one where a unique constraint may stand against it."""
    if field.is_relation:
        others = field.related_model._default_manager.exclude(pk=value).order_by("pk").values_list("pk", flat=True)
        yield from others[:1]
        yield (value or 0) + 1000
    elif isinstance(value, str) and field.choices:
        yield from (choice for choice, _label in field.choices if choice != value)
    else:
        yield _another(field, value)
        if type(value) is int:
            yield value + 1000


def _another(field: Any, value: Any) -> Any:
    match value:
        case bool():
            return not value
        case int():
            return value + 1
        case datetime():
            return value + timedelta(hours=1)
        case date():
            return value + timedelta(days=7)
        case dict():
            return {**value, "planted": 1}
        case list():
            return [*value, "planted"]
        case bytes() | memoryview():
            return bytes(value)[::-1] + b"x"
        case uuid.UUID():
            return uuid.UUID(int=value.int ^ 1)
        case str():
            return f"{value[:-1]}x" if value and field.max_length and len(value) >= field.max_length else f"{value}x"
    kind = field.get_internal_type()
    return {"DateTimeField": datetime.fromisoformat("2026-01-01T00:00:00+00:00"), "CharField": "x"}.get(kind, 1)


@pytest.fixture
def first_and_last(everything: None, label: str) -> list[models.Model]:
    """Two rows of the table, or the only one there is."""
    rows = apps.get_model(label)._default_manager.order_by("pk")
    assert rows.exists(), f"there is no {label}"
    return list({row.pk: row for row in (rows.first(), rows.last())}.values())


@pytest.mark.parametrize("label", UNSPOKEN)
def test_a_changed_cell_is_named(first_and_last: list[models.Model], label: str) -> None:
    model = apps.get_model(label)
    assert broken() == {}
    assert replayed() == []
    silent = []
    for row in first_and_last:
        for field in _columns(label):
            row.refresh_from_db()
            with behind_our_back(model):
                assert _planted(row, field), field.name
                if not named():
                    silent.append((field.name, row.pk))

    assert silent == []


@pytest.mark.parametrize("label", UNSPOKEN)
def test_a_row_that_is_gone_is_named(first_and_last: list[models.Model], label: str) -> None:
    silent = []
    for row in first_and_last:
        with behind_our_back(type(row)):
            delete(row)
            if not named():
                silent.append(row.pk)

    assert silent == []


@pytest.mark.parametrize(
    "label",
    [
        *("activities.source", "api.token", "challenges.badge", "challenges.challenge", "members.member"),
        "rewards.reward",
    ],
)
def test_what_a_fact_points_at_is_there(first_and_last: list[models.Model], label: str) -> None:
    row = first_and_last[0]
    with behind_our_back(type(row)):
        delete(row)

        assert any(
            f"{row._meta.db_table} {row.pk}, which is gone" in said for said in broken()["facts-point-somewhere"]
        )


def _planted(row: models.Model, field: Any) -> bool:
    """Whether another value could be put into the cell."""
    for value in _others(field, getattr(row, field.attname)):
        with suppress(IntegrityError), transaction.atomic():
            change(row, field.name, value)
            return True
    return False


@pytest.mark.parametrize("label", UNSPOKEN)
def test_what_no_law_speaks_of_is_there(label: str) -> None:
    """A column that is gone is not excused for ever."""
    names = {field.name for field in apps.get_model(label)._meta.concrete_fields}
    assert UNSPOKEN[label].keys() <= names


def test_every_table_is_one_of_facts_or_holds_something_else() -> None:
    """A table that is new has to say which."""
    own = ("core.", "challenges", "referrals", "rewards")
    tables = {
        model._meta.label_lower
        for app in apps.get_app_configs()
        if app.name.startswith(own)
        for model in app.get_models(include_auto_created=True)
    }

    assert {*UNSPOKEN, *NO_FACTS} == tables
    assert not UNSPOKEN.keys() & NO_FACTS.keys()
