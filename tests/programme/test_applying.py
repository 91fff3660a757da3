"""The database comes to match the file: all of it or nothing, and the second time nothing changes."""

from __future__ import annotations

import pytest

from core.activities.models import Kind, Source
from core.brand.models import Brand
from tests.programme.conftest import run

pytestmark = pytest.mark.django_db

PROGRAMME = """
programme:
  name: Fern & Ember
  points_name: {one: leaf, other: leaves}
  time_zone: Europe/Istanbul
kinds:
  - {kind: review.posted, title: Wrote a review}
  - {kind: post.shared, title: Shared a post}
sources:
  - {slug: shop, kind: standard}
"""
NOTHING = ["Nothing to change: the programme is as the file says."]


def test_applying_prints_what_it_adds_and_changes(apply):
    answer = apply(PROGRAMME)

    assert (answer.code, answer.err) == (0, "")
    assert answer.lines == [
        "changes programme: name Goodturn → Fern & Ember; points_name.one point → leaf; "
        "points_name.other points → leaves; time_zone UTC → Europe/Istanbul",
        "adds kind review.posted",
        "adds kind post.shared",
        "adds source shop",
    ]
    assert Brand.current().points(2) == "2 leaves"
    assert set(Kind.objects.values_list("slug", flat=True)) == {"review.posted", "post.shared"}


def test_applying_twice_changes_nothing_the_second_time(apply):
    apply(PROGRAMME)
    version = Brand.current().version

    answer = apply(PROGRAMME)

    assert (answer.code, answer.lines) == (0, NOTHING)
    assert Brand.current().version == version


def test_a_change_begins_a_new_version(apply):
    before = Brand.current().version

    apply(PROGRAMME)

    assert Brand.current().version == before + 1


def test_only_the_edited_line_changes(apply):
    apply(PROGRAMME)

    answer = apply(PROGRAMME.replace("title: Shared a post", "title: Shared a recipe"))

    assert answer.lines == ["changes kind post.shared: title Shared a post → Shared a recipe"]


def test_what_the_file_no_longer_lists_is_retired_and_kept(apply):
    apply(PROGRAMME)

    answer = apply(PROGRAMME.replace("  - {kind: post.shared, title: Shared a post}\n", ""))

    assert answer.lines == ["retires kind post.shared"]
    assert Kind.objects.get(slug="post.shared").retired
    assert "post.shared" not in Kind.known()


def test_what_was_retired_comes_back_with_the_file(apply):
    apply(PROGRAMME)
    apply(PROGRAMME.replace("  - {kind: post.shared, title: Shared a post}\n", ""))

    answer = apply(PROGRAMME)

    assert answer.lines == ["adds kind post.shared"]
    assert Kind.objects.count() == 2
    assert "post.shared" in Kind.known()


def test_a_section_that_the_file_does_not_have_is_left_alone(apply):
    apply(PROGRAMME)

    answer = apply("sources:\n  - {slug: shop, kind: standard}\n")

    assert answer.lines == NOTHING
    assert Kind.objects.filter(retired=False).count() == 2


def test_settings_that_the_file_leaves_out_stay_as_they_are(apply):
    apply(PROGRAMME)

    answer = apply('programme:\n  tagline: "A kitchen shop"\n')

    assert answer.lines == ["changes programme: tagline  → A kitchen shop"]
    assert Brand.current().name == "Fern & Ember"


def test_sources_and_secrets_that_the_file_does_not_name_are_untouched(apply):
    Source.objects.create(slug="till", kind="standard", secret="whsec_till")
    apply(PROGRAMME)
    Source.objects.filter(slug="shop").update(secret="whsec_shop")

    answer = apply(PROGRAMME)

    assert answer.lines == NOTHING
    secrets = dict(Source.objects.exclude(slug="site").values_list("slug", "secret"))
    assert secrets == {"till": "whsec_till", "shop": "whsec_shop"}


def test_a_declared_source_has_no_secret(apply):
    apply(PROGRAMME)

    assert Source.objects.get(slug="shop").secret == ""


def test_a_dry_run_prints_the_same_and_changes_nothing(apply):
    before = Brand.objects.values().get()

    dry = apply(PROGRAMME, "--dry-run")

    assert Brand.objects.values().get() == before
    assert not Kind.objects.exists()
    assert dry.out == apply(PROGRAMME).out
    assert (dry.code, dry.err) == (0, "A dry run: nothing was changed.\n")


def test_checking_changes_nothing(written):
    before = Brand.objects.values().get()

    answer = run("programme", "check", written(PROGRAMME))

    assert answer.code == 0
    assert answer.lines == ["demo.yaml is in order: 4 things in 3 sections."]
    assert Brand.objects.values().get() == before
    assert not Kind.objects.exists()


CLASS = """  - slug: {slug}
    kind: experience
    title: A class
    cost: 100
    sessions:
      - {{slug: december, starts: 2026-12-05T18:30:00Z, ends: 2026-12-05T21:00:00Z, place: Here, seats: {seats}}}
"""


def test_a_refusal_in_the_last_section_undoes_the_first(apply):
    """Sections are written in order; what the domain refuses at the very end takes everything back."""
    before = Brand.objects.values().get()
    text = PROGRAMME + "rewards:\n" + CLASS.format(slug="one", seats=4) + CLASS.format(slug="two", seats=4)

    answer = apply(text)

    assert (answer.code, answer.out) == (2, "")
    assert answer.err == "demo.yaml:18: rewards[1]: Another reward has a session december already.\n"
    assert Brand.objects.values().get() == before
    assert not Kind.objects.exists()


def test_a_dry_run_meets_the_same_refusals(apply):
    text = "rewards:\n" + CLASS.format(slug="one", seats=4) + CLASS.format(slug="two", seats=4)

    assert apply(text, "--dry-run").err == apply(text).err != ""


def test_what_others_need_cannot_be_left_out(apply):
    apply(
        "badges:\n  - {slug: star, name: Star}\n"
        "challenges:\n  - {slug: first, title: First, prize: {badge: star},\n"
        "     tasks: [{slug: order, title: Order, activity: order.paid, count: 1}]}\n"
    )

    answer = apply("badges:\n  - {slug: other, name: Other}\n")

    assert answer.code == 2
    assert answer.err == (
        "demo.yaml:1: badges: 'star' cannot go: the challenge first, which this file does not list, needs it\n"
    )
    assert "slug: star" in run("programme", "export").out


def test_what_needs_something_set_aside_is_set_aside_too(apply):
    answer = apply(
        "challenges:\n"
        "  - {slug: a, title: A, repeat: daily, tasks: [{slug: t, title: T, activity: order.paid, count: 1}]}\n"
        "  - {slug: b, title: B, after: [a], tasks: [{slug: t, title: T, activity: order.paid, count: 1}]}\n"
        "  - {slug: c, title: C, after: [b], tasks: [{slug: t, title: T, activity: order.paid, count: 1}]}\n"
        "  - {slug: d, title: D, tasks: [{slug: t, title: T, activity: order.paid, count: 1}]}\n"
    )

    assert answer.lines == ["adds challenge d"]
    assert answer.err.splitlines() == [
        "set aside: challenges.a: repeat 'daily' is not available in this version",
        "set aside: challenges.b: it needs challenges.a, which is set aside",
        "set aside: challenges.c: it needs challenges.b, which is set aside",
    ]


def test_what_is_not_available_yet_is_set_aside_by_name(apply):
    answer = apply("sources:\n  - {slug: s, kind: shopify}\n")

    assert answer.code == 0
    assert answer.err.splitlines() == ["set aside: sources.s: kind 'shopify' is not available in this version"]
    assert not Source.objects.filter(slug="s").exists()


@pytest.mark.django_db(transaction=True)
def test_a_database_without_tables_is_told_to_migrate(written, tmp_path):
    import os
    import subprocess
    import sys

    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{tmp_path}/empty.sqlite3"}
    command = [sys.executable, "manage.py", "programme", "apply", written(PROGRAMME)]

    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)

    assert done.returncode == 1
    assert done.stderr == "The database is not ready: run manage.py migrate first.\n"
