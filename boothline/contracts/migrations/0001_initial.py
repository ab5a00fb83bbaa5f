import django.db.models.deletion
import django.utils.timezone
import uuid
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('catalogue', '0001_initial'),
        ('customers', '0001_initial'),
        ('intentions', '0001_initial'),
        ('links', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ConfirmationRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField(default=1, editable=False)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('state', models.CharField(choices=[('draft', 'draft'), ('sent', 'sent'), ('opened', 'opened'), ('changes_asked', 'changes asked'), ('confirmed', 'confirmed'), ('declined', 'declined'), ('withdrawn', 'withdrawn'), ('expired', 'expired'), ('superseded', 'replaced by a new version')], default='sent', max_length=16)),
                ('sent_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('mailed_at', models.DateTimeField(null=True)),
                ('expires_at', models.DateTimeField()),
                ('zone', models.CharField(blank=True, default='', max_length=60)),
                ('opened_at', models.DateTimeField(null=True)),
                ('opened_count', models.PositiveIntegerField(default=0)),
                ('changes_asked_at', models.DateTimeField(null=True)),
                ('changes_words', models.TextField(blank=True, default='')),
                ('stood_at', models.DateTimeField(null=True)),
                ('stood_words', models.TextField(blank=True, default='')),
                ('declined_at', models.DateTimeField(null=True)),
                ('declined_reason', models.CharField(blank=True, default='', max_length=20)),
                ('declined_words', models.TextField(blank=True, default='')),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('withdrawn_reason', models.TextField(blank=True, default='')),
                ('expired_at', models.DateTimeField(null=True)),
                ('superseded_at', models.DateTimeField(null=True)),
                ('override_reason', models.TextField(blank=True, default='')),
                ('wished_name', models.CharField(blank=True, default='', max_length=200)),
                ('wished_reach', models.CharField(blank=True, default='', max_length=200)),
                ('wished_why', models.TextField(blank=True, default='')),
                ('attorney_asked', models.BooleanField(default=False)),
                ('asked_again_at', models.DateTimeField(null=True)),
                ('device_at', models.DateTimeField(null=True)),
                ('is_on_paper', models.BooleanField(default=False)),
                ('device_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('grant', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='links.grant')),
                ('signatory', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.contact')),
            ],
        ),
        migrations.CreateModel(
            name='Contract',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField(default=1, editable=False)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('number', models.CharField(max_length=20, unique=True)),
                ('kind', models.CharField(choices=[('contract', 'sales contract'), ('proforma', 'proforma invoice')], default='contract', max_length=10, verbose_name='kind')),
                ('state', models.CharField(choices=[('preparing', 'preparing'), ('in_approval', 'in approval'), ('out', 'waiting for the customer'), ('changes_asked', 'changes asked'), ('agreed', 'agreed'), ('declined', 'declined by the customer'), ('ended', 'ended by us'), ('lapsed', 'lapsed')], default='preparing', max_length=16)),
                ('ended_reason', models.TextField(blank=True, default='')),
                ('lapsed_at', models.DateTimeField(null=True)),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.customer')),
                ('intention', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='intentions.intention')),
            ],
        ),
        migrations.CreateModel(
            name='Need',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField(default=1, editable=False)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('words', models.CharField(max_length=500, verbose_name='what is needed')),
                ('is_must', models.BooleanField(default=True, verbose_name='must be met')),
                ('source', models.CharField(choices=[('customer', 'the customer'), ('touch', 'a touch'), ('requirement', 'a requirement'), ('portal', "the customer's page")], default='customer', max_length=12, verbose_name='told by')),
                ('traced_at', models.DateTimeField(null=True)),
                ('met_at', models.DateTimeField(null=True)),
                ('refused_at', models.DateTimeField(null=True)),
                ('refused_reason', models.CharField(blank=True, default='', max_length=300)),
                ('waived_at', models.DateTimeField(null=True)),
                ('waived_words', models.CharField(blank=True, default='', max_length=300)),
                ('contract', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='needs', to='contracts.contract')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.customer')),
                ('requirement', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='intentions.requirement')),
                ('waived_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.contact')),
            ],
            options={
                'ordering': ('id',),
            },
        ),
        migrations.CreateModel(
            name='Reminder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('unopened', 'not opened'), ('unanswered', 'opened, not answered'), ('ending', 'ends soon')], max_length=12)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('request', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reminders', to='contracts.confirmationrequest')),
            ],
            options={
                'ordering': ('id',),
            },
        ),
        migrations.CreateModel(
            name='Trace',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('thread', models.UUIDField(null=True)),
                ('clause', models.CharField(blank=True, choices=[('delivery', 'delivery term'), ('shipping', 'shipping date'), ('payment', 'payment'), ('address', 'delivery address'), ('invoice', 'invoice'), ('special', 'special terms')], default='', max_length=12)),
                ('need', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='traces', to='contracts.need')),
            ],
            options={
                'ordering': ('id',),
            },
        ),
        migrations.CreateModel(
            name='Version',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField(default=1, editable=False)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('delivery_term', models.CharField(blank=True, choices=[('EXW', 'EXW'), ('FCA', 'FCA'), ('FOB', 'FOB'), ('CFR', 'CFR'), ('CIF', 'CIF'), ('DAP', 'DAP'), ('DDP', 'DDP'), ('home', 'home delivery'), ('pickup', 'customer collects')], default='', max_length=8, verbose_name='delivery term')),
                ('delivery_place', models.CharField(blank=True, default='', max_length=100, verbose_name='place')),
                ('deposit_percent', models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True, verbose_name='deposit, %')),
                ('balance', models.CharField(blank=True, choices=[('before_shipping', 'balance before shipping'), ('documents', 'balance against documents'), ('on_delivery', 'balance on delivery'), ('days_after', 'balance 30 days after shipping')], default='', max_length=16, verbose_name='balance')),
                ('delivery_address', models.CharField(blank=True, default='', max_length=400, verbose_name='delivery address')),
                ('consignee', models.CharField(blank=True, default='', max_length=100, verbose_name='consignee')),
                ('consignee_phone', models.CharField(blank=True, default='', max_length=40, verbose_name="consignee's phone")),
                ('invoice_title', models.CharField(blank=True, default='', max_length=200, verbose_name='invoice title or tax number')),
                ('po_number', models.CharField(blank=True, default='', max_length=60, verbose_name="customer's PO number")),
                ('n', models.PositiveSmallIntegerField()),
                ('currency', models.CharField(choices=[('CNY', 'CNY'), ('USD', 'USD'), ('EUR', 'EUR'), ('GBP', 'GBP'), ('HKD', 'HKD'), ('JPY', 'JPY')], default='CNY', max_length=3)),
                ('total', models.DecimalField(decimal_places=2, default=Decimal('0.00'), max_digits=14)),
                ('line_count', models.PositiveSmallIntegerField(default=0)),
                ('shipping_on', models.DateField(blank=True, null=True, verbose_name='shipping date')),
                ('special_terms', models.TextField(blank=True, default='', verbose_name='special terms')),
                ('frozen_at', models.DateTimeField(null=True)),
                ('digest', models.CharField(blank=True, default='', max_length=64)),
                ('contract', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='contracts.contract')),
                ('signatory', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.contact', verbose_name='signatory')),
            ],
            options={
                'ordering': ('n',),
            },
        ),
        migrations.CreateModel(
            name='ContractLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField(default=1, editable=False)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('position', models.PositiveSmallIntegerField()),
                ('thread', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('sku', models.CharField(max_length=60)),
                ('name', models.CharField(max_length=200)),
                ('name_latin', models.CharField(blank=True, default='', max_length=200)),
                ('unit', models.CharField(max_length=20)),
                ('quantity', models.DecimalField(decimal_places=3, max_digits=14)),
                ('price', models.DecimalField(decimal_places=4, max_digits=14)),
                ('discount', models.DecimalField(decimal_places=2, default=0, max_digits=5)),
                ('amount', models.DecimalField(decimal_places=2, max_digits=14)),
                ('source', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='intentions.intentionline')),
                ('variant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.variant')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='contracts.version')),
            ],
            options={
                'ordering': ('position',),
            },
        ),
        migrations.AddField(
            model_name='confirmationrequest',
            name='version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='requests', to='contracts.version'),
        ),
        migrations.CreateModel(
            name='Confirmation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField(default=1, editable=False)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('how', models.CharField(choices=[('link', 'by the link'), ('device', 'on our device'), ('paper', 'signed paper'), ('proforma', 'signed proforma invoice'), ('deposit', 'deposit received')], default='link', max_length=10)),
                ('signed_by', models.CharField(max_length=100)),
                ('signature', models.CharField(max_length=100)),
                ('is_drawn', models.BooleanField(default=False)),
                ('consent', models.CharField(max_length=300)),
                ('signed_on', models.DateField(null=True)),
                ('amount', models.DecimalField(decimal_places=2, max_digits=14, null=True)),
                ('before', models.JSONField(default=dict)),
                ('confirmed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('void_at', models.DateTimeField(null=True)),
                ('void_reason', models.TextField(blank=True, default='')),
                ('by_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('contact', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.contact')),
                ('void_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('request', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='confirmations', to='contracts.confirmationrequest')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='confirmations', to='contracts.version')),
            ],
        ),
        migrations.AddIndex(
            model_name='contract',
            index=models.Index(fields=['customer', 'state'], name='contract_state'),
        ),
        migrations.AddConstraint(
            model_name='need',
            constraint=models.UniqueConstraint(fields=('contract', 'requirement'), name='need_once'),
        ),
        migrations.AddConstraint(
            model_name='reminder',
            constraint=models.UniqueConstraint(fields=('request', 'kind'), name='reminder_once'),
        ),
        migrations.AddConstraint(
            model_name='version',
            constraint=models.UniqueConstraint(fields=('contract', 'n'), name='version_once'),
        ),
        migrations.AddConstraint(
            model_name='contractline',
            constraint=models.UniqueConstraint(fields=('version', 'position'), name='contract_position_once'),
        ),
        migrations.AddIndex(
            model_name='confirmationrequest',
            index=models.Index(condition=models.Q(('state__in', ('sent', 'opened', 'changes_asked'))), fields=['expires_at'], name='request_expiry'),
        ),
        migrations.AddConstraint(
            model_name='confirmationrequest',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ('sent', 'opened', 'changes_asked'))), fields=('version',), name='one_live_request'),
        ),
        migrations.AddConstraint(
            model_name='confirmation',
            constraint=models.UniqueConstraint(condition=models.Q(('void_at__isnull', True)), fields=('version',), name='one_confirmation'),
        ),
    ]
