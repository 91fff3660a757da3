"""The addresses of the front page and of what belongs to no app."""

from django.urls import path, re_path

from core.web import fairness_views, front, health, installing, stylesheet

urlpatterns = [
    path("", front.front, name="front"),
    path("fairness/", fairness_views.page, name="fairness"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    re_path(r"^look/([0-9a-f]{6})-([0-9a-f]{12})\.css$", stylesheet.stylesheet, name="stylesheet"),
    path("manifest.webmanifest", installing.manifest, name="manifest"),
    path("favicon.ico", installing.old_icon),
    path("icon.svg", installing.icon, name="icon"),
    path("icon-<int:size>.png", installing.icon_picture, name="icon_picture"),
    path("offline/", installing.offline, name="offline"),
    path("service-worker.js", installing.service_worker, name="service_worker"),
]
