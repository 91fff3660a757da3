"""Moving a date to another day or place: whoever holds a ticket to it is told."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext_noop

from core import clock
from core.brand.explanation import Explanation
from core.members import notices
from core.members.notices import Told
from rewards.cancelling import CHANGED
from rewards.models import Redemption, Session

MOVED = Explanation(
    gettext_noop("%(reward)s has moved: it begins on %(starts)s, at this place: %(place)s. Your ticket stays good.")
)
WHEN_AND_WHERE = ("starts", "ends", "place")


@transaction.atomic
def save(session: Session, fields: Sequence[str]) -> None:
    """Save these fields of a date, and nothing else of it; tell the holders when it moved and is not over."""
    before = Session.objects.filter(pk=session.pk).values_list(*WHEN_AND_WHERE).first()
    session.save(update_fields=list(fields) if before else None)
    after = tuple(getattr(session, name) for name in WHEN_AND_WHERE)
    if before is None or before == after or session.ends <= clock.now():
        return
    said = MOVED.with_values(
        reward=session.reward.title, starts={"moment": session.starts.isoformat()}, place=session.place
    )
    now = clock.now().isoformat()
    notices.tell(
        Told(held.member_id, CHANGED, f"{held.reference}:moved:{now}", said, held.get_absolute_url())
        for held in Redemption.objects.live().filter(session=session)
    )
