"""The pages of notices: the list, and the choice of what comes by mail."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.members import notice_choices, notice_list
from core.members.asking import member_of, member_or_none
from core.members.models import Member, Notice
from core.web.context_processors import brand_of
from core.web.page import before_of, respond, see_other

View = Callable[..., HttpResponse]


def for_members(page: str) -> Callable[[View], View]:
    """Whoever is not signed in does so first, and then comes to `page`, where the change can be made."""

    def guarded(view: View) -> View:
        @wraps(view)
        def answered(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            if member_or_none(request) is None:
                return redirect_to_login(reverse(page))
            return view(request, *args, **kwargs)

        return answered

    return guarded


@require_safe
@login_required
def list_of_notices(request: HttpRequest) -> HttpResponse:
    """What the member was told, newest first; `?before=` a notice for the older ones. Looking at it marks nothing."""
    lines, older = notice_list.page(member_of(request).pk, brand_of(request), before=before_of(request))
    return respond(request, "members/notices.html", {"lines": lines, "older": older}, fragment="list")


@require_POST
@for_members("notices")
def reading(request: HttpRequest, pk: int) -> HttpResponse:
    """Open one notice: it is read from now on, and the way goes on to what it tells of."""
    notice = get_object_or_404(Notice, pk=pk, member=member_of(request))
    notice_list.read(notice)
    return see_other(notice.url or "notices")


@require_POST
@for_members("notices")
def reading_of_all(request: HttpRequest) -> HttpResponse:
    """All of them are read."""
    notice_list.read_all(member_of(request).pk)
    return see_other("notices")


@require_POST
@for_members("me")
def choices(request: HttpRequest) -> HttpResponse:
    """Which kinds come by mail: those whose slugs were posted as `mail`."""
    notice_choices.choose(member_of(request).pk, set(request.POST.getlist("mail")))
    messages.success(request, _("Your choice is saved."))
    return see_other("me")


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """End mails of one kind: a mail program posts here by itself (RFC 8058), a person is asked first.

    The signed address is the permission, so there is neither a session nor a CSRF token to look at.
    """
    meant = notice_choices.meant_by(token)
    if meant is None or not Member.objects.filter(pk=meant[0]).exists():
        raise Http404
    member_id, kind = meant
    if request.method == "POST":
        notice_choices.stop(member_id, kind.slug)
    return render(request, "members/notice_stop.html", {"kind": kind, "done": request.method == "POST"})
