from django.apps import AppConfig


class ActivitiesConfig(AppConfig):
    name = "core.activities"
    verbose_name = "Activities"

    def ready(self) -> None:
        from core.activities import signals  # noqa: F401
        from core.members import roles

        roles.allow("curator", "activities", "kind")
        roles.allow("support", "activities", "activity", actions=roles.READ)
