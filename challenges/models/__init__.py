"""Challenges, what members did in them, and badges."""

from challenges.models.badge import Badge, BadgeAward
from challenges.models.challenge import Challenge, Edition, Task
from challenges.models.participation import Contribution, Participation

__all__ = ["Badge", "BadgeAward", "Challenge", "Contribution", "Edition", "Participation", "Task"]
