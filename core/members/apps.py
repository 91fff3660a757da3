from django.apps import AppConfig


class MembersConfig(AppConfig):
    name = "core.members"
    verbose_name = "Members"

    def ready(self) -> None:
        from core.members import changes, second_factor, tasks  # noqa: F401
