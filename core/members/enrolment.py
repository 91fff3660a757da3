"""A wallet that opens before its person has joined, and the joining that claims it.

In a programme where everybody takes part (`enrolment: universal`) what a shop tells of an unknown e-mail counts at
once: the address gets an account that nobody has claimed. It gets no mail and is shown nowhere; whoever proves it
joins with all that is in the wallet.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.hashers import make_password

from core import bulk, clock
from core.members.models import Member, canonical, identity


def open_unclaimed(emails: Iterable[str]) -> None:
    """Open an account for each of these e-mails that has none; one statement."""
    now = clock.now()
    rows = [
        Member(email=email, identity=identity(email), password=make_password(None), joined_at=now, claimed=False)
        for email in sorted({canonical(email) for email in emails})
    ]
    bulk.insert(rows, ignore_conflicts=True)


def claim(member: Member, *, language: str = "") -> bool:
    """Let the person of an unclaimed account join now; False when it was claimed before, or a moment ago by another."""
    now = clock.now()
    if not Member.objects.filter(pk=member.pk, claimed=False).update(claimed=True, joined_at=now, language=language):
        return False
    member.claimed, member.joined_at, member.language = True, now, language
    return True
