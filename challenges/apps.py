from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ChallengesConfig(AppConfig):
    name = "challenges"
    verbose_name = _("Challenges")

    def ready(self) -> None:
        from challenges import cards, fairness, handlers, laws, live_fragments, replay  # noqa: F401
        from core.members import roles

        roles.allow("curator", "challenges")
        roles.allow("support", "challenges", actions=roles.READ)
        roles.allow("moderator", "challenges", actions=roles.READ)
