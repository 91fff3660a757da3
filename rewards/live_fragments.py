"""What of the rewards changes on a page by itself."""

from __future__ import annotations

from typing import Any

from core import live
from rewards.models import Session


@live.fragment("seats", "rewards/reward.html#seats", public=True)
def seats(session: str) -> dict[str, Any]:
    """How many seats are left at the session of that slug."""
    return {"session": Session.objects.get(slug=session)}
