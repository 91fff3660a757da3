from django.apps import AppConfig


class LiveConfig(AppConfig):
    name = "core.live"
    verbose_name = "Live"

    def ready(self) -> None:
        """Say what this app shows by itself and hears of."""
        from core.live import announcement, leaving  # noqa: F401
