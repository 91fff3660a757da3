"""Whether the books are what was rebuilt: each award by its cause, and each wallet by its sums."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Exists, OuterRef

from core import clock
from core.ledger.models import Account, Lot, Reason, Transfer, Wallet
from core.ledger.rebuilding import Rebuilt, Worth, rebuilds


@rebuilds(order=100)
def compare(rebuilt: Rebuilt) -> Iterator[str]:
    """Compare lots and wallets with what is due."""
    yield from _compare_lots(rebuilt)
    wallets = {wallet.pk: wallet for wallet in Wallet.objects.filter(pk__in=rebuilt.members)}
    earned, expired, pending = _from_transfers(rebuilt)
    for worth in rebuilt.worth.values():
        earned[worth.member_id] += worth.points
    for member_id in rebuilt.members:
        wallet = wallets.get(member_id) or Wallet(member_id=member_id)
        said = {
            "earned": earned[member_id],
            "spent": rebuilt.spent[member_id],
            "donated": rebuilt.donated[member_id],
            "expired": expired[member_id],
            "pending": pending[member_id],
        }
        left = said["earned"] - said["spent"] - said["donated"] - said["expired"] - said["pending"]
        said |= {"available": max(left, 0), "owed": max(-left, 0)}
        for name, points in said.items():
            if getattr(wallet, name) != points:
                yield f"member {member_id}: {name} is {getattr(wallet, name)} where the activities say {points}"


def _compare_lots(rebuilt: Rebuilt) -> Iterator[str]:
    missing = {cause: worth for cause, worth in rebuilt.worth.items() if worth.points}
    given = Transfer.objects.filter(lot=OuterRef("pk"), reason=Reason.ADJUSTED)
    for lot in Lot.objects.filter(~Exists(given), member__in=rebuilt.members).order_by("pk"):
        missing.pop(lot.cause, None)
        worth = rebuilt.worth.get(lot.cause) or Worth(lot.member_id, 0)
        if (lot.member_id, lot.points) != (worth.member_id, worth.points):
            yield (
                f"member {lot.member_id}: {lot.cause} is worth {lot.points} points "
                f"where the activities say {worth.points} to member {worth.member_id}"
            )
        elif lot.points:
            yield from _compare_terms(lot, worth)
    for cause, worth in missing.items():
        yield f"member {worth.member_id}: {cause} is missing, worth {worth.points} points"


def _compare_terms(lot: Lot, worth: Worth) -> Iterator[str]:
    """When it happened, with what it is counted together, and until when it has to wait."""
    if worth.at is not None and lot.at != worth.at:
        yield f"member {lot.member_id}: {lot.cause} happened at {lot.at} where the activities say {worth.at}"
    if worth.group is not None and lot.group != worth.group:
        yield f"member {lot.member_id}: {lot.cause} counts for “{lot.group}” where the terms say “{worth.group}”"
    until = lot.at + timedelta(days=worth.hold_days)
    may_be = {until} if until > clock.now() and worth.hold_days else {None, until} if worth.hold_days else {None}
    if lot.held_until in may_be:
        return
    # What was released stays so, also when it turns out to have been earned later.
    if lot.held_until or not lot.transfers.filter(reason=Reason.RELEASED).exists():
        yield f"member {lot.member_id}: {lot.cause} is held until {lot.held_until} where the terms say {until}"


def _from_transfers(rebuilt: Rebuilt) -> tuple[dict[int, int], dict[int, int], dict[int, int]]:
    """What rests on no activity: what staff gave or took, what was let go, what expired; and what is on hold."""
    earned: dict[int, int] = defaultdict(int)
    expired: dict[int, int] = defaultdict(int)
    pending: dict[int, int] = defaultdict(int)
    others = Transfer.objects.filter(member__in=rebuilt.members).values_list("member_id", "source", "target", "points")
    by_hand = others.filter(lot=None) | others.filter(reason=Reason.ADJUSTED)
    for member_id, source, target, points in by_hand:
        earned[member_id] += points * ((source == Account.ISSUED) - (target == Account.ISSUED))
    for member_id, source, target, points in others.filter(source=Account.EXPIRED) | others.filter(
        target=Account.EXPIRED
    ):
        expired[member_id] += points * ((target == Account.EXPIRED) - (source == Account.EXPIRED))
    for member_id, points in Lot.objects.filter(member__in=rebuilt.members, forgiven__gt=0).values_list(
        "member_id", "forgiven"
    ):
        earned[member_id] += points
    held = Lot.objects.filter(member__in=rebuilt.members, held_until__isnull=False)
    for member_id, points in held.values_list("member_id", "points"):
        pending[member_id] += points
    return earned, expired, pending
