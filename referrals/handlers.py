"""What the activities tell the referrals."""

from __future__ import annotations

from core.activities import kinds
from core.activities.cascade import Cascade
from core.activities.models import Activity
from core.activities.subscription import concerns, foresees, subscribe
from referrals import codes, wording
from referrals.above import inviters_above
from referrals.attribution import attribute
from referrals.qualification import FACT, foresee, qualify

concerns(inviters_above)
foresees(foresee)


def invite(cascade: Cascade, activities: list[Activity]) -> None:
    """Newcomers get a code and their inviter; then everybody's doings are looked at for who qualifies."""
    joinings = [activity for activity in activities if activity.type == kinds.MEMBER_JOINED and not activity.revised]
    if joinings:
        cascade.foreseen.pop(FACT, None)  # from before anybody was invited
        codes.give(activity.member_id for activity in joinings if activity.member_id)
        for referral in attribute(joinings):
            cascade.show(referral.referrer_id, "referrals")
            if referral.refusal:
                cascade.tell(wording.news(referral))
    qualify(cascade, activities)


subscribe(invite, order=30)
