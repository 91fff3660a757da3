"""What changes by itself on the pages of those who invited or were invited."""

from __future__ import annotations

from typing import Any

from core import live
from core.brand.models import Brand
from core.members.models import Member
from referrals.views import told


@live.fragment("referrals", "referrals/invite.html#referrals")
def referrals(member: Member) -> dict[str, Any]:
    """The friends and how far they are."""
    return told(member, Brand.current())
