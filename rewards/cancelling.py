"""Cancelling what was booked: points and seat go back together, once."""

from __future__ import annotations

from dataclasses import replace

from django.db import transaction
from django.utils.translation import gettext_noop

from core.activities.own import withdraw_own
from core.brand.explanation import Explanation
from core.ledger import spending
from core.members import notices
from core.members.notices import Told
from rewards import wallets
from rewards.models import Redemption

CHANGED = "booking.changed"
CANCELLED = Explanation(gettext_noop("%(reward)s: cancelled in time, so you have your %(points)s back."))
CANCELLED_FOR = Explanation(gettext_noop("%(reward)s: cancelled for you, so you have your %(points)s back."))


def cancel(redemption: Redemption) -> Redemption:
    """Cancel it for the member who asks; what is cancelled already stays as it is. Raises TooLate."""
    if refusal := redemption.cancellation_refusal():
        raise refusal
    _cancel(redemption, CANCELLED)
    return redemption


@transaction.atomic
def cancel_for_member(redemption: Redemption) -> Redemption:
    """Cancel it as staff do, who may do so at any time, and tell the member; what is cancelled stays as it is."""
    if _cancel(redemption, CANCELLED_FOR):
        said = _explained(CANCELLED_FOR, redemption)
        where = redemption.get_absolute_url()
        notices.tell([Told(redemption.member_id, CHANGED, redemption.return_reference, said, where)])
    return redemption


@transaction.atomic
def _cancel(redemption: Redemption, why: Explanation) -> bool:
    """The act; who moves the state gives back, so however many try, it happens once: True for the one who did."""
    wallets.hold(redemption.member_id)
    if not redemption.move_to_cancelled():
        return False
    explanation = _explained(why, redemption)
    spending.unspend(redemption.reference, reference=redemption.return_reference, explanation=explanation)
    withdraw_own(redemption.reference)
    redemption.reward.strategy.put_back(redemption)
    redemption.reward.strategy.show_change(redemption)
    return True


def _explained(why: Explanation, redemption: Redemption) -> Explanation:
    title = redemption.reward.title
    return replace(why.with_values(reward=title, points={"points": redemption.cost}), thing=title)
