"""When each wallet was last active follows from its transfers; what the terms were since when is never edited."""

from datetime import UTC

from django.db import migrations
from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import TruncDate

from core.ledger import triggers


def forwards(apps, schema_editor):
    Wallet = apps.get_model("ledger", "Wallet")
    Transfer = apps.get_model("ledger", "Transfer")
    active = Q(target__in=["wallet", "pending"]) | Q(reason__in=["spent", "donated"])
    latest = Transfer.objects.filter(active, member_id=OuterRef("pk")).order_by("-posted_at")
    days = latest.annotate(day=TruncDate("posted_at", tzinfo=UTC)).values("day")[:1]
    Wallet.objects.update(active_on=Subquery(days))


def protect(apps, schema_editor):
    triggers.install(schema_editor.connection, ("ledger_expiryterms",))


def unprotect(apps, schema_editor):
    triggers.remove(schema_editor.connection, ("ledger_expiryterms",))


class Migration(migrations.Migration):
    dependencies = [("ledger", "0009_when_points_end")]
    operations = [
        migrations.RunPython(forwards, migrations.RunPython.noop),
        migrations.RunPython(protect, unprotect),
    ]
