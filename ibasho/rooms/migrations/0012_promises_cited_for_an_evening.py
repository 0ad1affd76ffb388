from __future__ import annotations

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def forget_cited(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The release before would set a column that it does not have, once the room closes."""
    rooms = apps.get_model("rooms", "Room").objects
    for room in rooms.filter(planned__isnull=False):
        kept = {name: value for name, value in room.planned.items() if name != "cited"}
        rooms.filter(pk=room.pk).update(planned=kept or None)


class Migration(migrations.Migration):
    dependencies = [("rooms", "0011_what_passes_with_a_session")]
    operations = [
        migrations.AddField(
            "room",
            "cited",
            models.JSONField(
                blank=True,
                help_text="スタッフが いまだけ変えたことの、もとになった約束の言葉。部屋がしまると 消えます。",
                null=True,
            ),
        ),
        migrations.RunPython(migrations.RunPython.noop, forget_cited),
    ]
