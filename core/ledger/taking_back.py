"""Taking points back when what earned them no longer counts, as far as the brand's policy on refunds goes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext_noop

from core import clock
from core.brand.explanation import Explanation
from core.brand.models import Refunds
from core.ledger.due import Due
from core.ledger.models import Account, Lot, Reason, Transfer
from core.ledger.posting import Posting
from core.ledger.soonest import soonest
from core.members.notices import Told

TAKEN = gettext_noop("Taken back")
LET_GO = gettext_noop("Let go, since you have used them")
STILL_OWED = gettext_noop("Owed, since you have used them; your next awards settle it")
OWED_NOTICE = Explanation(
    gettext_noop("%(owed)s were taken back after you had used them. They are owed, and your next awards settle them.")
)


@dataclass
class TakingBack:
    """What is taken back in one posting, and the lots from which it may come.

    `soonest` are the next lots of those members whose refunded lots hold too little; `lots` are those judged, by cause.
    """

    posting: Posting
    refunds: str
    lots: dict[str, Lot]
    soonest: dict[int, list[Lot]]
    owed: dict[int, list[Transfer]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, dues: Iterable[Due], lots: dict[str, Lot], posting: Posting, refunds: str) -> TakingBack:
        """Read (in one statement, and only then) what is needed where more is taken back than is left of a lot."""
        wanted: dict[int, int] = defaultdict(int)
        short = set()
        for due in dues:
            lot = lots.get(due.cause)
            if lot is None or lot.held_until or lot.points <= due.points or refunds == Refunds.ONLY_PENDING:
                continue
            wanted[due.member_id] += lot.points - due.points
            if lot.points - due.points > lot.remaining:
                short.add(due.member_id)
        known = {lot.pk: lot for lot in lots.values()}
        found = soonest({member_id: wanted[member_id] for member_id in short})
        others = {who: [known.get(lot.pk, lot) for lot in theirs] for who, theirs in found.items()}
        return cls(posting, refunds, lots, others)

    def take(self, due: Due, lot: Lot, points: int) -> None:
        """Take `points` (above 0) of `lot` back: what is held or there; the rest is owed, or let go."""
        wallet = self.posting.wallets[due.member_id]
        account, here = (Account.PENDING, wallet.pending) if lot.held_until else (Account.WALLET, wallet.available)
        if account == Account.WALLET and self.refunds == Refunds.ONLY_PENDING:
            here = 0
        taken = min(points, here)
        owed = points - taken if self.refunds == Refunds.OWED else 0
        lot.forgiven += points - taken - owed
        facts = [(TAKEN, taken), (STILL_OWED, owed), (LET_GO, points - taken - owed)]
        why = due.explanation
        if taken < points:
            why = replace(why, inputs=(*why.inputs, *((label, {"points": part}) for label, part in facts if part)))
        if taken:
            self._move(due, lot, account, taken, why, "")
        if owed:
            self.owed[due.member_id].append(self._move(due, lot, Account.OWED, owed, why, ":owed"))

    def tell(self) -> None:
        """Tell each member once what they owe by this."""
        for member_id, transfers in self.owed.items():
            points = sum(transfer.points for transfer in transfers)
            why = OWED_NOTICE.with_values(owed={"points": points})
            told = Told(member_id, "points.owed", f"owed:{transfers[0].reference}", why, "/wallet/")
            self.posting.told.append(told)

    def _move(self, due: Due, lot: Lot, source: Account, points: int, why: Explanation, suffix: str) -> Transfer:
        return self.posting.move(
            due.member_id,
            source,
            Account.ISSUED,
            points,
            reference=f"{lot.cause}#{lot.revision}{suffix}",
            reason=Reason.REVERSED,
            explanation=why,
            at=clock.now(),
            lot=lot,
            lots=self._behind(lot) if source == Account.WALLET else (),
            activity_id=due.activity_id,
        )

    def _behind(self, lot: Lot) -> Iterable[Lot]:
        """The lot itself, then the member's others in the order in which they are used."""
        yield lot
        yield from self.soonest.get(lot.member_id, ())
        for others in (self.lots.values(), self.posting.new_lots):
            yield from (other for other in others if other.member_id == lot.member_id)
