"""A ticket, its entry for the calendar, and cancelling it; each for its owner alone."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.brand.models import Brand
from core.members.asking import member_or_none
from core.web.page import respond
from rewards import cancelling
from rewards import ticket as parts
from rewards.models import Redemption


@require_safe
@login_required
def ticket(request: HttpRequest, token: str) -> HttpResponse:
    """The ticket as it is shown at the door."""
    redemption = _own(request, token)
    return respond(request, "rewards/ticket.html", {"redemption": redemption, "qr": parts.qr(redemption)})


@require_safe
@login_required
def calendar(request: HttpRequest, token: str) -> HttpResponse:
    """The session as a calendar file."""
    content = parts.calendar(_own(request, token), Brand.current())
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="ticket.ics"'
    patch_cache_control(response, private=True, no_store=True)
    return response


@require_POST
def cancellation(request: HttpRequest, token: str) -> HttpResponse:
    """Cancel the ticket and show what has become of it."""
    if member_or_none(request) is None:
        return redirect_to_login(reverse("rewards:ticket", args=[token]))
    redemption = cancelling.cancel(_own(request, token))
    messages.success(request, _("Your ticket is cancelled and your points are back."))
    return HttpResponseRedirect(redemption.get_absolute_url(), status=303)


def _own(request: HttpRequest, token: str) -> Redemption:
    """The ticket of who asks; somebody else's is not there."""
    mine = Redemption.objects.filter(member=request.user.pk).select_related("reward", "session")
    return get_object_or_404(mine, token=token)
