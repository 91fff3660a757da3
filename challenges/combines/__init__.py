"""The ways in which tasks make a challenge, one file each."""

from __future__ import annotations

from challenges.combines.any import AnyOf
from challenges.combines.base import Combine, Counted, Progress, combine, known, register

register(AnyOf())

__all__ = ["Combine", "Counted", "Progress", "combine", "known", "register"]
