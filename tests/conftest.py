"""What every test can ask for: people, a brand, their browsers, a mailbox, and the real site in a real browser."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as site_settings
from django.test import Client, TransactionTestCase
from django.utils import translation

from core.brand.models import Brand
from core.members.models import Member
from core.serve.words import compile_catalogues
from tests.clearing import FirstRows, forget_cached
from tests.mailbox import Mailbox
from tests.site import LiveSite, serving

# Playwright's own event loop runs in the thread of the test; the tests still ask the database directly.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

SYSTEM_CHROMIUM = "/usr/bin/chromium"


# --- the database ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """After a test that commits, the rows that the migrations made (the brand, for one) are there again."""
    with django_db_blocker.unblock():
        first_rows = FirstRows.taken()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda self: first_rows.restore())
        yield


@pytest.fixture(autouse=True)
def _fresh_cache() -> Iterator[None]:
    """No test inherits another's rate limits."""
    forget_cached()
    yield
    forget_cached()


@pytest.fixture(autouse=True)
def _fresh_language() -> Iterator[None]:
    """No test reads in the language of another's visitor."""
    yield
    translation.deactivate()


def pytest_sessionstart(session: pytest.Session) -> None:
    """The translations are those that are written now, whoever compiled them last."""
    for folder in site_settings.LOCALE_PATHS:
        compile_catalogues(Path(folder))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Leave no database file behind."""
    if not hasattr(session.config, "workerinput"):
        name = site_settings.DATABASES["default"].get("TEST", {}).get("NAME") or ""
        if "goodturn-tests-" in str(name):
            shutil.rmtree(Path(name).parent, ignore_errors=True)


# --- people ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def brand(db: None) -> Brand:
    """The brand's settings."""
    return Brand.current()


@pytest.fixture
def member(db: None) -> Member:
    """Ada, a member."""
    return Member.objects.create_user("ada@example.com", alias="Ada")


@pytest.fixture
def other_member(db: None) -> Member:
    """Grace, another member."""
    return Member.objects.create_user("grace@example.com", alias="Grace")


@pytest.fixture
def staff(db: None) -> Member:
    """The owner of the programme."""
    return Member.objects.create_superuser("owner@example.com", alias="Owner")


@pytest.fixture
def client_of() -> Callable[[Member], Client]:
    """A signed-in browser without JavaScript: `client_of(member)`."""

    def signed_in(member: Member) -> Client:
        client = Client()
        client.force_login(member)
        return client

    return signed_in


@pytest.fixture
def owner(staff: Member, client_of: Callable[[Member], Client]) -> Client:
    """The owner's browser."""
    return client_of(staff)


@pytest.fixture
def without_second_factor(settings: Any) -> None:
    """Staff come in by the code alone."""
    settings.STAFF_MFA = "optional"


@pytest.fixture
def mailbox(mailoutbox: list[Any]) -> Mailbox:
    """All mail that the site has sent, with the codes and links in it."""
    return Mailbox(mailoutbox)


# --- the real site ---------------------------------------------------------------------------------------------------


@pytest.fixture
def live_site(transactional_db: None, settings: Any, mailoutbox: list[Any]) -> Iterator[LiveSite]:
    """The site as `make run` serves it, sockets included, on a free port and on the test's own database."""
    with serving(settings) as site:
        yield site


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any], browser_type: Any) -> dict[str, Any]:
    """Playwright's own browser, else the system's; quiet towards the network, whoever made it."""
    quiet = [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ]
    args = {**browser_type_launch_args, "args": quiet}
    if not Path(browser_type.executable_path).exists() and Path(SYSTEM_CHROMIUM).exists():
        args["executable_path"] = SYSTEM_CHROMIUM
    return args


@pytest.fixture
def new_context(new_context: Callable[..., Any]) -> Iterator[Callable[..., Any]]:
    """A browser of one person; the test fails if any of its pages says an error on its console."""
    errors: list[str] = []

    def guarded(**kwargs: Any) -> Any:
        context = new_context(**kwargs)
        context.on("weberror", lambda error: errors.append(str(error.error)))
        context.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
        return context

    yield guarded
    assert not errors, f"The browser's console says: {errors}"
