"""A member's statement is proven by a script that knows nothing of the site, and by nothing that is not so."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.ledger.models import Entry, Transfer, Wallet
from core.members.erasure import erase
from core.sealing import keys, proving
from core.sealing.laws import seals_hold
from core.sealing.models import Head, Leaf
from core.sealing.sealing import seal
from tests.site import LiveSite

pytestmark = pytest.mark.django_db


def test_a_statement_is_proven_offline_against_the_saved_seals(books, member, download):
    saved = download(member)
    said = saved.verify("--heads", "heads.json")

    assert (said.code, said.err) == (0, "")
    wallet = Wallet.of(member.pk)
    assert said.out.splitlines() == [
        "Each of 20 lines is, as it stands here, under the seal of 40 transfers.",
        "The balance after each line follows from the lines, to the end: "
        f"{wallet.available:,} to spend, {wallet.pending:,} pending, 0 owed.",
        f"heads.json has this seal: {Head.latest().root_hex}.",
        "It holds.",
    ]


def test_without_the_seals_it_says_what_to_compare(books, member, download):
    said = download(member).verify()
    assert said.code == 0
    assert f"Compare the seal's root yourself, or give --heads or --url: {Head.latest().root_hex}." in said.out


def test_every_line_of_the_member_is_there_with_its_balance(books, member, download):
    statement = download(member).statement
    own = Transfer.objects.filter(member=member).order_by("pk")

    assert [line["id"] for line in statement["lines"]] == list(own.values_list("pk", flat=True))
    assert [line["proof"]["index"] for line in statement["lines"]] == list(own.values_list("leaf", flat=True))
    entries = Entry.objects.filter(member=member).values_list("transfer", "account", "balance")
    told = [(line["id"], *after) for line in statement["lines"] for after in line["balances"].items()]
    assert sorted(told) == sorted(entries)


def test_the_file_names_nobody(books, member, other_member, download):
    text = download(member).file.read_text()
    assert member.email not in text
    assert other_member.email not in text
    assert json.loads(text)["member"] != str(member.pk)
    assert json.loads(text)["member"] != download(other_member).statement["member"]


def test_lines_that_are_newer_than_the_seal_are_told_apart(books, earn, member, download):
    earn(3, member)
    said = download(member).verify("--heads", "heads.json")

    assert said.code == 0
    assert "Each of 20 lines is, as it stands here, under the seal of 40 transfers." in said.out
    assert "3 lines are newer than the seal: nothing proves them yet." in said.out


def test_who_has_nothing_sealed_gets_a_statement_too(member, download):
    said = download(member).verify("--heads", "heads.json")
    assert (said.code, said.err) == (0, "")
    assert said.out.splitlines()[-2:] == ["There is no seal yet.", "It holds."]


def test_a_statement_of_many_parts_is_whole(earn, member, other_member, download, monkeypatch):
    monkeypatch.setattr(proving, "CHUNK", 7)
    earn(100, member, other_member)
    seal(45)
    seal(40)
    said = download(member).verify("--heads", "heads.json")

    assert said.code == 0
    assert "Each of 43 lines is, as it stands here, under the seal of 85 transfers." in said.out
    assert "7 lines are newer" in said.out


def test_the_queries_of_a_statement_do_not_grow_with_its_lines(earn, member, other_member, client_of):
    client = client_of(member)
    counts = []
    for number in (6, 600):
        earn(number, member, other_member)
        seal()
        with CaptureQueriesContext(connection) as queries:
            b"".join(client.get("/fairness/seals/statement.json").streaming_content)
        counts.append(len(queries))
    assert counts[1] <= counts[0] + 1
    assert max(counts) <= 12


# --- what does not hold ----------------------------------------------------------------------------------------------


def change(line: dict[str, Any], name: str, value: Any) -> None:
    line[name] = value


LIES = {
    "points": lambda line: change(line, "points", line["points"] + 1),
    "reason": lambda line: change(line, "reason", "prize"),
    "reference": lambda line: change(line, "reference", "test:999"),
    "at": lambda line: change(line, "at", "2020-01-01T00:00:00.000000+00:00"),
    "posted_at": lambda line: change(line, "posted_at", "2020-01-01T00:00:00.000000+00:00"),
    "activity": lambda line: change(line, "activity", 12),
    "lot": lambda line: change(line, "lot", 12345),
    "why": lambda line: line["why"].update(message="Because."),
    "salt": lambda line: line["proof"].update(salt="00" * 32),
    "index": lambda line: line["proof"].update(index=line["proof"]["index"] + 2),
    "path": lambda line: line["proof"]["path"].pop(),
    "node": lambda line: line["proof"]["path"].__setitem__(0, "11" * 32),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_line_that_was_changed_is_named(books, member, download, lie):
    saved = download(member)
    statement = saved.statement
    LIES[lie](statement["lines"][3])
    saved.write(statement)
    said = saved.verify("--heads", "heads.json")

    assert (said.code, said.err) == (1, "")
    reference = statement["lines"][3]["reference"]
    assert f"Line 4 ({reference}) is not under this seal as it stands here." in said.out
    assert said.out.splitlines()[-1] == "It does not hold."


def test_a_line_that_was_left_out_is_noticed(books, member, download):
    saved = download(member)
    statement = saved.statement
    gone = statement["lines"].pop(3)
    saved.write(statement)
    said = saved.verify()

    assert said.code == 1
    after = statement["lines"][3]
    assert (
        f"Line 4 ({after['reference']}) says {after['balances']['wallet']} wallet, where the lines up to it make"
        in (said.out)
    )
    assert gone["balances"]["wallet"] < after["balances"]["wallet"]


def test_a_line_that_is_there_twice_is_noticed(books, member, download):
    saved = download(member)
    statement = saved.statement
    statement["lines"].insert(3, statement["lines"][3])
    saved.write(statement)
    said = saved.verify()

    assert said.code == 1
    assert "is out of order, or there twice." in said.out
    assert "claims a place in the tree that another line has." in said.out


def test_balances_at_the_end_that_do_not_follow_are_noticed(books, member, download):
    saved = download(member)
    statement = saved.statement
    statement["balances"]["wallet"] += 1
    saved.write(statement)
    said = saved.verify()
    assert said.code == 1
    assert "The balances at the end are" in said.out


def test_another_members_lines_are_not_ones_own(books, member, other_member, download):
    theirs = download(other_member).statement
    saved = download(member)
    saved.write({**saved.statement, "lines": theirs["lines"], "balances": theirs["balances"]})
    assert saved.verify().code == 1


def test_a_seal_that_is_not_among_the_published_is_noticed(books, member, download):
    saved = download(member)
    heads = json.loads((saved.folder / "heads.json").read_text())
    heads["heads"][0]["root"] = "22" * 32
    (saved.folder / "other.json").write_text(json.dumps(heads))
    (saved.folder / "older.json").write_text(json.dumps({"heads": heads["heads"][1:]}))

    assert "other.json has another root for 40 transfers: 2222" in saved.verify("--heads", "other.json").out
    assert "older.json has no seal of 40 transfers" in saved.verify("--heads", "older.json").out
    assert {saved.verify("--heads", name).code for name in ("other.json", "older.json")} == {1}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("not JSON", "statement.json is not JSON."),
        ("[]", "is no statement that this script knows"),
        ('{"format": "goodturn-statement/1"}', "is no statement that this script knows"),
        ('{"format": "goodturn-statement/2", "lines": []}', "is no statement that this script knows"),
        (None, "statement.json cannot be read: No such file or directory."),
    ],
)
def test_what_is_no_statement_is_said_in_one_sentence(books, member, download, content, sentence):
    saved = download(member)
    saved.file.unlink() if content is None else saved.file.write_text(content)
    said = saved.verify()

    assert (said.code, said.out) == (2, "")
    assert sentence in said.err
    assert len(said.err.splitlines()) == 1


def test_a_list_of_seals_that_is_none_is_said_in_one_sentence(books, member, download):
    saved = download(member)
    (saved.folder / "heads.json").write_text("{}")
    said = saved.verify("--heads", "heads.json")
    assert (said.code, said.err) == (2, "heads.json is no list of seals.\n")


def test_a_call_without_a_statement_is_wrong(books, member, download):
    assert download(member).verify("--nonsense").code == 2


# --- with a network --------------------------------------------------------------------------------------------------


def test_the_script_asks_the_site_whether_its_newest_seal_still_holds_ours(
    live_site: LiveSite, member, other_member, earn, download
):
    earn(30, member, other_member)
    seal()
    saved = download(member)
    earn(300, member, other_member)
    seal(100)
    seal()
    said = saved.verify("--url", live_site.url)

    assert (said.err, said.code) == ("", 0)
    assert f"The newest seal of {live_site.url}, of 330 transfers, still holds all that this one does." in said.out


def test_history_that_was_rewritten_is_noticed_by_who_kept_a_statement(
    live_site: LiveSite, member, earn, download, tamper
):
    earn(30, member)
    seal()
    saved = download(member)
    for table in ("sealing_leaf", "sealing_node", "sealing_head"):
        tamper(f"DELETE FROM {table}")
    tamper("UPDATE ledger_transfer SET reason = 'prize' WHERE reference = 'test:7#1'")
    seal()
    assert list(seals_hold()) == []
    said = saved.verify("--url", live_site.url)

    assert said.code == 1
    assert f"{live_site.url} publishes another root for 30 transfers" in said.out


def test_a_newest_seal_that_does_not_hold_ours_is_noticed(live_site: LiveSite, member, earn, download, tamper):
    """The old seal is still shown, but the newest is of other transfers."""
    earn(30, member)
    seal()
    saved = download(member)
    earn(30, member)
    seal()
    tamper("UPDATE sealing_head SET root = (SELECT hash FROM sealing_leaf WHERE position = 1) WHERE size = 60")
    said = saved.verify("--url", live_site.url)

    assert said.code == 1
    assert "of 60 transfers, does not hold what this one does: history was rewritten." in said.out


def test_a_seal_that_is_published_no_more_is_noticed(live_site: LiveSite, member, earn, download, tamper):
    earn(30, member)
    seal()
    saved = download(member)
    tamper("DELETE FROM sealing_head")
    assert "publishes no seal of 30 transfers." in saved.verify("--url", live_site.url).out


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "file:///etc", "nonsense"])
def test_a_site_that_cannot_be_asked_is_said_in_one_sentence(books, member, download, url):
    said = download(member).verify("--url", url)
    assert said.code == 2
    assert len(said.err.splitlines()) == 1


# --- who is forgotten ------------------------------------------------------------------------------------------------


def test_who_is_forgotten_leaves_every_proof_of_others_whole(books, earn, member, other_member, download):
    before = Head.latest().root_hex
    erase(member.email)
    keys.forget(member.pk)

    assert bytes(keys.Key.objects.get(pk=member.pk).secret) == b""
    assert list(seals_hold()) == []
    assert Head.latest().root_hex == before
    assert download(other_member).verify("--heads", "heads.json").code == 0
    earn(3, member)
    assert seal() == 3
    assert list(seals_hold()) == []
    assert bytes(keys.Key.objects.get(pk=member.pk).secret) == b""


def test_what_is_forgotten_of_a_person_may_change_and_nothing_else(books, member, tamper):
    keys.forget(member.pk)
    leaf = Leaf.objects.filter(transfer__member=member).earliest("position")
    tamper("UPDATE ledger_transfer SET why = '{}' WHERE id = %s", leaf.transfer_id)
    assert list(seals_hold()) == []

    tamper("UPDATE ledger_transfer SET points = points + 1 WHERE id = %s", leaf.transfer_id)
    assert list(seals_hold()) == [f"transfer {leaf.transfer.reference} is not what was sealed at place {leaf.position}"]


def test_nobody_without_the_key_can_tell_what_a_leaf_commits_to(books, member, download):
    """Two equal transfers of two people, or of one, hide behind hashes that have nothing in common."""
    commitments = [bytes(leaf.commitment) for leaf in Leaf.objects.all()]
    assert len(set(commitments)) == len(commitments)
    first, second = [line["proof"]["salt"] for line in download(member).statement["lines"][:2]]
    assert first != second


def test_a_visitor_has_no_statement():
    answer = Client().get("/fairness/seals/statement.json")
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/?next=/fairness/seals/statement.json")
