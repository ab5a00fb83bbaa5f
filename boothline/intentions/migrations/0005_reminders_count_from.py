from django.db import migrations, models
from django.utils import timezone


def since_sending(apps, schema_editor):
    """Those that were sent already: their reminders count from that day."""
    sent = apps.get_model("intentions", "Expansion").objects.filter(sent_at__isnull=False)
    for expansion in sent.only("id", "sent_at"):
        expansion.begun_on = timezone.localdate(expansion.sent_at)
        expansion.save(update_fields=["begun_on"])


class Migration(migrations.Migration):
    dependencies = [("intentions", "0004_lost_on")]

    operations = [
        migrations.AddField(model_name="expansion", name="begun_on", field=models.DateField(null=True)),
        migrations.RunPython(since_sending, migrations.RunPython.noop),
    ]
