from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("brand", "0006_when_points_expire")]

    operations = [
        migrations.AddField(
            model_name="version",
            name="worth_before",
            field=models.PositiveIntegerField(editable=False, null=True),
        ),
    ]
