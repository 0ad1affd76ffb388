from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def leave_out_names(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The release before would show everybody a name that keepers took; where none is written it shows none."""
    messages = apps.get_model("rooms", "Message").objects
    messages.filter(unnamed=True).update(call_name="", name_skeleton="")


class Migration(migrations.Migration):
    dependencies = [
        ("rooms", "0012_promises_cited_for_an_evening"),
    ]

    operations = [
        migrations.AddField(
            model_name="message",
            name="unnamed",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.RunPython(migrations.RunPython.noop, leave_out_names),
    ]
