"""Who asks, where only members come in."""

from __future__ import annotations

from django.http import HttpRequest

from core.members.models import Member


def member_of(request: HttpRequest) -> Member:
    """The member who asks for a page behind `login_required`, or whose dashboard it is."""
    member = request.user
    assert isinstance(member, Member)
    return member
