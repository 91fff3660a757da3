"""Every address of the site."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    # What is tried one after the other: first what is looked at most.
    path("", include("core.web.urls")),
    path("", include("referrals.urls")),
    path("", include("core.members.urls")),
    path("wallet/", include("core.ledger.urls")),
    path("fairness/seals/", include("core.sealing.urls")),
    path("leaderboard/", include("core.ledger.leaderboard_urls")),
    path("hooks/", include("core.activities.urls")),
    path("api/v1/", include("core.api.urls")),
    path("", include("challenges.urls")),
    path("", include("rewards.urls")),
    path("admin/", admin.site.urls),
]
