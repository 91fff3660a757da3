"""What the environment may say, and the one sentence when it is wrong."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from core.environment import Malformed, base_url, database, mailer, networks, read_file, value, words
from tests import processes

NAMES = [
    *("ALLOWED_HOSTS", "BASE_URL", "DATABASE_URL", "DEBUG", "EMAIL_URL", "EVENTS_PER_SECOND", "MEDIA_ROOT", "PORT"),
    *("REDIS_URL", "SECRET_KEY", "STAFF_MFA", "STATEMENT_SECONDS", "TIME_ZONE", "TRUSTED_PROXIES", "WEB_PROCESSES"),
]
PRODUCTION = {
    "DEBUG": "0",
    "SECRET_KEY": "a-key-of-more-than-fifty-characters-that-only-this-test-knows",
    "ALLOWED_HOSTS": "club.example.org",
    "DATABASE_URL": "sqlite:////tmp/goodturn-settings-test.sqlite3",
}


def run(*command: str, **said: str) -> subprocess.CompletedProcess[str]:
    """A command of the site in an environment that says only what is given; a `.env` of this machine says nothing."""
    environment = {**processes.environment(), **dict.fromkeys(NAMES, ""), **said}
    return subprocess.run(
        [sys.executable, *command],
        cwd=processes.ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


WRONG = [
    ({**PRODUCTION, "SECRET_KEY": ""}, "SECRET_KEY must be set when DEBUG=0."),
    ({**PRODUCTION, "ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS must be set when DEBUG=0."),
    ({**PRODUCTION, "DATABASE_URL": ""}, "DATABASE_URL must be set when DEBUG=0."),
    ({"WEB_PROCESSES": "2"}, "REDIS_URL must be set when WEB_PROCESSES is above 1."),
    ({"DEBUG": "maybe"}, 'DEBUG must be 0 or 1, not "maybe".'),
    ({"PORT": "abc"}, 'PORT must be a whole number from 1 to 65535, not "abc".'),
    ({"PORT": "70000"}, 'PORT must be a whole number from 1 to 65535, not "70000".'),
    ({"PORT": "٣"}, 'PORT must be a whole number from 1 to 65535, not "٣".'),
    ({"WEB_PROCESSES": "0"}, 'WEB_PROCESSES must be a whole number from 1 to 64, not "0".'),
    ({"EVENTS_PER_SECOND": "-1"}, 'EVENTS_PER_SECOND must be a whole number from 1 to 1000000, not "-1".'),
    ({"STAFF_MFA": "foo"}, 'STAFF_MFA must be required or optional, not "foo".'),
    ({"TIME_ZONE": "Mars/Olympus"}, 'TIME_ZONE must be a time zone such as Europe/Istanbul, not "Mars/Olympus".'),
    ({"BASE_URL": "club.example.org"}, 'BASE_URL must be like https://club.example.org, not "club.example.org".'),
    ({"BASE_URL": "https://a.example/x"}, 'BASE_URL must be like https://club.example.org, not "https://a.example/x".'),
    ({"BASE_URL": "ftp://a.example"}, 'BASE_URL must be like https://club.example.org, not "ftp://a.example".'),
    ({"TRUSTED_PROXIES": "10.0.0.0/8,house"}, "TRUSTED_PROXIES must be addresses or networks by commas"),
    ({"REDIS_URL": "http://127.0.0.1"}, "REDIS_URL must be like redis://127.0.0.1:6379/0."),
    ({"DATABASE_URL": "mysql://a/b"}, "DATABASE_URL must be like postgres://"),
    ({"DATABASE_URL": "postgres://u:p@host:port/name"}, "DATABASE_URL must be like postgres://"),
    ({"DATABASE_URL": "nonsense"}, "DATABASE_URL must be like postgres://"),
    ({"EMAIL_URL": "pigeon://roof"}, "EMAIL_URL must be like smtp://"),
]


@pytest.mark.parametrize(("said", "sentence"), WRONG, ids=[sentence[:40] for _said, sentence in WRONG])
def test_a_wrong_or_missing_value_stops_the_start_with_one_sentence(said: dict[str, str], sentence: str) -> None:
    ended = run("manage.py", "check", **said)

    assert ended.returncode == 2
    assert ended.stderr.startswith(sentence)
    assert (ended.stdout, ended.stderr.count("\n")) == ("", 1)


@pytest.mark.parametrize(
    "server",
    [
        ["manage.py", "serve"],
        ["manage.py", "run"],
        ["-m", "uvicorn", "core.asgi:application"],
        ["-c", "import core.wsgi"],
    ],
    ids=["serve", "run", "uvicorn", "wsgi"],
)
def test_the_servers_stop_with_the_same_sentence(server: list[str]) -> None:
    ended = run(*server, **{**PRODUCTION, "SECRET_KEY": ""})

    assert (ended.returncode, ended.stderr) == (2, "SECRET_KEY must be set when DEBUG=0.\n")


def test_nothing_needs_to_be_said_in_development() -> None:
    assert run("manage.py", "check").returncode == 0


def test_everything_that_production_needs_is_enough() -> None:
    ended = run("manage.py", "check", "--deploy", "--fail-level", "WARNING", **PRODUCTION, BASE_URL="https://a.example")

    assert ended.returncode == 0, ended.stderr


@pytest.mark.parametrize(
    ("url", "secure"), [("https://club.example.org", True), ("http://127.0.0.1:8000", False)], ids=["https", "http"]
)
def test_cookies_transport_and_redirect_follow_the_scheme_of_the_address(url: str, secure: bool) -> None:
    names = "SESSION_COOKIE_SECURE CSRF_COOKIE_SECURE SECURE_SSL_REDIRECT SECURE_HSTS_SECONDS"
    said = f"from django.conf import settings as s; print([bool(getattr(s, n)) for n in '{names}'.split()])"

    ended = run("-c", said, **PRODUCTION, BASE_URL=url)

    assert ended.stdout.strip() == str([secure] * 4)


def test_staff_need_a_second_factor_unless_this_is_development() -> None:
    said = "from django.conf import settings; print(settings.STAFF_MFA)"

    assert run("-c", said).stdout.strip() == "optional"
    assert run("-c", said, **PRODUCTION).stdout.strip() == "required"


def test_a_file_says_what_the_environment_does_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / ".env"
    file.write_text("GOODTURN_TEST_A=from the file\nGOODTURN_TEST_B=from the file\n")
    monkeypatch.setenv("GOODTURN_TEST_A", "from outside")
    monkeypatch.setenv("GOODTURN_TEST_B", "")
    monkeypatch.delenv("GOODTURN_TEST_B")

    read_file(file)

    assert value("GOODTURN_TEST_A", str, "") == "from outside"
    assert value("GOODTURN_TEST_B", str, "") == "from the file"
    monkeypatch.delenv("GOODTURN_TEST_B")


def test_a_secret_that_looks_like_a_variable_is_taken_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOODTURN_TEST_SECRET", "$HOME$PATH")

    assert value("GOODTURN_TEST_SECRET", str, "") == "$HOME$PATH"


def test_mail_goes_where_its_address_says() -> None:
    assert mailer("filemail:////var/mail/out")["OPTIONS"] == {"file_path": "/var/mail/out"}
    assert mailer("smtp+tls://ada:s%40fe@mail.example:587") == {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "OPTIONS": {
            "host": "mail.example",
            "port": 587,
            "username": "ada",
            "password": "s@fe",
            "use_tls": True,
            "timeout": 10,
        },
    }


def test_values_are_typed() -> None:
    assert words(" a, b,,c ") == ["a", "b", "c"]
    assert [str(network) for network in networks("10.0.0.1, fd00::/8")] == ["10.0.0.1/32", "fd00::/8"]
    assert base_url("https://club.example.org/") == "https://club.example.org"
    assert database("sqlite:////tmp/a.sqlite3")["NAME"] == "/tmp/a.sqlite3"
    with pytest.raises(Malformed):
        database("oracle://scott:tiger@host/name")
