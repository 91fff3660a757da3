"""Choosing which notices come by mail: on one's own page, or by the link in a mail, without signing in."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.urls import reverse

from core.members import notices
from core.members.models import NoticeChoice

SALT = "core.members.notice_choices"


@dataclass(frozen=True)
class Choice:
    """One kind of notice, and whether it comes by mail to whoever chooses."""

    kind: notices.Kind
    mail: bool


def choices_of(member_id: int) -> list[Choice]:
    """How it stands with each kind of notice (one query)."""
    wanted = notices.wanted_by_mail({(member_id, kind.slug) for kind in notices.kinds()})
    return [Choice(kind, (member_id, kind.slug) in wanted) for kind in notices.kinds()]


def choose(member_id: int, by_mail: set[str]) -> None:
    """Let those kinds whose slugs are in `by_mail` come by mail, and no others (one statement)."""
    _keep([NoticeChoice(member_id=member_id, kind=k.slug, mail=k.slug in by_mail) for k in notices.kinds()])


def stop(member_id: int, kind: str) -> None:
    """Let no more mails of one kind come."""
    _keep([NoticeChoice(member_id=member_id, kind=kind, mail=False)])


def _keep(choices: list[NoticeChoice]) -> None:
    NoticeChoice.objects.bulk_create(
        choices, update_conflicts=True, unique_fields=["member", "kind"], update_fields=["mail"]
    )


def stop_address(member_id: int, kind: str) -> str:
    """The address that ends one member's mails of one kind, for whoever has it: it is signed and does not age."""
    token = signing.Signer(salt=SALT).sign_object([member_id, kind])
    return f"{settings.BASE_URL}{reverse('notice_stop', args=[token])}"


def meant_by(token: str) -> tuple[int, notices.Kind] | None:
    """Whose mails of which kind an address would end; None for one that we did not write."""
    try:
        member_id, slug = signing.Signer(salt=SALT).unsign_object(token)
    except signing.BadSignature:
        return None
    return (member_id, kind) if (kind := notices.named(slug)) else None
