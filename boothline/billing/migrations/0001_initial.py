import django.db.models.deletion
import django.utils.timezone
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('contracts', '0001_initial'),
        ('customers', '0001_initial'),
        ('orders', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Account',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('total', models.DecimalField(decimal_places=2, default=Decimal('0.00'), max_digits=14)),
                ('paid', models.DecimalField(decimal_places=2, default=Decimal('0.00'), max_digits=14)),
                ('credited', models.DecimalField(decimal_places=2, default=Decimal('0.00'), max_digits=14)),
                ('open', models.DecimalField(decimal_places=2, default=Decimal('0.00'), max_digits=14)),
                ('next_due_on', models.DateField(null=True)),
                ('order', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.order')),
            ],
        ),
        migrations.CreateModel(
            name='Credit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField(default=1, editable=False)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('currency', models.CharField(choices=[('CNY', 'CNY'), ('USD', 'USD'), ('EUR', 'EUR'), ('GBP', 'GBP'), ('HKD', 'HKD'), ('JPY', 'JPY')], default='CNY', max_length=3)),
                ('from_paid', models.DecimalField(decimal_places=2, max_digits=14)),
                ('from_credited', models.DecimalField(decimal_places=2, default=Decimal('0.00'), max_digits=14)),
                ('origin_on', models.DateField()),
                ('due_on', models.DateField()),
                ('left', models.DecimalField(decimal_places=2, max_digits=14)),
                ('warned_day', models.PositiveSmallIntegerField(default=0)),
                ('overdue_told_on', models.DateField(null=True)),
                ('wish', models.CharField(blank=True, default='', max_length=300)),
                ('contacted_on', models.DateField(null=True)),
                ('change', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.orderchange')),
                ('contacted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.order')),
            ],
            options={
                'ordering': ('origin_on', 'id'),
            },
        ),
        migrations.CreateModel(
            name='CreditUse',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField(default=1, editable=False)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('amount', models.DecimalField(decimal_places=2, max_digits=14)),
                ('credit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='uses', to='billing.credit')),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.order')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Instalment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField(default=1, editable=False)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('position', models.PositiveSmallIntegerField()),
                ('kind', models.CharField(choices=[('deposit', 'deposit'), ('before_shipping', 'balance before shipping'), ('in_full', 'in full before shipping'), ('documents', 'against documents'), ('lc', 'letter of credit'), ('on_delivery', 'on delivery'), ('monthly', 'monthly'), ('days_after', '30 days after shipping'), ('days_45', '45 days after shipping'), ('days_60', '60 days after shipping'), ('fixed', 'on a fixed date'), ('whole', 'payment, terms not agreed')], max_length=16)),
                ('amount', models.DecimalField(decimal_places=2, max_digits=14)),
                ('covered', models.DecimalField(decimal_places=2, default=Decimal('0.00'), max_digits=14)),
                ('due_on', models.DateField(null=True)),
                ('asked_on', models.DateField(null=True)),
                ('overdue_on', models.DateField(null=True)),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.order')),
            ],
            options={
                'ordering': ('order_id', 'position'),
            },
        ),
        migrations.CreateModel(
            name='LetterOfCredit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField(default=1, editable=False)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('number', models.CharField(max_length=60, verbose_name='number of the letter of credit')),
                ('bank', models.CharField(blank=True, default='', max_length=200, verbose_name='bank')),
                ('amount', models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True, verbose_name='amount')),
                ('ship_by', models.DateField(blank=True, null=True, verbose_name='latest shipment')),
                ('present_by', models.DateField(blank=True, null=True, verbose_name='presentation by')),
                ('expires_on', models.DateField(blank=True, null=True, verbose_name='expiry')),
                ('order', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.order')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Receipt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField(default=1, editable=False)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('received_on', models.DateField(verbose_name='received on')),
                ('bank_currency', models.CharField(choices=[('CNY', 'CNY'), ('USD', 'USD'), ('EUR', 'EUR'), ('GBP', 'GBP'), ('HKD', 'HKD'), ('JPY', 'JPY')], default='CNY', max_length=3)),
                ('sent', models.DecimalField(decimal_places=2, max_digits=14)),
                ('charges', models.DecimalField(decimal_places=2, default=Decimal('0.00'), max_digits=14)),
                ('borne_by', models.CharField(choices=[('customer', 'by the customer'), ('us', 'by us')], default='customer', max_length=8)),
                ('rate', models.DecimalField(decimal_places=6, default=Decimal('1'), max_digits=14)),
                ('currency', models.CharField(choices=[('CNY', 'CNY'), ('USD', 'USD'), ('EUR', 'EUR'), ('GBP', 'GBP'), ('HKD', 'HKD'), ('JPY', 'JPY')], default='CNY', max_length=3)),
                ('amount', models.DecimalField(decimal_places=2, max_digits=14)),
                ('allocated', models.DecimalField(decimal_places=2, default=Decimal('0.00'), max_digits=14)),
                ('reference', models.CharField(blank=True, default='', max_length=200, verbose_name='reference')),
                ('void_at', models.DateTimeField(null=True)),
                ('void_reason', models.CharField(blank=True, default='', max_length=300)),
                ('confirmation', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contracts.confirmation')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.customer')),
            ],
        ),
        migrations.CreateModel(
            name='Allocation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField(default=1, editable=False)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('amount', models.DecimalField(decimal_places=2, max_digits=14)),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.order')),
                ('receipt', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='allocations', to='billing.receipt')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Refund',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField(default=1, editable=False)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('number', models.CharField(max_length=20, unique=True)),
                ('amount', models.DecimalField(decimal_places=2, max_digits=14)),
                ('account', models.CharField(blank=True, default='', max_length=300, verbose_name='bank account')),
                ('approved_at', models.DateTimeField(null=True)),
                ('refused_at', models.DateTimeField(null=True)),
                ('paid_on', models.DateField(null=True)),
                ('credit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='refunds', to='billing.credit')),
            ],
            options={
                'ordering': ('id',),
            },
        ),
        migrations.CreateModel(
            name='Balance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('currency', models.CharField(choices=[('CNY', 'CNY'), ('USD', 'USD'), ('EUR', 'EUR'), ('GBP', 'GBP'), ('HKD', 'HKD'), ('JPY', 'JPY')], default='CNY', max_length=3)),
                ('received', models.DecimalField(decimal_places=2, default=Decimal('0.00'), max_digits=14)),
                ('refunded', models.DecimalField(decimal_places=2, default=Decimal('0.00'), max_digits=14)),
                ('paid', models.DecimalField(decimal_places=2, default=Decimal('0.00'), max_digits=14)),
                ('credited', models.DecimalField(decimal_places=2, default=Decimal('0.00'), max_digits=14)),
                ('open', models.DecimalField(decimal_places=2, default=Decimal('0.00'), max_digits=14)),
                ('credit', models.DecimalField(decimal_places=2, default=Decimal('0.00'), max_digits=14)),
                ('unallocated', models.DecimalField(decimal_places=2, default=Decimal('0.00'), max_digits=14)),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.customer')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('customer', 'currency'), name='balance_once')],
            },
        ),
        migrations.AddIndex(
            model_name='credit',
            index=models.Index(fields=['due_on', 'id'], name='credit_due'),
        ),
        migrations.AddIndex(
            model_name='instalment',
            index=models.Index(fields=['due_on', 'id'], name='instalment_due'),
        ),
        migrations.AddConstraint(
            model_name='instalment',
            constraint=models.UniqueConstraint(fields=('order', 'position'), name='instalment_once'),
        ),
        migrations.AddIndex(
            model_name='receipt',
            index=models.Index(fields=['-received_on', '-id'], name='receipt_days'),
        ),
    ]
