"""What the e-mail form needs to know of invitations."""

from __future__ import annotations

from django import template
from django.template.context import Context

from referrals.models import ReferralTerms

register = template.Library()


@register.simple_tag(takes_context=True)
def invitations_open(context: Context) -> bool:
    """Whether a typed code is worth asking for: there are terms, and no link was opened just now."""
    request = context.get("request")
    return not getattr(request, "referral_token", "") and ReferralTerms.objects.exists()
