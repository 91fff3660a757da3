"""The inviter's page."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import segno
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.brand.models import Brand
from core.members.asking import member_of
from core.members.models import Member
from core.web.context_processors import brand_of
from core.web.page import before_of, respond
from referrals import codes, invitation, wording
from referrals.models import Code, ReferralTerms
from referrals.terms import Terms


@require_safe
@login_required
def invite(request: HttpRequest) -> HttpResponse:
    """`/invite/`: the link and how to hand it on, what both get, and how far the friends are."""
    member, brand = member_of(request), brand_of(request)
    context = told(member, brand, before=before_of(request))
    code, terms = context["code"], context["terms"]
    if code is None:
        context["terms_exist"] = ReferralTerms.objects.exists()
    elif terms is not None:
        context |= sharing(code, terms, brand)
    return respond(request, "referrals/invite.html", context, fragment="referrals")


@require_POST
@login_required
def code(request: HttpRequest) -> HttpResponse:
    """`/invite/code/`: a code for a member who came before there were any."""
    codes.give([member_of(request).pk])
    return HttpResponseRedirect(resolve_url("referrals:invite"), status=303)


def told(member: Member, brand: Brand, *, before: int | None = None) -> dict[str, Any]:
    """What `#referrals` shows of a member's friends; at most eight queries."""
    code = invitation.code_of(member)
    friends, older = invitation.friends(member.pk, brand, before=before)
    return {
        "brand": brand,
        "code": code,
        "terms": invitation.terms_of(code),
        "counts": invitation.counts(member.pk, code.pk if code else None),
        "friends": friends,
        "older": older,
        "before": before,
        "own_part": invitation.own_part(member, brand),
    }


def sharing(code: Code, terms: Terms, brand: Brand) -> dict[str, object]:
    """The link and all ways to hand it on."""
    url = codes.url(code.code)
    text = _("Join me at %(brand)s.") % {"brand": brand.name}
    if terms.friend_points:
        points = brand.points(terms.friend_points)
        text = _("Join me at %(brand)s: %(points)s are waiting for you.") % {"brand": brand.name, "points": points}
    mail = {"subject": _("An invitation to %(brand)s") % {"brand": brand.name}, "body": f"{text}\n\n{url}"}
    return {
        "url": url,
        "share_text": text,
        "whatsapp": f"https://wa.me/?{urlencode({'text': f'{text} {url}'})}",
        "mailto": f"mailto:?{urlencode(mail).replace('+', '%20')}",
        "qr": qr(url),
        "you_get": invitation.promise_to_inviter(terms, brand),
        "friend_gets": invitation.promise_to_friend(terms, brand) if terms.friend_points else "",
        "limit": wording.limit(terms),
    }


def qr(url: str) -> SafeString:
    """The link as a QR picture: an SVG to stand in the page, black on white so that every camera reads it."""
    drawn = segno.make(url, error="m")
    return mark_safe(
        drawn.svg_inline(border=2, dark="#000", light="#fff", omitsize=True, svgclass="qr", lineclass=None)
    )
