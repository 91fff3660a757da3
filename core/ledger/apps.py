from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "core.ledger"
    verbose_name = "Ledger"

    def ready(self) -> None:
        from core.ledger import cards, fragments, laws, tasks  # noqa: F401
