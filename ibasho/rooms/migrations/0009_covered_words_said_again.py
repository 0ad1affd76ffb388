from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("rooms", "0008_place_while_waiting"),
    ]

    operations = [
        migrations.AddField(
            model_name="seat",
            name="covered_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name="heldpost",
            name="code",
            field=models.CharField(
                choices=[
                    ("to_keepers", "書いた方が えらびました"),
                    ("personal_info", "電話番号や住所のようなもの"),
                    ("contact_exchange", "連絡先のようなもの"),
                    ("care", "ていねいに読みたい言葉"),
                    ("solicitation", "さそいのような言葉"),
                    ("link", "はじめての方のリンク"),
                    ("abuse", "人を傷つけるかもしれない言葉"),
                    ("covered", "スタッフが かくした言葉"),
                    ("house_word", "この家で 決めた言葉"),
                    ("newcomers_first", "はじめての方の書き込み"),
                    ("checked_first", "見てから出す部屋"),
                ],
                max_length=16,
            ),
        ),
    ]
