"""Reading notices: the list, what is new in it, and what has been looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from core import clock, live
from core.brand.models import Brand
from core.bulk.questions import Question
from core.members import notices as kinds
from core.members.models import Member, Notice
from core.web.cards import dashboard

PAGE = 30
# The header counts no further than this.
MOST_COUNTED = 99


def _counted(member_id: int) -> QuerySet[Notice]:
    return Notice.objects.unread().filter(member=member_id)[: MOST_COUNTED + 1]


def unread(member_id: int) -> int:
    """How many notices a member has not looked at; a hundred stands for more (one query, however many there are)."""
    return _counted(member_id).count()


def _unread(member: int) -> Any:
    return _counted(member).values_list("pk")


# The same notices, as every page of a member asks for them.
UNREAD: Question[tuple[int]] = Question(_unread)
dashboard.frame(UNREAD)


@dataclass(frozen=True)
class Line:
    """One notice in the reader's language, under the name of its kind."""

    notice: Notice
    title: str
    text: str

    @classmethod
    def of(cls, notice: Notice, brand: Brand) -> Line:
        kind = kinds.named(notice.kind)
        return cls(notice, str(kind.title) if kind else "", notice.explanation.text(brand))


def page(member_id: int, brand: Brand, *, before: int | None = None) -> tuple[list[Line], int | None]:
    """One page of a member's notices, newest first, and the notice before which the next begins (None at the end)."""
    all_of_them = Notice.objects.filter(member=member_id).order_by("-pk")
    found = list((all_of_them.filter(pk__lt=before) if before else all_of_them)[: PAGE + 1])
    older = found[PAGE - 1].pk if len(found) > PAGE else None
    return [Line.of(notice, brand) for notice in found[:PAGE]], older


def read(notice: Notice) -> None:
    """Remember that its member has looked at it; the first time counts."""
    _mark(notice.member_id, Notice.objects.filter(pk=notice.pk))


def read_all(member_id: int) -> None:
    """Remember that the member has looked at all of them."""
    _mark(member_id, Notice.objects.filter(member=member_id))


def _mark(member_id: int, found: QuerySet[Notice]) -> None:
    if found.filter(read_at=None).update(read_at=clock.now()):
        live.push(member_id, "notices")


@live.fragment("notices", "members/notices.html#count")
def bell(member: Member) -> dict[str, Any]:
    """How many the member has not looked at, for the bell."""
    return {"unread": unread(member.pk)}
