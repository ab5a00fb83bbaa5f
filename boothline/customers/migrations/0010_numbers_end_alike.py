from django.db import migrations, models
from django.db.models.functions import Right


def keep_ends(apps, schema_editor):
    """The end of each phone number that is on record."""
    points = apps.get_model("customers", "ContactPoint").objects.using(schema_editor.connection.alias)
    points.filter(kind="phone").update(tail=Right("folded", 7))


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0009_how_far_the_other_came'),
    ]

    operations = [
        migrations.AddField(
            model_name='contactpoint',
            name='tail',
            field=models.CharField(db_index=True, default='', max_length=7),
        ),
        migrations.RunPython(keep_ends, migrations.RunPython.noop),
    ]
