"""A person's points, and each line of the statement with its why. Of the books nothing is ever forgotten."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _

from core.brand.models import Brand
from core.ledger.models import MEMBER_ACCOUNTS, Entry, Expiry, Lot, Wallet
from core.members import erasure, known
from core.members.known import Person
from core.members.models import Member


@known.part("points")
def points(person: Person) -> dict[str, int] | None:
    """What the wallet holds and held."""
    if person.member is None:
        return None
    wallet = Wallet.of(person.member.pk)
    names = ("available", "pending", "owed", "earned", "spent", "donated", "expired")
    return {name: getattr(wallet, name) for name in names}


@known.part("statement")
def entries(person: Person) -> Iterator[dict[str, Any]]:
    """Every entry of the member's accounts, oldest first, with the explanation that the wallet shows."""
    if person.member is None:
        return
    brand = Brand.current()
    rows = Entry.objects.filter(member=person.member, account__in=MEMBER_ACCOUNTS).select_related("transfer")
    for entry in rows.order_by("pk").iterator():
        why = entry.transfer.explanation
        yield {
            "account": entry.account,
            "points": entry.points,
            "balance": entry.balance,
            "reason": entry.transfer.reason,
            "explanation": why.text(brand),
            "facts": _by_label(why.facts(brand)),
            "at": entry.transfer.at,
            "posted_at": entry.transfer.posted_at,
        }


def _by_label(facts: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The facts by their labels, those under one label one after the other."""
    found: dict[str, str] = {}
    for label, value in facts:
        found[label] = f"{found[label]}; {value}" if label in found else value
    return found


@erasure.warning(10)
def points_go(member: Member) -> Iterator[str]:
    """What becomes of the points."""
    wallet, brand = Wallet.of(member.pk), Brand.current()
    if left := wallet.available + wallet.pending:
        yield _("Your %(points)s are lost: nobody can spend them any more.") % {"points": brand.points(left)}


@known.part("pending")
def pending(person: Person) -> Iterator[dict[str, Any]]:
    """The awards on hold, with the moment from which they can be spent."""
    rows = Lot.objects.filter(member=person.member, held_until__isnull=False, points__gt=0) if person.member else ()
    for lot in rows:
        yield {"points": lot.points, "held_until": lot.held_until, "earned_at": lot.at}


@known.part("expiries")
def expiries(person: Person) -> Iterator[dict[str, Any]]:
    """What the member was told of points that end."""
    rows = Expiry.objects.filter(member=person.member).order_by("pk") if person.member else ()
    for row in rows:
        yield {"points": row.points, "last_day": row.on, "told_at": row.told_at, "closed_at": row.closed_at}
