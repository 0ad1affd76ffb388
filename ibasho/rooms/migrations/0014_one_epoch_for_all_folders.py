from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("rooms", "0013_names_out_of_sight")]
    operations = [
        migrations.AddField("birthmark", "count", models.PositiveIntegerField(db_default=0, default=0)),
        migrations.AddField(
            "birthmark", "secret_key", models.CharField(db_default="", default="", max_length=64)
        ),
    ]
