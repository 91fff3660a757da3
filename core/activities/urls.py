"""The address of each source."""

from django.urls import path

from core.activities import hooks

urlpatterns = [
    path("<slug:slug>/", hooks.receive, name="hook"),
    # Senders drop the slash; a redirect would lose the body.
    path("<slug:slug>", hooks.receive),
]
