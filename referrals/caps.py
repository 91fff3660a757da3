"""How many friends of one inviter are rewarded in a period: the earliest by their own time, exactly."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q

from core.brand.periods import Per, period
from referrals.models import Referral

Moments = Mapping[int, set[datetime]]
_WEEK = timedelta(days=7)
_LONGEST_MONTH = timedelta(days=31)


def above(changed: Iterable[Referral], moments: Moments, zone: ZoneInfo) -> dict[int, tuple[Referral, bool]]:
    """Which qualified referrals are above their cap, by id, for all that the changes may have moved.

    `changed` are referrals as they now are, though not yet saved; `moments` say at which times, by inviter, one began
    or ceased to count. One statement. A referral is above its cap when as many as the cap allows qualified before it in
    the same period; which of them arrived first makes no difference.
    """
    ours = {referral.pk: referral for referral in changed}
    by_inviter: dict[int, list[Referral]] = defaultdict(list)
    for referral in [*_others(ours, moments), *ours.values()]:
        if referral.qualified_at is not None and referral.referrer_id in moments:
            by_inviter[referral.referrer_id].append(referral)
    return {
        referral.pk: (referral, is_above)
        for inviter, referrals in by_inviter.items()
        for referral, is_above in judged(referrals, moments[inviter], zone)
    }


def _others(ours: Mapping[int, Referral], moments: Moments) -> Iterable[Referral]:
    """The inviters' other qualified friends in the periods concerned; all of them where the cap is on the total."""
    times = [moment for of_one in moments.values() for moment in of_one]
    if not times:
        return []
    margin = _LONGEST_MONTH + _WEEK
    near = Q(qualified_at__gte=min(times) - margin, qualified_at__lte=max(times) + margin)
    capped_in_all = Referral.objects.filter(referrer_id__in=list(moments), cap_per=Per.TOTAL).values("referrer_id")
    return (
        Referral.objects.qualified()
        .filter(near | Q(referrer_id__in=capped_in_all), referrer_id__in=list(moments))
        .exclude(pk__in=list(ours))
        .select_related("referrer", "activity")
    )


def judged(referrals: list[Referral], moved: set[datetime], zone: ZoneInfo) -> Iterable[tuple[Referral, bool]]:
    """Those that a moment in `moved` shares its period with, each with whether it is above its cap."""
    dated = sorted((at, referral.friend_id, referral) for referral in referrals if (at := referral.qualified_at))
    caps = {referral.pk: referral.frozen.cap_count for referral in referrals}
    pers = {referral.cap_per for referral in referrals if caps[referral.pk]}
    moved_in = {(per, period(moment, per, zone).key) for per in pers for moment in moved}
    before: dict[tuple[str, str], int] = defaultdict(int)
    for at, _friend, referral in dated:
        here = {per: (per, period(at, per, zone).key) for per in pers}
        cap = caps[referral.pk]
        if cap is None:
            yield referral, False
        elif here[referral.cap_per] in moved_in:
            yield referral, before[here[referral.cap_per]] >= cap
        for key in here.values():
            before[key] += 1
