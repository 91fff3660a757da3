"""Writing mail: rendered at once in the reader's language, sent by the task worker."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.mail.utils import DNS_NAME
from django.template.loader import render_to_string
from django.utils.crypto import get_random_string

from core.brand.models import Brand
from core.members.models import Letter

# Backends that hand a mail over at once and cannot hang: with them a worker would only be in the way.
AT_ONCE = (
    "core.members.mailbox.MailboxBackend",
    "django.core.mail.backends.filebased.EmailBackend",
    "django.core.mail.backends.locmem.EmailBackend",
    "django.core.mail.backends.console.EmailBackend",
    "django.core.mail.backends.dummy.EmailBackend",
)


# Codes are waited for; what is told to many comes after them, however many there are.
BEHIND = -10


def write(to: str, template: str, context: dict[str, Any], *, useful_until: datetime | None = None) -> Letter:
    """Write a mail and keep it; it goes on its way by `post` once that is committed.

    The schedule takes up what was forgotten. After `useful_until` it is no longer worth sending.
    """
    letter = compose(to, template, context, useful_until=useful_until)
    letter.save(force_insert=True)
    return letter


def compose(to: str, template: str, context: dict[str, Any], *, useful_until: datetime | None = None) -> Letter:
    """A mail, not yet kept, of `<template>_subject.txt`, `.txt` and `.html` in the active language.

    `context` may hold the `brand`, which spares a query where many are written.
    """
    context = {"base_url": settings.BASE_URL, **context}
    if "brand" not in context:
        context["brand"] = Brand.current()
    return Letter(
        to=to,
        subject=" ".join(render_to_string(f"{template}_subject.txt", context).split())[:200],
        text=render_to_string(f"{template}.txt", context).strip() + "\n",
        html=render_to_string(f"{template}.html", context).strip(),
        message_id=f"<{get_random_string(32)}@{DNS_NAME}>",
        useful_until=useful_until,
    )


def post(letter: Letter) -> None:
    """Send a letter on its way: through the task queue, or at once where sending cannot hang."""
    from core.members.tasks import deliver  # the tasks need the letters, and only this function needs the tasks

    if settings.MAILERS["default"]["BACKEND"] in AT_ONCE:
        deliver.call(letter.pk)
    elif letter.notice_id:
        deliver.using(priority=BEHIND).enqueue(letter.pk)
    else:
        deliver.enqueue(letter.pk)
