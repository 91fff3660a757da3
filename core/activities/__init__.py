"""What happened, and who is told: `record` for events from outside, `record_own` for what the site sees.

An app above subscribes with `subscribe` (and `concerns`) in its AppConfig.ready().
"""

from importlib import import_module
from typing import Any

from core.activities.subscription import afterwards, concerns, conclude, subscribe

__all__ = ["afterwards", "concerns", "conclude", "record", "record_own", "subscribe", "welcome", "withdraw_own"]

# Loaded when first asked for: they need the models, which are not ready when Django imports this package.
_DOORS = {"record": "recording", "record_own": "own", "withdraw_own": "own", "welcome": "joining"}


def __getattr__(name: str) -> Any:
    if name in _DOORS:
        return getattr(import_module(f"core.activities.{_DOORS[name]}"), name)
    raise AttributeError(name)
