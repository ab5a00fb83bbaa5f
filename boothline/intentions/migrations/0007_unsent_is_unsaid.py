from typing import Any

from django.db import migrations


def unsay(apps: Any, schema_editor: Any) -> None:
    """The prices of a quotation that was only printed are not remembered yet."""
    unsent = apps.get_model("intentions", "Quotation").objects.filter(sent_at=None).values("pk")
    apps.get_model("customers", "Dealing").objects.filter(source_kind="quotation", source_id__in=unsent).update(is_said=False)


class Migration(migrations.Migration):
    dependencies = [("intentions", "0006_which_question"), ("customers", "0008_dealing_is_said")]

    operations = [migrations.RunPython(unsay, migrations.RunPython.noop)]
