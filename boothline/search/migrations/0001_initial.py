import boothline.search.index
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Entry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=40)),
                ('record_id', models.BigIntegerField()),
                ('under_id', models.BigIntegerField(null=True)),
                ('part', models.CharField(max_length=5)),
                ('text', models.TextField()),
                ('grams', boothline.search.index.GramField()),
            ],
            options={
                'indexes': [boothline.search.index.GramIndex(fields=['grams'], name='entry_grams')],
                'constraints': [models.UniqueConstraint(fields=('record_id', 'kind', 'part'), name='entry_once')],
            },
        ),
    ]
