"""The addresses of signing in, of the member's own page and of the mailbox.

Of allauth's addresses only those are here whose pages do something on this site; the names are allauth's own.
"""

from allauth.account.views import account_inactive
from django.urls import URLPattern, URLResolver, include, path, re_path

from core.members import mailbox, mailbox_views, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("accounts/login/", views.email, name="account_login"),
    path("accounts/signup/", views.email, name="account_signup"),
    path("accounts/code/", views.code, name="account_code"),
    path("accounts/logout/", views.logout, name="account_logout"),
    path("accounts/inactive/", account_inactive, name="account_inactive"),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("me/", views.me, name="me"),
    path("dev/mailbox/", mailbox_views.mails, name="mailbox"),
    re_path(rf"^dev/mailbox/(?P<name>{mailbox.NAME})/$", mailbox_views.mail, name="mailbox_mail"),
    re_path(rf"^dev/mailbox/(?P<name>{mailbox.NAME})/html/$", mailbox_views.html, name="mailbox_html"),
]
