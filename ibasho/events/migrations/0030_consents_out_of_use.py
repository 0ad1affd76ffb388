from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [("events", "0029_who_rings")]
    operations = [
        migrations.AddField("consenttext", "retired_on", models.DateField(null=True)),
        migrations.AddConstraint(
            "consenttext",
            models.CheckConstraint(
                name="a_consent_out_of_use_has_counted",
                condition=Q(retired_on__isnull=True) | Q(retired_on__gte=F("effective_on")),
            ),
        ),
        migrations.AddConstraint(
            "consenttext",
            models.CheckConstraint(
                name="the_consent_for_all_stays_in_use",
                condition=Q(retired_on__isnull=True) | ~Q(kind="", event__isnull=True, series__isnull=True),
            ),
        ),
    ]
