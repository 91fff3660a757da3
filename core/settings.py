"""Every setting of the site, read once from a typed environment (`core/environment.py`)."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _

from core.environment import (
    base_url,
    database,
    flag,
    mailer,
    networks,
    number,
    one_of,
    read_file,
    redis_url,
    replica,
    stop,
    text,
    time_zone,
    value,
    words,
)
from core.members.settings import *  # noqa: F403

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"

read_file(BASE_DIR / ".env")

# --- the environment -------------------------------------------------------------------------------------------------

DEBUG = value("DEBUG", flag, "1")
SECRET_KEY = value("SECRET_KEY", text, "for-development-only-signs-nothing-of-any-worth-0" if DEBUG else None)
PORT = value("PORT", number(1, 65535), "8000")
BASE_URL = value("BASE_URL", base_url, f"http://127.0.0.1:{PORT}")
ALLOWED_HOSTS = value("ALLOWED_HOSTS", words, ".localhost,127.0.0.1,[::1]" if DEBUG else None)
DATABASE = value("DATABASE_URL", database, f"sqlite:///{VAR_DIR}/goodturn.sqlite3" if DEBUG else None)
REPLICA_URL = value("REPLICA_URL", replica, "")
REDIS_URL = value("REDIS_URL", redis_url, "")
WEB_PROCESSES = value("WEB_PROCESSES", number(1, 64), "1")
TRUSTED_PROXIES = value("TRUSTED_PROXIES", networks, "")
EVENTS_PER_SECOND = value("EVENTS_PER_SECOND", number(1, 1_000_000), "2000")
STAFF_MFA = value("STAFF_MFA", one_of("required", "optional"), "optional" if DEBUG else "required")
TIME_ZONE = value("TIME_ZONE", time_zone, "UTC")
MEDIA_ROOT = value("MEDIA_ROOT", text, str(VAR_DIR / "media"))
# How long one statement of a page may take in PostgreSQL, in seconds; 0, for commands, is without a limit.
STATEMENT_SECONDS = value("STATEMENT_SECONDS", number(0, 3600), "0")
if WEB_PROCESSES > 1 and not REDIS_URL:
    stop("REDIS_URL must be set when WEB_PROCESSES is above 1.")

# --- what the site is made of ----------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "core.web.admin_site.GoodturnAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "channels",
    "crontask",
    "django_htmx",
    "django_tasks_db",
    "core.serve",
    "core.brand",
    "core.web",
    "core.live",
    "core.members",
    "core.ledger",
    "core.sealing",
    "core.activities",
    "core.earning",
    "core.programme",
    "core.bench",
    "core.api",
    "challenges",
    "referrals",
    "rewards",
]

MIDDLEWARE = [
    "core.web.health.HealthMiddleware",
    "core.web.away.DatabaseAwayMiddleware",
    "core.web.proxies.TrustedProxiesMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "core.web.bodies.BodyLimitMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "core.web.policy.AdminPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "core.web.locale.MemberLocaleMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "core.web.refused_middleware.RefusedMiddleware",
]

ROOT_URLCONF = "core.urls"
ASGI_APPLICATION = "core.asgi.application"
WSGI_APPLICATION = "core.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "core.web.context_processors.brand",
                "core.members.context_processors.unread",
            ],
            "libraries": {"heroicons": "core.web.templatetags.icons"},
        },
    },
]

# --- data ------------------------------------------------------------------------------------------------------------


def connected(config: dict[str, Any], *, reads_only: bool = False) -> dict[str, Any]:
    """A database as the site uses it. A connection stays with its thread: the threads of the servers are few."""
    config = {**config, "CONN_MAX_AGE": None, "CONN_HEALTH_CHECKS": True}
    if config["ENGINE"].endswith("sqlite3"):
        if config["NAME"] != ":memory:":
            Path(config["NAME"]).absolute().parent.mkdir(parents=True, exist_ok=True)
        config["OPTIONS"] = {
            # Writers queue from their first statement on; without it a read that turns into a write fails at once.
            "transaction_mode": "DEFERRED" if reads_only else "IMMEDIATE",
            "timeout": 20,
            # FULL: an answer that was given is on the disk (NORMAL may lose the last commits with the power).
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=20000;"
            + (" PRAGMA query_only=ON;" if reads_only else ""),
        }
        return config
    config["ENGINE"] = "core.postgresql"
    timeouts = f"-c statement_timeout={STATEMENT_SECONDS}s -c lock_timeout={STATEMENT_SECONDS}s"
    config["OPTIONS"] = {
        "connect_timeout": 2,
        # Statements are prepared on the server after a few uses, which is most of the speed of short ones.
        "server_side_binding": True,
        "prepare_threshold": 5,
        "options": timeouts + (" -c default_transaction_read_only=on" if reads_only else ""),
        **config.get("OPTIONS", {}),
    }
    return config


DATABASES = {"default": connected(DATABASE)}
if REPLICA_URL:
    DATABASES["replica"] = connected(REPLICA_URL, reads_only=True)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES: dict[str, dict[str, Any]]
if REDIS_URL:
    CACHES = {"default": {"BACKEND": "core.web.cache.SoftRedisCache", "LOCATION": REDIS_URL, "KEY_PREFIX": "goodturn"}}
else:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            # Rate limits live here: a flood of keys must not push them out.
            "OPTIONS": {"MAX_ENTRIES": 100_000},
        }
    }

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
# One scheduler runs, without a lock in Redis: it works while Redis is away, and doing a task twice is harmless.
CRONTASK: dict[str, Any] = {"REDIS_URL": None}

# --- people ----------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "members.Member"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
LOGIN_REDIRECT_URL = "/"
LOGIN_URL = "/accounts/login/"
# In the database, so that a Redis that is away signs nobody out.
SESSION_ENGINE = "core.members.session_engine"
SESSION_COOKIE_AGE = 60 * 24 * 60 * 60

# Unset in development every mail can be read at /dev/mailbox/; unset otherwise it goes to the machine's own server.
if DEBUG and not value("EMAIL_URL", text, ""):
    MAILERS = {"default": {"BACKEND": "core.members.mailbox.MailboxBackend"}}
else:
    MAILERS = {"default": value("EMAIL_URL", mailer, "smtp://localhost:25")}
# A passkey belongs to a name with https; development has `localhost` without.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG
DEFAULT_FROM_EMAIL = f"no-reply@{urlsplit(BASE_URL).hostname}"

# --- words and days --------------------------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("tr", _("Turkish"))]
# The second holds what the admin says in its own templates.
LOCALE_PATHS = [BASE_DIR / "locale", BASE_DIR / "core/web/borrowed_words"]
USE_TZ = True

# --- files -----------------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/media/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage" if DEBUG else "core.web.static.HashedFiles"
    },
}
# Development serves the files as they lie there; otherwise they are collected once, hashed and compressed.
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_AUTOREFRESH = DEBUG

# --- safety ----------------------------------------------------------------------------------------------------------

SECURE = BASE_URL.startswith("https://")
SECURE_SSL_REDIRECT = SECURE
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if SECURE else 0
# Subdomains and preload lists are not ours to decide for a brand: its other sites may not be on https.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE
LANGUAGE_COOKIE_SAMESITE = "Lax"
CSRF_TRUSTED_ORIGINS = [BASE_URL]
X_FRAME_OPTIONS = "DENY"

SECURE_CSP = {
    "default-src": [CSP.SELF],
    "script-src": [CSP.SELF, CSP.NONCE],
    "style-src": [CSP.SELF, CSP.NONCE],
    "img-src": [CSP.SELF, "data:"],
    "connect-src": [CSP.SELF, BASE_URL.replace("http", "ws", 1)],
    "frame-ancestors": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.SELF],
    "object-src": [CSP.NONE],
}

# --- what is said where ----------------------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname:7} {name}: {message}", "style": "{"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line"},
        "trouble": {"class": "logging.StreamHandler", "formatter": "line", "level": "WARNING"},
    },
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": ["console"], "level": "INFO", "propagate": False},
        # A page that is not there, or a refused form, is no news for whoever runs the site.
        "django.request": {"level": "ERROR"},
        # A task that went well is none either; the worker sets its loggers' level itself.
        "apscheduler": {"handlers": ["trouble"], "propagate": False},
        "django_tasks_db": {"handlers": ["trouble"], "propagate": False},
        "django.tasks": {"handlers": ["trouble"], "propagate": False},
    },
}
