"""Only a signed-in member's own session, from a page of this site, may open a socket."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.sessions.models import Session
from websockets.exceptions import InvalidStatus

from core.live.handshake import _is_own
from core.live.hub import SOCKETS_A_MEMBER
from core.members.models import Member
from tests.live.conftest import Look, signed_in


def status_of(look: Look, *args: Any, **kwargs: Any) -> int:
    """The HTTP status with which the handshake is refused."""
    with pytest.raises(InvalidStatus) as refused:
        look(*args, **kwargs)
    return refused.value.response.status_code


def test_a_member_of_this_site_is_let_in(look: Look, member: Member) -> None:
    assert look(member).response.status_code == 101


def test_a_visitor_is_refused(look: Look) -> None:
    assert status_of(look) == 403


def test_a_forged_session_is_refused(look: Look) -> None:
    keys = ["", "x", "forgedforgedforgedforgedforged12", "a" * 5000, "'; DROP", "%00"]
    assert [status_of(look, cookie=f"sessionid={key}") for key in keys] == [403] * len(keys)


def test_the_session_of_a_deactivated_member_is_refused(look: Look, member: Member) -> None:
    client = signed_in(member)
    Member.objects.filter(pk=member.pk).update(is_active=False)
    assert status_of(look, member, client=client) == 403


def test_a_session_that_has_ended_is_refused(look: Look, member: Member) -> None:
    client = signed_in(member)
    Session.objects.all().delete()
    assert status_of(look, member, client=client) == 403


def test_a_page_of_another_site_is_refused(look: Look, member: Member) -> None:
    port = "http://127.0.0.1:1"
    others = [None, "null", "https://evil.example", port, "http://127.0.0.1.evil.example", "file://", "http://["]
    assert [status_of(look, member, origin=origin) for origin in others] == [403] * len(others)


def test_any_other_address_is_refused(look: Look, member: Member) -> None:
    paths = ["/", "/ws/", "/ws/live", "/ws/live/more/", "/ws/other/"]
    assert [status_of(look, member, path=path) for path in paths] == [403] * len(paths)


def test_a_member_has_only_so_many_pages_open(look: Look, member: Member) -> None:
    client = signed_in(member)
    pages = [look(member, client=client) for _ in range(SOCKETS_A_MEMBER)]
    assert status_of(look, member, client=client) == 403
    assert len(pages) == SOCKETS_A_MEMBER


@pytest.mark.parametrize(
    ("base", "hosts", "origin", "host", "own"),
    [
        ("https://leaf.example", ["leaf.example"], "https://leaf.example", "leaf.example", True),
        ("https://leaf.example", ["leaf.example"], "https://leaf.example:443", "leaf.example", True),
        ("https://leaf.example", ["leaf.example"], "http://leaf.example", "leaf.example", False),
        ("https://leaf.example", ["leaf.example"], "https://leaf.example", "inner:8001", True),
        ("https://leaf.example", ["leaf.example"], "https://inner:8001", "inner:8001", False),
        ("http://127.0.0.1:8000", [".localhost", "127.0.0.1"], "http://localhost:8000", "localhost:8000", True),
        ("http://127.0.0.1:8000", ["127.0.0.1"], "https://127.0.0.1:8000", "127.0.0.1:8000", False),
        ("http://127.0.0.1:8000", ["127.0.0.1"], "http://rebound.example:8000", "rebound.example:8000", False),
        ("http://127.0.0.1:8000", ["*"], "http://a.example", "b.example", False),
    ],
)
def test_the_origin_is_the_sites_own_address_or_the_allowed_host_that_was_asked(
    settings: Any, base: str, hosts: list[str], origin: str, host: str, own: bool
) -> None:
    settings.BASE_URL, settings.ALLOWED_HOSTS = base, hosts
    assert _is_own([origin], [host]) is own
    assert not _is_own([origin, origin], [host])
