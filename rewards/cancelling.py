"""Cancelling what was booked: points and seat go back together, once."""

from __future__ import annotations

from dataclasses import replace

from django.db import transaction
from django.utils.translation import gettext_noop

from core.activities.own import withdraw_own
from core.brand.explanation import Explanation
from core.ledger import spending
from rewards import wallets
from rewards.models import Redemption

CANCELLED = Explanation(gettext_noop("%(reward)s: cancelled in time, so you have your %(points)s back."))
CANCELLED_FOR = Explanation(gettext_noop("%(reward)s: cancelled for you, so you have your %(points)s back."))


def cancel(redemption: Redemption) -> Redemption:
    """Cancel it for the member who asks; what is cancelled already stays as it is. Raises TooLate."""
    if refusal := redemption.cancellation_refusal():
        raise refusal
    return _cancel(redemption, CANCELLED)


def cancel_for_member(redemption: Redemption) -> Redemption:
    """Cancel it as staff do, who may do so at any time; what is cancelled already stays as it is."""
    return _cancel(redemption, CANCELLED_FOR)


@transaction.atomic
def _cancel(redemption: Redemption, why: Explanation) -> Redemption:
    """The act; who moves the state gives back, so however many try, it happens once."""
    wallets.hold(redemption.member_id)
    if not redemption.move_to_cancelled():
        return redemption
    title = redemption.reward.title
    spending.unspend(
        redemption.reference,
        reference=redemption.return_reference,
        explanation=replace(why.with_values(reward=title, points={"points": redemption.cost}), thing=title),
    )
    withdraw_own(redemption.reference)
    redemption.reward.strategy.put_back(redemption)
    redemption.reward.strategy.show_change(redemption)
    return redemption
