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
                ('family_latin', models.CharField(blank=True, default='', max_length=100, verbose_name='family in English')),
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
                ('words_latin', models.CharField(blank=True, default='', max_length=200, verbose_name='variant in English')),
                ('price', models.DecimalField(decimal_places=4, max_digits=14, verbose_name='list price')),
                ('currency', models.CharField(choices=[('CNY', 'CNY'), ('USD', 'USD'), ('EUR', 'EUR'), ('GBP', 'GBP'), ('HKD', 'HKD'), ('JPY', 'JPY')], default='CNY', max_length=3)),
                ('floor', models.DecimalField(blank=True, decimal_places=4, max_digits=14, null=True, verbose_name='floor price')),
                ('carton_quantity', models.PositiveIntegerField(blank=True, null=True, verbose_name='pieces a carton')),
                ('carton_length', models.DecimalField(blank=True, decimal_places=1, max_digits=6, null=True, verbose_name='carton length, cm')),
                ('carton_width', models.DecimalField(blank=True, decimal_places=1, max_digits=6, null=True, verbose_name='carton width, cm')),
                ('carton_height', models.DecimalField(blank=True, decimal_places=1, max_digits=6, null=True, verbose_name='carton height, cm')),
                ('net_weight', models.DecimalField(blank=True, decimal_places=3, max_digits=8, null=True, verbose_name='net weight of a carton, kg')),
                ('gross_weight', models.DecimalField(blank=True, decimal_places=3, max_digits=8, null=True, verbose_name='gross weight of a carton, kg')),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='variants', to='catalogue.product')),
            ],
            options={
                'ordering': ('sku',),
            },
        ),
        migrations.CreateModel(
            name='Relation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField(default=1, editable=False)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('kind', models.CharField(choices=[('accessory', 'accessory'), ('spare', 'spare part'), ('complement', 'goes with it'), ('series', 'same series'), ('upgrade', 'upgrade')], max_length=12, verbose_name='relation')),
                ('other', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='related_from', to='catalogue.product')),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='relations', to='catalogue.product')),
            ],
            options={
                'ordering': ('id',),
                'constraints': [models.UniqueConstraint(fields=('product', 'other'), name='relation_once')],
            },
        ),
        migrations.CreateModel(
            name='StepPrice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_quantity', models.DecimalField(decimal_places=3, max_digits=14)),
                ('price', models.DecimalField(decimal_places=4, max_digits=14)),
                ('variant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='catalogue.variant')),
            ],
            options={
                'ordering': ('from_quantity',),
                'constraints': [models.UniqueConstraint(fields=('variant', 'from_quantity'), name='step_once')],
            },
        ),
    ]
