from django.apps import AppConfig


class BrandConfig(AppConfig):
    name = "core.brand"
    verbose_name = "Brand"
