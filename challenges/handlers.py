"""Challenges listen to what happened."""

from challenges.advancing import advance
from challenges.foreseeing import foresee
from core.activities.subscription import foresees, subscribe

foresees(foresee)
subscribe(advance, order=20)
