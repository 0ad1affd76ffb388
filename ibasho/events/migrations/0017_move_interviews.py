from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def into_rows(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """How one talks was told in other ways until now: it stays unsaid."""
    rows = apps.get_model("events", "SignUp").objects.filter(interview_at__isnull=False)
    interview = apps.get_model("events", "Interview")
    interview.objects.bulk_create(interview(sign_up_id=row.pk, at=row.interview_at) for row in rows)


def back_into_the_sign_up(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    sign_ups = apps.get_model("events", "SignUp").objects
    for row in apps.get_model("events", "Interview").objects.filter(is_declined=False):
        sign_ups.filter(pk=row.sign_up_id).update(interview_at=row.at)


class Migration(migrations.Migration):
    dependencies = [("events", "0016_interviews")]
    operations = [migrations.RunPython(into_rows, back_into_the_sign_up)]
