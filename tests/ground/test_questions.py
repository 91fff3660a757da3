"""What is asked together is answered as the ORM would have answered each of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, models
from django.test.utils import CaptureQueriesContext

from core import clock
from core.brand.models import Brand
from core.brand.now import BRAND, read
from core.bulk.questions import Question, Questions
from core.members.backend import MEMBER
from core.members.models import Member
from core.web.cards import dashboard
from rewards import booking
from rewards.models import Session
from tests.journeys.full_site import fill

pytestmark = pytest.mark.django_db


def values(row: Any, *, alone: bool = False) -> Any:
    """All that a row knows, with the rows that came with it."""
    if not isinstance(row, models.Model):
        return row
    known = {name: value for name, value in vars(row).items() if not name.startswith("_")}
    joined = {} if alone else {name: values(one, alone=True) for name, one in row._state.fields_cache.items()}
    return type(row), known, joined, row._state.adding, row._state.db


def directly(question: Question[Any], given: dict[str, Any]) -> list[Any]:
    wanted = question._made.__annotations__.keys() & given.keys()
    return [values(row) for row in question._made(**{name: given[name] for name in wanted})]


def test_every_question_of_the_dashboard_is_answered_as_by_the_orm() -> None:
    site = fill(2)
    booking.book(Session.objects.get(slug="winter"), member=site.ada)
    asked = (MEMBER, BRAND, *dashboard.questions)
    seen = set()
    for member in Member.objects.all():
        given = {"member": member.pk, "now": clock.now()}
        answer = Questions(*asked).ask(**given)
        for question in asked:
            assert [values(row) for row in answer.rows(question)] == directly(question, given)
            seen |= {question for _row in answer.rows(question)}
    assert seen == set(asked), "each was once answered with something"


def by_mail(email: str) -> Any:
    return Member.objects.filter(email=email).annotate(again=models.F("email"))


def since(now: datetime, member: int) -> Any:
    return Member.objects.filter(joined_at__lte=now, pk__gte=member).order_by("-pk")


def test_many_questions_are_one_statement(member: Member, other_member: Member) -> None:
    mail, late = Question(by_mail), Question(since)
    together = Questions(mail, late, mail)
    now = clock.now()
    together.ask(email="", now=now, member=0)

    with CaptureQueriesContext(connection) as queries:
        answer = together.ask(email="ada@example.com", now=now + timedelta(days=1), member=member.pk)

    assert len(queries) == 1
    assert [one.again for one in answer.rows(mail)] == ["ada@example.com"]
    assert [one.pk for one in answer.rows(late)] == [other_member.pk, member.pk]
    assert answer.rows(late)[1].joined_at == member.joined_at
    nothing = together.ask(email="' OR 1=1 --", now=now - timedelta(days=1), member=0)
    assert nothing.first(mail) is nothing.first(late) is None


def test_an_answer_is_the_same_text_until_something_changes(member: Member) -> None:
    mail = Question(by_mail)
    ask: Callable[[], str] = lambda: Questions(mail).ask(email=member.email).text(mail)  # noqa: E731
    before = ask()
    assert ask() == before

    Member.objects.filter(pk=member.pk).update(alias='Ada "the" \\ 1st')

    assert ask() != before
    (found,) = mail.rows(ask())
    assert found.alias == 'Ada "the" \\ 1st'


def test_a_value_that_would_be_lost_is_noticed() -> None:
    def of_a_year(now: datetime) -> Any:
        return Member.objects.filter(joined_at__year=now.year)

    with pytest.raises(ValueError, match="now"):
        Questions(Question(of_a_year)).ask(now=clock.now())


def test_a_kind_of_value_that_is_not_known_is_refused() -> None:
    spell = models.ExpressionWrapper(models.F("joined_at") - models.F("joined_at"), models.DurationField())

    with pytest.raises(TypeError, match="DurationField"):
        Questions(Question(lambda: Member.objects.annotate(spell=spell))).ask()


def test_whoever_changes_the_brand_that_was_read_changes_it_for_nobody(brand: Brand) -> None:
    mine = read()
    mine.name = "Mine alone"
    assert read().name == brand.name
    Brand.objects.update(name="Everybody's")
    assert read().name == "Everybody's"
