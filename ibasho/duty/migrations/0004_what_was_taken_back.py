"""Of what was taken back neither a name nor a day stays."""

from __future__ import annotations

from typing import Any

from django.db import migrations, models


def empty(apps: Any, schema_editor: Any) -> None:
    withdrawn = apps.get_model("duty", "Volunteer").objects.filter(state="withdrawn")
    apps.get_model("duty", "Training").objects.filter(volunteer__in=withdrawn).delete()
    withdrawn.update(call_name="", talk_at=None)


class Migration(migrations.Migration):
    dependencies = [("duty", "0003_becoming_a_keeper")]

    operations = [
        migrations.AlterField("volunteer", "call_name", models.CharField(blank=True, max_length=200)),
        migrations.RemoveConstraint("volunteer", "who_took_it_back_is_not_known"),
        migrations.RunPython(empty, migrations.RunPython.noop),
        migrations.AddConstraint(
            "volunteer",
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "withdrawn"), _negated=True),
                    models.Q(
                        ("call_name", ""),
                        ("contact", ""),
                        ("could", ""),
                        ("note", ""),
                        ("talk_at__isnull", True),
                        ("why", ""),
                    ),
                    _connector="OR",
                ),
                name="who_took_it_back_is_not_known",
            ),
        ),
    ]
