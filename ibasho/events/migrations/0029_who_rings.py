from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Q

_WAYS = [
    ("phone", "電話（こちらから かける）"),
    ("ring_us", "電話（かけてもらう）"),
    ("online", "オンライン"),
    ("text", "文字だけ"),
    ("visit", "来所"),
]


def call_it_a_telephone_talk(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("events", "Interview").objects.filter(way="ring_us").update(way="phone")


class Migration(migrations.Migration):
    dependencies = [("events", "0028_numbers_of_talks_under_the_secret")]
    operations = [
        migrations.RemoveConstraint("interview", "interview_way_known"),
        migrations.AlterField("interview", "way", models.CharField(max_length=8, choices=_WAYS, blank=True)),
        migrations.AddConstraint(
            "interview",
            models.CheckConstraint(
                name="interview_way_known", condition=Q(way__in=["", *(way for way, _ in _WAYS)])
            ),
        ),
        migrations.RunPython(migrations.RunPython.noop, call_it_a_telephone_talk),
    ]
