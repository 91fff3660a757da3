"""The passkeys of a member: another way in, instead of a code by mail."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet


def of(user: AbstractBaseUser | AnonymousUser) -> QuerySet[Authenticator]:
    """The passkeys of this person, oldest first."""
    return Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.WEBAUTHN).order_by("pk")
