from django.apps import AppConfig


class ServeConfig(AppConfig):
    name = "core.serve"
    verbose_name = "Serving"
