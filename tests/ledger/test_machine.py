"""The laws of the books hold after any sequence of awards, reversals, spends, donations, returns and releases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import hypothesis.strategies as st
import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from core import clock
from core.brand.explanation import Explanation
from core.ledger import laws as books
from core.ledger.due import Due
from core.ledger.models import Reason, Transfer, Wallet
from core.ledger.posting import lock
from core.ledger.releasing import release_due, release_for
from core.ledger.settling import settle
from core.ledger.spending import adjust, donate, spend, unspend
from core.members.models import Member
from core.web.refused import InsufficientPoints

WHY = Explanation("A test")
START = datetime(2026, 1, 1, tzinfo=UTC)
LAWS = (
    books.entries_sum_to_zero,
    books.transfer_has_two_sides,
    books.entry_belongs_to_the_member,
    books.running_balance,
    books.wallet_is_its_sum,
    books.lot_is_its_sum,
    books.pending_is_what_is_held,
    books.wallet_is_what_remains,
    books.lot_remains_as_used,
    books.transfer_is_of_lots,
)


class Books(RuleBasedStateMachine):
    """A member's points through whatever may happen, beside a plain model of what they should be."""

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.member = Member.objects.create_user("ada@example.com")
        self.now = START
        self.worth: dict[str, int] = {}
        self.spent: list[tuple[str, int]] = []
        self.gone = 0
        self.number = 0

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    def reference(self) -> str:
        self.number += 1
        return f"test:{self.number}"

    def at(self):
        return clock.at(self.now)

    @rule(
        cause=st.integers(0, 5), points=st.integers(0, 120), hold=st.sampled_from([0, 0, 14]), times=st.integers(1, 2)
    )
    def is_due(self, cause: int, points: int, hold: int, times: int) -> None:
        due = Due(
            self.member.pk, f"cause:{cause}", points, Reason.EARNED, WHY, self.now, hold_days=hold
        )  # fmt: skip
        with self.at():
            for _time in range(times):
                with transaction.atomic():
                    settle([due], lock([self.member.pk]))
        self.worth[due.cause] = points

    @rule(points=st.integers(1, 100), give=st.booleans())
    def pays(self, points: int, give: bool) -> None:
        reference = self.reference()
        with self.at():
            release_for(self.member.pk)
            before = Wallet.of(self.member.pk).available
            try:
                (donate if give else spend)(self.member.pk, points, reference=reference, explanation=WHY)
            except InsufficientPoints:
                assert before < points
                return
        assert before >= points
        self.gone += points
        if not give:
            self.spent.append((reference, points))

    @rule(data=st.data())
    def gives_back(self, data: st.DataObject) -> None:
        if not self.spent:
            return
        reference, points = data.draw(st.sampled_from(self.spent))
        with self.at():
            for _time in range(2):
                unspend(reference, reference=f"{reference}:back", explanation=WHY)
        self.spent.remove((reference, points))
        self.gone -= points

    @rule(points=st.integers(-50, 50).filter(bool))
    def is_adjusted(self, points: int) -> None:
        reference = self.reference()
        with self.at():
            try:
                adjust(self.member.pk, points, reference=reference, explanation=WHY)
            except InsufficientPoints:
                assert Wallet.of(self.member.pk).available < -points
                return
        self.worth[reference] = points

    @rule(days=st.integers(-1, 20))
    def time_passes(self, days: int) -> None:
        self.now += timedelta(days=days)
        with self.at():
            release_due()

    @invariant()
    def the_books_hold(self) -> None:
        assert [breach for law in LAWS for breach in law()] == []
        wallet = Wallet.of(self.member.pk)
        assert wallet.earned == sum(self.worth.values())
        assert wallet.available + wallet.pending - wallet.owed == wallet.earned - self.gone
        assert wallet.spent + wallet.donated == self.gone
        assert min(wallet.available, wallet.pending, wallet.owed) >= 0
        assert not (wallet.available and wallet.owed), "what is owed is settled first"


@pytest.mark.django_db
def test_the_laws_hold_after_any_sequence():
    run_state_machine_as_test(
        Books,
        settings=settings(
            max_examples=60, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


def test_a_repeated_reference_returns_what_was_done(member):
    adjust(member.pk, 100, reference="start", explanation=WHY)
    first = spend(member.pk, 30, reference="once", explanation=WHY)
    assert spend(member.pk, 30, reference="once", explanation=WHY) == first
    assert Transfer.objects.filter(reason=Reason.SPENT).count() == 1
