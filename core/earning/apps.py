from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from core import activities


class EarningConfig(AppConfig):
    name = "core.earning"
    verbose_name = _("Earning")

    def ready(self) -> None:
        from core.earning import fairness, replay  # noqa: F401
        from core.earning.handlers import on_activities
        from core.members import roles

        roles.allow("curator", "earning")
        activities.subscribe(on_activities, order=10)
