"""How often something was done lately, kept in the database so that it holds across processes and without a cache."""

from __future__ import annotations

from django.db import models

from core import clock


class Allowance(models.Model):
    """One thing that may only happen so often, and the moments (seconds since 1970) at which it lately did."""

    key = models.CharField(max_length=300, unique=True)
    moments = models.JSONField(default=list)
    touched_at = models.DateTimeField(default=clock.now, db_index=True)

    def __str__(self) -> str:
        return self.key
