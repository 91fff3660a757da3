"""The environment, read once, typed, and refused in one sentence when it is wrong."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Callable
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit
from zoneinfo import available_timezones

import environ

Network = IPv4Network | IPv6Network


class Malformed(Exception):
    """A value that cannot be meant; its text ends the sentence that names the variable."""


def stop(sentence: str, code: int = 2) -> NoReturn:
    """End this process with one sentence on stderr; exit code 2 says that the call or its input is wrong."""
    print(sentence, file=sys.stderr, flush=True)  # noqa: T201
    raise SystemExit(code)


def read_file(path: Path) -> None:
    """Take variables from `path` if it is there; what the environment already says wins."""
    if path.is_file():
        environ.Env.read_env(path)


def value[T](name: str, read: Callable[[str], T], default: str | None) -> T:
    """The variable `name` as `read` understands it; unset and empty are the same.

    Without a default the variable is needed. Stops the process when it is missing or malformed.
    """
    text = os.environ.get(name, "").strip()
    if not text:
        if default is None:
            stop(f"{name} must be set when DEBUG=0.")
        text = default
    try:
        return read(text)
    except Malformed as problem:
        stop(f"{name} {problem}.")


def text(raw: str) -> str:
    """The value as it is."""
    return raw


def flag(raw: str) -> bool:
    """0 or 1."""
    if raw not in ("0", "1"):
        raise Malformed(f'must be 0 or 1, not "{raw}"')
    return raw == "1"


def number(least: int, most: int) -> Callable[[str], int]:
    """A whole number between two others, both included."""

    def read(raw: str) -> int:
        if not (raw.isascii() and raw.isdigit() and len(raw) <= 9 and least <= int(raw) <= most):
            raise Malformed(f'must be a whole number from {least} to {most}, not "{raw}"')
        return int(raw)

    return read


def one_of(*words: str) -> Callable[[str], str]:
    """One of a few words."""

    def read(raw: str) -> str:
        if raw not in words:
            raise Malformed(f'must be {" or ".join(words)}, not "{raw}"')
        return raw

    return read


def words(raw: str) -> list[str]:
    """A list by commas."""
    return [word.strip() for word in raw.split(",") if word.strip()]


def networks(raw: str) -> list[Network]:
    """Addresses or networks by commas."""
    try:
        return [ip_network(word, strict=False) for word in words(raw)]
    except ValueError as problem:
        raise Malformed(f"must be addresses or networks by commas: {problem}") from problem


def time_zone(raw: str) -> str:
    """A name of the IANA database."""
    if raw not in available_timezones():
        raise Malformed(f'must be a time zone such as Europe/Istanbul, not "{raw}"')
    return raw


def base_url(raw: str) -> str:
    """The site's own address: scheme, host and perhaps a port."""
    try:
        parts = urlsplit(raw.rstrip("/"))
        sound = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        sound = False
    if not sound or parts.path or parts.query or parts.fragment or parts.username is not None:
        raise Malformed(f'must be like https://club.example.org, not "{raw}"')
    return raw.rstrip("/")


def redis_url(raw: str) -> str:
    """Where Redis is; empty for none."""
    try:
        parts = urlsplit(raw)
        sound = parts.scheme == "unix" or (parts.scheme in ("redis", "rediss") and bool(parts.hostname))
        sound = sound and (parts.port is None or parts.port > 0)
    except ValueError:
        sound = False
    if raw and not sound:
        raise Malformed("must be like redis://127.0.0.1:6379/0")
    return raw


def database(raw: str) -> dict[str, Any]:
    """Django's settings for a database, of PostgreSQL or SQLite."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            config = dict(environ.Env.db_url_config(raw))
    except Exception as problem:
        raise Malformed("must be like postgres://user:password@host:5432/name or sqlite:////path/file") from problem
    if config["ENGINE"] not in ("django.db.backends.postgresql", "django.db.backends.sqlite3") or not config["NAME"]:
        raise Malformed("must be like postgres://user:password@host:5432/name or sqlite:////path/file")
    return config


def replica(raw: str) -> dict[str, Any]:
    """Django's settings for the database that reports read; none where there is no such."""
    return database(raw) if raw else {}


def mailer(raw: str) -> dict[str, Any]:
    """Django's settings for one way of sending mail, in a scheme of django-environ."""
    try:
        config = environ.Env.email_url_config(raw)
    except Exception as problem:
        raise Malformed("must be like smtp://user:password@host:587 or filemail:////absolute/folder") from problem
    backend = config["EMAIL_BACKEND"]
    options: dict[str, Any] = {key.lower(): entry for key, entry in config.get("OPTIONS", {}).items()}
    if backend.endswith("filebased.EmailBackend"):
        options["file_path"] = config["EMAIL_FILE_PATH"]
    elif backend.endswith("smtp.EmailBackend"):
        wanted = {
            "host": config["EMAIL_HOST"] or "localhost",
            "port": config["EMAIL_PORT"],
            "username": config["EMAIL_HOST_USER"],
            "password": config["EMAIL_HOST_PASSWORD"],
            "use_tls": config.get("EMAIL_USE_TLS"),
            "use_ssl": config.get("EMAIL_USE_SSL"),
            "timeout": 10,  # a server that hangs may not hold a worker for ever
        }
        options = {key: entry for key, entry in wanted.items() if entry} | options
    return {"BACKEND": backend, "OPTIONS": options}
