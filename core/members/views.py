"""Joining, coming back, leaving, and what members say of themselves."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from allauth.account.internal import flows
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from core.members import codes, notice_choices, passkeys
from core.members.asking import member_of
from core.members.forms import CodeForm, EmailForm, ProfileForm
from core.members.limits import TooMany
from core.members.models import Member
from core.members.next import safe_next
from core.web.page import see_other

View = Callable[..., HttpResponseBase]
FORM = ["GET", "HEAD", "POST"]


def answers_too_often(view: View) -> View:
    """Answer TooMany and CodeIsOver with a friendly 429 page that says what to do."""

    @wraps(view)
    def answered(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except (TooMany, codes.CodeIsOver) as refused:
            response = render(request, "account/too_often.html", {"refused": refused}, status=refused.status)
            if isinstance(refused, TooMany):
                response["Retry-After"] = str(refused.retry_after)
            return response

    return answered


@never_cache
@require_http_methods(FORM)
@answers_too_often
def email(request: HttpRequest) -> HttpResponse:
    """One form for joining and for coming back: an address, to which a code is sent."""
    next_url = safe_next(request)
    if request.user.is_authenticated:
        return redirect(next_url or "/")
    form = EmailForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        codes.ask(request, form.cleaned_data["email"], next_url)
        return see_other("account_code")
    return render(request, "account/email.html", {"form": form, "next": next_url}, status=422 if form.errors else 200)


@never_cache
@require_http_methods(FORM)
@answers_too_often
def code(request: HttpRequest) -> HttpResponse:
    """The code from the mail, which proves the address and opens the door."""
    if request.user.is_authenticated:
        return redirect("/")
    sign_in = codes.pending(request.session)
    if sign_in is None:
        return redirect("account_login")
    form = CodeForm(sign_in, request.POST if request.method == "POST" else None)
    if not form.is_valid():
        context = {"form": form, "sign_in": sign_in}
        return render(request, "account/code.html", context, status=422 if form.errors else 200)
    member, joined = codes.enter(request, sign_in)
    record_authentication(request, member, method="code", email=member.email)
    return perform_login(request, Login(user=member, redirect_url=sign_in.next, signup=joined, email=member.email))


@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """Leave: the session is gone with everything in it."""
    flows.logout.logout(request, show_message=False)
    return see_other("/")


@login_required
@require_http_methods(FORM)
def me(request: HttpRequest) -> HttpResponse:
    """What members say of themselves, their passkeys, and the way out."""
    form = ProfileForm(request.POST if request.method == "POST" else None, instance=request.user)
    if form.is_valid():
        form.save()
        with override(form.cleaned_data["language"]):
            messages.success(request, _("Your profile is saved."))
        return see_other("me")
    # Of the member as kept: an invalid form has written into its instance what cannot be.
    context = {
        "form": form,
        "kept": Member.objects.get(pk=request.user.pk),
        "passkeys": passkeys.of(request.user),
        "choices": notice_choices.choices_of(member_of(request).pk),
    }
    return render(request, "members/me.html", context, status=422 if form.errors else 200)
