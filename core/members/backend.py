"""Who a session belongs to. Nobody signs in with a password here, so there is nothing to authenticate."""

from __future__ import annotations

from django.contrib.auth.backends import BaseBackend

from core.members.models import Member


class MemberBackend(BaseBackend):
    """Finds the member of a session; one who was deactivated is nobody from the next request on."""

    def get_user(self, user_id: int) -> Member | None:
        return Member.objects.filter(pk=user_id, is_active=True).first()
