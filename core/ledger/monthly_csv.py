"""A statement as a file for spreadsheets and programs: RFC 4180, in UTF-8, one line for each movement."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO

from django.utils.timezone import localtime

from core.brand.models import Brand
from core.brand.reading import reading
from core.ledger import monthly
from core.ledger.statement import Line

# Fixed, so that a program can read the file whoever downloads it; what stands in the cells is in the reader's language.
HEADER = ["posted_at", "reason", "about", "points", "balance", "explanation"]
# A spreadsheet takes a cell that begins so for a formula (OWASP, CSV injection).
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def written(member_id: int, brand: Brand, first: int, last: int, language: str, zone: str) -> Iterator[bytes]:
    """The file, a piece at a time, from the entry `first` to `last`.

    Each piece is made in `language` and the time zone `zone` for itself: by then the request's own are put away.
    """
    yield _rows([HEADER])
    pieces = monthly.oldest_first(member_id, brand, first, last)
    while True:
        with reading(brand, language, zone):
            lines = next(pieces, None)
            piece = _rows([_cells(line) for line in lines]) if lines else b""
        if lines is None:
            return
        yield piece


def _cells(line: Line) -> list[str | int]:
    at = localtime(line.at).isoformat(timespec="seconds")
    return [at, _text(line.title), _text(line.thing), line.points, line.balance, _text(line.explanation)]


def _text(value: str) -> str:
    """A text that no spreadsheet takes for a formula; numbers are our own and stay numbers."""
    return f"'{value}" if value.startswith(FORMULA) else value


def _rows(rows: list[list[str]] | list[list[str | int]]) -> bytes:
    made = StringIO(newline="")
    csv.writer(made, lineterminator="\r\n").writerows(rows)
    return made.getvalue().encode()
