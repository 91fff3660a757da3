"""Serve the site, or in production a part of it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from core.environment import stop
from core.serve import server


class Command(BaseCommand):
    help = "Serve the site: all of it from one process, or only its pages or only its sockets behind a proxy."
    # A part that is started again should answer soon; `run` and `migrate` have looked before.
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("part", nargs="?", choices=["all", "pages", "sockets"], default="all")
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=settings.PORT)

    def handle(self, *args: Any, part: str, host: str, port: int, **options: Any) -> None:
        try:
            listener = server.listen(host, port)
        except server.PortTaken as problem:
            stop(str(problem), 1)
        server.collect_static()
        if part == "pages":
            listener.close()
            server.pages(host, port)
        server.site(listener)
