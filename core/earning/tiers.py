"""Where a member stands among the tiers now, and what would change it: for pages, rewards, challenges and programs."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.brand.models import Brand
from core.brand.periods import Per
from core.earning.editions import compiled
from core.earning.ladder import Ladder, Rung, first_day, month_number, month_of
from core.ledger.models import Tally
from core.web.refused import NotEligible

SOON = 92  # days before a tier ends in which it is said what would keep it


@dataclass(frozen=True)
class Standing:
    """A member on the ladder: the tier held (None below the lowest), the next, and the points between.

    `earned` are the points that count now. `last_day` is the last day of the tier if nothing more is earned, None when
    it never ends; `to_keep` are the points that keep it beyond that day.
    """

    rung: Rung | None
    next: Rung | None
    earned: int
    last_day: date | None = None
    to_keep: int = 0
    today: date | None = None

    @property
    def slug(self) -> str | None:
        return self.rung.slug if self.rung else None

    @property
    def points_to_next(self) -> int | None:
        """How many points are missing to the next tier; None at the highest."""
        return max(self.next.from_points - self.earned, 0) if self.next else None

    @property
    def percent(self) -> int:
        """How far it is to the next tier, in hundredths; full at the highest."""
        return min(max(self.earned, 0) * 100 // self.next.from_points, 100) if self.next else 100

    @property
    def ends_soon(self) -> bool:
        """Whether it is time to say what would keep the tier."""
        return bool(self.last_day and self.today and self.last_day - self.today <= timedelta(days=SOON))


def standing_of(member_id: int, brand: Brand) -> Standing | None:
    """Where a member stands now (one query), by what was earned and the calendar alone; None without tiers."""
    ladder = current(brand)
    return standings_of([member_id], brand)[member_id] if ladder else None


def standing_in(rows: Iterable[tuple[date, int]], brand: Brand) -> Standing | None:
    """The same by what was asked before: the tallies of months, each with its first day; a visitor has none."""
    ladder = current(brand)
    if ladder is None:
        return None
    now = clock.now()
    first = _first_day(ladder, brand, now)
    return _standing(ladder, {month_number(starts): earned for starts, earned in rows if starts >= first}, brand, now)


def standings_of(member_ids: Collection[int], brand: Brand) -> dict[int, Standing]:
    """The same of several members (one query); empty without tiers."""
    ladder = current(brand)
    if ladder is None:
        return {}
    now = clock.now()
    months: dict[int, dict[int, int]] = {member_id: {} for member_id in member_ids}
    rows = Tally.objects.filter(member__in=member_ids, per=Per.MONTH, starts__gte=_first_day(ladder, brand, now))
    for member_id, starts, earned in rows.values_list("member_id", "starts", "earned"):
        months[member_id][month_number(starts)] = earned
    return {member_id: _standing(ladder, found, brand, now) for member_id, found in months.items()}


def _first_day(ladder: Ladder, brand: Brand, now: datetime) -> date:
    """From when on what was earned can matter now."""
    return first_day(month_of(now, brand.zone) - ladder.window - ladder.grace)


def _standing(ladder: Ladder, months: dict[int, int], brand: Brand, now: datetime) -> Standing:
    month, today = month_of(now, brand.zone), now.astimezone(brand.zone).date()
    # What was dated some hours ahead counts in the month that it belongs to, once that has come.
    rung, earned = ladder.held(months, month), ladder.earned(months, month)
    ends = ladder.ends(months, month, rung) if rung else None
    if rung is None or ends is None:
        return Standing(rung, ladder.above(rung), earned, today=today)
    to_keep = rung.from_points - ladder.earned(months, ends - 1)
    return Standing(rung, ladder.above(rung), earned, first_day(ends) - timedelta(days=1), to_keep, today)


def current(brand: Brand) -> Ladder | None:
    """The ladder in force; None without tiers."""
    editions = compiled.of(brand)
    ladder = editions.all[-1].ladder if editions else None
    return ladder if ladder and ladder.rungs else None


def names(slugs: Iterable[str], brand: Brand) -> str:
    """The names of these tiers, lowest first, in one line."""
    ladder = current(brand)
    wanted = set(slugs)
    known = [rung.name for rung in ladder.rungs if rung.slug in wanted] if ladder else []
    return ", ".join(known or sorted(wanted))


def for_whom(slugs: Collection[str], brand: Brand) -> str:
    """In a few words who can have what is for these tiers only: "From Silver on" where it ends with the highest."""
    ladder = current(brand)
    chosen = [rung.slug in slugs for rung in ladder.rungs] if ladder else []
    if ladder and any(chosen) and all(chosen[chosen.index(True) :]):
        return _("From %(tier)s on") % {"tier": ladder.rungs[chosen.index(True)].name}
    return _("Only for %(tiers)s") % {"tiers": names(slugs, brand)}


def refusal_for(slugs: Collection[str], standing: Standing | None, brand: Brand) -> NotEligible | None:
    """Why who stands so cannot have what is for these tiers only, and what would change it; None when they can."""
    if not slugs or (standing is not None and standing.slug in slugs):
        return None
    ladder = current(brand)
    rungs = [rung for rung in ladder.rungs if rung.slug in slugs] if ladder else []
    higher = [rung for rung in rungs if standing and rung.from_points > standing.earned]
    said: dict[str, object] = {"tiers": names(slugs, brand)}
    if not higher or standing is None:
        return NotEligible(_("This is for members of these tiers only: %(tiers)s.") % said)
    said |= {"points": brand.points(higher[0].from_points - standing.earned), "tier": higher[0].name}
    return NotEligible(FROM_HERE % said)


FROM_HERE = gettext_lazy("This is for members of these tiers only: %(tiers)s. With %(points)s more you reach %(tier)s.")
