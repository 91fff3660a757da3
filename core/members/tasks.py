"""What the task worker does for members: sends their letters, and clears away what is over."""

from __future__ import annotations

import logging
import smtplib
from datetime import timedelta

from crontask import cron
from django.tasks import task

from core import clock
from core.members import letters, notice_mail
from core.members.models import Allowance, Letter, SignIn

log = logging.getLogger(__name__)

KEPT_FOR = timedelta(days=1)


@task
def deliver(letter_id: int) -> None:
    """Send a letter, once: whoever claims the attempt sends it, and a failed one is tried again later."""
    letter = Letter.objects.filter(pk=letter_id).first()
    if letter is None or not letter.take_in_hand():
        return
    try:
        letter.email().send()
    except (OSError, smtplib.SMTPException) as trouble:
        said = f"{type(trouble).__name__}: {trouble}"
        if _is_for_ever(trouble):
            letter.give_up(said)
            return
        letter.put_off(said)
        log.warning("A letter could not be sent, it will be tried again at %s: %s", letter.due_at, trouble)
        if deliver.get_backend().supports_defer:
            priority = letters.BEHIND if letter.notice_id else deliver.priority
            deliver.using(run_after=letter.due_at, priority=priority).enqueue(letter.pk)
    else:
        letter.mark_sent()


def _is_for_ever(trouble: Exception) -> bool:
    """Whether the mail server says that there is no such address (RFC 5321, 4.2.1: a reply of 5yz is permanent)."""
    if not isinstance(trouble, smtplib.SMTPRecipientsRefused):
        return False
    return all(500 <= code < 600 for code, _said in trouble.recipients.values())


@cron("* * * * *")
@task
def deliver_what_was_left() -> None:
    """Take up the letters whose worker died before they were sent, those first whose use ends first."""
    due = Letter.objects.due().order_by("useful_until", "pk")
    for letter in due.only("pk", "notice_id")[:500]:
        deliver.using(priority=letters.BEHIND if letter.notice_id else deliver.priority).enqueue(letter.pk)


@cron("* * * * *")
@task(priority=letters.BEHIND)
def write_notices() -> int:
    """Write the letters of notices that are due, a bounded number each time; return how many notices that were."""
    written = 0
    for _batch in range(notice_mail.BATCHES):
        if not (taken := notice_mail.write_due()):
            break
        written += taken
    return written


@cron("17 * * * *")
@task
def clear_away() -> None:
    """Delete codes, letters and counters that are over for a day."""
    over = clock.now() - KEPT_FOR
    SignIn.objects.filter(asked_at__lt=over).delete()
    Letter.objects.filter(written_at__lt=over).exclude(pk__in=Letter.objects.waiting()).delete()
    Allowance.objects.filter(touched_at__lt=over).delete()
