"""The servers, started as a person would start them."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from tests.processes import ROOT, ask, environment, free_port, memory, running

MEBIBYTE = 1024 * 1024


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database for this module."""
    folder = tmp_path_factory.mktemp("serving")
    database = f"sqlite:///{folder}/db.sqlite3"
    migrate = [sys.executable, "manage.py", "migrate", "--noinput", "-v0"]
    subprocess.run(migrate, cwd=ROOT, env=environment(DATABASE_URL=database), check=True, timeout=120)
    return folder


@pytest.fixture(scope="module", params=["all", "pages"])
def server(request: pytest.FixtureRequest, folder: Path) -> Iterator[tuple[int, int]]:
    """The embedded server and then the one for pages only: its port and process id."""
    port = free_port()
    said = {"DATABASE_URL": f"sqlite:///{folder}/db.sqlite3", "PORT": str(port)}
    with running("serve", request.param, **said) as process:
        yield port, process.pid


def pieces(size: int, piece: int = 64 * 1024) -> Iterator[bytes]:
    """`size` bytes in pieces, so that nobody knows their length before."""
    for _number in range(size // piece):
        yield b"x" * piece


def children(pid: int) -> list[int]:
    """A process and those that it started."""
    found = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return [pid, *found]


def test_a_page_is_served(server: tuple[int, int]) -> None:
    answer = ask(server[0], "/")

    assert answer.status == 200
    assert b"</html>" in answer.body
    assert answer.headers["Content-Security-Policy"]


def test_ten_megabytes_in_chunks_are_cut_off_with_memory_flat(server: tuple[int, int]) -> None:
    port, pid = server
    # Everything that a request imports is imported first.
    assert ask(port, "/hooks/shop/", "POST", b"{}").status in (401, 404)
    before = sum(memory(process) for process in children(pid))

    answers = [ask(port, "/hooks/shop/", "POST", pieces(10 * MEBIBYTE)) for _time in range(5)]

    after = sum(memory(process) for process in children(pid))
    assert {answer.status for answer in answers} <= {413, 404}
    assert {answer.headers["Content-Type"] for answer in answers} == {"application/problem+json"}
    assert after - before < 8 * MEBIBYTE


@pytest.mark.parametrize("size", [12 * MEBIBYTE + 64 * 1024, 40 * MEBIBYTE])
def test_a_form_that_is_too_large_is_told_so(server: tuple[int, int], size: int) -> None:
    chunked = ask(server[0], "/accounts/login/", "POST", pieces(size))
    declared = ask(server[0], "/accounts/login/", "POST", b"x" * size)

    assert (chunked.status, declared.status) == (413, 413)
    assert "text/html" in chunked.headers["Content-Type"]


def test_the_api_is_told_so_as_a_problem(server: tuple[int, int]) -> None:
    answer = ask(server[0], "/api/v1/members", "POST", pieces(13 * MEBIBYTE))

    assert (answer.status, answer.headers["Content-Type"]) == (413, "application/problem+json")
    assert json.loads(answer.body)["status"] == 413


def test_a_body_in_chunks_arrives_whole(server: tuple[int, int]) -> None:
    form = b"email=ada%40example.com"

    whole = ask(server[0], "/accounts/login/", "POST", form, **{"Content-Type": "application/x-www-form-urlencoded"})
    parts = ask(
        server[0],
        "/accounts/login/",
        "POST",
        iter([form[:5], form[5:]]),
        **{"Content-Type": "application/x-www-form-urlencoded"},
    )

    assert whole.status == parts.status == 403  # both miss the token against forgery, which is looked at first
    assert parts.body


@pytest.mark.parametrize("server", ["all"], indirect=True)
def test_senders_that_stop_half_way_hold_no_thread(server: tuple[int, int]) -> None:
    with ExitStack() as stack:
        for _number in range(40):
            slow = stack.enter_context(closing(socket.create_connection(("127.0.0.1", server[0]))))
            slow.sendall(b"POST /accounts/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 500\r\n\r\nemail=")
        answer = ask(server[0], "/")

    assert answer.status == 200
    assert answer.seconds < 2


def test_a_port_in_use_is_said_in_one_sentence() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = str(taken.getsockname()[1])
        for command in (["serve"], ["run"]):
            ended = subprocess.run(
                [sys.executable, "manage.py", *command],
                cwd=ROOT,
                env=environment(PORT=port),
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
            )

            assert ended.returncode == 1
            assert ended.stderr == f"Port {port} of 127.0.0.1 is in use or not allowed; choose another one with PORT.\n"


@pytest.fixture
def hung_port() -> Iterator[int]:
    """Something that takes connections and never answers."""
    with closing(socket.create_server(("127.0.0.1", 0), backlog=64)) as server:
        yield server.getsockname()[1]


@pytest.mark.parametrize("state", ["dead", "hung"])
def test_a_database_that_is_away_is_said_with_503_in_time(state: str, hung_port: int) -> None:
    port = free_port()
    away = free_port() if state == "dead" else hung_port
    said = {"DATABASE_URL": f"postgres://postgres@127.0.0.1:{away}/goodturn", "PORT": str(port)}
    with running("serve", **said):
        ready = ask(port, "/readyz")
        page = ask(port, "/")
        hook = ask(port, "/hooks/shop/", "POST", b"{}", **{"Content-Type": "application/json"})
        up = ask(port, "/healthz")

    assert (ready.status, json.loads(ready.body)["database"]) == (503, "away")
    assert (page.status, hook.status, up.status) == (503, 503, 200)
    assert hook.headers["Content-Type"] == "application/problem+json"
    assert page.headers["Retry-After"] == hook.headers["Retry-After"] == "5"
    assert b"cannot reach its data" in page.body
    # A server that hangs is given two seconds to take the connection.
    assert max(answer.seconds for answer in (ready, page, hook)) < (3 if state == "hung" else 1)


@pytest.mark.parametrize("state", ["dead", "hung"])
def test_a_redis_that_is_away_stops_no_page(state: str, hung_port: int, folder: Path) -> None:
    port = free_port()
    away = free_port() if state == "dead" else hung_port
    said = {"DATABASE_URL": f"sqlite:///{folder}/db.sqlite3", "PORT": str(port)}
    with running("serve", **{**said, "REDIS_URL": f"redis://127.0.0.1:{away}/0"}):
        ready = ask(port, "/readyz")
        pages = [ask(port, path) for path in ("/", "/accounts/login/", "/") for _time in range(3)]

    assert (ready.status, json.loads(ready.body)) == (200, {"database": "ok", "redis": "down"})
    assert {page.status for page in pages} == {200}
    assert max(page.seconds for page in pages) < 3


def test_pages_are_answered_side_by_side(server: tuple[int, int]) -> None:
    answers: list[int] = []
    threads = [threading.Thread(target=lambda: answers.append(ask(server[0], "/").status)) for _number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert answers == [200] * 20
