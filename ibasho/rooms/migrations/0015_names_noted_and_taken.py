from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("rooms", "0014_one_epoch_for_all_folders")]
    operations = [
        migrations.AddField(
            "ignoring",
            "taken_skeleton",
            models.CharField(blank=True, db_default="", default="", max_length=400),
        ),
    ]
