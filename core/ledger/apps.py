from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LedgerConfig(AppConfig):
    name = "core.ledger"
    verbose_name = _("Ledger")

    def ready(self) -> None:
        from core.ledger import cards, fairness, fragments, laws, replay, tasks  # noqa: F401
        from core.members import roles

        roles.allow("support", "ledger", actions=roles.READ)
        roles.allow("support", "ledger", "wallet", actions=frozenset({"view", "adjust"}))
