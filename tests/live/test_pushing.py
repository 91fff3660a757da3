"""What is committed is shown to whoever looks, once rendered, and to nobody else."""

from __future__ import annotations

import time
from typing import Any

from django.db import transaction
from websockets.sync.client import ClientConnection

from core import live
from core.live import hub
from core.members.models import Member
from tests.live.conftest import Look, Probes


def heard(page: ClientConnection, seconds: float = 2.0) -> str:
    """The next frame; it must come within `seconds`."""
    said = page.recv(timeout=seconds)
    assert isinstance(said, str)
    return said


def hears_nothing(page: ClientConnection, seconds: float = 0.3) -> bool:
    try:
        page.recv(timeout=seconds)
    except TimeoutError:
        return True
    return False


def test_a_push_is_sent_once_the_transaction_is_committed(look: Look, member: Member, probes: Probes) -> None:
    page = look(member)
    with transaction.atomic():
        live.push(member.pk, "probe")
        assert hears_nothing(page)
    began = time.monotonic()
    assert heard(page) == '<p id="probe-one" hx-swap-oob="true">ada@example.com Yes</p>'
    assert time.monotonic() - began < 1


def test_a_push_that_is_rolled_back_is_never_sent(look: Look, member: Member, probes: Probes) -> None:
    page = look(member)
    with transaction.atomic():
        live.push(member.pk, "probe")
        transaction.set_rollback(True)
    with transaction.atomic():
        with transaction.atomic():
            live.push(member.pk, "probe", slug="lost")
            transaction.set_rollback(True)
        live.push(member.pk, "probe", slug="kept")
    assert "probe-kept" in heard(page)
    assert hears_nothing(page)


def test_the_same_push_twice_in_a_transaction_is_one(look: Look, member: Member, probes: Probes) -> None:
    page = look(member)
    with transaction.atomic():
        for _ in range(50):
            live.push(member.pk, "probe", slug="a")
            live.push(member.pk, "probe", slug="b")
    assert ["probe-a" in heard(page), "probe-b" in heard(page)] == [True, True]
    assert hears_nothing(page)
    assert len(probes.rendered) == 2


def test_a_members_fragment_reaches_all_their_pages_and_no_other_member(
    look: Look, member: Member, other_member: Member, probes: Probes
) -> None:
    mine, also_mine, others = look(member), look(member), look(other_member)
    live.push(member.pk, "probe")
    assert heard(mine) == heard(also_mine)
    assert hears_nothing(others)
    assert probes.rendered == [member.pk]


def test_a_public_fragment_is_rendered_once_for_all_who_look(look: Look, probes: Probes) -> None:
    pages = [look(Member.objects.create_user(f"m{number}@example.com")) for number in range(12)]
    live.push_all("notice", slug="december")
    assert {heard(page) for page in pages} == {'<p id="probe-december" hx-swap-oob="true">all Yes</p>'}
    assert probes.rendered == ["december"]


def test_each_language_is_rendered_once(look: Look, probes: Probes) -> None:
    pages = [
        look(Member.objects.create_user(f"m{number}@example.com", language=language))
        for number, language in enumerate(["en", "tr", "en", "tr"])
    ]
    live.push_all("notice", slug="s")
    frames = [heard(page) for page in pages]
    assert [("Yes" in frame, "Evet" in frame) for frame in frames] == [(True, False), (False, True)] * 2
    assert len(probes.rendered) == 2


def test_nothing_is_rendered_when_nobody_looks(
    look: Look, member: Member, other_member: Member, probes: Probes
) -> None:
    page = look(other_member)
    live.push(member.pk, "probe")
    live.push(other_member.pk, "probe")
    assert "grace@example.com" in heard(page)
    assert probes.rendered == [other_member.pk]


def test_a_fragment_that_fails_does_not_silence_the_others(look: Look, member: Member, probes: Probes) -> None:
    page = look(member)
    with transaction.atomic():
        live.push(member.pk, "probe", unknown_argument=1)
        live.push(member.pk, "no-such-fragment")
        live.push_all("probe")
        live.push(member.pk, "notice", slug="x")
        live.push(member.pk, "probe", slug="good")
    assert "probe-good" in heard(page)


def test_what_changed_while_the_page_was_opening_is_shown_once_it_is_open(
    look: Look, member: Member, other_member: Member, probes: Probes
) -> None:
    live.push(member.pk, "probe", slug="early")
    live.push(other_member.pk, "probe", slug="others")
    live.push_all("notice", slug="public")
    live.announce(member.pk, "Said before")
    page = look(member)
    assert "probe-early" in heard(page)
    assert "probe-public" in heard(page)
    assert hears_nothing(page)


def test_a_sentence_is_said_in_the_members_language_with_its_values(look: Look) -> None:
    member = Member.objects.create_user("tr@example.com", language="tr")
    page = look(member)
    live.announce(member.pk, "Hide %(name)s", name="<b>")
    live.announce(member.pk, "Yes")
    assert 'hx-swap-oob="beforeend:#messages"' in (first := heard(page))
    assert "&lt;b&gt;" in first
    assert "Evet" in heard(page)


def test_a_change_of_another_process_arrives_by_redis(
    live_site: Any, look: Look, member: Member, probes: Probes, settings: Any
) -> None:
    page = look(member)
    if settings.REDIS_URL:
        tell_from_another_process(settings, member)
        assert "probe-far" in heard(page, 5)
    else:
        live.push(member.pk, "probe", slug="near")
        assert "probe-near" in heard(page)
    assert hears_nothing(page)


def tell_from_another_process(settings: Any, member: Member) -> None:
    """Push from a process of its own, as a worker does."""
    import os
    import subprocess
    import sys

    from django.db import connection

    time.sleep(0.3)  # the hub's subscription is made beside the first socket
    assert hub._current is not None
    code = (
        "import django; django.setup();"
        "from django.conf import settings; from core import live; from core.live import bus;"
        f"settings.DATABASES['default']['NAME'] = {str(connection.settings_dict['NAME'])!r};"
        f"live.push({member.pk}, 'probe', slug='far'); assert bus.outbox.drained(5)"
    )
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "core.settings", "REDIS_URL": settings.REDIS_URL}
    subprocess.run([sys.executable, "-c", code], check=True, env=environment, timeout=60)
