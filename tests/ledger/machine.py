"""Two members' points through whatever may happen, beside a plain model of what they should be."""

from __future__ import annotations

from collections import defaultdict
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta

import hypothesis.strategies as st
from django.db import transaction
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from core import clock
from core.brand.explanation import Explanation
from core.brand.models import Brand, ExpiryPolicy, Refunds
from core.ledger import laws as books
from core.ledger.due import Due
from core.ledger.expiring import expire_due
from core.ledger.models import Lot, Reason, Wallet
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
    books.tally_is_its_sum,
    books.wallet_is_what_remains,
    books.lot_remains_as_used,
    books.transfer_is_of_lots,
    books.expired_after_notice,
)
who = st.integers(0, 1)


class Books(RuleBasedStateMachine):
    """What two members own, after each act and at the end; all of it in a transaction that is undone.

    After each act what it can have broken is asked of the wallets and lots; at the end all laws of the audit are.
    """

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.members = [Member.objects.create_user(f"{name}@example.com") for name in ("ada", "grace")]
        self.now = START
        self.worth: dict[str, tuple[int, int]] = {}
        self.spent: list[tuple[int, str, int]] = []
        self.gone: dict[int, int] = defaultdict(int)
        self.number = 0

    def teardown(self) -> None:
        try:
            assert [breach for law in LAWS for breach in law()] == []
        finally:
            transaction.set_rollback(True)
            self.undo.__exit__(None, None, None)

    def reference(self) -> str:
        self.number += 1
        return f"test:{self.number}"

    def at(self) -> AbstractContextManager[None]:
        return clock.at(self.now)

    @rule(
        who=who,
        cause=st.integers(0, 4),
        points=st.integers(0, 120),
        hold=st.sampled_from([0, 0, 14]),
        times=st.integers(1, 2),
    )
    def is_due(self, who: int, cause: int, points: int, hold: int, times: int) -> None:
        """An award, more of it, or a refund of some or all; said once or twice."""
        member = self.members[who]
        due = Due(member.pk, f"cause:{who}:{cause}", points, Reason.EARNED, WHY, self.now, hold_days=hold)
        with self.at():
            for _time in range(times):
                with transaction.atomic():
                    settle([due], lock([member.pk]))
        self.worth[due.cause] = member.pk, points

    @rule(who=who, points=st.integers(1, 100), give=st.booleans())
    def pays(self, who: int, points: int, give: bool) -> None:
        """A spend or a gift, which goes through exactly when there is enough."""
        member = self.members[who]
        reference = self.reference()
        with self.at():
            release_for(member.pk)
            before = Wallet.of(member.pk).available
            try:
                (donate if give else spend)(member.pk, points, reference=reference, explanation=WHY)
            except InsufficientPoints:
                assert before < points
                return
        assert before >= points
        self.gone[member.pk] += points
        if not give:
            self.spent.append((member.pk, reference, points))

    @rule(data=st.data())
    def gives_back(self, data: st.DataObject) -> None:
        """A cancellation, twice."""
        if not self.spent:
            return
        member_id, reference, points = data.draw(st.sampled_from(self.spent))
        with self.at():
            for _time in range(2):
                unspend(reference, reference=f"{reference}:back", explanation=WHY)
        self.spent.remove((member_id, reference, points))
        self.gone[member_id] -= points

    @rule(who=who, points=st.integers(-50, 50).filter(bool))
    def is_adjusted(self, who: int, points: int) -> None:
        """Staff give or take, at most what is there."""
        member = self.members[who]
        reference = self.reference()
        with self.at():
            try:
                adjust(member.pk, points, reference=reference, explanation=WHY)
            except InsufficientPoints:
                assert Wallet.of(member.pk).available < -points
                return
        self.worth[reference] = member.pk, points

    @rule(days=st.sampled_from([-1, 0, 1, 3, 20, 40]))
    def time_passes(self, days: int) -> None:
        """The clock goes on, or back a day, and the scheduler releases."""
        self.now += timedelta(days=days)
        with self.at():
            release_due()

    @rule(days=st.sampled_from([0, 31, 62, 100]))
    def the_scheduler_expires(self, days: int) -> None:
        """It runs, perhaps after it slept; a second run at the same moment finds nothing to do."""
        self.now += timedelta(days=days)
        before = {wallet.pk: (wallet.available, wallet.owed) for wallet in Wallet.objects.all()}
        with self.at():
            expire_due()
            assert expire_due() == 0
        for wallet in Wallet.objects.all():
            assert wallet.available <= before[wallet.pk][0]
            assert wallet.owed == before[wallet.pk][1]

    @rule(refunds=st.sampled_from(list(Refunds)))
    def refunds_change(self, refunds: str) -> None:
        """The brand takes back by another policy."""
        Brand.objects.update(refunds=refunds)

    @rule(policy=st.sampled_from(list(ExpiryPolicy)), months=st.sampled_from([1, 2, 12]))
    def expiry_changes(self, policy: str, months: int) -> None:
        """The brand lets points last longer, shorter or for ever."""
        Brand.objects.update(expiry_policy=policy, expiry_months=months)

    @invariant()
    def all_is_accounted_for(self) -> None:
        """What each member has is what they earned, less what went; each point in a wallet is of an award."""
        lots: dict[int, list[int]] = defaultdict(lambda: [0, 0, 0])
        for member_id, remaining, let_go, points, held in Lot.objects.values_list(
            "member_id", "remaining", "forgiven", "points", "held_until"
        ):
            for place, number in enumerate((remaining, let_go, points if held else 0)):
                lots[member_id][place] += number
        names = ("available", "pending", "owed", "earned", "spent", "donated", "expired")
        for member_id, *figures in Wallet.objects.values_list("pk", *names):
            available, pending, owed, earned, spent, donated, expired = figures
            remaining, let_go, held = lots[member_id]
            assert earned == let_go + sum(points for owner, points in self.worth.values() if owner == member_id)
            assert spent + donated == self.gone[member_id]
            assert available + pending == earned - spent - expired - donated + owed
            assert min(available, pending, owed, expired) >= 0
            assert not (available and owed), "what is owed is settled first"
            assert (available, pending) == (remaining, held)
