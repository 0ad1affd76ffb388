from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0022_cards_of_nobody"),
    ]

    operations = [
        migrations.AddField(
            model_name="wayback",
            name="seats",
            field=models.PositiveSmallIntegerField(default=1),
        ),
    ]
