"""The invitation on the dashboard."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef
from django.http import HttpRequest

from core.members.asking import member_of
from core.web.cards import dashboard
from core.web.context_processors import brand_of
from referrals import codes, invitation
from referrals.models import Code, Referral


@dashboard.card(50)
def invite(request: HttpRequest) -> tuple[str, dict[str, Any]] | None:
    """The member's link, and their own part: one query, and a second for whom an invitation brought."""
    member, brand = member_of(request), brand_of(request)
    brought = Exists(Referral.objects.filter(friend=OuterRef("member")))
    code = Code.objects.with_terms().with_joined().annotate(brought=brought).filter(member=member).first()
    terms = invitation.terms_of(code)
    own_part = invitation.own_part(member, brand) if code is None or code.brought else None
    if own_part is None and (code is None or terms is None):
        return None
    context: dict[str, Any] = {"own_part": own_part, "open": False}
    if code is not None and terms is not None:
        gets = invitation.promise_to_inviter(terms, brand)
        context |= {"open": True, "url": codes.url(code.code), "joined": code.joined, "you_get": gets}
    return "referrals/card.html", context
