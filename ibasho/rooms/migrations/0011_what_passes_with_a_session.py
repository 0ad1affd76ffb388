from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def set_as_planned(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The release before would keep for good what was set for an evening."""
    rooms = apps.get_model("rooms", "Room").objects
    for room in rooms.filter(planned__isnull=False):
        rooms.filter(pk=room.pk).update(**room.planned)


class Migration(migrations.Migration):
    dependencies = [("rooms", "0010_meetings_own_rooms")]
    operations = [
        migrations.AddField(
            "room",
            "planned",
            models.JSONField(
                blank=True,
                help_text="スタッフが いまだけ変えたことの、もとの値。部屋がしまると もどります。",
                null=True,
            ),
        ),
        migrations.RunPython(migrations.RunPython.noop, set_as_planned),
    ]
