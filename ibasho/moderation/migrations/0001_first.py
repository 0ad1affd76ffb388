import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from ibasho.moderation import triggers


def guard_log(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    triggers.install(schema_editor.connection)


def unguard_log(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    triggers.lift(schema_editor.connection)


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("people", "0002_keepers"),
        ("rooms", "0002_keepers_and_rest"),
    ]

    operations = [
        migrations.CreateModel(
            name="LogEntry",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("actor", models.BigIntegerField(null=True)),
                ("verb", models.CharField(max_length=40)),
                ("room", models.CharField(blank=True, max_length=40)),
                ("rule", models.CharField(blank=True, max_length=40)),
                ("detail_hash", models.CharField(max_length=64)),
                ("prev", models.CharField(max_length=64)),
                ("hash", models.CharField(max_length=64)),
            ],
            options={
                "ordering": ["number"],
            },
        ),
        migrations.CreateModel(
            name="LogHead",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.BigIntegerField()),
                ("hash", models.CharField(max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name="ReviewRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code_hash", models.CharField(max_length=64, unique=True)),
                ("asked_at", models.DateTimeField(db_index=True)),
                ("words", models.TextField(blank=True)),
                ("about_dying", models.BooleanField(default=False)),
            ],
            options={
                "ordering": ["asked_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="LogDetail",
            fields=[
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="detail",
                        serialize=False,
                        to="moderation.logentry",
                    ),
                ),
                ("seat", models.UUIDField(db_index=True, null=True)),
                ("salt", models.CharField(blank=True, max_length=64)),
                ("body", models.TextField(blank=True)),
            ],
        ),
        migrations.CreateModel(
            name="Rest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("rule_key", models.CharField(max_length=40)),
                ("words", models.CharField(blank=True, max_length=800)),
                ("at", models.DateTimeField(db_index=True)),
                ("lifted_at", models.DateTimeField(null=True)),
                ("code_hash", models.CharField(max_length=64, unique=True)),
                ("message_key", models.UUIDField(null=True)),
                ("until", models.DateTimeField()),
                (
                    "keeper",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="people.keeper",
                    ),
                ),
                (
                    "lifted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="people.keeper",
                    ),
                ),
                (
                    "room",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="rooms.room"
                    ),
                ),
                (
                    "seat",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="rooms.seat"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="RoomRemoval",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("rule_key", models.CharField(max_length=40)),
                ("words", models.CharField(blank=True, max_length=800)),
                ("at", models.DateTimeField(db_index=True)),
                ("lifted_at", models.DateTimeField(null=True)),
                ("code_hash", models.CharField(max_length=64, unique=True)),
                ("message_key", models.UUIDField(null=True)),
                ("until", models.DateTimeField()),
                (
                    "keeper",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="people.keeper",
                    ),
                ),
                (
                    "lifted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="people.keeper",
                    ),
                ),
                (
                    "room",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="rooms.room"
                    ),
                ),
                (
                    "seat",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="rooms.seat"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="SealedText",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("message_key", models.UUIDField(db_index=True)),
                ("call_name", models.CharField(blank=True, max_length=200)),
                ("text", models.TextField()),
                ("cover", models.CharField(blank=True, max_length=600)),
                ("tone", models.CharField(blank=True, max_length=16)),
                ("sealed_at", models.DateTimeField()),
                ("until", models.DateTimeField(db_index=True)),
                (
                    "seat",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="rooms.seat",
                    ),
                ),
            ],
            options={
                "ordering": ["sealed_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="Hiding",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("rule_key", models.CharField(max_length=40)),
                ("words", models.CharField(blank=True, max_length=800)),
                ("at", models.DateTimeField(db_index=True)),
                ("lifted_at", models.DateTimeField(null=True)),
                ("code_hash", models.CharField(max_length=64, unique=True)),
                (
                    "keeper",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="people.keeper",
                    ),
                ),
                (
                    "lifted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="people.keeper",
                    ),
                ),
                (
                    "message",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="hidings",
                        to="rooms.message",
                    ),
                ),
                (
                    "room",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="rooms.room"
                    ),
                ),
                (
                    "seat",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="rooms.seat"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("lifted_at__isnull", True)),
                        fields=("message",),
                        name="one_hiding_at_a_time",
                    )
                ],
            },
        ),
        migrations.RunPython(guard_log, unguard_log),
    ]
