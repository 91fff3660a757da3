from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ActivitiesConfig(AppConfig):
    name = "core.activities"
    verbose_name = _("Activities")

    def ready(self) -> None:
        from core.activities import laws, replay, signals  # noqa: F401
        from core.activities.models import Activity
        from core.brand import amounts
        from core.members import roles

        amounts.recorded_where(Activity.objects.filter(amount__isnull=False).exists)
        roles.allow("curator", "activities", "kind")
        roles.allow("support", "activities", "activity", actions=roles.READ)
