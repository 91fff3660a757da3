"""Challenges and badges for the brand's own software, and what a member has of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from ninja import Router, Schema

from challenges.models import Badge, BadgeAward, Challenge
from challenges.standing import Standing, standings
from challenges.tasks import task_kind
from challenges.terms import TaskTerms
from core import clock
from core.api import profile
from core.api.paging import PAGE, Cursor, Limit, Page, page
from core.brand.models import Brand
from core.members.models import Member

router = Router(tags=["challenges"])
# The states of a page in the words of the API: a challenge that cannot be begun yet is still open.
STATES = {"upcoming": "open", "locked": "open", "ended": "expired"}


class MilestoneOut(Schema):
    """Points on the way: when the progress reaches `at`."""

    at: int | str
    points: int


class TaskOut(Schema):
    """A task; `target` is an integer for a count and a decimal string for a sum."""

    slug: str
    title: str
    activity: str
    target: int | str
    milestones: list[MilestoneOut]


class PrizeOut(Schema):
    """What a challenge gives."""

    points: int
    badge: str | None


class ChallengeOut(Schema):
    """A challenge by the terms for who joins now; `need` null means all tasks, no `audience` all tiers."""

    slug: str
    title: str
    summary: str
    join: str
    need: int | None
    starts: datetime | None
    ends: datetime | None
    after: list[str]
    audience: list[str]
    tasks: list[TaskOut]
    prize: PrizeOut


class BadgeOut(Schema):
    """A badge that can be earned."""

    slug: str
    name: str
    description: str
    secret: bool


@router.get("/challenges", response=Page[ChallengeOut])
def challenges(request: HttpRequest, cursor: Cursor = None, limit: Limit = PAGE) -> dict[str, Any]:
    """The challenges that are live, in the order of the site."""
    rows = Challenge.objects.live().filter(Q(ends__isnull=True) | Q(ends__gt=clock.now()))
    brand: Any = SimpleLazyObject(Brand.current)  # read after the rows, so that it knows each of them

    def shown(challenge: Challenge) -> dict[str, Any]:
        return _shown(standings(None, brand, slug=challenge.slug)[0])

    return page(rows, cursor, limit, order=("position", "pk"), show=shown)


@router.get("/badges", response=Page[BadgeOut])
def badges(request: HttpRequest, cursor: Cursor = None, limit: Limit = PAGE) -> dict[str, Any]:
    """The badges that can be earned, in the order of the shelf."""
    return page(Badge.objects.current(), cursor, limit, order=("position", "pk"))


@profile.part("badges")
def badges_of(member: Member) -> list[dict[str, Any]]:
    """The badges that the member has, in the order of earning."""
    awards = BadgeAward.objects.live().filter(member=member).select_related("badge").order_by("earned_at", "pk")
    return [{"slug": award.badge.slug, "earned_at": award.earned_at} for award in awards]


@profile.part("challenges")
def challenges_of(member: Member) -> list[dict[str, Any]]:
    """How the member stands in every challenge that they can see."""
    return [
        {
            "slug": one.slug,
            "state": STATES.get(one.state, one.state),
            "completions": one.row.completions if one.row else 0,
            "tasks": [
                {
                    "slug": task.terms.slug,
                    "progress": task.kind.shown(task.progress),
                    "target": task.kind.shown(task.terms.target),
                }
                for task in one.tasks
            ],
        }
        for one in standings(member.pk, Brand.current())
    ]


def _shown(one: Standing) -> dict[str, Any]:
    terms = one.terms
    return {
        "slug": one.slug,
        "title": terms.title,
        "summary": one.summary,
        "join": terms.join,
        "need": terms.need,
        "starts": terms.starts,
        "ends": terms.ends,
        "after": list(terms.after),
        "audience": list(terms.audience),
        "tasks": [_task(task) for task in terms.tasks],
        "prize": {"points": terms.prize_points, "badge": terms.prize_badge},
    }


def _task(task: TaskTerms) -> dict[str, Any]:
    kind = task_kind(task.kind)
    return {
        "slug": task.slug,
        "title": task.title,
        "activity": task.activity,
        "target": kind.shown(task.target),
        "milestones": [{"at": kind.shown(stone.at), "points": stone.points} for stone in task.milestones],
    }
