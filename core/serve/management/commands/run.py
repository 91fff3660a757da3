"""Run the whole site on this machine: server, task worker and scheduler."""

from __future__ import annotations

import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import OperationalError, connections

from core.environment import stop
from core.serve import server
from core.serve.first_start import directions, prepare
from core.serve.supervisor import Part, Supervisor

HOST = "127.0.0.1"


class Command(BaseCommand):
    help = "Run the whole site on this machine, filled with the demo on the first start (DEMO=0: left empty)."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            server.listen(HOST, settings.PORT).close()
            prepare()
        except server.PortTaken as problem:
            stop(str(problem), 1)
        except OperationalError as problem:
            reason = str(problem).strip().splitlines()[0]
            stop(f"The database cannot be used: {reason}", 1)
        except KeyboardInterrupt:
            stop("Stopped before the start.", 130)
        self.directions = list(directions())
        connections.close_all()
        Supervisor(self.parts(), self.say).run(when_started=self.tell)

    def parts(self) -> list[Part]:
        """The processes of the site."""
        python = [sys.executable, str(Path(settings.BASE_DIR) / "manage.py")]
        return [
            Part("server", [*python, "serve", "all", "--host", HOST]),
            Part("worker", [*python, "db_worker", "--no-reload", "--queue-name", "*"]),
            Part("scheduler", [*python, "crontask", "--no-heartbeat"], quiet=True),
        ]

    def tell(self) -> None:
        """Say where to look as soon as there is something to see."""
        until = time.monotonic() + 30
        while time.monotonic() < until:
            try:
                with urllib.request.urlopen(f"http://{HOST}:{settings.PORT}/healthz", timeout=1):
                    break
            except OSError:
                time.sleep(0.1)
        self.say("\n" + "\n".join(self.directions) + "\n")

    def say(self, words: str) -> None:
        """Say something at once, also into a pipe."""
        self.stdout.write(words)
        self.stdout.flush()
