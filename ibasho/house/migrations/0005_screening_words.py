from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("house", "0004_letters_that_lead_to_a_room"),
    ]

    operations = [
        migrations.CreateModel(
            name="ScreeningWord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("word", models.CharField(help_text="決めた人が書いたままの言葉。", max_length=40)),
                ("folded", models.CharField(help_text="くらべるときの形。", max_length=120, unique=True)),
                (
                    "action",
                    models.CharField(
                        choices=[
                            ("ask", "送る前に、書いた人に聞く"),
                            ("hold", "スタッフが見てから出す"),
                            ("show", "そのまま出して、スタッフに知らせる"),
                        ],
                        max_length=4,
                    ),
                ),
                ("changed_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["folded"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("action__in", ["ask", "hold", "show"])),
                        name="screening_word_has_an_action",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("folded", ""), _negated=True), name="screening_word_has_letters"
                    ),
                ],
            },
        ),
    ]
