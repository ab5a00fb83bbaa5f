"""Orders of which a planned shipment waits for goods data are on hold, as they would be from their next fact on."""

from django.db import migrations


def hold(apps, schema_editor):
    Order = apps.get_model("orders", "Order")
    here = Order.objects.filter(
        shipments__shipped_at=None, shipments__cancelled_at=None, shipments__lines__overridden_at=None,
        shipments__lines__line__goods_ready=False,
    )
    Order.objects.filter(pk__in=list(here.values_list("pk", flat=True))).update(on_hold=True)


class Migration(migrations.Migration):
    dependencies = [("orders", "0008_mark_and_remark")]
    operations = [migrations.RunPython(hold, migrations.RunPython.noop)]
