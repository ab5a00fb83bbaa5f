from datetime import timedelta
from typing import Any

from django.db import migrations

AT_ONCE = timedelta(minutes=1)  # the answer and the intention that it opens were written together


def name_briefings(apps: Any, schema_editor: Any) -> None:
    """What a briefing opened until now says which one it was."""
    answered = apps.get_model("negotiation", "Briefing").objects.filter(answer="wants")
    for intention in apps.get_model("intentions", "Intention").objects.filter(source="briefing", briefing=None):
        at = (intention.made_at - AT_ONCE, intention.made_at)
        found = answered.filter(customer=intention.customer_id, answered_at__range=at).order_by("-answered_at", "-id").first()
        if found:
            intention.briefing = found
            intention.save(update_fields=["briefing"])


class Migration(migrations.Migration):
    dependencies = [("intentions", "0008_wishes_know_their_briefing")]

    operations = [migrations.RunPython(name_briefings, migrations.RunPython.noop)]
