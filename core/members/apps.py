from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MembersConfig(AppConfig):
    name = "core.members"
    verbose_name = _("Members")

    def ready(self) -> None:
        from core.members import changes, fairness, notice_list, second_factor, tasks  # noqa: F401
