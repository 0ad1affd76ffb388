import django.db.models.deletion
from django.db import migrations, models


def of(name: str, to: str) -> migrations.AddField:
    field = models.ForeignKey(
        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="consent_texts", to=to
    )
    return migrations.AddField(model_name="consenttext", name=name, field=field)


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0023_back_to_some_seats"),
    ]

    operations = [
        of("event", "events.event"),
        of("series", "events.eventseries"),
        migrations.AddConstraint(
            model_name="consenttext",
            constraint=models.CheckConstraint(
                condition=models.Q(("event__isnull", True), ("series__isnull", True))
                | models.Q(("event__isnull", True), ("kind", ""))
                | models.Q(("kind", ""), ("series__isnull", True)),
                name="consent_of_one_owner",
            ),
        ),
    ]
