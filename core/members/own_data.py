"""What members can ask of the site about themselves: all that it knows of them, and to be forgotten."""

from __future__ import annotations

from tempfile import SpooledTemporaryFile

from allauth.account.internal import flows
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from core import clock
from core.members import erasure, known, limits
from core.members.asking import member_of
from core.members.passkeys import signed_in_lately
from core.members.views import FORM, answers_too_often
from core.web.page import see_other
from core.web.refused import Refused

DOWNLOADS: tuple[limits.Rate, ...] = ((3, limits.MINUTE), (20, limits.HOUR))
IN_MEMORY = 1 << 20  # bytes of a file that are kept in memory; a longer one waits on the disk


class SignInAgain(Refused):
    """Whoever found an open browser must not be able to erase its owner."""

    slug = "sign-in-again"
    sentence = gettext_lazy("To leave, sign out and in again first. So we know that it is you.")


class LeaveForm(forms.Form):
    """The one question before it is done."""

    sure = forms.BooleanField(
        label=gettext_lazy("I want to be erased. I know that this cannot be undone."),
        error_messages={"required": gettext_lazy("Tick this first: nobody can undo it, neither you nor we.")},
    )


@login_required
@never_cache
@require_POST
@answers_too_often
def data(request: HttpRequest) -> FileResponse:
    """All that is known of the member, as a file; raises TooMany."""
    member = member_of(request)
    limits.spend(f"data:{member.pk}", DOWNLOADS)
    file = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 it is closed when it was sent
    known.write(known.Person.of(member.email), file)
    file.seek(0)
    name = f"my-data-{clock.now():%Y-%m-%d}.json"
    return FileResponse(file, as_attachment=True, filename=name, content_type="application/json")


@login_required
@never_cache
@require_http_methods(FORM)
def leave(request: HttpRequest) -> HttpResponse:
    """What leaving means, asked once more; then the member is erased and signed out everywhere.

    Raises SignInAgain when the session is old, and what `erasure.erase` refuses.
    """
    member = member_of(request)
    fresh = signed_in_lately(request)
    form = LeaveForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        if not fresh:
            raise SignInAgain
        erasure.erase(member.email)
        flows.logout.logout(request, show_message=False)
        messages.success(request, _("You are erased. Thank you for the time with us."))
        return see_other("/")
    context = {"form": form, "fresh": fresh, "warnings": erasure.warnings(member)}
    return render(request, "members/leave.html", context, status=422 if form.errors else 200)
