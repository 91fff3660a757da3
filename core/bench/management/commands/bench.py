"""`manage.py bench`: the project's own benchmark, each figure beside its reference."""

from __future__ import annotations

import json
import sys
from typing import Any

import psycopg
from django.core.management.base import BaseCommand, CommandParser
from django.db import connection
from django.utils.module_loading import autodiscover_modules

from core.bench.ending import heed
from core.bench.lab import Lab, Run
from core.bench.reading import CannotRun
from core.bench.registry import figures
from core.bench.report import Report


class Command(BaseCommand):
    help = "Measures the figures of docs/benchmarks.md on databases of its own, each beside its reference."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="write the figures as JSON")
        parser.add_argument("--only", default="", metavar="G1,G3", help="measure only these figures")
        parser.add_argument("--rounds", type=int, default=3, help="how often each pair is measured (default 3)")
        parser.add_argument("--seconds", type=float, default=1.0, help="how long each measurement takes (default 1)")
        parser.add_argument("--members", type=int, default=1000, help="members of the small databases (default 1000)")
        parser.add_argument(
            "--scale", type=float, default=0.1, help="size of the large one, in millions of members (default 0.1)"
        )

        parser.add_argument("--sockets", type=int, default=1000, help="pages that look at once (default 1000)")

    def handle(self, *args: Any, **options: Any) -> None:
        autodiscover_modules("benchmarks")
        wanted = self._wanted(options["only"])
        run = Run(options["rounds"], options["seconds"], options["members"], options["scale"], options["sockets"])
        self._check(run)
        report = Report(run, connection.vendor)
        self.whole = options["traceback"]
        heed()
        try:
            with Lab(run, self._say) as lab:
                for id in wanted:
                    self._measure(id, lab, report)
        except psycopg.OperationalError as problem:
            self._stop(f"The database cannot be used: {str(problem).strip().splitlines()[0]}", 1)
        except KeyboardInterrupt:
            self._stop("Stopped; the scratch databases are gone.", 130)
        if options["json"]:
            self.stdout.write(json.dumps(report.as_json(), ensure_ascii=False))
        else:
            self.stdout.write("\n".join(report.lines()))
        if report.failed:
            self._stop(f"{', '.join(report.failed)} failed; --traceback tells where.", 1)

    def _measure(self, id: str, lab: Lab, report: Report) -> None:
        self._say(f"{id}…")
        for measured in figures()[id]:
            try:
                for reading in measured(lab):
                    report.readings.append(reading)
                    self._say(f"{id} {reading.what}: {reading.ratio:.2f}")
            except CannotRun as reason:
                report.leave_out(id, str(reason))
                self._say(f"{id} is left out: {reason}")
            except Exception as problem:  # whatever it is, the other figures are measured and told
                last = str(problem).strip().splitlines()[-1:] or [type(problem).__name__]
                report.fail(id, f"It failed: {last[0]}")
                self._say(f"{id} failed: {problem if self.whole else last[0]}")

    def _check(self, run: Run) -> None:
        if not (1 <= run.rounds <= 99 and 0.01 <= run.seconds <= 60 and run.members >= 10):
            self._stop("There must be 1 to 99 rounds of 0.01 to 60 seconds, and 10 members.", 2)
        if not (0 < run.scale <= 10 and 1 <= run.sockets <= 20_000):
            self._stop("The scale must be above 0 and up to 10, and there must be 1 to 20,000 sockets.", 2)

    def _wanted(self, only: str) -> list[str]:
        known = list(figures())
        wanted = [name.strip().upper() for name in only.split(",") if name.strip()]
        if unknown := [name for name in wanted if name not in known]:
            self._stop(f"There is no figure {unknown[0]}; there are {', '.join(known)}.", 2)
        return [id for id in known if not wanted or id in wanted]

    def _say(self, words: str) -> None:
        self.stderr.write(words)
        self.stderr.flush()

    def _stop(self, sentence: str, code: int) -> None:
        self.stderr.write(sentence)
        sys.exit(code)
