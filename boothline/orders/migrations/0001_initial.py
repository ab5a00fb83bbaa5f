import django.db.models.deletion
import django.utils.timezone
from decimal import Decimal
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('catalogue', '0001_initial'),
        ('contracts', '0001_initial'),
        ('customers', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Order',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField(default=1, editable=False)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('number', models.CharField(max_length=20, unique=True)),
                ('opened_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('currency', models.CharField(choices=[('CNY', 'CNY'), ('USD', 'USD'), ('EUR', 'EUR'), ('GBP', 'GBP'), ('HKD', 'HKD'), ('JPY', 'JPY')], default='CNY', max_length=3)),
                ('total', models.DecimalField(decimal_places=2, max_digits=14)),
                ('promised_on', models.DateField(null=True)),
                ('po_number', models.CharField(blank=True, default='', max_length=60)),
                ('delivery_address', models.CharField(blank=True, default='', max_length=400)),
                ('consignee', models.CharField(blank=True, default='', max_length=100)),
                ('consignee_phone', models.CharField(blank=True, default='', max_length=40)),
                ('state', models.CharField(choices=[('open', 'open'), ('ready', 'ready'), ('part_shipped', 'part-shipped'), ('in_transit', 'in transit'), ('cancelled', 'cancelled')], default='open', max_length=16)),
                ('void_at', models.DateTimeField(null=True)),
                ('extra', models.JSONField(default=dict)),
                ('confirmation', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contracts.confirmation')),
                ('contract', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contracts.contract')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.customer')),
            ],
        ),
        migrations.CreateModel(
            name='OrderLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField(default=1, editable=False)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('position', models.PositiveSmallIntegerField()),
                ('sku', models.CharField(max_length=60)),
                ('name', models.CharField(max_length=200)),
                ('name_latin', models.CharField(blank=True, default='', max_length=200)),
                ('unit', models.CharField(max_length=20)),
                ('due', models.DecimalField(decimal_places=3, max_digits=14)),
                ('price', models.DecimalField(decimal_places=4, max_digits=14)),
                ('discount', models.DecimalField(decimal_places=2, default=0, max_digits=5)),
                ('amount', models.DecimalField(decimal_places=2, max_digits=14)),
                ('packed', models.DecimalField(decimal_places=3, default=Decimal('0'), max_digits=14)),
                ('shipped', models.DecimalField(decimal_places=3, default=Decimal('0'), max_digits=14)),
                ('goods_ready', models.BooleanField(default=False)),
                ('state', models.CharField(choices=[('open', 'open'), ('ready', 'ready'), ('part_shipped', 'part-shipped'), ('in_transit', 'in transit'), ('cancelled', 'cancelled')], default='open', max_length=16)),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='orders.order')),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contracts.contractline')),
                ('variant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.variant')),
            ],
            options={
                'ordering': ('position',),
            },
        ),
        migrations.CreateModel(
            name='GoodsItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField(default=1, editable=False)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('kind', models.CharField(choices=[('specification', 'specification sheet'), ('photos', 'photos'), ('packing', 'packing'), ('label', 'label and artwork'), ('weights', 'weights and volumes'), ('hs_code', 'HS code'), ('certificate', 'certificate')], max_length=16)),
                ('due_on', models.DateField(null=True)),
                ('submitted_at', models.DateTimeField(null=True)),
                ('submitted_words', models.CharField(blank=True, default='', max_length=300)),
                ('approved_at', models.DateTimeField(null=True)),
                ('rejected_at', models.DateTimeField(null=True)),
                ('rejected_reason', models.CharField(blank=True, default='', max_length=300)),
                ('not_needed_at', models.DateTimeField(null=True)),
                ('not_needed_reason', models.CharField(blank=True, default='', max_length=300)),
                ('line', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='goods', to='orders.orderline')),
            ],
            options={
                'ordering': ('line__position', 'id'),
            },
        ),
        migrations.CreateModel(
            name='Shipment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField(default=1, editable=False)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('number', models.CharField(max_length=20, unique=True)),
                ('planned_on', models.DateField(verbose_name='planned for')),
                ('carrier', models.CharField(blank=True, default='', max_length=100, verbose_name='carrier')),
                ('tracking_number', models.CharField(blank=True, default='', max_length=100, verbose_name='tracking number')),
                ('released_at', models.DateTimeField(null=True)),
                ('override_reason', models.TextField(blank=True, default='')),
                ('packed_at', models.DateTimeField(null=True)),
                ('shipped_at', models.DateTimeField(null=True)),
                ('cancelled_at', models.DateTimeField(null=True)),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='shipments', to='orders.order')),
            ],
        ),
        migrations.CreateModel(
            name='Packing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField(default=1, editable=False)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('quantity', models.DecimalField(decimal_places=3, max_digits=14)),
                ('line', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='packings', to='orders.orderline')),
                ('shipment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='packings', to='orders.shipment')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ShipmentLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('quantity', models.DecimalField(decimal_places=3, max_digits=14)),
                ('overridden_at', models.DateTimeField(null=True)),
                ('line', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='shipment_lines', to='orders.orderline')),
                ('shipment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='orders.shipment')),
            ],
            options={
                'ordering': ('line__position',),
            },
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(fields=['-opened_at', '-id'], name='order_newest'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(fields=['customer'], name='order_customer'),
        ),
        migrations.AddConstraint(
            model_name='orderline',
            constraint=models.UniqueConstraint(fields=('order', 'position'), name='order_position_once'),
        ),
        migrations.AddConstraint(
            model_name='orderline',
            constraint=models.CheckConstraint(condition=models.Q(('packed__lte', models.F('due')), ('shipped__gte', 0), ('shipped__lte', models.F('packed'))), name='never_more_than_ordered'),
        ),
        migrations.AddConstraint(
            model_name='goodsitem',
            constraint=models.UniqueConstraint(fields=('line', 'kind'), name='goods_once'),
        ),
        migrations.AddIndex(
            model_name='shipment',
            index=models.Index(fields=['-planned_on', '-id'], name='shipment_days'),
        ),
        migrations.AddConstraint(
            model_name='shipmentline',
            constraint=models.UniqueConstraint(fields=('shipment', 'line'), name='shipment_line_once'),
        ),
        migrations.AddConstraint(
            model_name='shipmentline',
            constraint=models.CheckConstraint(condition=models.Q(('quantity__gt', 0)), name='ships_something'),
        ),
    ]
