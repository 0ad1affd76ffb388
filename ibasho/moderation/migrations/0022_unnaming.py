import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("moderation", "0021_wish_for_a_talk"),
        ("people", "0002_keepers"),
        ("rooms", "0013_names_out_of_sight"),
    ]

    operations = [
        migrations.CreateModel(
            name="Unnaming",
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
                ("name_skeleton", models.CharField(blank=True, max_length=400)),
                ("given_name", models.CharField(blank=True, max_length=200)),
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
                    "seal",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="moderation.sealedtext",
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
                "indexes": [models.Index(fields=["room", "name_skeleton"], name="unnamed_in_a_room")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("lifted_at__isnull", True), models.Q(("name_skeleton", ""), _negated=True)
                        ),
                        fields=("seat", "name_skeleton"),
                        name="one_unnaming_of_a_name_at_a_time",
                    )
                ],
            },
        ),
    ]
