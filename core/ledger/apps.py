from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "core.ledger"
    verbose_name = "Ledger"

    def ready(self) -> None:
        from core.ledger import cards, fragments, laws, tasks  # noqa: F401
        from core.members import roles

        roles.allow("support", "ledger", actions=roles.READ)
        roles.allow("support", "ledger", "wallet", actions=frozenset({"view", "adjust"}))
