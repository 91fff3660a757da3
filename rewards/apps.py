from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RewardsConfig(AppConfig):
    name = "rewards"
    verbose_name = _("Rewards and giving")

    def ready(self) -> None:
        from core.members import notices, roles

        notices.kind("booking.changed", _("A booking of yours was moved or cancelled"), mail=True)

        roles.allow("curator", "rewards", "reward", "session", "charity")
        roles.allow("curator", "rewards", "redemption", "donation", actions=roles.READ)
        roles.allow("support", "rewards", "reward", "session", "charity", "donation", actions=roles.READ)
        roles.allow("support", "rewards", "redemption", actions=frozenset({"view", "cancel"}))

        from core.brand import amounts
        from core.ledger import expiry
        from rewards import cards, fairness, lapsing, laws, live_fragments, replay  # noqa: F401
        from rewards.models import Donation

        amounts.recorded_where(Donation.objects.exists)
        expiry.receive_by(lapsing.Charities())
