import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from ibasho.moderation import triggers


def guard_log_and_head(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    triggers.install(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [
        ("moderation", "0002_redaction"),
        ("people", "0002_keepers"),
    ]

    operations = [
        migrations.CreateModel(
            name="ScreeningCandidate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("line", models.CharField(max_length=800)),
                ("noted_on", models.DateField(db_index=True)),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.AddField(
            model_name="reviewrequest",
            name="decided_at",
            field=models.DateTimeField(db_index=True, null=True),
        ),
        migrations.AddField(
            model_name="reviewrequest",
            name="decided_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="people.keeper"
            ),
        ),
        migrations.AddField(
            model_name="reviewrequest",
            name="outcome",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "待っています"),
                    ("overturned", "前の判断を とりけしました"),
                    ("upheld", "前の判断の ままにしました"),
                ],
                default="",
                max_length=16,
            ),
        ),
        migrations.AddField(
            model_name="reviewrequest",
            name="reply",
            field=models.CharField(blank=True, max_length=800),
        ),
        migrations.AddField(
            model_name="reviewrequest",
            name="rule_key",
            field=models.CharField(blank=True, max_length=40),
        ),
        migrations.AddConstraint(
            model_name="reviewrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at__isnull", True), ("outcome", "")),
                    models.Q(("decided_at__isnull", False), ("outcome__in", ["overturned", "upheld"])),
                    _connector="OR",
                ),
                name="a_review_is_decided_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="screeningcandidate",
            constraint=models.UniqueConstraint(fields=("line",), name="one_candidate_a_line"),
        ),
        migrations.AddIndex(
            model_name="logentry",
            index=models.Index(fields=["actor", "-number"], name="log_of_a_keeper"),
        ),
        migrations.AddIndex(
            model_name="logentry",
            index=models.Index(fields=["room", "-number"], name="log_of_a_room"),
        ),
        migrations.RunPython(guard_log_and_head, migrations.RunPython.noop),
    ]
