"""`/dev/mailbox/`: every mail of a site in development; elsewhere these pages do not exist."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.csp import CSP
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe

from core.members import mailbox

View = Callable[..., HttpResponse]
# A mail may bring its own looks, but no script and nothing from elsewhere.
MAIL_CSP: dict[str, list[str]] = {
    "default-src": [CSP.NONE],
    "style-src": [CSP.UNSAFE_INLINE],
    "img-src": [CSP.SELF, "data:"],
    "frame-ancestors": [CSP.SELF],
}


def in_development(view: View) -> View:
    """The page, or 404 unless DEBUG is on."""

    @wraps(view)
    def shown(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not settings.DEBUG:
            raise Http404
        return view(request, *args, **kwargs)

    return never_cache(require_safe(shown))


def _mail(name: str) -> mailbox.Mail:
    found = mailbox.mail(name)
    if found is None:
        raise Http404
    return found


@in_development
def mails(request: HttpRequest) -> HttpResponse:
    """All mails, newest first."""
    return render(request, "members/mailbox.html", {"mails": mailbox.mails()})


@in_development
def mail(request: HttpRequest, name: str) -> HttpResponse:
    """One mail, as text and as its reader's program shows it."""
    return render(request, "members/mail.html", {"mail": _mail(name)})


@in_development
@xframe_options_sameorigin
@csp_override(MAIL_CSP)
def html(request: HttpRequest, name: str) -> HttpResponse:
    """The HTML of one mail, for the frame on its page."""
    return HttpResponse(_mail(name).html)
