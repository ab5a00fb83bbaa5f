from typing import Any

from django.db import migrations, models


def find_dropped(apps: Any, schema_editor: Any) -> None:
    """Steps that ended before without being done: history knows."""
    told = apps.get_model("timeline", "Event").objects.filter(kind__in=("followups.dropped", "followups.replaced"), subject_kind="step")
    apps.get_model("followups", "NextStep").objects.filter(pk__in=told.values("subject_id")).update(is_dropped=True)


class Migration(migrations.Migration):
    dependencies = [("followups", "0004_clocks_handed_by"), ("timeline", "0001_initial")]

    operations = [
        migrations.AddField(model_name="nextstep", name="is_dropped", field=models.BooleanField(default=False, editable=False)),
        migrations.RunPython(find_dropped, migrations.RunPython.noop),
    ]
