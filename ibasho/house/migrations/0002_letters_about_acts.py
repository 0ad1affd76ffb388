from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("house", "0001_first"),
    ]

    operations = [
        migrations.AddField(
            model_name="notice",
            name="act",
            field=models.CharField(blank=True, default="", max_length=16),
        ),
    ]
