"""Who a session belongs to. Nobody signs in with a password here, so there is nothing to authenticate."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.contrib.auth.backends import BaseBackend

from core import clock
from core.brand.now import BRAND
from core.bulk.questions import Question, Questions
from core.members.models import Member
from core.members.notice_list import UNREAD
from core.web import along


def _active(member: int) -> Any:
    return Member.objects.filter(pk=member, is_active=True)


MEMBER: Question[Member] = Question(_active)


class MemberBackend(BaseBackend):
    """Finds the member of a session; one who was deactivated is nobody from the next request on.

    One statement tells all that every page of a member shows (the brand, the number of unread notices for the bell)
    and what the page that is asked for asks besides: `answer` holds it, and `unread` the number.
    """

    def get_user(self, user_id: int) -> Member | None:
        wanted = along.here()
        answer = _questions(wanted.questions).ask(member=user_id, now=clock.now(), **wanted.values)
        member = answer.first(MEMBER)
        if member is not None:
            member.answer, member.unread = answer, len(answer.rows(UNREAD))
        return member


@cache
def _questions(besides: tuple[Question[Any], ...]) -> Questions:
    return Questions(MEMBER, BRAND, UNREAD, *besides)
