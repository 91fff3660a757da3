"""What the programme that is in force offers to the people of the demo."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.sections import ListSection, sections


@dataclass(frozen=True)
class Class:
    """One date of an experience."""

    reward: str
    session: str
    cost: int
    cancel_until_hours: int
    starts: datetime
    ends: datetime
    seats: int
    limit: int  # seats of this reward that one member may hold


@dataclass(frozen=True)
class Offers:
    """The things that people can click on."""

    by_hand: list[dict[str, Any]]
    classes: list[Class]
    charities: list[str]
    invites: bool

    @classmethod
    def present(cls) -> Offers:
        """What is in force now, as the sections of the programme tell it."""
        challenges = [item for item in _listed("challenges").values() if item.get("join") == "by_hand"]
        classes = [
            Class(
                reward["slug"],
                session["slug"],
                reward["cost"],
                reward.get("cancel_until_hours", 0),
                session["starts"],
                session["ends"],
                session["seats"],
                reward.get("limit_per_member") or session["seats"],
            )
            for reward in _listed("rewards").values()
            for session in reward.get("sessions", [])
        ]
        referral = next((section for section in sections() if section.key == "referral"), None)
        invites = referral is not None and referral.present() is not None  # type: ignore[attr-defined]
        return cls(challenges, classes, list(_listed("charities")), invites)

    def bookable(self, moment: datetime, days: int) -> list[Class]:
        """The dates of the next `days` days after `moment`."""
        return [each for each in self.classes if 0 < (each.starts - moment).total_seconds() < days * 86_400]


def _listed(key: str) -> dict[str, dict[str, Any]]:
    section = next((section for section in sections() if section.key == key), None)
    return section.present() if isinstance(section, ListSection) else {}
