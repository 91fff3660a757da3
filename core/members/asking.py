"""Who asks for a page."""

from __future__ import annotations

from django.http import HttpRequest

from core.members.models import Member


def member_of(request: HttpRequest) -> Member:
    """The member who asks for a page behind `login_required`, or whose dashboard it is."""
    member = request.user
    assert isinstance(member, Member)
    return member


def member_or_none(request: HttpRequest) -> Member | None:
    """The member who is signed in, or None for a visitor."""
    return request.user if request.user.is_authenticated else None
