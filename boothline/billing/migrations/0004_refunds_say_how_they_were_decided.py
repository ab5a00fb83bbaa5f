"""What a second person said of a refund is told as a yes or a no of its own."""

from datetime import timedelta

from django.db import migrations


def tell_apart(apps, schema_editor):
    """A refusal is what was written on the refund at the same moment; all others were approvals."""
    Event, Refund = apps.get_model("timeline", "Event"), apps.get_model("billing", "Refund")
    refused_at = dict(Refund.objects.filter(refused_at__isnull=False).values_list("pk", "refused_at"))
    for event in Event.objects.filter(kind="billing.refund_decided"):
        at = refused_at.get(event.subject_id)
        is_refused = at is not None and abs(at - event.at) < timedelta(minutes=1)
        Event.objects.filter(pk=event.pk).update(kind="billing.refund_refused" if is_refused else "billing.refund_approved")


class Migration(migrations.Migration):
    dependencies = [("billing", "0003_joined_instalments"), ("timeline", "0001_initial")]

    operations = [migrations.RunPython(tell_apart, migrations.RunPython.noop)]
