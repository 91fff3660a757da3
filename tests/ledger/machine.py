"""Members' points through whatever may happen, erasure included, beside a plain model of what they should be."""

from __future__ import annotations

from collections import defaultdict
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from typing import Any

import hypothesis.strategies as st
import pytest
from django.db import connection, transaction
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
)

from core import clock
from core.activities import record, welcome
from core.activities.happening import Happening
from core.activities.models import Source
from core.brand.explanation import Explanation
from core.brand.models import Brand, ExpiryPolicy, Refunds
from core.ledger import laws as books
from core.ledger.due import Due
from core.ledger.expiring import expire_due
from core.ledger.models import Expiry, Lot, Reason, Transfer, Wallet
from core.ledger.posting import lock
from core.ledger.releasing import release_due, release_for
from core.ledger.settling import settle
from core.ledger.spending import adjust, donate, spend, unspend
from core.members import erasure
from core.members.erasure import NobodyKnown
from core.members.models import Member
from core.web.refused import InsufficientPoints

WHY = Explanation("A test")
START = datetime(2026, 1, 1, tzinfo=UTC)
ORDER_POINTS = 5
# In one history: an erasure asks everywhere, and takes as long as thirty other acts.
ERASURES = 2
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
# What each wallet says, what its lots hold and what its entries sum to; and what all entries sum to.
_FIGURES = """
    SELECT w.member_id, w.available, w.pending, w.owed, w.earned, w.spent, w.donated, w.expired,
        COALESCE(l.remaining, 0), COALESCE(l.forgiven, 0), COALESCE(l.held, 0),
        COALESCE(e.wallet, 0), COALESCE(e.pending, 0), COALESCE(e.owed, 0),
        (SELECT COALESCE(SUM(points), 0) FROM ledger_entry)
    FROM ledger_wallet w LEFT JOIN (
        SELECT member_id, SUM(remaining) AS remaining, SUM(forgiven) AS forgiven,
            SUM(CASE WHEN held_until IS NULL THEN 0 ELSE points END) AS held
        FROM ledger_lot GROUP BY member_id
    ) l ON l.member_id = w.member_id LEFT JOIN (
        SELECT member_id, SUM(CASE account WHEN 'wallet' THEN points ELSE 0 END) AS wallet,
            SUM(CASE account WHEN 'pending' THEN points ELSE 0 END) AS pending,
            SUM(CASE account WHEN 'owed' THEN -points ELSE 0 END) AS owed
        FROM ledger_entry WHERE member_id IS NOT NULL GROUP BY member_id
    ) e ON e.member_id = w.member_id
"""


class Books(RuleBasedStateMachine):
    """What a few members own, after each act and at the end; all of it in a transaction that is undone.

    After each act wallets, lots and entries are added up in one statement; at the end all laws of the audit are asked.
    `members` are there before, and so is `source`, whose orders are worth something.
    """

    people = Bundle("people")

    def __init__(self, members: list[Member], source: Source) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.source = source
        self.emails = {member.pk: member.email for member in members}
        self.now = START
        # What each cause is worth to whom, and how much of it was let go; what was spent and not given back; what went
        # from each member in all.
        self.worth: dict[str, tuple[int, int]] = {}
        self.let_go: dict[str, int] = defaultdict(int)
        self.spent: list[tuple[int, str, int]] = []
        self.gone: dict[int, int] = defaultdict(int)
        # How many ends each erased member had been told of.
        self.erased: dict[int, int] = {}
        self.number = 0

    def teardown(self) -> None:
        try:
            assert [breach for law in LAWS for breach in law()] == []
            for member_id, told in self.erased.items():
                assert Expiry.objects.filter(member=member_id).count() == told, "nobody is told of an end after erasure"
        finally:
            transaction.set_rollback(True)
            self.undo.__exit__(None, None, None)

    def reference(self) -> str:
        self.number += 1
        return f"test:{self.number}"

    def at(self) -> AbstractContextManager[None]:
        return clock.at(self.now)

    @initialize(target=people)
    def begin(self) -> Any:
        return multiple(*self.emails)

    @rule(
        who=people,
        cause=st.integers(0, 2),
        points=st.integers(0, 120) | st.just(0),
        hold=st.sampled_from([0, 0, 14]),
        times=st.integers(1, 2),
    )
    def is_due(self, who: int, cause: int, points: int, hold: int, times: int) -> None:
        """An award, more of it, or a refund of some or all; said once or twice."""
        self._settle(who, f"cause:{who}:{cause}", points, hold, times)

    @precondition(lambda self: self._late())
    @rule(data=st.data(), points=st.integers(0, 120))
    def is_due_late(self, data: st.DataObject, points: int) -> None:
        """Of somebody who is erased, what they earned is refunded or corrected still."""
        cause = data.draw(st.sampled_from(self._late()))
        self._settle(self.worth[cause][0], cause, points, 0, 1)

    def _late(self) -> list[str]:
        return [cause for cause, (who, _points) in self.worth.items() if who in self.erased and "cause" in cause]

    def _settle(self, who: int, cause: str, points: int, hold: int, times: int) -> None:
        due = Due(who, cause, points, Reason.EARNED, WHY, self.now, hold_days=hold)
        with self.at():
            for _time in range(times):
                with transaction.atomic(savepoint=False):
                    settle([due], lock([who]))
        let_go = Lot.objects.filter(cause=cause).values_list("forgiven", flat=True).first() or 0
        if (more := points - self.worth.get(cause, (who, 0))[1]) > 0:
            assert let_go == max(self.let_go[cause] - more, 0), "what was let go is not awarded anew"
        self.let_go[cause] = let_go
        self.worth[cause] = who, points

    @rule(who=people, points=st.integers(1, 100) | st.none(), give=st.booleans())
    def pays(self, who: int, points: int | None, give: bool) -> None:
        """A spend or a gift (None: of all there is), which goes through exactly when there is enough.

        Said again, it moves nothing.
        """
        reference = self.reference()
        pay = donate if give else spend
        with self.at():
            release_for(who)
            before = Wallet.of(who).available
            points = points or before or 1
            try:
                paid = pay(who, points, reference=reference, explanation=WHY)
            except InsufficientPoints:
                assert before < points
                return
            assert pay(who, points, reference=reference, explanation=WHY) == paid
        assert before >= points
        self.gone[who] += points
        if not give:
            self.spent.append((who, reference, points))

    @precondition(lambda self: self.spent)
    @rule(data=st.data())
    def gives_back(self, data: st.DataObject) -> None:
        """A cancellation, twice; also of what somebody had who is erased."""
        who, reference, points = data.draw(st.sampled_from(self.spent))
        with self.at():
            for _time in range(2):
                unspend(reference, reference=f"{reference}:back", explanation=WHY)
        self.spent.remove((who, reference, points))
        self.gone[who] -= points

    @rule(who=people, points=st.integers(-50, 50).filter(bool))
    def is_adjusted(self, who: int, points: int) -> None:
        """Staff give or take, at most what is there."""
        reference = self.reference()
        with self.at():
            try:
                adjust(who, points, reference=reference, explanation=WHY)
            except InsufficientPoints:
                assert Wallet.of(who).available < -points
                return
        self.worth[reference] = who, points

    @precondition(lambda self: len(self.erased) < ERASURES)
    @rule(target=people, who=consumes(people), times=st.integers(1, 2))
    def is_erased(self, who: int, times: int) -> int:
        """A member is forgotten and the books do not move: not by it, nor a second time, nor by the shop's next word.

        The address joins anew, as somebody else, who has the order that waited and nothing more.
        """
        email = self.emails[who]
        before = self._books()
        with self.at():
            erasure.erase(email)
            if times == 2:
                with pytest.raises(NobodyKnown):
                    erasure.erase(email)
            self._order(email)
            assert self._books() == before
            self.erased[who] = Expiry.objects.filter(member=who).count()
            newcomer = Member.objects.create_user(email)
            welcome(newcomer)
        self.emails[newcomer.pk] = email
        self.worth[self.reference()] = newcomer.pk, ORDER_POINTS
        return newcomer.pk

    def _order(self, email: str) -> None:
        """The shop says that somebody with this address bought something."""
        name = self.reference()
        record([Happening(self.source.pk, name, "order.paid", self.now, email=email, reference=name, amount=900)])

    def _books(self) -> list[Any]:
        """Each wallet and lot, and how many transfers there are."""
        return [*Wallet.objects.order_by("pk").values(), *Lot.objects.order_by("pk").values(), Transfer.objects.count()]

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

    @rule(
        refunds=st.sampled_from(list(Refunds)),
        policy=st.sampled_from(list(ExpiryPolicy)),
        months=st.sampled_from([1, 2, 12]),
    )
    def terms_change(self, refunds: str, policy: str, months: int) -> None:
        """The brand takes back by another policy, and lets points last longer, shorter or for ever."""
        Brand.objects.update(refunds=refunds, expiry_policy=policy, expiry_months=months)

    @invariant()
    def all_is_accounted_for(self) -> None:
        """What each member has is what they earned, less what went; each point is of an award, and in the entries."""
        with connection.cursor() as cursor:
            cursor.execute(_FIGURES)
            found = cursor.fetchall()
        for who, *figures in found:
            available, pending, owed, earned, spent, donated, expired, *rest = map(int, figures)
            remaining, let_go, held, *sums, all_entries = rest
            assert earned == let_go + sum(points for owner, points in self.worth.values() if owner == who)
            assert spent + donated == self.gone[who]
            assert available + pending == earned - spent - expired - donated + owed
            assert min(available, pending, owed, expired) >= 0
            assert not (available and owed), "what is owed is settled first"
            assert (available, pending) == (remaining, held)
            assert (available, pending, owed) == tuple(sums), "a balance is the sum of its entries"
            assert all_entries == 0
