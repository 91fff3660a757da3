"""Which tier members held before a moment, by the steps that the site recorded as facts.

A fact of the tier has the own time of what caused it, so the answer is the same whenever it is asked: what was earned
strictly before a moment decides, in whatever order it became known.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from core.activities.models import Activity
from core.earning.editions import Editions
from core.earning.tiering import CHANGED, lowest

Steps = list[tuple[datetime, str]]


@dataclass(slots=True)
class PastTiers:
    """The way of some members on the ladder, read for all of them in one statement when somebody first asks.

    `steps` are those known already, by member: the moment and the tier (its slug; empty below the lowest).
    """

    editions: Editions
    members: Collection[int]
    steps: dict[int, Steps] = field(default_factory=dict)

    def before(self, member_id: int, moment: datetime) -> str:
        """The slug of the tier that one of the members held just before `moment`; empty below the lowest."""
        if member_id not in self.steps:
            self._read()
        steps = self.steps[member_id]
        place = bisect_left(steps, (moment, ""))
        return steps[place - 1][1] if place else lowest(self.editions, moment)

    def _read(self) -> None:
        new = [member_id for member_id in self.members if member_id not in self.steps]
        self.steps.update({member_id: [] for member_id in new})
        log = Activity.objects.counting().filter(member__in=new, type=CHANGED)
        for member_id, at, level in log.order_by("at", "pk").values_list("member_id", "at", "reference"):
            self.steps[member_id].append((at, level))
