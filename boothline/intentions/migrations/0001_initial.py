import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('catalogue', '0001_initial'),
        ('customers', '0001_initial'),
        ('followups', '0001_initial'),
        ('links', '0001_initial'),
        ('negotiation', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Intention',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField(default=1, editable=False)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('currency', models.CharField(choices=[('CNY', 'CNY'), ('USD', 'USD'), ('EUR', 'EUR'), ('GBP', 'GBP'), ('HKD', 'HKD'), ('JPY', 'JPY')], default='CNY', max_length=3, verbose_name='currency')),
                ('state', models.CharField(choices=[('open', 'open'), ('in_contract', 'in contract'), ('won', 'won'), ('lost', 'lost'), ('lapsed', 'lapsed')], default='open', max_length=12)),
                ('source', models.CharField(default='staff', max_length=16)),
                ('lost_reason', models.TextField(blank=True, default='')),
                ('lapsed_at', models.DateTimeField(null=True)),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.customer')),
            ],
        ),
        migrations.CreateModel(
            name='Expansion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField(default=1, editable=False)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('kind', models.CharField(choices=[('related', 'related products'), ('larger', 'larger quantity'), ('reorder', 'reorder'), ('newline', 'new product line')], max_length=10, verbose_name='kind')),
                ('words', models.TextField(blank=True, default='', verbose_name='words to the customer')),
                ('currency', models.CharField(choices=[('CNY', 'CNY'), ('USD', 'USD'), ('EUR', 'EUR'), ('GBP', 'GBP'), ('HKD', 'HKD'), ('JPY', 'JPY')], default='CNY', max_length=3)),
                ('state', models.CharField(choices=[('draft', 'draft'), ('sent', 'sent'), ('opened', 'opened'), ('accepted', 'accepted'), ('in_part', 'accepted in part'), ('declined', 'declined'), ('asked', 'asked'), ('expired', 'expired'), ('withdrawn', 'withdrawn')], default='draft', max_length=10)),
                ('sent_at', models.DateTimeField(null=True)),
                ('ends_on', models.DateField(null=True)),
                ('opened_at', models.DateTimeField(null=True)),
                ('answered_at', models.DateTimeField(null=True)),
                ('reason', models.CharField(blank=True, default='', max_length=20)),
                ('answer_words', models.TextField(blank=True, default='')),
                ('asked_at', models.DateTimeField(null=True)),
                ('question', models.TextField(blank=True, default='')),
                ('our_answer', models.TextField(blank=True, default='')),
                ('withdrawn_reason', models.CharField(blank=True, default='', max_length=300)),
                ('override_reason', models.CharField(blank=True, default='', max_length=300)),
                ('reminded', models.PositiveSmallIntegerField(default=0)),
                ('contact', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.contact')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.customer')),
                ('grant', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='links.grant')),
                ('intention', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='intentions.intention')),
            ],
        ),
        migrations.CreateModel(
            name='Collection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField(default=1, editable=False)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('delivery_term', models.CharField(blank=True, choices=[('EXW', 'EXW'), ('FCA', 'FCA'), ('FOB', 'FOB'), ('CFR', 'CFR'), ('CIF', 'CIF'), ('DAP', 'DAP'), ('DDP', 'DDP'), ('home', 'domestic delivery'), ('pickup', 'customer collects')], default='', max_length=8, verbose_name='delivery term')),
                ('delivery_place', models.CharField(blank=True, default='', max_length=100, verbose_name='place')),
                ('deposit_percent', models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True, verbose_name='deposit, %')),
                ('balance', models.CharField(blank=True, choices=[('before_shipping', 'balance before shipping'), ('documents', 'balance against documents'), ('on_delivery', 'balance on delivery'), ('lc', 'balance by letter of credit'), ('monthly', 'balance monthly, on the 25th of the next month'), ('days_after', 'balance 30 days after shipping'), ('days_45', 'balance 45 days after shipping'), ('days_60', 'balance 60 days after shipping'), ('fixed', 'balance on a fixed date')], default='', max_length=16, verbose_name='balance')),
                ('balance_on', models.DateField(blank=True, null=True, verbose_name='date of the balance')),
                ('delivery_address', models.CharField(blank=True, default='', max_length=400, verbose_name='delivery address')),
                ('consignee', models.CharField(blank=True, default='', max_length=100, verbose_name='consignee')),
                ('consignee_phone', models.CharField(blank=True, default='', max_length=40, verbose_name="consignee's phone")),
                ('invoice_title', models.CharField(blank=True, default='', max_length=200, verbose_name='invoice title or tax number')),
                ('po_number', models.CharField(blank=True, default='', max_length=60, verbose_name="customer's PO number")),
                ('wanted_on', models.DateField(blank=True, null=True, verbose_name='wanted shipping date')),
                ('signatory', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.contact', verbose_name='signatory')),
                ('intention', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='collection', to='intentions.intention')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='IntentionLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField(default=1, editable=False)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('position', models.PositiveSmallIntegerField()),
                ('special', models.CharField(blank=True, default='', max_length=200)),
                ('quantity', models.DecimalField(decimal_places=3, max_digits=14, null=True, verbose_name='quantity')),
                ('price', models.DecimalField(decimal_places=4, max_digits=14, null=True, verbose_name='our unit price')),
                ('target_price', models.DecimalField(decimal_places=4, max_digits=14, null=True, verbose_name="the customer's target price")),
                ('wanted_on', models.DateField(null=True, verbose_name='wanted by')),
                ('probability', models.PositiveSmallIntegerField(default=30)),
                ('lost_at', models.DateTimeField(null=True)),
                ('lost_reason', models.CharField(blank=True, default='', max_length=200)),
                ('intention', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='intentions.intention')),
                ('product', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.product')),
                ('variant', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.variant')),
            ],
            options={
                'ordering': ('position',),
            },
        ),
        migrations.CreateModel(
            name='Quotation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField(default=1, editable=False)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('number', models.CharField(max_length=20, unique=True)),
                ('currency', models.CharField(choices=[('CNY', 'CNY'), ('USD', 'USD'), ('EUR', 'EUR'), ('GBP', 'GBP'), ('HKD', 'HKD'), ('JPY', 'JPY')], default='CNY', max_length=3)),
                ('total', models.DecimalField(decimal_places=2, max_digits=14, null=True)),
                ('valid_until', models.DateField()),
                ('digest', models.CharField(max_length=64)),
                ('sent_at', models.DateTimeField(null=True)),
                ('expired_at', models.DateTimeField(null=True)),
                ('contact', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.contact')),
                ('grant', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='links.grant')),
                ('intention', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='quotations', to='intentions.intention')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Requirement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField(default=1, editable=False)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('kind', models.CharField(choices=[('spec', 'specification'), ('packaging', 'packaging'), ('label', 'label'), ('certificate', 'certificate'), ('sample', 'sample'), ('delivery', 'delivery term'), ('other', 'other')], max_length=12, verbose_name='kind')),
                ('words', models.CharField(max_length=300, verbose_name='what is required')),
                ('is_must', models.BooleanField(default=True, verbose_name='must be met')),
                ('due_on', models.DateField(verbose_name='answer by')),
                ('met_at', models.DateTimeField(null=True)),
                ('proof', models.CharField(blank=True, choices=[('document', 'document'), ('sample', 'sample approved'), ('line', 'stands in the line')], default='', max_length=10)),
                ('proof_words', models.CharField(blank=True, default='', max_length=300)),
                ('refused_at', models.DateTimeField(null=True)),
                ('refused_reason', models.CharField(blank=True, default='', max_length=300)),
                ('waived_at', models.DateTimeField(null=True)),
                ('waived_words', models.CharField(blank=True, default='', max_length=300)),
                ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who answers')),
                ('intention', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='requirements', to='intentions.intention')),
                ('line', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='requirements', to='intentions.intentionline', verbose_name='of which product')),
                ('objection', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='negotiation.objection')),
                ('step', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='followups.nextstep')),
                ('waived_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.contact')),
            ],
            options={
                'ordering': ('id',),
            },
        ),
        migrations.CreateModel(
            name='ExpansionItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('quantity', models.DecimalField(decimal_places=3, max_digits=14, null=True)),
                ('price', models.DecimalField(decimal_places=4, max_digits=14, null=True)),
                ('why', models.JSONField(default=list)),
                ('accepted', models.DecimalField(decimal_places=3, max_digits=14, null=True)),
                ('is_refused', models.BooleanField(default=False)),
                ('expansion', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='intentions.expansion')),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.product')),
                ('variant', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.variant')),
            ],
            options={
                'ordering': ('id',),
                'constraints': [models.UniqueConstraint(fields=('expansion', 'product'), name='proposed_once')],
            },
        ),
        migrations.AddIndex(
            model_name='intention',
            index=models.Index(fields=['customer', 'state'], name='intention_state'),
        ),
        migrations.AddIndex(
            model_name='expansion',
            index=models.Index(condition=models.Q(('state__in', ('sent', 'opened', 'asked'))), fields=['ends_on'], name='expansion_ends'),
        ),
        migrations.AddConstraint(
            model_name='expansion',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ('draft', 'sent', 'opened', 'asked'))), fields=('customer', 'kind'), name='one_open_expansion'),
        ),
        migrations.AddConstraint(
            model_name='intentionline',
            constraint=models.UniqueConstraint(fields=('intention', 'position'), name='intention_position_once'),
        ),
        migrations.AddConstraint(
            model_name='intentionline',
            constraint=models.CheckConstraint(condition=models.Q(('product__isnull', False), models.Q(('special', ''), _negated=True), _connector='OR'), name='intention_line_names_something'),
        ),
    ]
