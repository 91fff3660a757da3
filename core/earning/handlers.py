"""Earning listens to every activity."""

from __future__ import annotations

from core.activities.cascade import Cascade
from core.activities.models import Activity
from core.earning.earning import earn


def on_activities(cascade: Cascade, activities: list[Activity]) -> None:
    earn(cascade, activities)
