"""The log and the entries may be parted by month or by member: each question opens the parts that it is about."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction

from tests.books.partitioning import COLUMNS, PARTS, QUESTIONS, SHAPES, ask, fill, name_of

ROWS = 20_000
MEMBERS_OWN = {"entry": "a member's statement", "activity": "a member's activities"}

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no partitions."),
]


def answer(query: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return sorted(cursor.fetchall())


@pytest.mark.parametrize("subject", COLUMNS)
def test_each_question_opens_only_its_parts_and_is_answered_alike(subject: str) -> None:
    for shape in SHAPES:
        fill(subject, shape, ROWS)

    for query in QUESTIONS[subject].values():
        answers = [answer(query.format(name_of(subject, shape))) for shape in SHAPES]
        assert answers[0]
        assert answers == [answers[0]] * len(SHAPES)
    whose, month = QUESTIONS[subject][MEMBERS_OWN[subject]], QUESTIONS[subject]["a month of all"]
    assert ask(month.format(name_of(subject, "by month")))[0] == 1
    assert ask(whose.format(name_of(subject, "by member")))[0] == 1
    # What is parted by the other thing is looked for in every part.
    assert ask(whose.format(name_of(subject, "by month")))[0] == 12
    assert ask(month.format(name_of(subject, "by member")))[0] == PARTS


def test_a_key_holds_within_a_part_only_which_is_why_the_members_own_key_parts_the_books() -> None:
    """One event twice, in two months: two tables let it in, one by member does not."""
    told_again = """INSERT INTO {} SELECT id, source_id, external_id, type, member_id, data, at + interval '60 days'
        FROM {} ORDER BY id LIMIT 1"""
    fill("activity", "by month", ROWS)
    fill("activity", "by member", ROWS)

    with connection.cursor() as cursor:
        cursor.execute(told_again.format(*2 * [name_of("activity", "by month")]))
        assert cursor.rowcount == 1
        with pytest.raises(IntegrityError), transaction.atomic():
            cursor.execute(told_again.format(*2 * [name_of("activity", "by member")]))
