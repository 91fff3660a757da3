from django.apps import AppConfig


class ProgrammeConfig(AppConfig):
    name = "core.programme"
    verbose_name = "Programme"
