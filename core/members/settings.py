"""The settings of signing in, of the second factor and of mail, for `core.settings` to take in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import environ

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

MAIL_TIMEOUT_SECONDS = 10


def mailers(email_url: str, *, debug: bool, mailbox: Path) -> dict[str, dict[str, Any]]:
    """Django's MAILERS for an EMAIL_URL; without one, the mailbox in development, else the local mail server."""
    if not email_url and debug:
        return {"default": {"BACKEND": "core.members.mailbox.MailboxBackend", "OPTIONS": {"directory": str(mailbox)}}}
    config = environ.Env.email_url_config(email_url or "smtp://localhost:25")
    backend = config["EMAIL_BACKEND"]
    options: dict[str, Any] = {}
    if backend.endswith("filebased.EmailBackend"):
        options = {"file_path": config["EMAIL_FILE_PATH"]}
    elif backend.endswith("smtp.EmailBackend"):
        options = {
            "host": config["EMAIL_HOST"],
            "port": config["EMAIL_PORT"] or 25,
            "username": config["EMAIL_HOST_USER"] or "",
            "password": config["EMAIL_HOST_PASSWORD"] or "",
            "use_tls": config.get("EMAIL_USE_TLS", False),
            "use_ssl": config.get("EMAIL_USE_SSL", False),
            "timeout": MAIL_TIMEOUT_SECONDS,
        }
    return {"default": {"BACKEND": backend, "OPTIONS": options}}


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
