"""The result of a run, as a table for people and as JSON."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import django

from core.bench.lab import Run
from core.bench.reading import Reading

HEAD = ("figure", "what", "against", "ours", "reference", "unit", "ratio", "goal", "met")
NUMBERS = {3, 4, 6}  # the columns that stand at the right


@dataclass
class Report:
    """All readings of a run, and why some figures have none."""

    run: Run
    database: str
    readings: list[Reading] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)

    def leave_out(self, id: str, why: str) -> None:
        """Say in a sentence why a figure, or a part of it, has no line."""
        said = self.left_out.get(id, "")
        if why not in said:
            self.left_out[id] = f"{said} {why}".strip()

    def fail(self, id: str, why: str) -> None:
        """The same of a figure that could be measured and was not."""
        self.failed.append(id)
        self.leave_out(id, why)

    def as_json(self) -> dict[str, Any]:
        """The whole report for other software."""
        return {
            "machine": self.machine(),
            "figures": [reading.as_json() for reading in self.readings],
            "left_out": self.left_out,
        }

    def machine(self) -> dict[str, Any]:
        """Where and how it was measured."""
        return {
            "processor": _processor(),
            "cores": os.cpu_count(),
            "system": f"{platform.system()} {platform.machine()}",
            "python": platform.python_version(),
            "django": django.get_version(),
            "database": self.database,
            "rounds": self.run.rounds,
            "members": self.run.members,
            "scale": self.run.scale,
            "sockets": self.run.sockets,
        }

    def lines(self) -> list[str]:
        """The table in Markdown, as docs/benchmarks.md keeps it."""
        rows = [HEAD, *(_row(reading) for reading in self.readings)]
        widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
        table = [_line(row, widths) for row in rows]
        rules = ("-" * (width + 1) + ("-:"[column in NUMBERS]) for column, width in enumerate(widths))
        table.insert(1, "|".join(["", *rules, ""]))
        said = ", ".join(f"{name} {value}" for name, value in self.machine().items())
        left_out = [f"{id} is left out: {why}" for id, why in self.left_out.items()]
        return [f"{said}.", "", *table, *(["", *left_out] if left_out else [])]


def _row(reading: Reading) -> Sequence[str]:
    return (
        reading.id,
        reading.what,
        reading.against,
        _number(reading.ours),
        _number(reading.reference),
        reading.unit,
        f"{reading.ratio:.2f}",
        f"{'≤' if reading.at_most else '≥'} {reading.goal:g}",
        "yes" if reading.met else "no",
    )


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = [
        cell.rjust(width) if column in NUMBERS else cell.ljust(width)
        for column, (cell, width) in enumerate(zip(row, widths, strict=True))
    ]
    return f"| {' | '.join(cells)} |"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _processor() -> str:
    about = Path("/proc/cpuinfo")
    if about.is_file():
        for line in about.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or "unknown"
