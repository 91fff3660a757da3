from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class ProgrammeConfig(AppConfig):
    name = "core.programme"
    verbose_name = "Programme"

    def ready(self) -> None:

        autodiscover_modules("programme", "laws", "person")
