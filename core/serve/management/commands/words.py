"""Compile the translations."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from core.serve.words import compile_catalogues


class Command(BaseCommand):
    help = "Compile the translations that changed (locale/*/LC_MESSAGES/*.po)."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        for folder in settings.LOCALE_PATHS:
            for source in compile_catalogues(Path(folder)):
                self.stdout.write(str(source.relative_to(settings.BASE_DIR)))
