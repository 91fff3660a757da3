"""Who a session belongs to. Nobody signs in with a password here, so there is nothing to authenticate."""

from __future__ import annotations

from django.contrib.auth.backends import BaseBackend

from core.members import notice_list
from core.members.models import Member


class MemberBackend(BaseBackend):
    """Finds the member of a session; one who was deactivated is nobody from the next request on.

    The number of unread notices comes along as `unread`, since every page has the bell: that spares it a query.
    """

    def get_user(self, user_id: int) -> Member | None:
        found = Member.objects.filter(pk=user_id, is_active=True)
        return found.annotate(unread=notice_list.UnreadOf(user_id)).first()
