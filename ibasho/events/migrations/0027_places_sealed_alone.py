from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("events", "0026_seal_places_of_talks")]
    operations = [
        migrations.RemoveField("interview", "where"),
        migrations.AddConstraint(
            "interview",
            models.CheckConstraint(
                name="a_visit_has_a_place", condition=~Q(way="visit") | ~Q(sealed_where="")
            ),
        ),
    ]
