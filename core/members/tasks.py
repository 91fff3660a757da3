"""What the task worker does for members: sends their letters, and clears away what is over."""

from __future__ import annotations

import logging
import smtplib
from datetime import timedelta

from crontask import cron
from django.tasks import task

from core import clock
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
        letter.put_off(f"{type(trouble).__name__}: {trouble}")
        log.warning("A letter could not be sent, it will be tried again at %s: %s", letter.due_at, trouble)
        if deliver.get_backend().supports_defer:
            deliver.using(run_after=letter.due_at).enqueue(letter.pk)
    else:
        letter.mark_sent()


@cron("* * * * *")
@task
def deliver_what_was_left() -> None:
    """Take up the letters whose worker died before they were sent."""
    for letter_id in Letter.objects.due().values_list("pk", flat=True)[:500]:
        deliver.enqueue(letter_id)


@cron("17 * * * *")
@task
def clear_away() -> None:
    """Delete codes, letters and counters that are over for a day."""
    over = clock.now() - KEPT_FOR
    SignIn.objects.filter(asked_at__lt=over).delete()
    Letter.objects.filter(written_at__lt=over).exclude(pk__in=Letter.objects.waiting()).delete()
    Allowance.objects.filter(touched_at__lt=over).delete()
