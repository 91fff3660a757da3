"""How allauth does things here: mail through the queue, home after signing in, the second factor for staff alone."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from django.http import HttpRequest
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from core.brand.models import Brand
from core.members.models import Member


class AccountAdapter(DefaultAccountAdapter):
    """allauth's account machinery, without passwords and without its own mails."""

    def get_login_stages(self) -> list[str]:
        return ["core.members.adapter.StaffSecondFactorStage"]

    def send_mail(self, template_prefix: str, email: str, values: dict[str, Any]) -> None:
        """Nothing: the only mails on signing in are the codes, which `core.members.codes` writes."""

    def is_reauthentication_required(self, *, app: str, **options: Any) -> bool:
        """Staff show their second factor again before they change it; members sign in again (core.members.passkeys)."""
        user = context.request.user
        return bool(user.is_authenticated and user.is_staff and super().is_reauthentication_required(app=app))

    def generate_unique_username(self, txts: list[str | None], regex: str | None = None) -> str:
        return get_random_string(12)


class SecondFactorAdapter(DefaultMFAAdapter):
    """Passkeys and authenticator apps under the brand's own name."""

    def _get_site_name(self) -> str:
        return Brand.current().name

    def generate_authenticator_name(self, user: Any, type: Authenticator.Type) -> str:
        """What a key is called if its owner does not say."""
        return _("Passkey %(number)s") % {
            "number": Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        }


class StaffSecondFactorStage(AuthenticateStage):
    """Asks staff who have a second factor for it; a member's passkey is another way in, not one more hurdle."""

    def _should_handle(self, request: HttpRequest) -> bool:
        user = self.login.user
        return isinstance(user, Member) and user.is_staff and bool(super()._should_handle(request))
