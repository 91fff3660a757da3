"""Challenges listen to what happened."""

from challenges.advancing import advance
from core.activities.subscription import subscribe

subscribe(advance, order=20)
