"""The site itself is a source."""

from django.db import migrations


def create(apps, schema_editor):
    apps.get_model("activities", "Source").objects.get_or_create(slug="site", defaults={"kind": "site"})


class Migration(migrations.Migration):
    dependencies = [("activities", "0001_initial")]
    operations = [migrations.RunPython(create, migrations.RunPython.noop)]
