"""Whether there is a database to work on."""

from __future__ import annotations

import sys

from django.core.management.base import OutputWrapper
from django.db import OperationalError, ProgrammingError

from core.brand.models import Brand


def require(stderr: OutputWrapper) -> None:
    """End the command with a sentence and exit 1 unless the tables are there."""
    try:
        Brand.current()
    except (OperationalError, ProgrammingError, Brand.DoesNotExist):
        stderr.write("The database is not ready: run manage.py migrate first.")
        sys.exit(1)
