"""A member's statement of one month: what was there, what came and went, and what is there after it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Max, Min, Q, QuerySet, Subquery, Sum

from core import clock
from core.brand.models import Brand
from core.brand.periods import Per, period
from core.ledger import statement
from core.ledger.models import Account, Entry, Transfer
from core.ledger.statement import Line

CHUNK = 500
SPENDING = {Account.REDEEMED: "spent", Account.GIVEN: "given", Account.EXPIRED: "expired"}


@dataclass(frozen=True)
class Month:
    """One calendar month in the brand's time zone, as a span from its first moment to the first after it."""

    first: date
    starts: datetime
    ends: datetime

    @classmethod
    def around(cls, moment: datetime, brand: Brand) -> Month:
        """The month in which `moment` is."""
        found = period(moment, Per.MONTH, brand.zone)
        assert found.starts is not None
        assert found.ends is not None
        return cls(date.fromisoformat(found.key), found.starts, found.ends)

    @classmethod
    def named(cls, key: str, brand: Brand) -> Month | None:
        """The month called `key` ("2026-11"), if that is one."""
        try:
            first = date.fromisoformat(f"{key}-01")
            # Noon of the second day is in that month in any time zone.
            return cls.around(datetime(first.year, first.month, 2, 12, tzinfo=brand.zone), brand)
        except (ValueError, OverflowError):
            return None

    @property
    def key(self) -> str:
        return f"{self.first:%Y-%m}"

    def before(self, brand: Brand) -> Month:
        """The month before it."""
        return Month.around(self.starts - timedelta(days=1), brand)

    def after(self, brand: Brand) -> Month:
        """The month after it."""
        return Month.around(self.ends, brand)


@dataclass(frozen=True)
class Summary:
    """What one month came to, in points: opening + earned - spent - given - expired - taken_back = closing.

    Each is what the wallet's own entries of that month add up to, by where the points came from and went to: what is
    given back for a cancelled booking is taken off `spent`. `first` and `last` are the ids of its entries.
    """

    opening: int = 0
    earned: int = 0
    spent: int = 0
    given: int = 0
    expired: int = 0
    taken_back: int = 0
    first: int | None = None
    last: int | None = None

    @property
    def off(self) -> dict[str, int]:
        """What went, below zero, as it stands in the statement."""
        return {name: -getattr(self, name) for name in ("spent", "given", "expired", "taken_back")}

    @property
    def closing(self) -> int:
        """What was there at the end of the month."""
        return self.opening + self.earned - self.spent - self.given - self.expired - self.taken_back


def summary(member_id: int, month: Month) -> Summary:
    """What the month came to for one member; two statements, in proportion to the entries of that month.

    The sums are those of the transfers that moved the wallet, which are found without its entries; of these only the
    first and the last are read.
    """
    moved = _moved(member_id).filter(posted_at__gte=month.starts, posted_at__lt=month.ends)
    flows = moved.values_list("source", "target").annotate(Sum("points"), Min("pk"), Max("pk"))
    sums = {"earned": 0, "spent": 0, "given": 0, "expired": 0, "taken_back": 0}
    keys: list[int] = []
    for source, target, points, *ends in flows.order_by():
        name, sign = _flow(source, target)
        sums[name] += sign * points
        keys += ends
    if not keys:
        return Summary(opening=_balance_before(member_id, month))
    entries = list(Entry.objects.filter(transfer__in=(min(keys), max(keys)), account=Account.WALLET).order_by("pk"))
    first, last = entries[0], entries[-1]
    return Summary(opening=(first.balance or 0) - first.points, first=first.pk, last=last.pk, **sums)


def _moved(member_id: int) -> QuerySet[Transfer]:
    """The transfers to and from a member's wallet."""
    return Transfer.objects.filter(Q(source=Account.WALLET) | Q(target=Account.WALLET), member=member_id)


def _flow(source: str, target: str) -> tuple[str, int]:
    """Under which heading a movement of the wallet stands, and with which sign its points are counted there."""
    came = target == Account.WALLET
    if name := SPENDING.get(Account(source if came else target)):
        return name, -1 if came else 1
    return ("earned" if came else "taken_back"), 1


def _balance_before(member_id: int, month: Month) -> int:
    """What was there before a month in which nothing moved."""
    last = _moved(member_id).filter(posted_at__lt=month.starts).order_by("-posted_at", "-pk").values("pk")[:1]
    balance = Entry.objects.filter(transfer=Subquery(last), account=Account.WALLET).values_list("balance", flat=True)
    return balance.first() or 0


def lines(
    member_id: int, brand: Brand, found: Summary, *, before: int | None = None, size: int = 50
) -> tuple[list[Line], int | None]:
    """One page of the month, newest first, and the entry before which the next page begins (None at its end)."""
    if found.first is None or found.last is None:
        return [], None
    of_month = statement.entries(member_id, before=min(before or found.last + 1, found.last + 1))
    entries = list(of_month.filter(pk__gte=found.first)[: size + 1])
    shown = [Line.of(entry, brand) for entry in entries[:size]]
    return shown, (shown[-1].id if len(entries) > size else None)


def oldest_first(member_id: int, brand: Brand, first: int, last: int) -> Iterator[list[Line]]:
    """The lines from one entry to another in the order of posting, some hundred at a time."""
    after = first - 1
    while after < last:
        entries = statement.entries(member_id).filter(pk__gt=after, pk__lte=last).order_by("pk")
        found = list(entries[:CHUNK])
        if not found:
            return
        after = found[-1].pk
        yield [Line.of(entry, brand) for entry in found]


def began(member_id: int, brand: Brand) -> Month:
    """The month in which a member's statement begins: that of the first movement, or this one."""
    first = Transfer.objects.filter(member=member_id).order_by("posted_at").values_list("posted_at", flat=True).first()
    return Month.around(first or clock.now(), brand)
