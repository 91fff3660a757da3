from django.apps import AppConfig


class RewardsConfig(AppConfig):
    name = "rewards"
    verbose_name = "Rewards and giving"

    def ready(self) -> None:
        from rewards import cards, laws, live_fragments  # noqa: F401
