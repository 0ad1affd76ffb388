from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0021_how_somebody_took_part"),
    ]

    operations = [
        migrations.CreateModel(
            name="CardMark",
            fields=[
                ("mark", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("month", models.DateField()),
            ],
        ),
        migrations.RemoveField(model_name="signup", name="has_answered_card"),
    ]
