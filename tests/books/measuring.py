"""How long the audit takes on large books, and how much memory: `python -m tests.books.measuring ENTRIES COMMAND…`.

It fills the empty, migrated database that DATABASE_URL names (once), and then runs the command as people call it.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import django

MEGA = 1024


def main(entries: int, command: list[str]) -> int:
    """Fill when there is nothing, run the command, and say seconds and mebibytes at most."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "core.settings")
    django.setup()
    from core.ledger.models import Entry
    from tests.books.filling import fill

    if not Entry.objects.exists():
        began = time.monotonic()
        members = fill(entries)
        sys.stdout.write(f"filled {members} members in {time.monotonic() - began:.0f} s\n")
    from django.db import connection

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    number = Entry.objects.count()
    connection.close()
    root = Path(__file__).parents[2]
    began = time.monotonic()
    code = subprocess.run([sys.executable, "manage.py", *command], cwd=root).returncode
    seconds = time.monotonic() - began
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / MEGA
    sys.stdout.write(f"{number} entries, {' '.join(command)}: exit {code}, {seconds:.1f} s, at most {most:.0f} MiB\n")
    return code


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), sys.argv[2:] or ["audit"]))
