"""How often a thing may happen, counted in the database: it holds across processes and when the cache is away."""

from __future__ import annotations

import math

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import clock
from core.members.models import Allowance
from core.web.refused import Refused

MINUTE = 60
HOUR = 3600

# (how often, in how many seconds)
Rate = tuple[int, int]
MAILS_TO_ONE_ADDRESS: tuple[Rate, ...] = ((5, MINUTE), (15, HOUR))
SECOND_FACTOR_TRIES: tuple[Rate, ...] = ((5, 5 * MINUTE), (20, HOUR))


class TooMany(Refused):
    """Too often in too short a time; `retry_after` says in how many seconds it is possible again."""

    slug = "too-many"
    status = 429
    sentence = _("That was too often in a short time. Wait a little, then try again.")

    def __init__(self, retry_after: int) -> None:
        self.retry_after = retry_after
        super().__init__()


def spend(key: str, rates: tuple[Rate, ...]) -> None:
    """Count one more of `key`; raise TooMany, and count nothing, when one of the sliding `rates` is used up."""
    now = clock.now()
    moment = now.timestamp()
    longest = max(seconds for _times, seconds in rates)
    with transaction.atomic():
        Allowance.objects.get_or_create(key=key)
        # The update locks the row until the transaction ends: from here to there this key is ours alone.
        Allowance.objects.filter(key=key).update(touched_at=now)
        moments = Allowance.objects.values_list("moments", flat=True).get(key=key)
        moments = [past for past in moments if past > moment - longest]
        for times, seconds in rates:
            recent = [past for past in moments if past > moment - seconds]
            if len(recent) >= times:
                raise TooMany(retry_after=max(1, math.ceil(recent[-times] + seconds - moment)))
        Allowance.objects.filter(key=key).update(moments=[*moments, moment])


def clear(key: str) -> None:
    """Forget what was counted of `key`."""
    Allowance.objects.filter(key=key).delete()
