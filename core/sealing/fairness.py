"""What the fairness page says of the seals."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.brand.models import Brand
from core.web import fairness
from core.web.fairness import Line


@fairness.section(70, "seals", gettext_lazy("That nothing is changed afterwards"))
def seals(brand: Brand) -> Iterable[Line]:
    """That every movement is sealed, and where the seals are."""
    yield Line(
        _("Every movement of points is sealed within minutes, in public: nobody can change it unnoticed."),
        _("You can download your statement with the proofs, and check it with a script that needs nothing of us."),
        name=_("All seals, and how to check"),
        url=reverse("sealing:seals"),
    )
