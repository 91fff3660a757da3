"""Challenges and badges as staff curate them, and the facts of what members did."""

from challenges.admin import badges, challenges, facts

__all__ = ["badges", "challenges", "facts"]
