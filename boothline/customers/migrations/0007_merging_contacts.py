"""Contacts can be merged; the ways back of merges that stand are kept as those of imports are."""

import re
from collections import defaultdict

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

MOMENT = re.compile(r"(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(\.\d+)?\+00:00)")


def way_back(old):
    """{moved, gone, changed, made, counted} as {made, changed}."""
    changed = defaultdict(lambda: defaultdict(lambda: [{}, {}]))

    def note(label, key, was, now):
        changed[label][str(key)][0].update(_moments(was))
        changed[label][str(key)][1].update(_moments(now))

    for label, column, was, now, keys in old["moved"]:
        for key in keys:
            note(label, key, {column: was}, {column: now})
    for label, key, was, now in old["changed"]:
        note(label, key, was, now)
    for label, row in [*old["gone"], *((label, row) for label, rows in old["counted"] for row in rows)]:
        changed[label][str(row["id"])] = [_moments(row), None]
    return {
        "made": {label: [[key, key] for key in sorted(keys)] for label, keys in old["made"]},
        "changed": {label: dict(rows) for label, rows in changed.items()},
    }


def _moments(row):
    return {name: MOMENT.sub(r"\1T\2", value) if isinstance(value, str) and MOMENT.fullmatch(value) else value for name, value in row.items()}


def keep_alike(apps, schema_editor):
    """Those that can still be taken back."""
    for merge in apps.get_model("customers", "Merge").objects.filter(undone_at=None):
        if "moved" in merge.kept:
            merge.kept = way_back(merge.kept)
            merge.save(update_fields=["kept"])


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0006_gone_since'),
    ]

    operations = [
        migrations.CreateModel(
            name='Apart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('by_name', models.CharField(max_length=200)),
                ('contact', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='customers.contact')),
                ('other', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='customers.contact')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('contact', 'other'), name='apart_once')],
            },
        ),
        migrations.RemoveConstraint(
            model_name='merge',
            name='merge_once',
        ),
        migrations.AddField(
            model_name='merge',
            name='contact',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.contact'),
        ),
        migrations.AddField(
            model_name='merge',
            name='gone_key',
            field=models.UUIDField(null=True),
        ),
        migrations.AddIndex(
            model_name='merge',
            index=models.Index(condition=models.Q(('gone_key__isnull', False), ('undone_at__isnull', True)), fields=['gone_key'], name='merge_key'),
        ),
        migrations.AddConstraint(
            model_name='merge',
            constraint=models.UniqueConstraint(condition=models.Q(('contact__isnull', True), ('undone_at__isnull', True)), fields=('gone_id',), name='merge_once'),
        ),
        migrations.AddConstraint(
            model_name='merge',
            constraint=models.UniqueConstraint(condition=models.Q(('contact__isnull', False), ('undone_at__isnull', True)), fields=('gone_id',), name='merge_contact_once'),
        ),
        migrations.RunPython(keep_alike, migrations.RunPython.noop),
    ]
