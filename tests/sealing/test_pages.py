"""The seals, for everybody who looks."""

from __future__ import annotations

import pytest
from django.test import Client

from core.sealing.models import Head
from core.sealing.sealing import seal
from tests.sealing.verifier import SCRIPT

pytestmark = pytest.mark.django_db


def test_a_visitor_sees_all_seals_newest_first(books):
    page = Client().get("/fairness/seals/").content.decode()
    newest, oldest = Head.objects.order_by("-size")
    assert page.index(newest.root_hex) < page.index(oldest.root_hex)
    assert "40 movements" in page


def test_before_the_first_seal_it_says_so(db):
    assert "No seal yet" in Client().get("/fairness/seals/").content.decode()


def test_older_seals_are_a_page_further(earn, member):
    earn(45, member)
    for _time in range(45):
        seal(1)
    page = Client().get("/fairness/seals/")
    assert [head.size for head in page.context["heads"]] == list(range(45, 25, -1))
    older = Client().get("/fairness/seals/?before=26", headers={"HX-Request": "true"})
    assert [head.size for head in older.context["heads"]] == list(range(25, 5, -1))
    assert older.content.decode().startswith('<div id="heads"')
    last = Client().get("/fairness/seals/?before=6")
    assert (len(last.context["heads"]), last.context["older"]) == (5, None)


def test_programs_read_the_seals(books):
    answer = Client().get("/fairness/seals/heads.json")
    newest, oldest = Head.objects.order_by("-size")

    assert [(head["size"], head["root"]) for head in answer.json()["heads"]] == [
        (40, newest.root_hex),
        (30, oldest.root_hex),
    ]
    assert answer.json()["next"] is None
    assert answer["Cache-Control"] == "public, max-age=60"
    assert Client().get("/fairness/seals/heads.json?before=40").json()["heads"][0]["size"] == 30


def test_a_seal_and_a_consistency_proof_may_be_kept_for_ever(books):
    for path in ("30.json", "consistency.json?first=30&second=40"):
        answer = Client().get(f"/fairness/seals/{path}")
        assert answer.status_code == 200
        assert "immutable" in answer["Cache-Control"]


@pytest.mark.parametrize(
    "path",
    [
        "31.json",
        "0.json",
        "999999999999999999.json",
        "9999999999999999999999.json",
        "consistency.json",
        "consistency.json?first=0&second=40",
        "consistency.json?first=40&second=30",
        "consistency.json?first=30&second=41",
        "consistency.json?first=x&second=40",
        "heads.json?before=x",
        "?before=0",
        "?before=9999999999999999999999",
        "?before=٣",
    ],
)
def test_what_is_not_there_is_not_found(books, path):
    assert Client().get(f"/fairness/seals/{path}").status_code == 404


@pytest.mark.parametrize(
    "path", ["", "heads.json", "30.json", "consistency.json", "verify_statement.py", "statement.json"]
)
def test_nothing_here_can_be_posted_to(books, path):
    assert Client().post(f"/fairness/seals/{path}").status_code == 405


def test_the_script_is_there_for_who_has_it_from_nowhere_else(db):
    answer = Client().get("/fairness/seals/verify_statement.py")
    assert b"".join(answer.streaming_content) == SCRIPT.read_bytes()
    assert answer["Content-Disposition"] == 'attachment; filename="verify_statement.py"'


def test_the_wallet_and_the_fairness_page_lead_here(books, member, client_of):
    assert 'href="/fairness/seals/statement.json"' in client_of(member).get("/wallet/").content.decode()
    assert 'href="/fairness/seals/"' in Client().get("/fairness/").content.decode()


def test_a_statement_is_kept_by_nobody_on_the_way(books, member, client_of):
    answer = client_of(member).get("/fairness/seals/statement.json")
    assert "no-store" in answer["Cache-Control"]
    assert answer["Content-Disposition"].startswith('attachment; filename="statement-')
