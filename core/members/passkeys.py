"""Passkeys: another way in for members, and a second factor for staff."""

from __future__ import annotations

import time
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records, perform_login
from allauth.account.models import Login
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from allauth.mfa.webauthn.internal import auth
from allauth.mfa.webauthn.views import AddWebAuthnView, LoginWebAuthnView, RemoveWebAuthnView
from django import forms
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _

from core.members.next import safe_next

FRESH_SECONDS = 60 * 60


def of(user: AbstractBaseUser | AnonymousUser) -> QuerySet[Authenticator]:
    """The passkeys of this person, oldest first."""
    return Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.WEBAUTHN).order_by("pk")


def signed_in_lately(request: HttpRequest) -> bool:
    """Whether this session began, or was proved again, within the last hour."""
    records = get_authentication_records(request, request.user)  # type: ignore[arg-type]
    return any(time.time() - record.get("at", 0) < FRESH_SECONDS for record in records)


class Careful:
    """A form whose credential comes from outside: what the parser trips over is the sender's mistake."""

    def clean_credential(self) -> Any:
        try:
            return super().clean_credential()  # type: ignore[misc]
        except ValidationError:
            raise
        except Exception as trouble:
            raise ValidationError(_("That is not a passkey of this site."), code="garbage") from trouble


class SignInForm(Careful, LoginWebAuthnForm):
    """A passkey that opens the door."""


class AuthenticateForm(Careful, AuthenticateWebAuthnForm):
    """A passkey as the second step of signing in."""


class ReauthenticateForm(Careful, ReauthenticateWebAuthnForm):
    """A passkey shown again before something delicate."""


class PasskeyForm(AddWebAuthnForm):
    """A passkey and what its owner calls it; it always asks for a finger, a face or a PIN."""

    name = forms.CharField(label=_("Name"), max_length=100, required=False)
    passwordless = None  # type: ignore[assignment]

    def clean(self) -> dict[str, Any]:
        self.cleaned_data["passwordless"] = True
        try:
            return super().clean()
        except ValidationError:
            raise
        except Exception as trouble:
            raise ValidationError(_("That is not a passkey of this site."), code="garbage") from trouble


class Fresh:
    """A page that asks members to sign in again first when their session is old; of staff allauth asks the factor."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user = request.user
        if user.is_authenticated and not user.is_staff and not signed_in_lately(request):  # type: ignore[union-attr]
            messages.info(request, _("To change your passkeys, sign out and in again first."))
            return HttpResponseRedirect(reverse("me"))
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc, no-any-return]


class AddPasskey(Fresh, AddWebAuthnView):
    """Adding one: always a key that is found without a name."""

    form_class = PasskeyForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data()
        context["form"] = kwargs.get("form") or context["form"]
        context["js_data"] = {"creation_options": auth.begin_registration(self.request.user, True)}
        return context

    def get_success_url(self) -> str:
        return super().get_success_url() if self.request.user.is_staff else reverse("me")  # type: ignore[union-attr]

    def form_valid(self, form: forms.Form) -> HttpResponse:
        response = super().form_valid(form)
        if not self.request.user.is_staff:  # type: ignore[union-attr]
            # allauth makes recovery codes along with the first key; members have their e-mail for that.
            codes = Authenticator.Type.RECOVERY_CODES
            Authenticator.objects.filter(user_id=self.request.user.pk, type=codes).delete()
        return response


class RemovePasskey(Fresh, RemoveWebAuthnView):
    """Removing one."""

    success_url = reverse_lazy("me")


class SignInByPasskey(LoginWebAuthnView):
    """Coming in by one, and going on to where one wanted."""

    def form_valid(self, form: forms.Form) -> HttpResponse:
        key = form.cleaned_data["credential"]
        post_authentication(self.request, key, passwordless=True)
        return perform_login(self.request, Login(user=key.user, redirect_url=safe_next(self.request) or None))
