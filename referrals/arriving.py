"""What a visitor brings from a link to the sign-up: the token of the form and the mail, the cookie, the typed code."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from core import clock
from core.members import carrying
from referrals import trail
from referrals.attribution import candidates, codes_in
from referrals.codes import normalised
from referrals.models import Code, ReferralTerms

CODE_FIELD = "referral_code"
LONGEST = 300


def token_of(request: HttpRequest) -> str | None:
    """The token of the page that is shown, or of the form that was sent; only what this site signed."""
    text = getattr(request, "referral_token", None) or request.POST.get(trail.FIELD) or request.GET.get(trail.FIELD)
    return text if text and trail.read(text) else None


def code_of(request: HttpRequest) -> str | None:
    """The code that was typed into the form, as it is kept; as it was typed if it is none, to be shown again."""
    typed = request.POST.get(CODE_FIELD, "").strip()[:LONGEST]
    return normalised(typed) or typed or None


def cookie_of(request: HttpRequest) -> str | None:
    """The visitor's cookie, if this site signed it."""
    text = request.COOKIES.get(trail.COOKIE)
    return text if text and trail.read(text) else None


def link_of(carried: dict[str, str]) -> str | None:
    """The link of the inviter who would count now, with the token in it, to be opened on any device."""
    terms = ReferralTerms.in_force() if codes_in([{"carried": carried}]) else None
    if terms is None:
        return None
    now = clock.now()
    brought = list(candidates(carried, now, terms))
    known = set(Code.objects.filter(code__in={each.code for each in brought}).values_list("code", flat=True))
    best = next((each for each in brought if each.code in known), None)
    if best is None:
        return None
    token = trail.sign((trail.Step(best.code, best.clicked_at or now),))
    return f"{reverse('referrals:landing', args=[best.code])}?{urlencode({trail.FIELD: token})}"


carrying.carry(CODE_FIELD, code_of, template="referrals/code_box.html")
carrying.carry(trail.FIELD, token_of, field=trail.FIELD)
carrying.carry("referral_cookie", cookie_of)
carrying.mail_link(link_of)
