"""Plans of which goods that were made have left say since when, as they do from the next shipment on."""

from django.db import migrations
from django.db.models import Min, Q
from django.utils import timezone


def say_since_when(apps, schema_editor):
    families = apps.get_model("contracts", "FamilyTemplate").objects
    of_stock = families.filter(template="stock").values_list("family", flat=True)
    made = families.exclude(template="stock").values_list("family", flat=True)
    product = "line__variant__product"
    is_made = Q(**{f"{product}__family__in": list(made)}) | Q(**{f"{product}__lead_days__gt": 0}) & ~Q(**{f"{product}__family__in": list(of_stock)})
    left = apps.get_model("orders", "ShipmentLine").objects.filter(
        is_made, shipment__shipped_at__isnull=False, line__replaces=None, line__variant__stock_kind="always"
    )
    Plan = apps.get_model("contracts", "MilestonePlan")
    for contract, at in left.order_by().values_list("shipment__order__contract").annotate(Min("shipment__shipped_at")):
        Plan.objects.filter(contract=contract, confirmed_on__isnull=False).update(left_on=timezone.localdate(at))


class Migration(migrations.Migration):
    dependencies = [("orders", "0015_claims_paid_in_parts"), ("contracts", "0005_first_goods_left"), ("catalogue", "0002_stock")]
    operations = [migrations.RunPython(say_since_when, migrations.RunPython.noop)]
