from django.apps import AppConfig


class LiveConfig(AppConfig):
    name = "core.live"
    verbose_name = "Live"
