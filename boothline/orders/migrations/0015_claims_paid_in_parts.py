"""A compensation claim may be paid in parts: each sum is a row; what came of those that were paid before is their first."""

import django.db.models.deletion
from django.db import migrations, models


def keep_what_came(apps, schema_editor):
    Payment = apps.get_model("orders", "CompensationPayment")
    paid = apps.get_model("orders", "CompensationClaim").objects.filter(received__gt=0).values_list("pk", "received", "paid_on")
    Payment.objects.bulk_create([Payment(claim_id=pk, amount=amount, on=on) for pk, amount, on in paid])


class Migration(migrations.Migration):
    dependencies = [("orders", "0014_compensation_claims")]

    operations = [
        migrations.AddField(
            model_name="compensationclaim",
            name="short_reason",
            field=models.CharField(blank=True, default="", max_length=300),
        ),
        migrations.CreateModel(
            name="CompensationPayment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("amount", models.DecimalField(decimal_places=2, max_digits=14)),
                ("on", models.DateField()),
                (
                    "claim",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="payments", to="orders.compensationclaim"
                    ),
                ),
            ],
            options={"ordering": ("on", "id")},
        ),
        migrations.RunPython(keep_what_came, migrations.RunPython.noop),
        migrations.RemoveField(model_name="compensationclaim", name="received"),
    ]
