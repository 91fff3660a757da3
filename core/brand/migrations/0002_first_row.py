"""The brand's one row exists from the first migration on."""

from django.db import migrations


def create(apps, schema_editor):
    apps.get_model("brand", "Brand").objects.get_or_create(pk=1)


class Migration(migrations.Migration):
    dependencies = [("brand", "0001_initial")]
    operations = [migrations.RunPython(create, migrations.RunPython.noop)]
