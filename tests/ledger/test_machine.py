"""The laws of the books hold after any sequence of awards, refunds, spends, gifts, returns, releases and expiries."""

from __future__ import annotations

import os
from functools import partial

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from core import clock
from core.activities import welcome
from core.activities.models import Source
from core.earning import rules
from core.ledger.models import Reason, Transfer
from core.ledger.spending import adjust, spend
from tests.ledger.conftest import WHY
from tests.ledger.machine import ORDER_POINTS, START, Books

# Shared among the test processes. On each database the suite lives through 500 histories of 50 steps; MACHINE_RUNS
# asks for more.
PARTS = 10
RUNS = int(os.environ.get("MACHINE_RUNS", "500")) // PARTS


@pytest.mark.parametrize("part", range(PARTS))
def test_the_laws_hold_after_any_sequence(part, member, other_member):
    with clock.at(START):
        rules.put("order", activity="order.paid", calculation="flat", settings={"points": ORDER_POINTS})
        source = Source.objects.create(slug="shop")
        for each in (member, other_member):
            welcome(each)
    run_state_machine_as_test(
        partial(Books, [member, other_member], source),
        settings=settings(
            max_examples=RUNS,
            stateful_step_count=50,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_a_repeated_reference_returns_what_was_done(member):
    adjust(member.pk, 100, reference="start", explanation=WHY)
    first = spend(member.pk, 30, reference="once", explanation=WHY)
    assert spend(member.pk, 30, reference="once", explanation=WHY) == first
    assert Transfer.objects.filter(reason=Reason.SPENT).count() == 1
