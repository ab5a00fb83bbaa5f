import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Product',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField(default=1, editable=False)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('code', models.CharField(max_length=40, unique=True, verbose_name='code')),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('name_latin', models.CharField(blank=True, default='', max_length=200, verbose_name='name in English')),
                ('sort_key', models.CharField(default='', editable=False, max_length=200)),
                ('family', models.CharField(blank=True, default='', max_length=100, verbose_name='family')),
                ('unit', models.CharField(default='pcs', max_length=20, verbose_name='unit')),
                ('minimum', models.DecimalField(decimal_places=3, default=1, max_digits=14, verbose_name='minimum quantity')),
                ('lead_days', models.PositiveSmallIntegerField(default=0, verbose_name='lead time, days')),
                ('specification', models.TextField(blank=True, default='', verbose_name='specification')),
                ('retired_at', models.DateTimeField(editable=False, null=True)),
                ('extra', models.JSONField(default=dict, editable=False)),
            ],
            options={
                'indexes': [models.Index(fields=['sort_key', 'id'], name='product_sort')],
            },
        ),
        migrations.CreateModel(
            name='Variant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField(default=1, editable=False)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('sku', models.CharField(max_length=60, unique=True, verbose_name='SKU')),
                ('words', models.CharField(blank=True, default='', max_length=200, verbose_name='variant')),
                ('price', models.DecimalField(decimal_places=4, max_digits=14, verbose_name='list price')),
                ('currency', models.CharField(choices=[('CNY', 'CNY'), ('USD', 'USD'), ('EUR', 'EUR'), ('GBP', 'GBP'), ('HKD', 'HKD'), ('JPY', 'JPY')], default='CNY', max_length=3)),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='variants', to='catalogue.product')),
            ],
            options={
                'ordering': ('sku',),
            },
        ),
    ]
