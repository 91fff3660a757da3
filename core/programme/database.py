"""Whether there is a database to work on."""

from __future__ import annotations

import sys

from django.core.management.base import OutputWrapper
from django.db import DatabaseError, InterfaceError

from core.brand.models import Brand
from core.commands import NOT_READY, sentence_for


def require(stderr: OutputWrapper) -> None:
    """End the command with a sentence and exit 1 unless the tables are there."""
    try:
        Brand.current()
    except (DatabaseError, InterfaceError, Brand.DoesNotExist) as problem:
        stderr.write(sentence_for(problem) or NOT_READY)
        sys.exit(1)
