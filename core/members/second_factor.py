"""The second factor of staff: whether this session has passed it, and how often it may be tried."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.mfa.base import forms as base
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.dispatch import receiver
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache

from core.members import limits
from core.members.models import Member
from core.web import admin_site

View = Callable[..., HttpResponse]


def has(member: Member) -> bool:
    """Whether the member has set up an authenticator app or a passkey."""
    kinds = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    return Authenticator.objects.filter(user_id=member.pk, type__in=kinds).exists()


def forget(member: Member) -> None:
    """Forget the keys and recovery codes of someone who lost them; they set up new ones at the next sign-in."""
    Authenticator.objects.filter(user_id=member.pk).delete()


def for_staff(view: View) -> View:
    """A page about the second factor, which only staff have; for others it is not there."""

    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated and not request.user.is_staff:  # type: ignore[union-attr]
            raise Http404
        return view(request, *args, **kwargs)

    return login_required(never_cache(shown))


def page(request: HttpRequest) -> str:
    """Where someone shows their second factor, or sets one up who has none."""
    methods = get_adapter().get_reauthentication_methods(request.user)
    return str(methods[0]["url"]) if methods else reverse("mfa_activate_totp")


def passed(request: HttpRequest) -> bool:
    """Whether the signed-in person has shown a second factor in this session."""
    records = get_authentication_records(request, request.user)  # type: ignore[arg-type]
    return any(record.get("method") == "mfa" for record in records)


@receiver(authenticator_added, dispatch_uid="second_factor_was_just_shown")
def remember_setting_up(request: HttpRequest, user: Member, authenticator: Authenticator, **_signal: Any) -> None:
    """Setting up a factor has just shown it: the session counts as having passed."""
    if authenticator.type in (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN):
        record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type, reauthenticated=True)


class _Bounded:
    """A form whose tries are counted in the database, for one person, whatever session or address they come from."""

    user: Member

    def clean_code(self) -> str:
        key = f"second-factor:{self.user.pk}"
        try:
            limits.spend(key, limits.SECOND_FACTOR_TRIES)
        except limits.TooMany as refused:
            raise ValidationError(refused.sentence, code="too_many") from refused
        code = super().clean_code()  # type: ignore[misc]
        limits.clear(key)
        return code


class AuthenticateForm(_Bounded, base.AuthenticateForm):
    """The second step of signing in."""


class ReauthenticateForm(_Bounded, base.ReauthenticateForm):
    """Showing the second factor again before something delicate."""


admin_site.ask_second_factor_by(passed, page)
