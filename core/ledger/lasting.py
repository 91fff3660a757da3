"""How long points last: the last day of points by the terms, and what changes of the terms leave them."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import takewhile

from core import bulk, clock
from core.brand.models import Brand, ExpiryPolicy
from core.ledger.models import ExpiryTerms

DAY = timedelta(days=1)


def months_after(day: date, months: int) -> date:
    """The same day `months` later, or the last of that month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


@dataclass(frozen=True)
class Term:
    """For how many months points last, and the day since when that holds."""

    policy: str
    months: int
    since: date

    def ends(self, day: date) -> date:
        """The last day of points that count from `day`, as if these terms had always held."""
        if self.policy == ExpiryPolicy.ROLLING:
            ends = months_after(day, self.months)
            return ends.replace(day=monthrange(ends.year, ends.month)[1])
        # A day more, since days of activity are kept by UTC: nowhere is it less than the whole period.
        return months_after(day + DAY, self.months)


@dataclass(frozen=True)
class Lasting:
    """The terms in force and those of the same policy that came before them, oldest first."""

    terms: tuple[Term, ...]

    @property
    def policy(self) -> str:
        """`inactivity` or `rolling`."""
        return self.terms[-1].policy

    @property
    def months(self) -> int:
        """For how many months points last by the terms in force."""
        return self.terms[-1].months

    def ends(self, day: date) -> date:
        """The last day of points that count from `day`: of a lot that became available, or a wallet last active then.

        When terms begin, what is there gets a whole period from that day on, but no more than it had before if those
        terms were of the same policy. A later `day` never ends sooner.
        """
        ends = None
        for term in self.terms:
            grace = term.ends(term.since)
            ends = max(term.ends(day), grace if ends is None else min(grace, ends))
        assert ends is not None
        return ends

    def begun(self, last: date) -> date:
        """The latest day from which points end by `last`: whatever counts from a later day is there longer."""
        early, late = last - timedelta(days=45_000), last
        while early < late:
            middle = early + (late - early + DAY) // 2
            early, late = (middle, late) if self.ends(middle) <= last else (early, middle - DAY)
        return early


def terms_of(brand: Brand) -> Lasting | None:
    """How long points last by the brand's settings; None if for ever. Terms that no run has found yet begin today."""
    known = list(ExpiryTerms.objects.order_by("number"))
    if not known or (known[-1].policy, known[-1].months) != (brand.expiry_policy, brand.expiry_months):
        known.append(_new(brand, len(known) + 1))
    if brand.expiry_policy == ExpiryPolicy.NEVER:
        return None
    same = list(takewhile(lambda terms: terms.policy == brand.expiry_policy, reversed(known)))
    return Lasting(tuple(Term(terms.policy, terms.months, terms.since) for terms in reversed(same)))


def keep_terms(brand: Brand) -> Lasting | None:
    """Write down the brand's terms if they are new, from today on, and return how long points last by them."""
    last = ExpiryTerms.objects.order_by("number").last()
    if last is None or (last.policy, last.months) != (brand.expiry_policy, brand.expiry_months):
        bulk.insert([_new(brand, last.number + 1 if last else 1)], ignore_conflicts=True)
    return terms_of(brand)


def today(brand: Brand) -> date:
    """The day in the brand's zone."""
    return clock.now().astimezone(brand.zone).date()


def midnight_after(day: date, brand: Brand) -> datetime:
    """The first moment in the brand's zone after `day`."""
    return datetime.combine(day + DAY, time(), tzinfo=brand.zone)


def _new(brand: Brand, number: int) -> ExpiryTerms:
    return ExpiryTerms(number=number, policy=brand.expiry_policy, months=brand.expiry_months, since=today(brand))
