"""Signing up and signing in: an address asks for a code, and the code proves the address.

allauth's own flows treat the two apart: signing in by code needs an account that is already there (an unknown address
gets another mail, and no code), and signing up by code writes the account before the address is proved; both count the
wrong codes in the session, where guesses at the same moment overwrite one another. Here both are one question with one
answer, so that nothing can be learnt from it, nobody exists before their address is proved, and tries are counted by
conditional UPDATE. So these two steps are ours; everything after the proof (the login with its second factor, the
session, signing out, passkeys) is allauth's.
"""

from __future__ import annotations

import secrets
import uuid
from typing import TYPE_CHECKING

from allauth.account.models import EmailAddress
from allauth.account.signals import user_signed_up
from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core import clock
from core.members import carrying, enrolment, letters, limits
from core.members.models import Member, SignIn
from core.members.models.sign_in import VALID_FOR
from core.web.refused import Refused

if TYPE_CHECKING:
    from django.contrib.sessions.backends.base import SessionBase

SESSION_KEY = "sign_in"
DIGITS = 6


class WrongCode(Refused):
    """Not the code that was sent; there are tries left."""

    slug = "wrong-code"
    status = 422
    sentence = _("This is not the code that we sent. Look again at the newest mail.")


class CodeIsOver(Refused):
    """The code was tried too often, used, or is too old."""

    slug = "code-is-over"
    status = 429
    sentence = _("This code can no longer be used. Ask for a new one.")


def ask(request: HttpRequest, email: str, next_url: str = "") -> SignIn:
    """Send a code to `email` (canonical), known or not, and keep what the visitor carries until it is proved.

    Raises TooMany when the address got its mails for this minute or hour.
    """
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    sign_in = SignIn(email=email, next=next_url, carried=carrying.collect(request), ends_at=clock.now() + VALID_FOR)
    sign_in.digest = sign_in.digest_of(code)
    link = carrying.link_for(sign_in.carried)
    limits.spend(f"mails:{email}", limits.MAILS_TO_ONE_ADDRESS)
    with transaction.atomic():
        sign_in.save(force_insert=True)
        letter = letters.write(
            email,
            "account/email/code",
            {"code": code, "minutes": VALID_FOR.seconds // 60, "link": f"{settings.BASE_URL}{link}" if link else ""},
            useful_until=sign_in.ends_at,
        )
    letters.post(letter)
    request.session[SESSION_KEY] = str(sign_in.pk)
    return sign_in


def pending(session: SessionBase) -> SignIn | None:
    """What this visitor's session waits for, if anything."""
    try:
        key = uuid.UUID(session.get(SESSION_KEY, ""))
    except ValueError:
        return None
    return SignIn.objects.filter(pk=key).first()


def try_code(sign_in: SignIn, code: str) -> None:
    """Return when `code` is the one that was sent; else raise WrongCode, or CodeIsOver when no try is left.

    The try is counted before anything is compared.
    """
    if not sign_in.spend_try():
        raise CodeIsOver
    if not sign_in.matches(code):
        sign_in.refresh_from_db()
        raise WrongCode if sign_in.is_open else CodeIsOver


def enter(request: HttpRequest, sign_in: SignIn) -> tuple[Member, bool]:
    """The member whose address was just proved, and whether they joined by it; raises CodeIsOver the second time."""
    with transaction.atomic():
        if not sign_in.use():
            raise CodeIsOver
        return _find_or_join(request, sign_in)


def _find_or_join(request: HttpRequest, sign_in: SignIn) -> tuple[Member, bool]:
    """The member of a proved address, created if new; of two at once one creates and the other finds."""
    member = Member.objects.filter(email=sign_in.email).first()
    if member is None:
        try:
            with transaction.atomic():
                return _join(request, sign_in, Member.objects.create_user(sign_in.email, language=_language())), True
        except IntegrityError:
            member = Member.objects.filter(email=sign_in.email).first()
            if member is None:
                raise
    if not member.claimed and enrolment.claim(member, language=_language()):
        return _join(request, sign_in, member), True
    _remember_proof(member)
    return member, False


def _join(request: HttpRequest, sign_in: SignIn, member: Member) -> Member:
    _remember_proof(member)
    request.carried = sign_in.carried  # type: ignore[attr-defined]
    user_signed_up.send(sender=Member, request=request, user=member, carried=sign_in.carried)
    return member


def _remember_proof(member: Member) -> None:
    """Let allauth know that the address is proved."""
    EmailAddress.objects.update_or_create(user=member, email=member.email, defaults={"verified": True, "primary": True})


def _language() -> str:
    language = get_language() or ""
    return language if language in dict(settings.LANGUAGES) else ""
