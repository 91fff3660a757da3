"""A socket ends with its session, and when its client does what no page does."""

from __future__ import annotations

import asyncio
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection

from core import live
from core.live import hub, watch
from core.live.codes import GONE, TOO_BIG, TOO_MANY, TOO_SLOW
from core.live.hub import QUEUE, Hub, Socket
from core.live.messages import Message
from core.members.models import Member
from tests.live.conftest import Look, Probes, signed_in
from tests.live.test_pushing import heard, hears_nothing
from tests.site import LiveSite


def close_code(page: ClientConnection, seconds: float = 3.0) -> int:
    """The code with which the server closes within `seconds`; frames before it are let pass."""
    until = time.monotonic() + seconds
    with suppress(ConnectionClosed):
        while True:
            page.recv(timeout=until - time.monotonic())
    assert page.close_code is not None
    return page.close_code


def test_signing_out_closes_the_sockets_of_that_session_alone(look: Look, member: Member, probes: Probes) -> None:
    phone, laptop = signed_in(member), signed_in(member)
    on_phone, on_laptop = look(member, client=phone), look(member, client=laptop)
    phone.logout()
    assert close_code(on_phone) == GONE
    live.push(member.pk, "probe")
    assert "probe-one" in heard(on_laptop)


def test_a_session_that_vanishes_takes_its_socket_along(look: Look, member: Member, settings: Any) -> None:
    page = look(member)
    Session.objects.all().delete()
    assert close_code(page, watch.EVERY + 2) == GONE


def test_a_deactivated_member_sees_nothing_more(look: Look, member: Member, probes: Probes) -> None:
    page = look(member)
    Member.objects.filter(pk=member.pk).update(is_active=False)
    live.push(member.pk, "probe")
    assert close_code(page) == GONE
    assert probes.rendered == []


def test_closing_a_member_closes_all_their_pages(look: Look, member: Member, other_member: Member) -> None:
    pages, others = [look(member), look(member)], look(other_member)
    live.close(member.pk)
    assert [close_code(page) for page in pages] == [GONE, GONE]
    assert hears_nothing(others)


def test_a_message_above_4_kib_closes_the_socket(look: Look, member: Member) -> None:
    for message in ("x" * 4097, b"x" * 4097, "ş" * 2049, "x" * 1_000_000):
        page = look(member)
        page.send(message)
        assert close_code(page) == TOO_BIG


def test_a_flood_of_messages_closes_the_socket(look: Look, member: Member) -> None:
    page = look(member)
    for _ in range(20):
        with suppress(ConnectionClosed):
            page.send("hello")
    assert close_code(page) == TOO_MANY


def test_a_word_now_and_then_is_let_pass(look: Look, member: Member, probes: Probes) -> None:
    page = look(member)
    for word in ("x" * 4096, b"\x00\xff", "{}"):
        page.send(word)
    live.push(member.pk, "probe")
    assert "probe-one" in heard(page)


@pytest.mark.django_db(transaction=True)
def test_a_page_that_does_not_read_is_closed_and_forgotten(member: Member, probes: Probes, settings: Any) -> None:
    settings.REDIS_URL = ""
    codes: list[int] = []

    async def close(code: int) -> None:
        codes.append(code)

    async def overflow() -> int:
        crowded = Hub(asyncio.get_running_loop())
        slow = Socket(member.pk, "session", "en", close)
        crowded.join(slow)
        for number in range(QUEUE + 1):
            crowded.post(Message("everybody", "notice", f'{{"slug": "{number}"}}'))
        while not codes:
            await asyncio.sleep(0.01)
        assert not crowded.sockets()
        return slow.frames.qsize()

    with ThreadPoolExecutor(1) as apart:  # this thread may have a loop already, from a test in a browser
        assert apart.submit(asyncio.run, asyncio.wait_for(overflow(), 10)).result() == QUEUE
    assert codes == [TOO_SLOW]


def opened_and_left_alone(site: LiveSite, member: Member) -> socket.socket:
    """A socket whose other end never reads."""
    raw = socket.socket()
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    raw.connect((site.host, site.port))
    lines = [
        "GET /ws/live/ HTTP/1.1",
        f"Host: {site.host}:{site.port}",
        f"Origin: {site.url}",
        f"Cookie: sessionid={signed_in(member).cookies['sessionid'].value}",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
    ]
    raw.sendall("\r\n".join([*lines, "", ""]).encode())
    assert raw.recv(12) == b"HTTP/1.1 101"
    return raw


def test_a_page_that_stops_reading_is_given_up_while_the_others_go_on(
    live_site: LiveSite, look: Look, member: Member, other_member: Member, probes: Probes
) -> None:
    quick = look(other_member)
    wide = "x" * 100_000
    with opened_and_left_alone(live_site, member):
        for number in range(150):
            live.push_all("notice", slug=f"{number}-{wide}")
            assert f"probe-{number}-" in heard(quick, 5)
        assert hub._current is not None
        assert [page.member_id for page in hub._current.sockets()] == [other_member.pk]
