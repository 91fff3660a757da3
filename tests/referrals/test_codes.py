"""Codes are unmistakable, unique and given on joining."""

from __future__ import annotations

import pytest

from referrals import codes
from referrals.models import Code
from tests.referrals.people import code_of, join

pytestmark = pytest.mark.django_db


def test_a_code_has_seven_signs_without_those_that_look_alike():
    drawn = {codes.drawn() for _ in range(2000)}
    assert len(drawn) == 2000
    assert {len(code) for code in drawn} == {7}
    assert set("".join(drawn)) == set("23456789ABCDEFGHJKMNPQRSTUVWXYZ")
    assert not set("0O1IL") & set(codes.ALPHABET)


def test_everybody_who_joins_gets_one_code_once():
    members = [join(f"m{n}@example.com") for n in range(5)]
    given = {code_of(member) for member in members}
    codes.give([member.pk for member in members])
    assert len(given) == Code.objects.count() == 5


@pytest.mark.parametrize(
    "typed",
    ["ABCD234", "abcd234", " abcd 234 ", "ABC-D234", "https://shop.example/i/ABCD234/", "http://x/i/abcd234?utm=1"],
)
def test_a_code_is_understood_however_it_is_typed(typed):
    assert codes.normalised(typed) == "ABCD234"


@pytest.mark.parametrize(
    "typed", ["", "ABCD23", "ABCD2345", "ABCD23O", "ABCD230", "ABCD231", "ABÇD234", "ABCD\x00234", None, 7, "A" * 400]
)
def test_what_is_no_code_is_none(typed):
    assert codes.normalised(typed) == ""


def test_the_number_of_statements_does_not_grow_with_the_newcomers(django_assert_num_queries):
    from core.members.models import Member

    few = [Member.objects.create_user(f"few{n}@example.com").pk for n in range(1)]
    many = [Member.objects.create_user(f"many{n}@example.com").pk for n in range(60)]
    with django_assert_num_queries(3):
        codes.give(few)
    with django_assert_num_queries(3):
        codes.give(many)
