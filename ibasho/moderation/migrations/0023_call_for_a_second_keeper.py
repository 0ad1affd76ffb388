from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def forget_calls(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The release before has no words for them, and would show their English names to keepers."""
    apps.get_model("moderation", "IncidentStep").objects.filter(
        what__in=["quiet_called", "call_lifted"]
    ).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("moderation", "0022_unnaming"),
    ]

    operations = [
        migrations.AlterField(
            model_name="incidentstep",
            name="what",
            field=models.CharField(
                choices=[
                    ("begun", "はじまりました"),
                    ("joined", "言葉がふえました"),
                    ("raised", "「いますぐ」になりました"),
                    ("seen", "見ました"),
                    ("taken", "「わたしが見ます」と言いました"),
                    ("released", "ほかの人にまかせました"),
                    ("absent", "見ていた人がいないので、もう一度みなに知らせました"),
                    ("wished", "本人が、静かな部屋で話したいと伝えました"),
                    ("quiet_asked", "静かな部屋を用意しました"),
                    ("quiet_joined", "静かな部屋に来ました"),
                    ("quiet_called", "静かな部屋に、もう一人をよびました"),
                    ("call_lifted", "もう一人をよぶのを、やめました"),
                    ("quiet_opened", "静かな部屋があき、本人にお知らせしました"),
                    ("quiet_closed", "静かな部屋を終わりにしました"),
                    ("called", "緊急の連絡先に、知らせはじめました"),
                    ("reached", "緊急の連絡先に、送りました"),
                    ("closed", "終わりにしました"),
                    ("reopened", "もう一度ひらきました"),
                    ("told", "本人に、お便りを出しました"),
                ],
                max_length=12,
            ),
        ),
        migrations.RunPython(migrations.RunPython.noop, forget_calls),
    ]
