"""Who works here: giving people a role, and taking it from them."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from core.members import enrolment
from core.members.changes import remember
from core.members.models import Member, canonical
from core.members.roles import Role
from core.web.admin_changes import snapshot
from core.web.refused import Refused


class LastOwner(Refused):
    """Without an owner nobody could ever appoint one."""

    slug = "last-owner"
    sentence = _("This is the last owner. Make somebody else an owner first.")


def appoint(email: str, role: str, *, by: Member | None = None) -> Member:
    """Give the person at `email` a role, creating them if need be; doing it twice changes nothing.

    Raises LastOwner when the programme would be left without an owner.
    """
    address = canonical(email)
    with transaction.atomic():
        try:
            with transaction.atomic():
                member = Member.objects.filter(email=address).first() or Member.objects.create_user(address)
        except IntegrityError:
            member = Member.objects.get(email=address)
        _keep_an_owner(member, role)
        enrolment.claim(member)
        if member.role != role:
            before = snapshot(member)
            Member.objects.filter(pk=member.pk).update(role=role)
            member.role = role
            remember(by, "appoint", member, before, snapshot(member))
    return member


def dismiss(member: Member, *, by: Member | None = None) -> None:
    """Take the role from a member of staff, who stays a member; raises LastOwner for the last owner."""
    appoint(member.email, "", by=by)


def _keep_an_owner(member: Member, role: str) -> None:
    if member.role != Role.OWNER or role == Role.OWNER:
        return
    # The lock lets two owners who dismiss each other at the same moment come one after the other.
    owners = Member.objects.filter(role=Role.OWNER, is_active=True)
    owners.update(role=Role.OWNER)
    if not owners.exclude(pk=member.pk).exists():
        raise LastOwner
