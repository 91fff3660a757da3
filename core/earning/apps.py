from django.apps import AppConfig


class EarningConfig(AppConfig):
    name = "core.earning"
    verbose_name = "Earning"
