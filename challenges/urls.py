"""The addresses of challenges and badges."""

from django.urls import path

from challenges import views

app_name = "challenges"

urlpatterns = [
    path("challenges/", views.challenges, name="challenges"),
    path("challenges/<slug:slug>/", views.challenge, name="challenge"),
    path("challenges/<slug:slug>/participation/", views.participation, name="participation"),
    path("badges/", views.badges, name="badges"),
    path("badges/<slug:slug>/", views.badge, name="badge"),
]
