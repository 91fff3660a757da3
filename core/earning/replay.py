"""What each activity is worth by the rules, judged from the beginning in the activities' own time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from core.activities.models import Activity
from core.brand.periods import period
from core.earning.calculations import Standing
from core.earning.earning import Terms, compiled
from core.ledger.rebuilding import Rebuilt, Worth, rebuilds

Used = dict[tuple[int, str], int]


@rebuilds(order=10)
def earn(rebuilt: Rebuilt) -> Iterator[str]:
    """Say what all activities of these members are worth; it has nothing of its own to compare."""
    rules = compiled.anew()
    used: Used = defaultdict(int)
    told = Activity.objects.counting().originals().filter(member__in=rebuilt.members, type__in=list(rules))
    for activity in told.order_by("at", "pk").iterator():
        for terms in rules[activity.type]:
            if terms.rule.holds_for(activity):
                _judge(rebuilt, terms, activity, used)
    return iter(())


def _judge(rebuilt: Rebuilt, terms: Terms, activity: Activity, used: Used) -> None:
    """One activity by one rule: nothing when the limit of its period was reached by those before it."""
    member_id = activity.member_id
    assert member_id is not None
    points = terms.award(activity, Standing()).points
    group = ""
    if terms.limit is not None:
        group = f"{terms.rule.slug}:{period(activity.at, terms.limit.per, rebuilt.brand.zone).key}"
        if used[member_id, group] >= terms.limit.count:
            return
        used[member_id, group] += bool(points)
    if points:
        cause = f"rule:{terms.rule.slug}:{activity.pk}"
        rebuilt.worth[cause] = Worth(member_id, points, terms.rule.pending_days, activity.at, group)
