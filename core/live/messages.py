"""The form in which a change travels from where it was committed to where somebody looks."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

EVERYBODY = "everybody"
CLOSE = "!close"
ANNOUNCEMENT = "announcement"


class Message(NamedTuple):
    """A fragment to be shown anew: equal messages are one, since each is rendered from what is true when it is read."""

    topic: str
    name: str
    args: str  # JSON with sorted keys, so that equal arguments are equal text

    @property
    def values(self) -> dict[str, Any]:
        """The arguments for the fragment's function."""
        values: dict[str, Any] = json.loads(self.args)
        return values


def topic_of(member_id: int) -> str:
    """The topic on which one member's own fragments travel."""
    return f"member:{member_id}"
