"""Files that cannot be read or applied: each gets exit 2 and a sentence with file, line and key."""

from __future__ import annotations

import pytest

from core.activities.models import Kind
from core.brand.models import Brand
from tests.programme.conftest import run

pytestmark = pytest.mark.django_db

BOMB = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{after}: &{after} [{', '.join([f'*{before}'] * 10)}]\n"
    for before, after in zip("abcdefgh", "bcdefghi", strict=True)
)
CHALLENGE = """challenges:
  - slug: first
    title: First
    summary: Do it.
    tasks:
      - {slug: order, title: Order, activity: order.paid, count: 1}
"""

# name: (the file, the problems expected, in order)
BAD = {
    "empty": ("", ["demo.yaml:1: must be a mapping of sections"]),
    "only a comment": ("# nothing\n", ["demo.yaml:1: must be a mapping of sections"]),
    "a list": ("- a\n- b\n", ["demo.yaml:1: must be a mapping of sections"]),
    "a word": ("hello", ["demo.yaml:1: must be a mapping of sections"]),
    "a number": ("42", ["demo.yaml:1: must be a mapping of sections"]),
    "not UTF-8": (b"programme:\n  name: \xff\xfe\n", ["demo.yaml:2: is not UTF-8 text."]),
    "UTF-16": ("programme: {}".encode("utf-16"), ["demo.yaml:1: is not UTF-8 text."]),
    "NUL": (b"programme:\n  name: a\x00b\n", ["demo.yaml:2: holds a control character."]),
    "an escaped NUL": ('programme:\n  name: "a\\0b"\n', ["demo.yaml:2: programme.name: must not hold control"]),
    "a lone surrogate": ('programme:\n  name: "\\ud800"\n', ["demo.yaml:2: programme.name: must not hold control"]),
    "a tab": ("programme:\n\tname: x\n", ["demo.yaml:2: is not YAML: a tab stands where spaces must."]),
    "an open bracket": ("kinds: [\n", ["demo.yaml:2: is not YAML"]),
    "an open quote": ('programme:\n  name: "x\n', ["is not YAML"]),
    "two documents": ("kinds: []\n---\nkinds: []\n", ["demo.yaml:2: is not YAML"]),
    "an unknown anchor": ("kinds: *nobody\n", ["demo.yaml:1: is not YAML"]),
    "a bomb of aliases": (BOMB, ["holds more than 100000 values"]),
    "an alias to itself": ("kinds: &k\n  - *k\n", ["kinds[0]: refers to itself"]),
    "nested too deeply": ("[" * 200_000, ["demo.yaml:1: is nested too deeply."]),
    "a tag that runs code": (
        "programme:\n  name: !!python/object/apply:os.system [id]\n",
        ["demo.yaml:2: programme.name: has a tag"],
    ),
    "a key that is a list": ("? [a, b]\n: c\n", ["demo.yaml:1: has a key that is not a word"]),
    "a key twice": (
        "programme:\n  name: A\n  tagline: B\n  name: C\n",
        ["demo.yaml:4: programme.name: stands twice (first in line 2)"],
    ),
    "an unknown section": ("programe:\n  name: X\n", ["demo.yaml:1: programe: is not a section; perhaps programme?"]),
    "an unknown key": ("programme:\n  nmae: X\n", ["demo.yaml:2: programme.nmae: is not a key here; perhaps name?"]),
    "a mapping for a list": ("kinds: {kind: a.b, title: A}\n", ["demo.yaml:1: kinds: must be a list"]),
    "a list for a mapping": ("programme:\n  - name\n", ["demo.yaml:1: programme: must be a mapping"]),
    "nothing for a list": ("kinds:\n", ["demo.yaml:1: kinds: must be a list"]),
    "a word for an item": ("kinds:\n  - review.posted\n", ["demo.yaml:2: kinds[0]: must be a mapping"]),
    "a missing key": ("kinds:\n  - kind: a.b\n", ["demo.yaml:2: kinds[0].title: is missing"]),
    "a kind without a dot": (
        "kinds:\n  - kind: review\n    title: R\n",
        ["demo.yaml:2: kinds[0].kind: must be the name of a kind of activity"],
    ),
    "a built-in kind": (
        "kinds:\n  - {kind: order.paid, title: X}\n",
        ["demo.yaml:2: kinds[0].kind: 'order.paid' is built in"],
    ),
    "a kind twice": (
        "kinds:\n  - {kind: a.b, title: A}\n  - {kind: a.b, title: B}\n",
        ["demo.yaml:3: kinds[1].kind: 'a.b' is there twice (first in line 2)"],
    ),
    "a number for text": ("programme:\n  name: 2026\n", ["demo.yaml:2: programme.name: must be text, in quotes"]),
    "text too long": (f"programme:\n  name: {'x' * 81}\n", ["programme.name: must be at most 80 characters"]),
    "empty text": ('programme:\n  name: ""\n', ["programme.name: must not be empty"]),
    "zero": (
        "programme:\n  points_per_currency_unit: 0\n",
        ["demo.yaml:2: programme.points_per_currency_unit: must be a whole number above 0"],
    ),
    "true for a number": (
        "programme:\n  points_per_currency_unit: true\n",
        ["programme.points_per_currency_unit: must be a whole number above 0"],
    ),
    "a huge number": (
        f"programme:\n  points_per_currency_unit: {'9' * 5000}\n",
        ["programme.points_per_currency_unit: must be a whole number"],
    ),
    "no such zone": ("programme:\n  time_zone: Mars/Olympus\n", ["programme.time_zone: must be a time zone"]),
    "no such currency": ("programme:\n  currency: XQQ\n", ["programme.currency: must be a currency"]),
    "not a colour": ("programme:\n  brand_colour: green\n", ["programme.brand_colour: must be a colour"]),
    "no such language": ("programme:\n  languages: [en, xx]\n", ["programme.languages[1]: must be one of en, tr"]),
    "the same language twice": ("programme:\n  languages: [en, en]\n", ["programme.languages: must not hold the same"]),
    "no language": ("programme:\n  languages: []\n", ["programme.languages: must not be empty"]),
    "the site as a source": ("sources:\n  - {slug: site, kind: standard}\n", ["sources[0].slug: 'site' is the site"]),
    "an unknown kind of source": (
        "sources:\n  - {slug: x, kind: magento}\n",
        ["sources[0].kind: must be one of standard"],
    ),
    "not a slug": ("sources:\n  - {slug: A shop, kind: standard}\n", ["sources[0].slug: must be a slug"]),
    "a count of zero": (
        CHALLENGE.replace("count: 1", "count: 0"),
        ["demo.yaml:6: challenges[0].tasks[0].count: must be a whole number above 0"],
    ),
    "an unknown badge": (
        CHALLENGE + "    prize:\n      badge: nobody\n",
        ["demo.yaml:8: challenges[0].prize.badge: there is no badge 'nobody'"],
    ),
    "an unknown challenge before": (
        CHALLENGE + "    after: [nobody]\n",
        ["demo.yaml:7: challenges[0].after[0]: there is no challenge 'nobody'"],
    ),
    "an unknown kind in a task": (
        CHALLENGE.replace("order.paid", "order.eaten"),
        ["demo.yaml:6: challenges[0].tasks[0].activity: there is no kind 'order.eaten'"],
    ),
    "a task that counts steps on the ladder": (
        CHALLENGE.replace("order.paid", "tier.changed"),
        ["demo.yaml:6: challenges[0].tasks[0].activity: must be something to be proud of"],
    ),
    "a rule for steps on the ladder": (
        "earning:\n  - {slug: x, activity: tier.changed, calculation: flat, settings: {points: 5}}\n",
        ["demo.yaml:2: earning[0].activity: must be neither a refund nor a change of tier"],
    ),
    "refunds of what is pending where nothing is": (
        "programme:\n  refunds: only_pending\nearning:\n"
        "  - {slug: x, activity: order.paid, calculation: flat, settings: {points: 5}}\n",
        [
            "demo.yaml:2: programme.refunds: must be another while these rules for orders hold nothing: x",
            "demo.yaml:4: earning[0].pending_days: must be at least 1 for orders",
        ],
    ),
    "a rule for refunds": (
        "earning:\n  - {slug: x, activity: order.refunded, calculation: flat, settings: {points: 5}}\n",
        ["demo.yaml:2: earning[0].activity: must be neither a refund nor a change of tier"],
    ),
    "a date without a zone": (
        CHALLENGE + "    starts: 2026-09-01T00:00:00\n",
        ["demo.yaml:7: challenges[0].starts: must be a moment with its zone"],
    ),
    "a date alone": (CHALLENGE + "    starts: 2026-09-01\n", ["challenges[0].starts: must be a moment with its zone"]),
    "a date that is none": (
        CHALLENGE + "    starts: 2026-02-30T00:00:00Z\n",
        ["challenges[0].starts: must be a moment with its zone"],
    ),
    "several at once": (
        "programme:\n  name: 1\n  currency: euro\nkinds:\n  - {kind: A}\n",
        [
            "demo.yaml:2: programme.name: must be text, in quotes",
            "demo.yaml:3: programme.currency: must be a currency",
            "demo.yaml:5: kinds[0].kind: must be the name of a kind",
            "demo.yaml:5: kinds[0].title: is missing",
        ],
    ),
}


@pytest.mark.parametrize("command", ["check", "apply"])
@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_refused_with_its_place_and_changes_nothing(name, command, written):
    text, expected = BAD[name]
    before = Brand.objects.values().get()

    answer = run("programme", command, written(text))

    assert (answer.code, answer.out) == (2, "")
    problems = answer.err.splitlines()
    assert len(problems) == len(expected), problems
    for problem, start in zip(problems, expected, strict=True):
        assert problem.startswith("demo.yaml:")
        assert start in problem
    assert Brand.objects.values().get() == before
    assert not Kind.objects.exists()


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("nobody.yaml", "there is no such file"),
        (".", "cannot be read"),
        ("a\0b", "cannot be read"),
        ("", "cannot be read"),
    ],
)
def test_what_is_not_a_file_is_refused_in_a_sentence(path, reason, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    answer = run("programme", "check", path)

    assert answer.code == 2
    assert reason in answer.err
    assert len(answer.err.splitlines()) == 1


def test_a_huge_file_is_refused_unread(written):
    answer = run("programme", "check", written(b"# " + b"x" * (1024 * 1024)))

    assert answer.code == 2
    assert "larger than 1 MiB" in answer.err


def test_a_file_may_begin_with_a_byte_order_mark(written):
    answer = run("programme", "check", written(b"\xef\xbb\xbfkinds: []\n"))

    assert answer.code == 0


def test_on_off_yes_no_and_dates_stay_plain_words(apply):
    text = "programme:\n  name: on\n  tagline: no\nkinds:\n  - {kind: a.b, title: 2026-01-01}\n"

    assert apply(text).code == 0

    brand = Brand.current()
    assert (brand.name, brand.tagline, Kind.objects.get().title) == ("on", "no", "2026-01-01")
