"""What activities are worth: each matching rule says what is due, within its limit.

A limit counts the first awards of its period in the activities' own time, so that any order of arrival ends the same.
Most often the newest activity is judged and the awards before it are all that is needed; when one arrives late, or one
before it no longer counts, the period is judged anew.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import reduce
from operator import or_

from django.db.models import Q

from core import bulk
from core.activities.cascade import Cascade
from core.activities.models import Activity
from core.brand.periods import Period, period
from core.earning import scaling
from core.earning.calculations import Award, Standing
from core.earning.terms import Rules, Terms, compiled
from core.ledger.models import Lot

GroupKey = tuple[int, str]


@dataclass
class _Group:
    """The awards that one limit counts together: those of one member, rule and period, by whatever version of the rule.

    `versions` are all that count in such a period; `waiting` are the activities to be judged, each by its version.
    """

    slug: str
    member_id: int
    period: Period
    versions: Sequence[Terms]
    waiting: list[tuple[Activity, Terms]] = field(default_factory=list)
    granted: list[tuple[datetime, int]] = field(default_factory=list)

    @property
    def name(self) -> str:
        return f"{self.slug}:{self.period.key}"

    def version_for(self, activity: Activity) -> Terms | None:
        """The version of the rule that judges an activity, if it counts in this period at all."""
        if not _inside(self.period, activity.at):
            return None
        return next((terms for terms in self.versions if terms.rule.holds_for(activity)), None)


def earn(cascade: Cascade, activities: list[Activity]) -> None:
    """Say what each of these activities is worth by the rules that hold for it."""
    rules = compiled.of(cascade.brand)
    groups: dict[GroupKey, _Group] = {}
    for activity in activities:
        for terms in rules.get(activity.type, ()):
            if (member_id := activity.member_id) is None or not terms.rule.holds_for(activity):
                continue
            if terms.limit is None:
                _due(cascade, terms, member_id, activity, terms.award(activity, _standing(cascade, member_id)))
                continue
            around = period(activity.at, terms.limit.per, cascade.brand.zone)
            key = (member_id, f"{terms.rule.slug}:{around.key}")
            if key not in groups:
                groups[key] = _Group(terms.rule.slug, member_id, around, _versions(rules, terms))
            groups[key].waiting.append((activity, terms))
    if groups:
        _read_granted(cascade, groups)
        late = [group for group in groups.values() if not _judge_newest(cascade, group)]
        if late:
            _judge_anew(cascade, late)


def _versions(rules: Rules, terms: Terms) -> list[Terms]:
    """All versions of the rule whose awards are counted in the same periods."""
    assert terms.limit is not None
    of_rule = (one for each in rules.values() for one in each if one.rule.slug == terms.rule.slug)
    return [one for one in of_rule if one.limit and one.limit.per == terms.limit.per]


def _read_granted(cascade: Cascade, groups: dict[GroupKey, _Group]) -> None:
    members = {member_id for member_id, _name in groups}
    names = {name for _member, name in groups}
    granted: dict[str, tuple[GroupKey, datetime, int]] = {}
    for lot in bulk.select(Lot, 'member_id {} AND "group" {}', members, names):
        granted[lot.cause] = (lot.member_id, lot.group), lot.at, lot.points
    for due in cascade.dues.values():
        if due.group:
            granted[due.cause] = (due.member_id, due.group), due.at, due.points
    for cause, (key, at, points) in granted.items():
        if points and key in groups:
            groups[key].granted.append((at, int(cause.rpartition(":")[2])))


def _judge_newest(cascade: Cascade, group: _Group) -> bool:
    """Judge the group's new activities after those granted before; False when it must be judged anew."""
    if any(activity.revised for activity, _terms in group.waiting):
        return False
    for activity, terms in group.waiting:
        newest = (activity.at, activity.pk)
        late = bool(group.granted) and newest < max(group.granted)
        if terms.limit and len(group.granted) >= terms.limit.count:
            if late:
                return False
            continue
        if late and len({one.limit.count for one in group.versions if one.limit}) > 1:
            return False  # by another version one that came later may be too many now
        award = terms.award(activity, _standing(cascade, group.member_id))
        if award.points:
            group.granted.append(newest)
            _due(cascade, terms, group.member_id, activity, award, group.name)
    return True


def _judge_anew(cascade: Cascade, groups: Iterable[_Group]) -> None:
    """Judge all activities of these groups' periods in their own time; one statement for all groups."""
    found: dict[int | None, list[Activity]] = defaultdict(list)
    revised = {activity.pk: activity for group in groups for activity, _terms in group.waiting}
    wanted = reduce(or_, (_of(group) for group in groups))
    for activity in Activity.objects.originals().filter(wanted, status=Activity.Status.ACCEPTED).order_by("at", "pk"):
        activity = revised.get(activity.pk, activity)
        found[activity.member_id].append(activity)
    for group in groups:
        used = 0
        for activity in found[group.member_id]:
            if (terms := group.version_for(activity)) is None:
                continue
            if activity.pk not in revised:
                # What moves for the others is an effect of the one that came late, and belongs to its answer.
                activity.root = activity.root or group.waiting[-1][0].root
            award = terms.award(activity, _standing(cascade, group.member_id))
            if award.points and terms.limit and used >= terms.limit.count:
                award = terms.full(activity)
            used += bool(award.points)
            _due(cascade, terms, group.member_id, activity, award, group.name, keep=True)


def _of(group: _Group) -> Q:
    around = group.period
    wanted = Q(member=group.member_id, type__in={terms.rule.activity for terms in group.versions})
    if around.starts and around.ends:
        wanted &= Q(at__gte=around.starts, at__lt=around.ends)
    return wanted


def _inside(around: Period, moment: datetime) -> bool:
    return (around.starts is None or around.starts <= moment) and (around.ends is None or moment < around.ends)


def _standing(cascade: Cascade, member_id: int) -> Standing:
    return Standing(earned=cascade.wallets[member_id].earned)


def _due(
    cascade: Cascade,
    terms: Terms,
    member_id: int,
    activity: Activity,
    award: Award,
    group: str = "",
    *,
    keep: bool = False,
) -> None:
    """Tell the books; a first judgement that gives nothing has nothing to tell."""
    if terms.by_standing:
        scaling.take(cascade, terms, member_id, activity, group, granted=bool(award.worth) and activity.counts)
    if award.points or activity.revised or keep:
        cascade.due(scaling.due(terms, member_id, activity, award, group))
