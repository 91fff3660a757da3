"""The address of the wallet."""

from django.urls import path

from core.ledger import views

urlpatterns = [path("", views.wallet, name="wallet")]
