"""The invitation on the dashboard."""

from __future__ import annotations

from typing import Any

from core.bulk.questions import Question
from core.web.cards import Look, dashboard
from referrals import codes, invitation
from referrals.models import Code, Referral


def _code(member: int) -> Any:
    return Code.objects.with_terms().with_joined().filter(member=member)


def _brought(member: int) -> Any:
    return Referral.objects.filter(friend=member)


CODE: Question[Code] = Question(_code)
BROUGHT: Question[Referral] = Question(_brought)


@dashboard.card(50, CODE, BROUGHT)
def invite(look: Look) -> tuple[str, dict[str, Any]] | None:
    """The member's link, and their own part if an invitation brought them."""
    code, brought, brand = look.first(CODE), look.first(BROUGHT), look.brand
    terms = invitation.terms_of(code)
    own_part = invitation.own_part_of(brought, brand)
    if brought is not None:
        look.until(brought.qualify_until)
    if own_part is None and (code is None or terms is None):
        return None
    context: dict[str, Any] = {"own_part": own_part, "open": False}
    if code is not None and terms is not None:
        gets = invitation.promise_to_inviter(terms, brand)
        context |= {"open": True, "url": codes.url(code.code), "joined": code.joined, "you_get": gets}
    return "referrals/card.html", context
