"""What one batch of activities causes, in rounds: handlers say what is due, and what they record is the next round."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from core import bulk, clock, live
from core.activities.happening import Happening
from core.activities.models import SITE, Activity, Source
from core.activities.subscription import concerned, conclusions, foresights, handlers, sequels
from core.brand.models import Brand
from core.ledger.due import Due
from core.ledger.models import Wallet
from core.ledger.posting import Locking
from core.ledger.settling import Changes, settle
from core.members import notices
from core.members.notices import Told

logger = logging.getLogger(__name__)

MOST_ROUNDS = 8


@dataclass(slots=True)
class _Recorded:
    member_id: int
    type: str
    at: datetime
    cause: Activity | None
    reference: str
    amount: int | None
    data: dict[str, Any]
    void: bool


@dataclass
class Cascade:
    """One transaction's worth of consequences for members whose wallets are locked.

    What a handler read of a member in one round it may keep in `read` for the next: nobody else can change it. What it
    asked for ahead, knowing only what kinds of things happened, is in `foreseen` until its first round.
    """

    brand: Brand
    now: datetime
    locking: Locking
    dues: dict[str, Due] = field(default_factory=dict)
    revised: dict[int, Activity] = field(default_factory=dict)
    told: dict[str, Told] = field(default_factory=dict)
    read: dict[str, dict[int, Any]] = field(default_factory=lambda: defaultdict(dict))
    foreseen: dict[str, Any] = field(default_factory=dict)
    _next: dict[str, _Recorded] = field(default_factory=dict)
    _own: dict[str, Activity] = field(default_factory=dict)

    @classmethod
    def begin(cls, brand: Brand, member_ids: set[int], happenings: Sequence[Happening] = ()) -> Cascade:
        """Lock the wallets of these members and of all whom this may concern; inside a transaction."""
        return cls(brand=brand, now=clock.now(), locking=Locking(concerned(member_ids, happenings)))

    @property
    def wallets(self) -> dict[int, Wallet]:
        """The locked wallets by member."""
        return self.locking.wallets

    def foresee(self, member_ids: Collection[int], kinds: Collection[str]) -> None:
        """Let handlers ask ahead for what they will read, if things of these kinds happened to these members."""
        for foresight in foresights():
            foresight(self, member_ids, kinds)

    @property
    def version(self) -> int:
        """The brand's version by which what is recorded now is judged."""
        return self.brand.version

    def due(self, due: Due) -> None:
        """Say what a cause is worth in all; the books are moved by the difference at the end. Twice is harmless."""
        self.dues[due.cause] = due

    def record(
        self,
        member_id: int,
        type: str,
        key: str,
        *,
        at: datetime,
        cause: Activity | None,
        reference: str = "",
        amount: int | None = None,
        data: dict[str, Any] | None = None,
        void: bool = False,
    ) -> None:
        """Record a fact of the site itself under `key`, unique for ever; it joins the next round.

        With `void` a fact recorded earlier is from now on as if it had never been; without, it counts again. What
        nothing caused but the calendar has no `cause`.
        """
        self._next[key] = _Recorded(member_id, type, at, cause, reference, amount, data or {}, void)

    def tell(self, told: Told) -> None:
        """Tell a member of it, at the end and with all else that this transaction has to tell."""
        self.told[told.reference] = told

    def show(self, member_id: int, fragment: str, **args: Any) -> None:
        """Send a fragment to the member's open pages once this is committed."""
        live.push(member_id, fragment, **args)

    def run(self, activities: Iterable[Activity]) -> Changes:
        """Let everything follow from `activities` (new or revised, saved), write the books, and return what moved."""
        round_ = sorted(activities, key=lambda activity: (activity.at, activity.pk))
        for activity in round_:
            activity.root = activity.root or activity.pk
        round_ = round_ or self._recorded()
        rounds = 0
        while round_ and rounds < MOST_ROUNDS:
            for handler in handlers():
                handler(self, round_)
            round_ = self._recorded()
            rounds += 1
        if round_:
            logger.error("A cascade was cut off after %d rounds at %s", rounds, round_[0])
        for conclusion in conclusions():
            conclusion(self)
        notices.tell(self.told.values())
        changes = settle(self.dues.values(), self.wallets, self.brand)
        for sequel in sequels():
            sequel(self)
        return changes

    def _recorded(self) -> list[Activity]:
        """Write what the handlers recorded, and return what is new or counts differently than before."""
        wanted, self._next = self._next, {}
        if not wanted:
            return []
        site = site_id()
        # What this cascade recorded itself may still wait to be written; it need not be read.
        unread = [key for key in wanted if key not in self._own]
        earlier = bulk.select(Activity, "source_id {} AND external_id {}", [site], unread, aside=True)
        known = self._own | {activity.external_id: activity for activity in earlier}
        new: list[Activity] = []
        changed: list[Activity] = []
        for key, said in wanted.items():
            if (activity := known.get(key)) is None:
                if not said.void:
                    new.append(self._fact(site, key, said))
                continue
            activity = self.revised.get(activity.pk, activity)
            if activity.void != said.void:
                activity.void, activity.revised = said.void, True
                activity.root = said.cause.root if said.cause else activity.pk
                self.revised[activity.pk] = activity
                changed.append(activity)
        bulk.insert(new)
        for activity in new:
            activity.root = activity.root or activity.pk
        bulk.update(changed, ["void"])
        self._own |= {activity.external_id: activity for activity in new}
        return sorted([*new, *changed], key=lambda activity: (activity.at, activity.pk))

    def _fact(self, site: int, key: str, said: _Recorded) -> Activity:
        activity = bulk.new(
            Activity,
            source_id=site,
            external_id=key,
            type=said.type,
            member_id=said.member_id,
            reference=said.reference,
            amount=said.amount,
            data=said.data,
            at=said.at,
            received_at=self.now,
            version=self.version,
            cause=said.cause,
        )
        activity.root = said.cause.root if said.cause else None
        activity.new = True
        return activity


_site: dict[str, int] = {}


def site_id() -> int:
    """The id of the source that stands for the site itself, looked up once a process."""
    if SITE not in _site:
        _site[SITE] = Source.objects.values_list("pk", flat=True).get(slug=SITE)
    return _site[SITE]
