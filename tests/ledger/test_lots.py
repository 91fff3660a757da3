"""Each point in a wallet is of an award, and what became available first is used first."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import clock
from core.ledger import triggers
from core.ledger.models import Lot, Use, Wallet
from core.ledger.releasing import release_due
from core.ledger.soonest import soonest
from core.ledger.spending import adjust, donate, spend, unspend
from tests.ledger.conftest import WHY, breaches, days


def remaining(member) -> dict[str, int]:
    return dict(Lot.objects.filter(member=member).order_by("pk").values_list("cause", "remaining"))


@pytest.fixture
def three(member, due):
    """Three awards, one a day."""
    for number, points in enumerate([30, 20, 10]):
        with clock.at(days(number)):
            due(member, f"order-{number}", points)


@pytest.mark.usefixtures("three")
def test_what_became_available_first_is_used_first(member):
    spend(member.pk, 35, reference="a", explanation=WHY)
    assert remaining(member) == {"order-0": 0, "order-1": 15, "order-2": 10}
    donate(member.pk, 16, reference="b", explanation=WHY)
    assert remaining(member) == {"order-0": 0, "order-1": 0, "order-2": 9}
    adjust(member.pk, -9, reference="c", explanation=WHY)
    assert remaining(member) == {"order-0": 0, "order-1": 0, "order-2": 0}
    assert breaches() == []


def test_what_was_held_becomes_available_when_it_is_released(member, due):
    due(member, "held", 30, hold=14)
    due(member, "at once", 20)
    with clock.at(days(15)):
        release_due()
        spend(member.pk, 25, reference="a", explanation=WHY)
    assert remaining(member) == {"held": 25, "at once": 0}
    assert breaches() == []


@pytest.mark.usefixtures("three")
def test_what_is_given_back_goes_where_it_came_from(member):
    spend(member.pk, 35, reference="a", explanation=WHY)
    spend(member.pk, 20, reference="b", explanation=WHY)
    unspend("a", reference="a:back", explanation=WHY)
    assert remaining(member) == {"order-0": 30, "order-1": 5, "order-2": 5}
    unspend("a", reference="a:back", explanation=WHY)
    assert Wallet.of(member.pk).available == 40
    assert breaches() == []


@pytest.mark.usefixtures("three")
def test_a_refund_takes_from_its_own_award_before_any_other(member, due):
    due(member, "order-1", 5)
    assert remaining(member) == {"order-0": 30, "order-1": 5, "order-2": 10}
    due(member, "order-2", 0)
    assert remaining(member) == {"order-0": 30, "order-1": 5, "order-2": 0}
    spend(member.pk, 20, reference="a", explanation=WHY)
    due(member, "order-0", 0)
    assert remaining(member) == {"order-0": 0, "order-1": 0, "order-2": 0}
    assert Wallet.of(member.pk).owed == 15
    assert breaches() == []


def test_what_settles_a_debt_is_taken_from_the_award_that_came(member, due):
    due(member, "order-0", 30)
    spend(member.pk, 30, reference="a", explanation=WHY)
    due(member, "order-0", 10)
    due(member, "order-1", 50)
    assert remaining(member) == {"order-0": 0, "order-1": 30}
    unspend("a", reference="a:back", explanation=WHY)
    assert remaining(member) == {"order-0": 30, "order-1": 30}
    assert breaches() == []


def test_an_award_to_who_owes_nothing_uses_nothing(member, due):
    with CaptureQueriesContext(connection) as captured:
        due(member, "order-0", 30)
    assert [query["sql"] for query in captured if "ledger_use" in query["sql"] or "RECURSIVE" in query["sql"]] == []


def test_a_spend_reads_no_more_lots_than_it_uses(member, due):
    for number in range(60):
        due(member, f"order-{number}", 1)
    assert [lot.cause for lot in soonest({member.pk: 3})[member.pk]] == ["order-0", "order-1", "order-2"]
    assert len(soonest({member.pk: 1000})[member.pk]) == 60
    with CaptureQueriesContext(connection) as small:
        spend(member.pk, 1, reference="a", explanation=WHY)
    with CaptureQueriesContext(connection) as large:
        spend(member.pk, 50, reference="b", explanation=WHY)
    assert len(large) == len(small)


def test_the_history_so_far_says_what_remains(member, other_member, due):
    """The migration, on a history with everything in it: it comes to what the books would have kept themselves."""
    for person in (member, other_member):
        due(person, f"{person.pk}:a", 30)
        due(person, f"{person.pk}:b", 20, hold=14)
        spend(person.pk, 25, reference=f"{person.pk}:spent", explanation=WHY)
        due(person, f"{person.pk}:a", 10)
        due(person, f"{person.pk}:c", 40)
        unspend(f"{person.pk}:spent", reference=f"{person.pk}:spent:returned", explanation=WHY)
        donate(person.pk, 12, reference=f"{person.pk}:given", explanation=WHY)
        with clock.at(days(15)):
            release_due()
        adjust(person.pk, -7, reference=f"{person.pk}:adjusted", explanation=WHY)
    kept, used = (
        list(Lot.objects.order_by("pk").values("cause", "remaining")),
        list(Use.objects.values("transfer", "lot", "points")),
    )
    triggers.remove(connection, ("ledger_use",))
    Use.objects.all().delete()
    Lot.objects.update(remaining=0, available_at=None)

    import_module("core.ledger.migrations.0006_fill_what_remains").forwards(apps, None)

    triggers.install(connection, ("ledger_use",))
    assert list(Lot.objects.order_by("pk").values("cause", "remaining")) == kept
    assert sorted(map(str, Use.objects.values("transfer", "lot", "points"))) == sorted(map(str, used))
    assert breaches() == []
