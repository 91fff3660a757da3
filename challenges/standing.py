"""How somebody stands in every challenge: what the pages, the cards and the JSON API show."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property, partial
from typing import Any

from challenges.combines import combine
from challenges.compiled import Plan, Programme, programme
from challenges.joining import ENDED, missing, not_open
from challenges.models import Badge, Participation
from challenges.tasks import TaskKind, task_kind
from challenges.terms import Milestone, TaskTerms, Terms
from core import clock
from core.brand.models import Brand
from core.bulk.questions import Question
from core.earning import tiers
from core.earning.cards import MONTHS
from core.web.art import Cover
from core.web.cards import Look
from core.web.context_processors import brand_of
from core.web.refused import NotOpen, Refused

# The heroicon on the cover of a challenge, by the kind of activity of its first task.
GLYPHS = {
    "order.paid": "shopping-bag",
    "review.posted": "pencil-square",
    "post.shared": "share",
    "member.joined": "hand-raised",
    "referral.qualified": "user-group",
    "challenge.completed": "trophy",
    "badge.earned": "star",
    "reward.redeemed": "ticket",
    "reward.used": "ticket",
    "points.donated": "heart",
}


MINUTE, HOUR, DAY, WEEK = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1), timedelta(days=7)
Tier = Callable[[], tiers.Standing | None]


def _participations(member: int) -> Any:
    return Participation.objects.filter(member=member)


PARTICIPATIONS: Question[Participation] = Question(_participations)


@dataclass(frozen=True)
class TaskStanding:
    """One task and how far it is, in the smallest unit of its kind."""

    terms: TaskTerms
    progress: int

    @property
    def kind(self) -> TaskKind:
        return task_kind(self.terms.kind)

    @property
    def done(self) -> bool:
        return self.progress >= self.terms.target

    @property
    def milestones(self) -> list[tuple[Milestone, bool]]:
        """The prizes on the way, and whether each is reached."""
        return [(stone, self.progress >= stone.at) for stone in self.terms.milestones]


@dataclass
class Standing:
    """One challenge as one person sees it; without a participation, by the terms of who would join now.

    `missing` are the challenges that come before it and are not completed; `not_for_them` says what would change it
    when it is for other tiers. `for_whom` is empty when it is for everybody.
    """

    plan: Plan
    row: Participation | None
    missing: Sequence[Plan]
    badge: Badge | None
    now: datetime
    not_for_them: Refused | None = None
    for_whom: str = ""

    @cached_property
    def terms(self) -> Terms:
        issue = self.plan.by_id.get(self.row.edition_id) if self.row else None
        return (issue or self.plan.latest).terms

    @property
    def slug(self) -> str:
        return self.plan.slug

    @property
    def title(self) -> str:
        return self.terms.title

    @property
    def summary(self) -> str:
        return self.plan.challenge.summary

    @property
    def address(self) -> str:
        return self.plan.challenge.get_absolute_url()

    @property
    def is_over(self) -> bool:
        """Whether nothing can count any more."""
        return self.plan.latest.until is not None or (self.terms.ends is not None and self.terms.ends <= self.now)

    @property
    def state(self) -> str:
        """completed, expired, joined, ended, upcoming, locked or open."""
        if self.row is not None:
            return "completed" if self.row.completed else "expired" if self.is_over else "joined"
        if self.is_over:
            return "ended"
        if self.terms.starts is not None and self.terms.starts > self.now:
            return "upcoming"
        return "locked" if self.missing or self.not_for_them else "open"

    @property
    def tasks(self) -> list[TaskStanding]:
        progress = self.row.progress if self.row else {}
        return [TaskStanding(task, progress.get(task.slug, 0)) for task in self.terms.tasks]

    @property
    def share(self) -> float:
        """How far it is done, from 0 to 1."""
        return combine(self.terms.combine).share(self.terms, self.row.progress if self.row else {})

    @property
    def percent(self) -> int:
        """The same in hundredths, for a bar; full only when it is completed."""
        return 100 if self.state == "completed" else min(int(self.share * 100), 99)

    @property
    def joins_by_hand(self) -> bool:
        return not self.terms.automatic

    @property
    def cover(self) -> Cover:
        colour = self.badge.art["colour"] if self.badge else "#2f6b4f"
        return Cover(colour, GLYPHS.get(self.terms.tasks[0].activity, "trophy"))

    def refusal(self) -> Refused | None:
        """Why who looks cannot join by hand now, or None: the same answer that `joining.join` would give."""
        if self.plan.latest.until is not None:
            return NotOpen(ENDED)
        titles = [plan.latest.terms.title for plan in self.missing]
        return not_open(self.terms) or (missing(titles) if titles else self.not_for_them)


def standings(member_id: int | None, brand: Brand, *, slug: str = "") -> list[Standing]:
    """How a member (None: a visitor) stands in every challenge that they can see, or in the one of that slug.

    One query for a member, none for a visitor; one more where one is for some tiers only and the member does not take
    part in it yet. Ended challenges are seen by those who took part.
    """
    if member_id is None:
        return standings_by((), partial(tiers.standing_in, (), brand), brand, slug=slug)
    rows = Participation.objects.filter(member=member_id)
    return standings_by(rows, partial(tiers.standing_of, member_id, brand), brand, slug=slug)


def standings_by(rows: Iterable[Participation], tier: Tier, brand: Brand, *, slug: str = "") -> list[Standing]:
    """The same by all participations of a member, and by the tier, for which `tier` is asked only if it matters."""
    known = programme(brand)
    by_challenge = {row.challenge_id: row for row in rows}
    now = clock.now()
    plans = [known.by_slug[slug]] if slug in known.by_slug else [] if slug else known.plans
    found = [_standing(known, plan, by_challenge, now) for plan in plans]
    _ask_tiers(found, tier, brand)
    return [one for one in found if slug or one.state != "ended"]


def _ask_tiers(found: Sequence[Standing], tier: Tier, brand: Brand) -> None:
    """Say for whom those are that are for some tiers only, and lock them for whoever does not take part."""
    selective = [one for one in found if one.terms.audience]
    for one in selective:
        one.for_whom = tiers.for_whom(one.terms.audience, brand)
    fresh = [one for one in selective if one.row is None]
    if not fresh:
        return
    standing = tier()
    for one in fresh:
        one.not_for_them = tiers.refusal_for(one.terms.audience, standing, brand)


def _standing(known: Programme, plan: Plan, rows: dict[int, Participation], now: datetime) -> Standing:
    row = rows.get(plan.id)
    missing: list[Plan] = []
    if row is None:
        before = [known.by_slug[slug] for slug in plan.latest.terms.after if slug in known.by_slug]
        missing = [other for other in before if not (other.id in rows and rows[other.id].completed)]
    one = Standing(plan, row, missing, None, now)
    one.badge = known.badges.get(one.terms.prize_badge or "")
    return one


def of_visit(request: Any) -> list[Standing]:
    """The standings of who asks, read once a request."""
    if not hasattr(request, "standings"):
        member_id = request.user.pk if request.user.is_authenticated else None
        request.standings = standings(member_id, brand_of(request))
    return list(request.standings)


def of_look(look: Look) -> list[Standing]:
    """The standings of the member who looks at the dashboard, by what it asked: PARTICIPATIONS and MONTHS."""
    request: Any = look.request
    if not hasattr(request, "standings"):
        tier = partial(tiers.standing_in, look.rows(MONTHS), look.brand)
        request.standings = standings_by(look.rows(PARTICIPATIONS), tier, look.brand)
    look.until(*changes(request.standings, look.now))
    return list(request.standings)


def changes(found: Iterable[Standing], now: datetime) -> Iterator[datetime]:
    """When the clock next changes what is shown of each of these: its beginning, its end, and the time that is left."""
    for one in found:
        if one.terms.starts is not None:
            yield one.terms.starts
        if one.terms.ends is not None and one.terms.ends > now:
            left = one.terms.ends - now
            # What is left is told in two units next to each other, of which the smaller is at least this one.
            step = DAY if left > WEEK else HOUR if left > DAY else MINUTE
            yield one.terms.ends
            yield one.terms.ends - left // step * step + timedelta.resolution


def next_step(found: Sequence[Standing]) -> Standing | None:
    """The challenge closest to done, else the first that could be begun."""
    under_way = [one for one in found if one.state == "joined"]
    if under_way:
        return max(under_way, key=lambda one: one.share)
    return next((one for one in found if one.state == "open"), None)
