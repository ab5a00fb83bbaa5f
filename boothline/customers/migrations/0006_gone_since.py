"""Since when a customer was on record who went into another: an id that we gave them is made of it."""

from django.db import migrations, models
from django.utils.dateparse import parse_datetime


def told(apps, schema_editor):
    Merge = apps.get_model("customers", "Merge")
    for merge in Merge.objects.exclude(kept={}).iterator(chunk_size=50):
        rows = [row for label, row in merge.kept.get("gone", ()) if label == "customers.Customer" and row.get("id") == merge.gone_id]
        if rows:
            Merge.objects.filter(pk=merge.pk).update(gone_made_at=parse_datetime(rows[0]["made_at"]))


class Migration(migrations.Migration):
    dependencies = [("customers", "0005_merging")]

    operations = [
        migrations.AddField(model_name="merge", name="gone_made_at", field=models.DateTimeField(null=True)),
        migrations.RunPython(told, migrations.RunPython.noop),
    ]
