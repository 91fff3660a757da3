from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LedgerConfig(AppConfig):
    name = "core.ledger"
    verbose_name = _("Ledger")

    def ready(self) -> None:
        from core.ledger import cards, fairness, fragments, laws, replay, tasks  # noqa: F401
        from core.members import notices, roles

        notices.kind("points.owed", _("Points that you owe after a refund"), mail=True)
        notices.kind("points.expiring", _("Points that will expire"), mail=True)
        notices.kind("points.expired", _("Points that expired"), mail=True)
        notices.kind("points.released", _("Pending points that are yours to spend"))

        roles.allow("support", "ledger", actions=roles.READ)
        roles.allow("support", "ledger", "wallet", actions=frozenset({"view", "adjust"}))
