"""Closing an account and opening it again: who is closed out is signed out everywhere and gets in no more."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.members.models import Member
from core.web.refused import Refused


class NotThis(Refused):
    """Staff are dismissed first, so that nobody is locked out by a slip."""

    slug = "is-staff"
    sentence = _("This person works here. Take the role away first.")


def close(member: Member) -> None:
    """Close the account; closing it twice is harmless. Raises NotThis for staff."""
    if member.role:
        raise NotThis
    Member.objects.filter(pk=member.pk, is_active=True, role="").update(is_active=False)


def reopen(member: Member) -> None:
    """Open the account again; one that was erased stays nobody's."""
    Member.objects.filter(pk=member.pk, is_active=False, erased_at=None).update(is_active=True)
