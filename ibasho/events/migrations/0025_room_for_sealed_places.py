from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("events", "0024_consents_of_meetings")]
    operations = [
        migrations.RemoveConstraint("interview", "a_visit_has_a_place"),
        migrations.AddField(
            "interview", "sealed_where", models.TextField(blank=True, default=""), preserve_default=False
        ),
    ]
