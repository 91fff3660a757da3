"""The one writer of the books: transfers made on locked wallets in memory, then written at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from core import bulk, clock, live
from core.brand.explanation import Explanation
from core.brand.models import Brand
from core.ledger import tallying
from core.ledger.models import Account, Entry, Lot, Reason, Transfer, Use, Wallet
from core.ledger.tallying import Moved
from core.members.notices import Told, tell

WALLET_FIELDS = (
    "available",
    "pending",
    "owed",
    "earned",
    "spent",
    "donated",
    "expired",
    "active_on",
    "expiry",
    "version",
)
LOT_FIELDS = ("points", "at", "held_until", "revision", "available_at", "remaining", "forgiven", "expiry")
TOTALS = {Account.REDEEMED: "spent", Account.GIVEN: "donated", Account.EXPIRED: "expired"}


def open_wallets(member_ids: Iterable[int]) -> None:
    """Give each of these members an empty wallet; those who have one keep it."""
    Wallet.objects.bulk_create([Wallet(member_id=member_id) for member_id in member_ids], ignore_conflicts=True)


def lock(member_ids: Iterable[int]) -> dict[int, Wallet]:
    """Lock the wallets of these members until the transaction ends, and return them by member.

    They are locked in the order of their ids, so that two who lock some of the same cannot block each other. On SQLite,
    whose transactions begin as the only writer, this is a plain read. Call it inside a transaction.
    """
    return Locking(member_ids).wallets


class Locking:
    """Wallets that are asked to be locked, as `lock` does it, and are locked by the first look at the latest.

    What is asked ahead after this was made is as of after the locking, unless `opened` says that there was no wallet to
    be locked yet.
    """

    def __init__(self, member_ids: Iterable[int]) -> None:
        self.member_ids = sorted(set(member_ids))
        self._asked = self._ask()

    def _ask(self) -> bulk.Ahead[Wallet]:
        return bulk.ahead(Wallet, "member_id {}", self.member_ids, order="member_id", lock=True)

    @cached_property
    def _missing(self) -> list[int]:
        found = {wallet.pk for wallet in self._asked.rows}
        return [member_id for member_id in self.member_ids if member_id not in found]

    @property
    def opened(self) -> bool:
        """Whether somebody had no wallet that could be locked."""
        return bool(self._missing)

    @cached_property
    def wallets(self) -> dict[int, Wallet]:
        """The locked wallets by member."""
        if self._missing:
            open_wallets(self._missing)
            self._asked = self._ask()
        return {wallet.pk: wallet for wallet in self._asked.rows}


@dataclass
class Posting:
    """Transfers between accounts of locked wallets; nothing is written until `write`.

    `zone`, the brand's, saves reading it where points are issued.
    """

    wallets: dict[int, Wallet]
    zone: ZoneInfo | None = None
    transfers: list[Transfer] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    new_lots: list[Lot] = field(default_factory=list)
    moved_lots: dict[int, Lot] = field(default_factory=dict)
    uses: list[Use] = field(default_factory=list)
    dated: list[Moved] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    moved: set[int] = field(default_factory=set)

    def move(
        self,
        member_id: int,
        source: Account,
        target: Account,
        points: int,
        *,
        reference: str,
        reason: Reason,
        explanation: Explanation,
        at: datetime,
        lot: Lot | None = None,
        lots: Iterable[Lot] = (),
        activity_id: int | None = None,
    ) -> Transfer:
        """Move `points` (above 0) between two accounts of one member and the books.

        What comes into the wallet is of `lot`; what goes out of it is taken from `lots`, one after the other. What is
        given back belongs to no one lot: `put_back` says to which.
        """
        transfer = bulk.new(
            Transfer,
            reference=reference,
            reason=reason,
            member_id=member_id,
            lot=lot,
            activity_id=activity_id,
            source=source,
            target=target,
            points=points,
            why=explanation.stored(),
            at=at,
            posted_at=clock.now(),
        )
        self.transfers.append(transfer)
        self._enter(transfer, source, -points)
        self._enter(transfer, target, points)
        self._turn_lots(transfer, lot, lots)
        self.moved.add(member_id)
        return transfer

    def _turn_lots(self, transfer: Transfer, lot: Lot | None, lots: Iterable[Lot]) -> None:
        """Let what the transfer moved be in its lots, or gone from them, and the wallet be active."""
        if transfer.source == Account.WALLET:
            self._take(transfer, lots)
        elif transfer.target == Account.WALLET and lot is not None:
            lot.available_at = lot.available_at or clock.now()
            self._turn(lot, transfer.points)
        if transfer.target in (Account.WALLET, Account.PENDING) or transfer.reason in (Reason.SPENT, Reason.DONATED):
            self._be_active(self.wallets[transfer.member_id])

    def put_back(self, transfer: Transfer, uses: Iterable[Use]) -> list[Lot]:
        """Let `transfer` restore the lots that `uses` took from, and return those lots."""
        lots = []
        for use in uses:
            self._turn(use.lot, use.points)
            self.uses.append(bulk.new(Use, transfer=transfer, lot=use.lot, points=-use.points))
            lots.append(use.lot)
        return lots

    def date(self, lot: Lot, at: datetime) -> None:
        """Let what the lot holds now count in the periods around `at`; what is posted stays as it was posted."""
        issued = lot.points + lot.forgiven
        self.dated += [(lot.member_id, lot.at, -issued), (lot.member_id, at, issued)]
        lot.at = at
        self.touch(lot)

    def touch(self, lot: Lot) -> None:
        """Write this lot as it is now with the rest; a new one is written anyway."""
        if lot.pk:
            self.moved_lots[lot.pk] = lot

    def _take(self, transfer: Transfer, lots: Iterable[Lot]) -> None:
        wanted = transfer.points
        for lot in lots:
            if part := min(wanted, lot.remaining):
                self._turn(lot, -part)
                self.uses.append(bulk.new(Use, transfer=transfer, lot=lot, points=part))
                wanted -= part
            if not wanted:
                return
        raise RuntimeError(f"The lots of member {transfer.member_id} hold less than the wallet says.")

    def _be_active(self, wallet: Wallet) -> None:
        """From today the wallet lasts a whole period again; what was told of its end no longer holds."""
        today = clock.now().astimezone(UTC).date()
        wallet.active_on = max(wallet.active_on or today, today)
        wallet.expiry_id = None

    def _turn(self, lot: Lot, points: int) -> None:
        lot.remaining += points
        if points > 0:
            # Of points that come in, nobody was told yet that they will end.
            lot.expiry_id = None
        self.touch(lot)

    def _enter(self, transfer: Transfer, account: Account, points: int) -> None:
        wallet = self.wallets[transfer.member_id]
        entry = bulk.new(Entry, transfer=transfer, account=account, points=points)
        match account:
            case Account.WALLET:
                wallet.available += points
                entry.member_id, entry.balance = transfer.member_id, wallet.available
            case Account.PENDING:
                wallet.pending += points
                entry.member_id, entry.balance = transfer.member_id, wallet.pending
            case Account.OWED:
                wallet.owed -= points
                entry.member_id, entry.balance = transfer.member_id, -wallet.owed
            case Account.ISSUED:
                wallet.earned -= points
            case _:
                total = TOTALS[account]
                setattr(wallet, total, getattr(wallet, total) + points)
        self.entries.append(entry)

    def write(self) -> None:
        """Write all of it, in a handful of statements however many transfers there are."""
        bulk.insert(self.new_lots)
        bulk.update(list(self.moved_lots.values()), LOT_FIELDS)
        if self.transfers:
            self._write_transfers()
        if self.dated or any(Account.ISSUED in (transfer.source, transfer.target) for transfer in self.transfers):
            tallying.add(self.transfers, self.dated, self.zone or Brand.current().zone)
        wallets = [self.wallets[member_id] for member_id in sorted(self.moved)]
        for wallet in wallets:
            wallet.version += 1
        if bulk.update(wallets, WALLET_FIELDS[:-1], guard="version") != len(wallets):
            raise RuntimeError("A wallet was changed by somebody who did not lock it.")
        if self.told:
            tell(self.told)
        for member_id in self.moved:
            live.push(member_id, "balance")
            live.push(member_id, "pending")

    def _write_transfers(self) -> None:
        for transfer in self.transfers:
            # Set again, now that a new one has its key.
            transfer.lot = transfer.lot
        bulk.insert(self.transfers)
        for entry in self.entries:
            entry.transfer_id = entry.transfer.pk
        bulk.insert(self.entries, keys=False)
        for use in self.uses:
            use.transfer_id, use.lot_id = use.transfer.pk, use.lot.pk
        bulk.insert(self.uses, keys=False)
