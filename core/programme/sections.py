"""The sections of the programme file, which stand low so that every app may import them."""

from core.sections import *  # noqa: F403
