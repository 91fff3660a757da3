"""What the tests of challenges share: every one of them leaves the books in order."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from core.audit import laws
from tests.programme.conftest import apply, written

__all__ = ["apply", "written"]


@pytest.fixture
def the_books_hold() -> Callable[[], list[str]]:
    """All breaches of all laws, by name."""
    return lambda: [f"{law.slug}: {breach}" for law in laws() for breach in law.check()]
