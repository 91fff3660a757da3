from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReferralsConfig(AppConfig):
    name = "referrals"
    verbose_name = _("Referrals")

    def ready(self) -> None:
        from core.members import notices, roles
        from referrals import api, arriving, cards, fairness, handlers, laws, live_fragments, replay  # noqa: F401

        notices.kind("referral.qualified", _("What became of an invitation of yours"))
        roles.allow("curator", "referrals", "referralterms")
        roles.allow("curator", "referrals", actions=roles.READ)
        roles.allow("moderator", "referrals", actions=roles.READ)
        roles.allow("support", "referrals", actions=roles.READ)
