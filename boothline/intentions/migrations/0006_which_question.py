from typing import Any

from django.db import migrations

QUESTION = "answer their question about the expansion request"


def name_requests(apps: Any, schema_editor: Any) -> None:
    """Open steps say which request their question is about."""
    steps = apps.get_model("followups", "NextStep").objects.filter(what=QUESTION, done_at=None, values={})
    for request in apps.get_model("intentions", "Expansion").objects.filter(state="asked").order_by("asked_at", "id"):
        step = steps.filter(customer=request.customer_id).order_by("id").first()
        if step:
            step.values = {"expansion": request.pk}
            step.save(update_fields=["values"])


class Migration(migrations.Migration):
    dependencies = [("intentions", "0005_reminders_count_from"), ("followups", "0005_dropped_steps")]

    operations = [migrations.RunPython(name_requests, migrations.RunPython.noop)]
