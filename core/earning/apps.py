from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from core import activities


class EarningConfig(AppConfig):
    name = "core.earning"
    verbose_name = _("Earning")

    def ready(self) -> None:
        from core.earning import cards, fairness, handlers, replay, tasks  # noqa: F401
        from core.ledger import spending
        from core.members import notices, roles

        roles.allow("curator", "earning")
        roles.allow("support", "earning", "membertier", "tierchange", actions=roles.READ)
        notices.kind("tier.changed", _("Your tier"), mail=False)
        notices.kind("tier.ending", _("Your tier is about to end"), mail=True)
        activities.subscribe(handlers.on_activities, order=10)
        # After all that can be due in a round, so that each award is seen.
        activities.subscribe(handlers.on_round, order=90)
        activities.conclude(handlers.on_conclusion)
        activities.afterwards(handlers.on_sequel)
        spending.when_adjusted(handlers.on_adjustment)
