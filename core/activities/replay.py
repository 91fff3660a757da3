"""Whether the site's own facts are those that have to follow."""

from __future__ import annotations

from collections.abc import Iterator

from core.activities import kinds
from core.activities.cascade import site_id
from core.activities.models import Activity
from core.ledger.rebuilding import Rebuilt, rebuilds


@rebuilds(order=90)
def compare(rebuilt: Rebuilt) -> Iterator[str]:
    """Compare what the site recorded of these members, and still counts, with what was rebuilt."""
    own = Activity.objects.filter(source=site_id(), member__in=rebuilt.members, void=False)
    stored = set(own.exclude(type=kinds.MEMBER_JOINED).values_list("external_id", flat=True))
    for key in sorted(rebuilt.facts - stored):
        yield f"the fact {key} was not recorded, or is void"
    for key in sorted(stored - rebuilt.facts - rebuilt.possible):
        yield f"the fact {key} was recorded, and does not follow from what happened"
