from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("events", "0017_move_interviews")]
    operations = [migrations.RemoveField(model_name="signup", name="interview_at")]
