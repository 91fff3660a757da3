"""When each version of the terms began, and what changed with it, in words that anybody may read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.sums import Checksum, renew

ADDED, CHANGED, ENDED = "added", "changed", "ended"
MOST_NAMES = 4
LOOKED_AT = 5  # times as many versions, since some only say who may send events


@dataclass(frozen=True)
class Change:
    """One thing that changed: `part` is a message to be translated ("Challenges"), `name` what people call the thing.

    `name` is empty where the part is one thing, and stands for nothing that is a secret.
    """

    part: str
    verb: str = CHANGED
    name: str = ""

    def stored(self) -> dict[str, str]:
        """The form in which it is kept."""
        return {"part": self.part, "verb": self.verb, "name": self.name}


class Version(models.Model):
    """One version of the terms; never edited once its change is committed.

    `worth_before` is how many points one unit of the currency was until it began; None where that was not kept yet.
    """

    number = models.PositiveIntegerField(gettext_lazy("number"), unique=True)
    began_at = models.DateTimeField(gettext_lazy("began"), default=clock.now)
    changes = models.JSONField(gettext_lazy("what changed"), default=list)
    worth_before = models.PositiveIntegerField(null=True, editable=False)
    checksum = Checksum(["number", "began_at", "changes", "worth_before"])

    class Meta:
        verbose_name = gettext_lazy("version of the terms")
        verbose_name_plural = gettext_lazy("versions of the terms")
        ordering = ["-number"]

    def __str__(self) -> str:
        return str(self.number)

    @classmethod
    def begin(cls, number: int, changes: Iterable[Change], worth_before: int) -> None:
        """Keep when a version began; the row of the brand is locked, so each number comes once.

        `worth_before` is the number of points for one unit of the currency, as it was until then.
        """
        told = [change.stored() for change in changes]
        cls.objects.create(number=number, changes=told, worth_before=worth_before)

    @classmethod
    def tell(cls, number: int, changes: Iterable[Change]) -> None:
        """Say what changed with a version, in the transaction that began it."""
        version = cls.objects.filter(number=number)
        version.update(changes=[change.stored() for change in changes])
        renew(version)

    def told(self) -> list[tuple[str, str]]:
        """What changed, as pairs of a part and what became of it, in the active language."""
        parts: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for change in self.changes:
            parts[change["part"]].append(change)
        return [(_(part), _in_short(changes)) for part, changes in parts.items()]


def lately(most: int) -> list[Version]:
    """The last versions that changed something for members, newest first (one query)."""
    return [version for version in Version.objects.order_by("-number")[: most * LOOKED_AT] if version.changes][:most]


def _in_short(changes: list[dict[str, Any]]) -> str:
    said = []
    for verb in (ADDED, CHANGED, ENDED):
        of_verb = [change for change in changes if change["verb"] == verb]
        if of_verb:
            said.append(_said(verb, list(dict.fromkeys(_(change["name"]) for change in of_verb if change["name"]))))
    return "; ".join(said)


def _said(verb: str, names: list[str]) -> str:
    if not names:
        return {ADDED: _("new"), CHANGED: _("changed"), ENDED: _("ended")}[verb]
    listed = ", ".join(names[:MOST_NAMES])
    if len(names) > MOST_NAMES:
        listed = _("%(names)s and %(count)s more") % {"names": listed, "count": len(names) - MOST_NAMES}
    messages = {ADDED: _("new: %(names)s"), CHANGED: _("changed: %(names)s"), ENDED: _("ended: %(names)s")}
    return messages[verb] % {"names": listed}
