from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SealingConfig(AppConfig):
    name = "core.sealing"
    verbose_name = _("Seals")

    def ready(self) -> None:
        from core.sealing import fairness, laws, person, tasks  # noqa: F401
