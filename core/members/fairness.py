"""What the fairness page says of who is who: what others see, and what is looked at."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.brand.models import Brand
from core.members.limits import HOUR, MAILS_TO_ONE_ADDRESS
from core.members.models.sign_in import MAX_TRIES
from core.web import fairness
from core.web.fairness import Line


@fairness.section(80, "privacy", gettext_lazy("What we look at, and what others see"))
def privacy(brand: Brand) -> Iterable[Line]:
    """What keeps strangers out, and what tells one person from two."""
    yield Line(
        _("Nobody else ever sees your e-mail address. Others see your alias, where you allow it."),
        name=_("Your address"),
    )
    yield Line(
        _("Different spellings of one mailbox, such as a word after a plus sign, are one person."),
        name=_("One person, one account"),
    )
    if brand.enrolment == Brand.Enrolment.UNIVERSAL:
        yield Line(
            _("What you buy counts before you join: it waits under your e-mail address until you sign in with it."),
            name=_("Before you join"),
        )
    hourly = next(times for times, seconds in MAILS_TO_ONE_ADDRESS if seconds == HOUR)
    yield Line(
        _("A code can be tried %(tries)s times, and at most %(mails)s codes an hour go to one address.")
        % {"tries": MAX_TRIES, "mails": hourly},
        name=_("Signing in"),
    )
