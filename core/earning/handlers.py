"""Earning listens to every activity."""

from __future__ import annotations

from core.activities.cascade import Cascade
from core.activities.models import Activity
from core.earning import tiering
from core.earning.earning import earn


def on_activities(cascade: Cascade, activities: list[Activity]) -> None:
    earn(cascade, activities)


def on_round(cascade: Cascade, activities: list[Activity]) -> None:
    tiering.follow(cascade, activities)


def on_conclusion(cascade: Cascade) -> None:
    tiering.conclude(cascade)


def on_sequel(cascade: Cascade) -> None:
    tiering.look_again(cascade)


def on_adjustment(member_id: int) -> None:
    tiering.look([member_id])
