"""The addresses of the leaderboard."""

from django.urls import path

from core.ledger import leaderboard_views

urlpatterns = [
    path("", leaderboard_views.leaderboard, {"per": "all"}, name="leaderboard"),
    path("week/", leaderboard_views.leaderboard, {"per": "week"}, name="leaderboard_week"),
    path("month/", leaderboard_views.leaderboard, {"per": "month"}, name="leaderboard_month"),
]
