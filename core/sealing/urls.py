"""The addresses of the seals."""

from django.urls import path, re_path

from core.sealing import views

app_name = "sealing"
urlpatterns = [
    path("", views.seals, name="seals"),
    path("heads.json", views.heads, name="heads"),
    path("consistency.json", views.consistency, name="consistency"),
    path("verify_statement.py", views.verifier, name="verifier"),
    path("statement.json", views.statement, name="statement"),
    re_path(r"^([0-9]{1,18})\.json$", views.head, name="head"),
]
