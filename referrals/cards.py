"""The invitation on the dashboard."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest

from core.members.models import Member
from core.web.cards import dashboard
from referrals import codes, invitation
from referrals.models import Code


@dashboard.card(50)
def invite(request: HttpRequest) -> tuple[str, dict[str, Any]] | None:
    """The member's link, and their own part where an invitation brought them; two queries."""
    member, brand = cast(Member, request.user), request.brand  # type: ignore[attr-defined]
    code = Code.objects.with_terms().with_joined().filter(member=member).first()
    terms = invitation.terms_of(code)
    own_part = invitation.own_part(member, brand)
    if own_part is None and (code is None or terms is None):
        return None
    context: dict[str, Any] = {"own_part": own_part, "open": False}
    if code is not None and terms is not None:
        gets = invitation.promise_to_inviter(terms, brand)
        context |= {"open": True, "url": codes.url(code.code), "joined": code.joined, "you_get": gets}
    return "referrals/card.html", context
