"""What our people were told to ask for is known by its amount: where more is missing than that, they are told again."""

from decimal import Decimal
from typing import Any

import django.db.models.deletion
from django.db import migrations, models


def asked_so_far(apps: Any, schema_editor: Any) -> None:
    """An instalment with a day of asking was asked for as a whole; a shipment that is still here, for what the event says."""
    apps.get_model("billing", "Instalment").objects.filter(asked_on__isnull=False).update(asked=models.F("amount"))
    asked = apps.get_model("timeline", "Event").objects.filter(kind="billing.asked_for", subject_kind="shipment").order_by("id")
    amounts = {pk: Decimal(values["amount"].replace(",", "")) for pk, values in asked.values_list("subject_id", "values")}
    here = apps.get_model("orders", "Shipment").objects.filter(shipped_at=None, cancelled_at=None, pk__in=amounts)
    before = apps.get_model("billing", "AskedBefore")
    before.objects.bulk_create(before(shipment_id=pk, amount=amounts[pk]) for pk in here.values_list("pk", flat=True))


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0008_fee_of_a_cancellation"),
        ("orders", "0020_said_and_heard"),
        ("timeline", "0001_initial"),
    ]

    operations = [
        migrations.AddField("instalment", "asked", models.DecimalField(decimal_places=2, default=Decimal("0.00"), max_digits=14)),
        migrations.CreateModel(
            name="AskedBefore",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("amount", models.DecimalField(decimal_places=2, max_digits=14)),
                (
                    "shipment",
                    models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="orders.shipment"),
                ),
            ],
        ),
        migrations.RunPython(asked_so_far, migrations.RunPython.noop, elidable=True),
        migrations.RemoveField("instalment", "asked_on"),
    ]
