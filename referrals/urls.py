"""The addresses of invitations: the inviter's page and the link that a friend opens."""

from django.urls import path

from referrals import landing, views

app_name = "referrals"
urlpatterns = [
    path("invite/", views.invite, name="invite"),
    path("invite/code/", views.code, name="code"),
    path("i/<str:code>/", landing.landing, name="landing"),
    path("i/<str:code>/card.png", landing.card, name="card"),
]
