"""Telling members: whom, once, what stays of it, and who wants it by mail."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from core.brand.explanation import Explanation
from core.members import notices
from core.members.models import Member, Notice, NoticeChoice, NoticeMail
from core.members.notices import Told, tell
from tests.together import at_once

SAID = Explanation("%(points)s expire soon.", {"points": {"points": 20}})


@pytest.fixture(autouse=True)
def kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two kinds that no app has registered: one that comes by mail, and one that does not."""
    monkeypatch.setattr(notices, "_kinds", dict(notices._kinds))
    notices.kind("tests.needed", "What must be known", mail=True)
    notices.kind("tests.nice", "What is nice to know")


def told(member: Member, reference: str = "one", kind: str = "tests.needed") -> Told:
    return Told(member.pk, kind, reference, SAID, "/wallet/")


def test_a_notice_says_what_it_says_in_the_readers_language(member: Member) -> None:
    (notice,) = tell([told(member)])
    kept = Notice.objects.get()
    assert kept == notice
    assert kept.explanation.text() == "20 points expire soon."
    assert (kept.url, kept.mailed_at, kept.read_at) == ("/wallet/", None, None)


def test_a_reference_is_good_for_one_notice(member: Member, other_member: Member) -> None:
    tell([told(member)])
    assert tell([told(member), told(other_member, "two"), told(other_member, "two")]) == list(
        Notice.objects.filter(reference="two")
    )
    assert tell([told(other_member), told(other_member, "two")]) == []
    assert Notice.objects.count() == NoticeMail.objects.count() == 2


def test_a_notice_is_for_a_mail_by_kind_and_by_choice(member: Member, other_member: Member) -> None:
    NoticeChoice.objects.create(member=other_member, kind="tests.needed", mail=False)
    NoticeChoice.objects.create(member=other_member, kind="tests.nice", mail=True)
    people = [(who, kind) for who in (member, other_member) for kind in ("tests.needed", "tests.nice")]
    tell(told(who, f"{who.pk}:{kind}", kind) for who, kind in people)
    by_mail = NoticeMail.objects.values_list("notice__member", "notice__kind")
    assert set(by_mail) == {(member.pk, "tests.needed"), (other_member.pk, "tests.nice")}


def test_the_statements_do_not_grow_with_the_number(member: Member) -> None:
    def statements(number: int) -> int:
        with CaptureQueriesContext(
            connection,
        ) as caught:
            tell(told(member, f"{number}:{each}") for each in range(number))
        return len(caught)

    assert statements(1) == statements(1000) <= 2
    assert Notice.objects.count() == 1001


def test_nothing_is_asked_when_there_is_nothing_to_tell(member: Member, django_assert_num_queries: object) -> None:
    with django_assert_num_queries(0):
        assert tell([]) == []


def test_a_kind_must_be_registered(member: Member) -> None:
    with pytest.raises(LookupError):
        tell([told(member, kind="tests.unheard_of")])


def test_it_is_undone_with_what_it_tells_of(member: Member) -> None:
    with transaction.atomic():
        tell([told(member)])
        transaction.set_rollback(True)
    assert not Notice.objects.exists()


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "tests.nice"},
        {"reference": "two"},
        {"message": {"message": "Nothing expires."}},
        {"url": "/"},
        {"told_at": "2020-01-01T00:00:00Z"},
        {"read_at": None},
        {"mailed_at": "2030-01-01T00:00:00Z"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_what_was_told_cannot_be_changed(member: Member, change: dict[str, object]) -> None:
    tell([told(member)])
    first = "2026-11-25T20:00:00Z"
    assert Notice.objects.update(read_at=first, mailed_at=first) == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.update(**change)


@pytest.mark.django_db(transaction=True)
def test_many_who_tell_the_same_at_once_tell_it_once(member: Member) -> None:
    names = [f"{each}" for each in range(1000)]

    def say(number: int) -> int:
        return len(tell(told(member, name) for name in (names if number % 2 else reversed(names))))

    assert sum(at_once(say, 8)) == Notice.objects.count() == NoticeMail.objects.count() == 1000
