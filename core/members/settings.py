"""The settings of signing in, of the second factor and of the admin's looks, for `core.settings` to take in."""

from __future__ import annotations

from typing import Any

AUTHENTICATION_BACKENDS = ["core.members.backend.MemberBackend"]

ACCOUNT_ADAPTER = "core.members.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
# The address is proved before the account exists (core.members.codes).
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
# Limits are kept in the database (core.members.limits), not in a cache that may be away.
ACCOUNT_RATE_LIMITS = False
MFA_RATE_LIMITS = False

MFA_ADAPTER = "core.members.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_FORMS = {
    "authenticate": "core.members.second_factor.AuthenticateForm",
    "reauthenticate": "core.members.second_factor.ReauthenticateForm",
    "login_webauthn": "core.members.passkeys.SignInForm",
    "authenticate_webauthn": "core.members.passkeys.AuthenticateForm",
    "reauthenticate_webauthn": "core.members.passkeys.ReauthenticateForm",
}

# The admin's looks and menu (core.web.unfold); the page's own name and colour are the brand's.
UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "core.web.unfold.title",
    "SITE_HEADER": "core.web.unfold.title",
    "SITE_SYMBOL": "eco",
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "COLORS": {"primary": "core.web.unfold.colours"},
    "DASHBOARD_CALLBACK": "core.web.unfold.start_page",
    "SIDEBAR": {"show_search": False, "navigation": "core.web.unfold.menu"},
    "ACCOUNT": {"navigation": "core.web.unfold.links"},
}
