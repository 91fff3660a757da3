from django.apps import AppConfig


class MembersConfig(AppConfig):
    name = "core.members"
    verbose_name = "Members"
