"""Writing the mails of notices: a batch at a time, apart from the telling, each notice once."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import transaction

from core import bulk, clock
from core.brand.models import Brand
from core.brand.reading import reading
from core.members import letters, notice_choices, notices
from core.members.models import Letter, Notice, NoticeMail

BATCH = 100
# At most so many batches each minute: signing in must not wait behind them.
BATCHES = 20
# A mail server may be away over a weekend.
USEFUL_FOR = timedelta(days=4)


def write_due(limit: int = BATCH) -> int:
    """Write the letters of up to `limit` notices, oldest first, and send them on their way; return how many it took.

    Who has meanwhile chosen otherwise, has left, or never joined gets none. The note that a mail is due goes in the
    transaction that keeps the letter, so a worker that dies leaves either the one or the other, and two workers share
    the notes.
    """
    with transaction.atomic():
        due = NoticeMail.objects.select_related("notice__member").order_by("pk")
        taken = list(due.select_for_update(skip_locked=True, of=("self",))[:limit])
        written = _letters([note.notice for note in taken])
        bulk.insert(written)
        bulk.delete(NoticeMail, [note.pk for note in taken])
    for letter in written:
        letters.post(letter)
    return len(taken)


def _letters(told: list[Notice]) -> list[Letter]:
    if not told:
        return []
    brand = Brand.current()
    wanted = notices.wanted_by_mail({(notice.member_id, notice.kind) for notice in told})
    return [
        _letter(notice, brand)
        for notice in told
        if notice.member.is_active and notice.member.claimed and (notice.member_id, notice.kind) in wanted
    ]


def _letter(notice: Notice, brand: Brand) -> Letter:
    """The letter of one notice, in its reader's language and time zone."""
    kind = notices.named(notice.kind)
    stop = notice_choices.stop_address(notice.member_id, notice.kind)
    with reading(brand, notice.member.language, notice.member.time_zone):
        context = {
            "brand": brand,
            "title": kind.title if kind else "",
            "sentence": notice.explanation.text(brand),
            "link": f"{settings.BASE_URL}{notice.url}" if notice.url else "",
            "stop": stop,
        }
        letter = letters.compose(
            notice.member.email, "members/email/notice", context, useful_until=clock.now() + USEFUL_FOR
        )
    letter.notice, letter.stop_url = notice, stop
    return letter
