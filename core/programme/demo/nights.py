"""What the scheduler does while the demo's months go by: release what was held, end points and tiers, warn of both."""

from __future__ import annotations

from core.earning.tasks import end_tiers, warn_of_endings
from core.ledger.tasks import expire_points, release_pending
from core.members.models import NoticeMail


def pass_one() -> None:
    """Do what is due at this moment of the clock, as the scheduler would have done it in the hours before."""
    for work in (release_pending, expire_points, end_tiers, warn_of_endings):
        work.call()


def forget_mails() -> None:
    """Let no mail go out for what is past: its notices stay on the site, and nobody waits for a letter about them."""
    NoticeMail.objects.all().delete()
