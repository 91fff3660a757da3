"""A sentence said to a member in the page's status region, such as the name of a new badge."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext

from core.live.fragments import fragment
from core.live.messages import ANNOUNCEMENT


@fragment(ANNOUNCEMENT, "live/announcement.html")
def announcement(member: object, message: str, values: dict[str, Any]) -> dict[str, Any]:
    """`message` in the member's language, with its placeholders filled in."""
    return {"sentence": gettext(message) % values}
