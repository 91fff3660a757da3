"""What the scheduler does for tiers: end them at their date, and say in time what would keep them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from crontask import cron
from django.db import transaction
from django.db.models import F, Q
from django.tasks import task
from django.utils.translation import gettext_noop

from core import bulk, clock
from core.brand.explanation import Explanation
from core.brand.models import Brand
from core.earning import tiering, tiers
from core.earning.models import MemberTier, Tiers
from core.members import notices
from core.members.models import Member
from core.members.notices import Told

BATCH = 200
WARNING = timedelta(days=30)
ENDING = Explanation(gettext_noop("You keep %(tier)s with %(points)s more by %(date)s."))


@cron("* * * * *")
@task
def end_tiers() -> int:
    """Bring down whoever's tier has ended; the work is in proportion to them. Returns how many members it was."""
    return _in_batches(end_due)


@cron("17 * * * *")
@task
def warn_of_endings() -> int:
    """Tell whoever's tier ends within 30 days what would keep it, once for each date; returns how many were told."""
    return _in_batches(warn_due)


@cron("* * * * *")
@task
def look_at_everybody() -> int:
    """Bring everybody's tier up to a ladder that has changed; returns how many members were looked at."""
    return _in_batches(look_at_next)


def look_at_next(limit: int = BATCH) -> int:
    """Look at the next `limit` members since the ladder changed; return how many there were, 0 when all were."""
    row = Tiers.objects.filter(looked_at__isnull=False).first()
    if row is None:
        return 0
    rest = Member.objects.filter(pk__gt=row.looked_at or 0).order_by("pk")
    members = list(rest.values_list("pk", flat=True)[:limit])
    if members:
        tiering.look(members)
    # Whoever changes the ladder meanwhile begins from the first member again.
    Tiers.objects.filter(looked_at=row.looked_at).update(looked_at=members[-1] if len(members) == limit else None)
    return len(members)


def end_due(limit: int = BATCH) -> int:
    """Let the tiers that have ended end, up to `limit`, those first that ended first; return how many there were."""
    due = MemberTier.objects.filter(until__lte=clock.now()).order_by("until")
    members = list(due.values_list("member_id", flat=True)[:limit])
    if members:
        tiering.look(members)
    return len(members)


@transaction.atomic
def warn_due(limit: int = BATCH) -> int:
    """Tell up to `limit` members whose tier ends within 30 days; return how many there were."""
    now = clock.now()
    near = MemberTier.objects.filter(until__gt=now, until__lte=now + WARNING)
    news = near.filter(Q(warned_of__isnull=True) | ~Q(warned_of=F("until"))).order_by("until")
    rows = list(news[:limit])
    if not rows:
        return 0
    standings = tiers.standings_of([row.member_id for row in rows], Brand.current())
    notices.tell([told for row in rows if (told := _ending(row, standings.get(row.member_id)))])
    for row in rows:
        row.warned_of = row.until
    bulk.update(rows, ["warned_of"])
    return len(rows)


def _ending(row: MemberTier, standing: tiers.Standing | None) -> Told | None:
    if standing is None or standing.rung is None or standing.last_day is None or row.until is None:
        return None
    if standing.slug != row.level:
        return None
    explanation = ENDING.with_values(
        tier=standing.rung.name,
        points={"points": standing.to_keep},
        date={"date": (row.until - timedelta(seconds=1)).isoformat()},
    )
    return Told(row.member_id, "tier.ending", f"tier.ending:{row.member_id}:{row.until.isoformat()}", explanation, "/")


def _in_batches(step: Callable[[], int]) -> int:
    done = 0
    while count := step():
        done += count
        if count < BATCH:
            break
    return done
