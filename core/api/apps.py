from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "core.api"
    verbose_name = "JSON API"
