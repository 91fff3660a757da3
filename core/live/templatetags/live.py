"""What the page's script must know of the live fragments."""

from __future__ import annotations

from django import template

from core.live import fragments
from core.live.messages import ANNOUNCEMENT

register = template.Library()


@register.simple_tag
def live_names() -> str:
    """The names of all live fragments, by blanks; an element is live if its id is a name, or a name, "-" and a slug."""
    return " ".join(name for name in fragments.names() if name != ANNOUNCEMENT)
