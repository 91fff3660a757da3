"""Which events are new, before anything follows from them."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q

from core.activities import kinds
from core.activities.happening import Happening
from core.activities.models import Activity


def unheard(happenings: Sequence[Happening]) -> list[Happening]:
    """Those that were not told before, under their own id or as an order under another; one statement.

    A repeat opens no wallet, so that nobody who was erased comes back by it.
    """
    sources = {said.source_id for said in happenings}
    orders = {said.reference for said in happenings if said.type == kinds.ORDER_PAID}
    told = Q(external_id__in={said.external_id for said in happenings})
    told |= Q(type=kinds.ORDER_PAID, duplicate_of__isnull=True, reference__in=orders)
    rows = Activity.objects.filter(told, source__in=sources)
    found = list(rows.values_list("source_id", "external_id", "type", "reference"))
    known = {(source, name) for source, name, _type, _reference in found}
    ordered = {(source, reference) for source, _name, type, reference in found if type == kinds.ORDER_PAID}
    return [
        said
        for said in happenings
        if (said.source_id, said.external_id) not in known
        and not (said.type == kinds.ORDER_PAID and (said.source_id, said.reference) in ordered)
    ]
