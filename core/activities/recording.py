"""Recording what happened: a batch at a time, each event good for one effect for ever.

A batch makes the same number of statements whether it holds one event or five hundred. The wallets of all members
concerned are locked first, so that everything that is theirs can be read, judged in memory and written. Where nobody is
locked (an e-mail that is nobody's yet) the unique constraints decide; whoever loses reads again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core import bulk
from core.activities import kinds
from core.activities.cascade import Cascade
from core.activities.facts import change_of, fact_of, forget, give_back
from core.activities.happening import Happening, Outcome
from core.activities.holding import hold_emails, hold_orders
from core.activities.models import ERASED, Activity, Kind
from core.activities.unheard import unheard
from core.brand.compiled import Compiled
from core.brand.models import Brand
from core.ledger.models import Lot, Transfer
from core.ledger.settling import Change, Changes
from core.members.enrolment import open_unclaimed
from core.members.models import Member

TRIES = 3
# What names an order: each part as its own index has it, so that either database can use it.
TOLD_OF = (
    f"source_id {{}} AND reference {{}} AND type = '{kinds.ORDER_PAID}' AND duplicate_of_id IS NULL"
    f" OR source_id {{}} AND reference {{}} AND type = '{kinds.ORDER_REFUNDED}'"
)
MOVING = ["member", "cause", "status", "taken_back", "void"]
Status = Activity.Status
known_kinds = Compiled(Kind.known)
OrderKey = tuple[int, str]


def record(happenings: Sequence[Happening], brand: Brand | None = None) -> list[Outcome]:
    """Record a batch with everything that follows from it, in one transaction, and say what became of each event.

    `brand`, as it was just read, saves reading it again; the events are judged by its version.
    The outcomes are in the order of the events. A repeat gets its first answer; an id that was used for another event,
    or an event that contradicts what is known, is refused in its outcome while the others stand.
    """
    brand = brand or Brand.current()
    owners: set[int] = set()
    for _attempt in range(TRIES - 1):
        try:
            with transaction.atomic(), bulk.gathered():
                return _Recording(happenings, brand, owners).run()
        except IntegrityError:
            # Somebody else recorded the same event at the same moment; now it can be read.
            continue
        except _Moved as moved:
            owners |= moved.owners
    with transaction.atomic(), bulk.gathered():
        return _Recording(happenings, brand, owners).run()


@dataclass
class _Recording:
    happenings: Sequence[Happening]
    brand: Brand
    owners: set[int] = field(default_factory=set)
    known: dict[OrderKey, Activity] = field(default_factory=dict)
    orders: dict[OrderKey, Activity] = field(default_factory=dict)
    waiting: dict[OrderKey, list[Activity]] = field(default_factory=lambda: defaultdict(list))
    new: list[Activity] = field(default_factory=list)
    judged: dict[int, Activity] = field(default_factory=dict)
    changed: dict[int, Activity] = field(default_factory=dict)

    def run(self) -> list[Outcome]:
        kinds_known = known_kinds.of(self.brand)
        hold_orders(self._keys(kinds.ORDER_PAID, kinds.ORDER_REFUNDED))
        members = self._members(kinds_known)
        owners = self.owners | self._owners_of_refunded()
        cascade = Cascade.begin(self.brand, owners | set(members.values()), self.happenings)
        asked = self._ask(cascade, members)
        if cascade.locking.opened:
            asked = self._ask(cascade, members)  # nobody was kept from changing what was read before
        self._read(cascade, asked.rows)
        answers: list[tuple[Outcome, Activity | None]] = []
        for happening in self.happenings:
            outcome = Outcome(happening.external_id)
            activity = self._take(happening, outcome, members, kinds_known, cascade)
            answers.append((outcome, activity))
        self._insert()
        bulk.update(list(self.changed.values()), MOVING)
        counting = [activity for activity in self.judged.values() if activity.member_id]
        changes = cascade.run(counting) if counting else {}
        self._answer(answers, changes)
        return [outcome for outcome, _activity in answers]

    def _insert(self) -> None:
        """Write the new facts: those first that others of the same batch point to."""
        pointing = [fact for fact in self.new if fact.cause or fact.duplicate_of]
        bulk.insert([fact for fact in self.new if not (fact.cause or fact.duplicate_of)])
        for fact in [*pointing, *self.changed.values()]:
            # Set again, now that what they point to has its key.
            fact.cause, fact.duplicate_of = fact.cause, fact.duplicate_of
        bulk.insert(pointing)

    def _members(self, kinds_known: set[str]) -> dict[str, int]:
        """Who they are; e-mails that are nobody's are kept from joining until their events are parked.

        Where everybody takes part such an e-mail gets a wallet instead, once something happens that counts.
        """
        emails = {happening.email for happening in self.happenings if happening.email}
        found = members_by_email(emails)
        if unknown := emails - found.keys():
            hold_emails(unknown)
            if self.brand.enrolment == Brand.Enrolment.UNIVERSAL:
                counting = kinds_known - {kinds.ORDER_REFUNDED}
                open_unclaimed(unknown & {said.email for said in unheard(self.happenings) if said.type in counting})
            found |= members_by_email(unknown)
        return found

    def _owners_of_refunded(self) -> set[int]:
        """Whose the orders are that this batch gives money back for: the order says so, not the refund."""
        refunds = self._keys(kinds.ORDER_REFUNDED)
        if not refunds:
            return set()
        sources, references = zip(*refunds, strict=True)
        orders = Activity.objects.originals().filter(
            source__in=set(sources), reference__in=set(references), type=kinds.ORDER_PAID, member__isnull=False
        )
        return set(orders.values_list("member_id", flat=True))

    def _keys(self, *types: str) -> list[OrderKey]:
        return [(said.source_id, said.reference) for said in self.happenings if said.type in types]

    def _ask(self, cascade: Cascade, members: dict[str, int]) -> bulk.Ahead[Activity]:
        """Ask for what is known of these ids and orders, once nobody else can change it, and for all that follows."""
        number = len(self.happenings)
        # An event is often followed by a fact or two of the site's own, and a prize.
        bulk.reserve({Activity: 3 * number, Lot: 2 * number, Transfer: 2 * number})
        ids = {happening.external_id for happening in self.happenings}
        sources = {happening.source_id for happening in self.happenings}
        wanted = "source_id {} AND external_id {}"
        among: list[Collection[Any]] = [sources, ids]
        if keys := self._keys(kinds.ORDER_PAID, kinds.ORDER_REFUNDED):
            wanted = f"{wanted} OR {TOLD_OF}"
            told: list[Collection[Any]] = [{source for source, _name in keys}, {name for _source, name in keys}]
            among += 2 * told
        # The rows are locked too: an order whose member is not known yet has no wallet to be locked by.
        asked = bulk.ahead(Activity, wanted, *among, order="id", lock=True)
        cascade.foresee(set(members.values()), {happening.type for happening in self.happenings})
        return asked

    def _read(self, cascade: Cascade, found: list[Activity]) -> None:
        """Take note of what is known already."""
        ids = {happening.external_id for happening in self.happenings}
        named = set(self._keys(kinds.ORDER_PAID, kinds.ORDER_REFUNDED))
        strangers: set[int] = set()
        for activity in found:
            key = (activity.source_id, activity.reference)
            if activity.external_id in ids:
                self.known[activity.source_id, activity.external_id] = activity
            if key not in named or activity.duplicate_of_id:
                continue
            if activity.type == kinds.ORDER_PAID:
                self.orders[key] = activity
                if activity.member_id and activity.member_id not in cascade.wallets:
                    strangers.add(activity.member_id)
            elif activity.type == kinds.ORDER_REFUNDED and activity.cause_id is None:
                self.waiting[key].append(activity)
        if strangers:
            raise _Moved(strangers)

    def _take(
        self,
        happening: Happening,
        outcome: Outcome,
        members: dict[str, int],
        kinds_known: set[str],
        cascade: Cascade,
    ) -> Activity | None:
        """Make one event a fact, unless it is a repeat or refused; return the fact whose answer it gets."""
        key = (happening.source_id, happening.external_id)
        if (earlier := self.known.get(key)) is not None:
            outcome.duplicate = earlier.fingerprint in (happening.fingerprint, ERASED)
            outcome.conflict = not outcome.duplicate
            return earlier
        activity = fact_of(happening, members.get(happening.email), cascade)
        activity.status = Status.ACCEPTED if activity.member_id else Status.PARKED
        if happening.type not in kinds_known:
            activity.status = Status.IGNORED
        elif happening.type == kinds.ORDER_PAID:
            order = self.orders.get((happening.source_id, happening.reference))
            if order is not None:
                return self._repeated_order(activity, order, outcome)
            self._order(activity)
        elif happening.type == kinds.ORDER_REFUNDED and not self._refund(activity, outcome):
            return None
        self.known[key] = activity
        self.new.append(activity)
        if activity.status == Status.ACCEPTED and activity.type != kinds.ORDER_REFUNDED:
            self.judged[id(activity)] = activity
        return activity

    def _repeated_order(self, activity: Activity, order: Activity, outcome: Outcome) -> Activity | None:
        if order.fingerprint == ERASED:
            forget(activity)
        elif activity.fingerprint != order.fingerprint:
            outcome.errors.append(("data.reference", _("This order was told before, with other details.")))
            return None
        activity.duplicate_of = order
        activity.status = Status.IGNORED
        outcome.duplicate = True
        self.known[activity.source_id, activity.external_id] = activity
        self.new.append(activity)
        return activity

    def _order(self, order: Activity) -> None:
        """An order comes: refunds that came before it count now, for at most the order."""
        key = (order.source_id, order.reference)
        self.orders[key] = order
        for refund in self.waiting.pop(key, []):
            give_back(order, min(order.left, order.left if refund.amount is None else refund.amount))
            refund.cause, refund.member_id, refund.status = order, order.member_id, order.status
            if refund.pk:
                self.changed[refund.pk] = refund

    def _refund(self, refund: Activity, outcome: Outcome) -> bool:
        """Money is given back: for its order when that is known, else when it comes. False when it is refused."""
        order = self.orders.get((refund.source_id, refund.reference))
        if order is None:
            refund.member_id, refund.status = None, Status.PARKED
            self.waiting[refund.source_id, refund.reference].append(refund)
            return True
        amount = order.left if refund.amount is None else refund.amount
        if amount > order.left:
            outcome.errors.append(("data.amount", _("This is more than what is left of the order.")))
            return False
        if order.fingerprint == ERASED:
            forget(refund)
        give_back(order, amount)
        refund.cause, refund.member_id, refund.status = order, order.member_id, order.status
        if order.pk:
            order.revised = True
            self.changed[order.pk] = order
        if order.status == Status.ACCEPTED:
            self.judged[id(order)] = order
        return True

    def _answer(self, answers: list[tuple[Outcome, Activity | None]], changes: Changes) -> None:
        """Keep the first answer with each fact, and give it."""
        for outcome, activity in answers:
            if activity is None or outcome.conflict:
                continue
            if activity.duplicate_of:
                activity.answer = activity.duplicate_of.answer
            elif not activity.answer:
                change = changes.pop(change_of(activity), Change())
                activity.answer = {"status": activity.status, "points": change.available, "pending": change.pending}
            outcome.answer = {"id": outcome.external_id, **activity.answer}
        bulk.update(self.new, ["answer"])


class _Moved(Exception):
    """Orders of members whose wallets are not locked: they joined meanwhile, or the address is not theirs any more."""

    def __init__(self, owners: set[int]) -> None:
        self.owners = owners


def members_by_email(emails: set[str]) -> dict[str, int]:
    """The ids of the active members who have these e-mails (canonical)."""
    return {member.email: member.pk for member in bulk.select(Member, "email {} AND is_active", emails)}
