from django.apps import AppConfig


class ChallengesConfig(AppConfig):
    name = "challenges"
    verbose_name = "Challenges"

    def ready(self) -> None:
        from challenges import cards, handlers, laws, live_fragments  # noqa: F401
        from core.members import roles

        roles.allow("curator", "challenges")
        roles.allow("support", "challenges", actions=roles.READ)
        roles.allow("moderator", "challenges", actions=roles.READ)
