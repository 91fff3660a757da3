"""Holding the wallets that an act is about to touch."""

from __future__ import annotations

from django.utils.translation import gettext as _

from core.activities.subscription import concerned
from core.ledger.posting import lock
from core.members.models import Member
from core.web.refused import NotEligible, Refused


def hold(member_id: int) -> None:
    """Lock the member's wallet, and those of all who may be rewarded by what the member does, until the end.

    They are locked at once and in order, before any seat or charity: who holds a seat's row never waits for a wallet,
    so two acts cannot wait for each other. Call it inside the transaction of the act.
    """
    lock(concerned({member_id}, ()))


def hold_of_active(member: Member) -> None:
    """The same for an act of the member's own; raises NotEligible when the account was closed or erased meanwhile."""
    hold(member.pk)
    if not Member.objects.filter(pk=member.pk, is_active=True).exists():
        raise takes_no_part()


def takes_no_part() -> Refused:
    """That the account is closed."""
    return NotEligible(_("This account does not take part."))
