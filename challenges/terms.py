"""What a challenge asks and gives, as it was when a member joined."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Milestone:
    """Points on the way: `points` when the task's progress reaches `at` (in the unit of the task's kind)."""

    at: int
    points: int


@dataclass(frozen=True, slots=True)
class TaskTerms:
    """One task: `target` is in the smallest unit of its kind (times, or minor units)."""

    slug: str
    title: str
    kind: str
    activity: str
    target: int
    milestones: tuple[Milestone, ...] = ()


@dataclass(frozen=True, slots=True)
class Terms:
    """All that decides whether an activity counts, when the challenge is done, and what it gives.

    `audience` are the tiers whose members can join; none: everybody can. Who has joined stays, whatever the tier then.
    """

    title: str
    combine: str
    need: int | None
    join: str
    starts: datetime | None
    ends: datetime | None
    prize_points: int
    prize_badge: str | None
    after: tuple[str, ...]
    tasks: tuple[TaskTerms, ...]
    audience: tuple[str, ...] = ()

    @property
    def needed(self) -> int:
        """How many tasks have to be done."""
        return self.need or len(self.tasks)

    @property
    def automatic(self) -> bool:
        """Whether a member joins by the first activity that counts."""
        return self.join == "automatic"

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of activity that the tasks listen to."""
        return frozenset(task.activity for task in self.tasks)

    def open_at(self, moment: datetime) -> bool:
        """Whether what happens at `moment` can count."""
        return (self.starts is None or self.starts <= moment) and (self.ends is None or moment < self.ends)

    def stored(self) -> dict[str, Any]:
        """The form in which terms are kept: plain JSON."""
        kept = asdict(self)
        for name in ("starts", "ends"):
            kept[name] = kept[name] and kept[name].astimezone(UTC).isoformat()
        kept |= {"after": list(self.after), "tasks": [_stored_task(task) for task in self.tasks]}
        # Left out where it says nothing, as in all that was kept before there were audiences.
        audience = kept.pop("audience")
        return {**kept, "audience": list(audience)} if audience else kept

    @classmethod
    def restored(cls, kept: Mapping[str, Any]) -> Terms:
        """The terms behind their stored form."""
        moments = {name: kept[name] and datetime.fromisoformat(kept[name]) for name in ("starts", "ends")}
        tasks = tuple(
            TaskTerms(**{**task, "milestones": tuple(Milestone(**stone) for stone in task["milestones"])})
            for task in kept["tasks"]
        )
        lists = {"after": tuple(kept["after"]), "audience": tuple(kept.get("audience", ()))}
        return cls(**{**kept, **moments, **lists, "tasks": tasks})


def _stored_task(task: TaskTerms) -> dict[str, Any]:
    return {**asdict(task), "milestones": [asdict(stone) for stone in task.milestones]}
