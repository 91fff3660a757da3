"""Members: people whose e-mail is their name."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core import clock
from core.brand.models import validate_zone
from core.bulk.questions import Answer
from core.members import roles
from core.members.roles import Role

VISIBLE = Q(leaderboard=True, is_active=True, role="") & ~Q(alias="")
GMAIL = ("gmail.com", "googlemail.com")


def canonical(email: str) -> str:
    """The address as it is kept and looked up: trimmed, in lower case, a domain of other scripts in its ASCII form."""
    local, at, domain = email.strip().lower().rpartition("@")
    if not domain.isascii():
        with suppress(UnicodeError):
            domain = domain.encode("idna").decode("ascii")
    return f"{local}{at}{domain}"


def identity(email: str) -> str:
    """One name for all spellings of one mailbox, to recognise the same person behind two accounts.

    Lower case, without a `+tag`; for Gmail also without dots, and googlemail.com as gmail.com.
    """
    local, _at, domain = canonical(email).rpartition("@")
    local = local.split("+", 1)[0]
    if domain in GMAIL:
        local, domain = local.replace(".", ""), GMAIL[0]
    return f"{local}@{domain}"


def seen(to: str = "") -> Q:
    """Whose place others may see; `to` leads from another table to its member ("member__")."""
    visible = Q(**{f"{to}leaderboard": True, f"{to}is_active": True, f"{to}role": ""})
    return visible & ~Q(**{f"{to}alias": ""}) & ~Q(**{f"{to}alias__contains": "@"})


class MemberQuerySet(models.QuerySet["Member"]):
    """Named questions about members."""

    def customers(self) -> MemberQuerySet:
        """Those who take part: neither staff nor deactivated, and joined themselves."""
        return self.filter(is_active=True, role="", claimed=True)

    def on_leaderboard(self) -> MemberQuerySet:
        """Those whose place others may see: members who chose so, under an alias that is nobody's address."""
        return self.filter(seen())


class MemberManager(BaseUserManager.from_queryset(MemberQuerySet)):  # type: ignore[misc]
    """Creates members, always with a canonical e-mail."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Member:
        """Create a member, who signs in by code: a password given is not kept, since nothing asks for one."""
        member = self.model(email=canonical(email), identity=identity(email), **fields)
        member.set_unusable_password()
        member.save(using=self._db)
        return member

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> Member:
        """Create a member of staff who may do everything."""
        fields["role"] = Role.OWNER
        return self.create_user(email, password, **fields)

    def get_by_natural_key(self, email: str) -> Member:
        return self.get(email=canonical(email))


class Member(AbstractBaseUser):
    """A person in the programme; staff are members with a role.

    Of a person who was erased the row stays, anonymous, since the books point at it; its `email` is nobody's.

    What staff may do follows from the role alone (`core.members.roles`): there are no groups and no single permissions.
    """

    Role = Role

    email = models.EmailField(_("e-mail"), max_length=254, unique=True)
    identity = models.CharField(max_length=254, db_index=True, editable=False)
    alias = models.CharField(
        _("alias"),
        max_length=40,
        blank=True,
        help_text=_("The name that others may see."),
    )
    language = models.CharField(_("language"), max_length=8, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True, validators=[validate_zone])
    leaderboard = models.BooleanField(
        _("on the leaderboard"),
        default=False,
        db_default=False,
        help_text=_("Others then see your alias, your points and your place."),
    )
    role = models.CharField(_("staff role"), max_length=12, choices=Role, blank=True, default="")
    is_active = models.BooleanField(_("active"), default=True)
    joined_at = models.DateTimeField(_("joined"), default=clock.now, editable=False)
    claimed = models.BooleanField(
        _("claimed"),
        default=True,
        db_default=True,
        editable=False,
        help_text=_("Not yet claimed: a wallet that a purchase opened; its person joins with the next sign-in."),
    )
    erased_at = models.DateTimeField(_("erased"), null=True, blank=True, editable=False)

    # Of the member who asks for a page: what was asked with them, and the unread notices (`core.members.backend`).
    answer: Answer | None = None
    unread = 0

    objects = MemberManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = []

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        constraints = [
            models.CheckConstraint(condition=Q(email=Lower("email")), name="member_email_is_lower_case"),
            models.CheckConstraint(
                condition=Q(erased_at=None) | Q(is_active=False, role="", alias=""), name="member_erased_is_nobody"
            ),
        ]
        indexes = [models.Index(fields=["id"], condition=VISIBLE, name="member_on_leaderboard")]

    def __str__(self) -> str:
        return gettext("Erased person %(number)s") % {"number": self.pk} if self.erased_at else self.email

    @property
    def address(self) -> str:
        """The e-mail for others to use; empty for a person who was erased."""
        return "" if self.erased_at else self.email

    @property
    def is_staff(self) -> bool:
        """Whether this person may enter the admin."""
        return self.is_active and bool(self.role)

    @property
    def is_superuser(self) -> bool:
        """Whether this person may do everything that can be done in the admin."""
        return self.is_active and self.role == Role.OWNER

    @property
    def is_on_leaderboard(self) -> bool:
        """Whether others may see this member's place: the same as `on_leaderboard` asks the database."""
        return self.leaderboard and self.is_active and not self.role and bool(self.alias) and "@" not in self.alias

    @property
    def zone(self) -> ZoneInfo | None:
        """The member's own time zone, or None while they follow the brand's."""
        return ZoneInfo(self.time_zone) if self.time_zone else None

    def has_perm(self, permission: str, obj: object = None) -> bool:
        """Whether the role allows `permission` ("rewards.change_reward")."""
        return self.is_active and roles.allows(self.role, permission)

    def has_perms(self, permissions: Iterable[str], obj: object = None) -> bool:
        return all(self.has_perm(permission, obj) for permission in permissions)

    def has_module_perms(self, app_label: str) -> bool:
        """Whether the role allows anything at all in that app."""
        return self.is_active and roles.enters(self.role, app_label)
