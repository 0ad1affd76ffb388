from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_ANSWERS = ["well", "tired", "uneasy", ""]


def say_that_nobody_was_asked(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """A year adds up its months: those that were closed before there were cards have none."""
    figure = apps.get_model("reports", "Figure")
    closed = apps.get_model("reports", "Report").objects.values_list("pk", flat=True)
    figure.objects.bulk_create(
        figure(report_id=pk, what="cards", of=answer, number=0, mark="shown")
        for pk in closed
        for answer in _ANSWERS
    )


def forget_it(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("reports", "Figure").objects.filter(what="cards").delete()


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0003_doubted_days"),
        ("events", "0015_after_cards"),
    ]

    operations = [migrations.RunPython(say_that_nobody_was_asked, forget_it)]
