"""The addresses of the wallet."""

from django.urls import path, re_path

from core.ledger import monthly_views, views

urlpatterns = [
    path("", views.wallet, name="wallet"),
    re_path(r"^(\d{4}-\d{2})/$", monthly_views.month, name="wallet_month"),
    re_path(r"^(\d{4}-\d{2})/printed/$", monthly_views.printed, name="wallet_month_printed"),
    path("statement.csv", monthly_views.file, name="wallet_file"),
]
