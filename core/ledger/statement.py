"""A member's statement: what moved the wallet, newest first, each line with its why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.timezone import localtime
from django.utils.translation import gettext

from core.brand.explanation import shown
from core.brand.models import Brand
from core.ledger.models import Account, Entry, Lot, Transfer


def entries(member_id: int, *, before: int | None = None) -> QuerySet[Entry]:
    """The entries of a member's wallet, newest first, with their transfers; those older than the entry `before`."""
    lines = Entry.objects.filter(member_id=member_id, account=Account.WALLET).select_related("transfer").order_by("-pk")
    return lines.filter(pk__lt=before) if before else lines


def held(member_id: int) -> QuerySet[Lot]:
    """The awards that are still pending, soonest first."""
    return Lot.objects.filter(member_id=member_id, held_until__isnull=False, points__gt=0).order_by("held_until", "pk")


def owed(member_id: int, brand: Brand) -> list[Line]:
    """What a member came to owe lately, newest first, each with its why."""
    lines = Entry.objects.filter(member_id=member_id, account=Account.OWED, points__lt=0).select_related("transfer")
    return [Line.of(entry, brand) for entry in lines.order_by("-pk")[:20]]


@dataclass(frozen=True)
class Line:
    """One line of the statement in the reader's language; `points` signed, `balance` what was there after it.

    The statement stands in the order of posting, so that the balances follow; `at` is when it was posted. What had
    happened on another day says so among its facts.
    """

    id: int
    points: int
    balance: int
    title: str
    thing: str
    explanation: str
    facts: list[tuple[str, str]]
    at: datetime

    @classmethod
    def of(cls, entry: Entry, brand: Brand, *, why: bool = True) -> Line:
        """The line of an entry; without `why` where nobody asks how it was worked out."""
        transfer = entry.transfer
        said = transfer.explanation
        return cls(
            id=entry.pk,
            points=entry.points,
            balance=entry.balance or 0,
            title=transfer.get_reason_display(),
            thing=shown(said.thing, brand),
            explanation=said.text(brand) if why else "",
            facts=[*_happened(transfer, brand), *said.facts(brand)] if why else [],
            at=transfer.posted_at,
        )


def _happened(transfer: Transfer, brand: Brand) -> list[tuple[str, str]]:
    if localtime(transfer.at).date() == localtime(transfer.posted_at).date():
        return []
    return [(gettext("Happened on"), shown({"date": transfer.at.isoformat()}, brand))]


def page(member_id: int, brand: Brand, *, before: int | None = None, size: int = 50) -> tuple[list[Line], int | None]:
    """One page of a statement, newest first, and the entry before which the next page begins (None at the end)."""
    found = list(entries(member_id, before=before)[: size + 1])
    lines = [Line.of(entry, brand) for entry in found[:size]]
    return lines, (lines[-1].id if len(found) > size else None)
