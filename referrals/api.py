"""The member's invitation in the JSON API."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from core.api import profile
from core.members.models import Member
from referrals import codes, invitation
from referrals.models import Code


@profile.part("referral")
def referral(member: Member) -> dict[str, Any] | None:
    """The code, its link and what came of it; four queries."""
    code = Code.objects.filter(member=member).first()
    if code is None:
        return None
    return {"code": code.code, "url": codes.url(code.code), **asdict(invitation.counts(member.pk, code.pk))}
