"""The addresses of signing in, of the member's own page and of the mailbox.

Of allauth's addresses only those are here whose pages do something on this site; the names are allauth's own.
"""

from allauth.account.views import account_inactive
from allauth.mfa.base import views as factor
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.urls import URLPattern, URLResolver, path, re_path

from core.members import mailbox, mailbox_views, notice_views, own_data, passkeys, views
from core.members.second_factor import for_staff

urlpatterns: list[URLPattern | URLResolver] = [
    path("accounts/login/", views.email, name="account_login"),
    path("accounts/signup/", views.email, name="account_signup"),
    path("accounts/code/", views.code, name="account_code"),
    path("accounts/logout/", views.logout, name="account_logout"),
    path("accounts/inactive/", account_inactive, name="account_inactive"),
    path("accounts/2fa/", for_staff(factor.index), name="mfa_index"),
    path("accounts/2fa/authenticate/", factor.authenticate, name="mfa_authenticate"),
    path("accounts/2fa/reauthenticate/", for_staff(factor.reauthenticate), name="mfa_reauthenticate"),
    path("accounts/2fa/totp/activate/", for_staff(totp.activate_totp), name="mfa_activate_totp"),
    path("accounts/2fa/totp/deactivate/", for_staff(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("accounts/2fa/recovery-codes/", for_staff(recovery.view_recovery_codes), name="mfa_view_recovery_codes"),
    path(
        "accounts/2fa/recovery-codes/generate/",
        for_staff(recovery.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "accounts/2fa/passkeys/reauthenticate/",
        for_staff(webauthn.reauthenticate_webauthn),
        name="mfa_reauthenticate_webauthn",
    ),
    path("accounts/passkeys/sign-in/", passkeys.SignInByPasskey.as_view(), name="mfa_login_webauthn"),
    path("accounts/passkeys/add/", passkeys.AddPasskey.as_view(), name="mfa_add_webauthn"),
    path("accounts/passkeys/<int:pk>/remove/", passkeys.RemovePasskey.as_view(), name="mfa_remove_webauthn"),
    path("me/", views.me, name="me"),
    path("notices/", notice_views.list_of_notices, name="notices"),
    path("notices/reading/", notice_views.reading_of_all, name="notices_reading"),
    path("notices/<int:pk>/reading/", notice_views.reading, name="notice_reading"),
    path("notices/choices/", notice_views.choices, name="notice_choices"),
    path("notices/choices/<str:token>/", notice_views.stop, name="notice_stop"),
    path("me/data/", own_data.data, name="my_data"),
    path("me/leave/", own_data.leave, name="leave"),
    path("dev/mailbox/", mailbox_views.mails, name="mailbox"),
    re_path(rf"^dev/mailbox/(?P<name>{mailbox.NAME})/$", mailbox_views.mail, name="mailbox_mail"),
    re_path(rf"^dev/mailbox/(?P<name>{mailbox.NAME})/html/$", mailbox_views.html, name="mailbox_html"),
]
