"""A connection that is kept is looked at before it is used again."""

from __future__ import annotations

import time
from collections.abc import Iterator

import psycopg
import pytest
from django.db import close_old_connections, connection
from django.test.utils import CaptureQueriesContext

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lies in the process."),
]


@pytest.fixture
def kept() -> Iterator[int]:
    """The number of a connection that the thread has from an earlier request."""
    connection.settings_dict["CONN_HEALTH_CHECKS"], before = True, connection.settings_dict["CONN_HEALTH_CHECKS"]
    connection.close()
    yield pid()
    connection.settings_dict["CONN_HEALTH_CHECKS"] = before
    connection.close()


def pid() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def another_request() -> None:
    close_old_connections()


def elsewhere(statement: str, *params: object) -> None:
    told = connection.get_connection_params()
    said = {name: told[name] for name in ("host", "port", "user", "password", "dbname") if name in told}
    with psycopg.connect(**said, autocommit=True) as other:
        other.execute(statement.encode(), params or None)


def terminate(number: int) -> None:
    elsewhere("SELECT pg_terminate_backend(%s)", number)
    time.sleep(0.2)


def test_one_that_stands_is_used_again_without_a_question(kept: int) -> None:
    another_request()
    with CaptureQueriesContext(connection) as queries:
        assert pid() == kept
    assert len(queries) == 1
    assert connection.health_check_done


def test_one_that_the_server_has_ended_is_made_anew(kept: int) -> None:
    another_request()
    terminate(kept)
    assert pid() != kept


def test_one_on_which_something_came_that_nobody_asked_for_is_asked(kept: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("LISTEN said")
    elsewhere("NOTIFY said")
    time.sleep(0.2)
    another_request()
    assert pid() == kept
