"""Posted transfers and entries can be neither changed nor deleted."""

from django.db import migrations

from core.ledger import triggers


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [migrations.RunPython(triggers.forwards, triggers.backwards)]
