from django.apps import AppConfig


class BenchConfig(AppConfig):
    name = "core.bench"
    verbose_name = "Benchmark"
