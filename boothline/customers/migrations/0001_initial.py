import boothline.customers.card
import django.db.models.deletion
import django.utils.timezone
import uuid
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('catalogue', '0001_initial'),
        ('timeline', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Contact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField(default=1, editable=False)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('client_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('sort_key', models.CharField(default='', editable=False, max_length=200)),
                ('title', models.CharField(blank=True, default='', max_length=200, verbose_name='title')),
                ('language', models.CharField(blank=True, choices=[('zh-hans', '中文'), ('en', 'English')], default='', max_length=10, verbose_name='language')),
                ('address', models.CharField(blank=True, default='', max_length=400, verbose_name='address')),
                ('suitable', models.JSONField(blank=True, choices=[('morning', 'morning'), ('noon', 'noon'), ('afternoon', 'afternoon'), ('evening', 'evening')], default=list, verbose_name='suitable time')),
                ('note', models.TextField(blank=True, default='', verbose_name='note')),
                ('extra', models.JSONField(default=dict, editable=False)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Consent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField(default=1, editable=False)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('purpose', models.CharField(choices=[('follow_up', 'follow-up'), ('marketing', 'marketing'), ('photo', 'photo'), ('recording', 'recording')], max_length=20)),
                ('wording', models.CharField(default='1', max_length=20)),
                ('how', models.CharField(max_length=40)),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('contact', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='consents', to='customers.contact')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ContactPoint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('phone', 'phone'), ('email', 'e-mail'), ('wechat', 'WeChat'), ('whatsapp', 'WhatsApp'), ('web', 'website')], max_length=10)),
                ('value', models.CharField(max_length=200)),
                ('folded', models.CharField(db_index=True, max_length=200)),
                ('contact', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='points', to='customers.contact')),
            ],
            options={
                'ordering': ('id',),
            },
        ),
        migrations.CreateModel(
            name='Customer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField(default=1, editable=False)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('kind', models.CharField(choices=[('company', 'company'), ('person', 'private person')], default='company', max_length=10)),
                ('name', models.CharField(max_length=200, verbose_name='company name')),
                ('name_latin', models.CharField(blank=True, default='', max_length=200, verbose_name='name in Latin letters')),
                ('folded', models.CharField(db_index=True, default='', editable=False, max_length=200)),
                ('sort_key', models.CharField(default='', editable=False, max_length=200)),
                ('country', models.CharField(blank=True, default='', max_length=60, verbose_name='country')),
                ('address', models.CharField(blank=True, default='', max_length=400, verbose_name='address')),
                ('note', models.TextField(blank=True, default='', verbose_name='note')),
                ('owned_since', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('type', models.CharField(choices=[('visitor', 'visitor'), ('negotiating', 'negotiating'), ('intending', 'intending'), ('contract', 'contract customer'), ('ordering', 'ordering')], default='visitor', editable=False, max_length=16)),
                ('type_since', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('derived_type', models.CharField(choices=[('visitor', 'visitor'), ('negotiating', 'negotiating'), ('intending', 'intending'), ('contract', 'contract customer'), ('ordering', 'ordering')], default='visitor', editable=False, max_length=16)),
                ('derived_since', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('furthest', models.PositiveSmallIntegerField(default=0, editable=False)),
                ('nature', models.CharField(choices=[('buyer', 'buyer'), ('peer', 'peer'), ('unknown', 'unknown')], default='unknown', editable=False, max_length=8)),
                ('nature_share', models.DecimalField(decimal_places=3, default=Decimal('0.700'), editable=False, max_digits=4)),
                ('grade', models.CharField(blank=True, choices=[('A', 'A active prospect'), ('B', 'B buying or designing'), ('C', 'C periodic'), ('D', 'D let go'), ('', 'none')], default='C', editable=False, max_length=1, verbose_name='grade')),
                ('derived_grade', models.CharField(blank=True, choices=[('A', 'A active prospect'), ('B', 'B buying or designing'), ('C', 'C periodic'), ('D', 'D let go'), ('', 'none')], default='C', editable=False, max_length=1)),
                ('grade_why', models.JSONField(default=boothline.customers.card.nothing_known, editable=False)),
                ('last_touch_at', models.DateTimeField(editable=False, null=True)),
                ('next_step_on', models.DateField(editable=False, null=True)),
                ('extra', models.JSONField(default=dict, editable=False)),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='owner')),
                ('owner_before', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('team', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='accounts.team')),
            ],
        ),
        migrations.AddField(
            model_name='contact',
            name='customer',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='contacts', to='customers.customer'),
        ),
        migrations.CreateModel(
            name='Collaborator',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('until', models.DateField(null=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='collaborators', to='customers.customer')),
            ],
        ),
        migrations.CreateModel(
            name='Dealing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('briefing', 'briefing'), ('quotation', 'quotation'), ('contract', 'contract'), ('order', 'order')], max_length=10)),
                ('on', models.DateField()),
                ('quantity', models.DecimalField(decimal_places=3, max_digits=14, null=True)),
                ('price', models.DecimalField(decimal_places=4, max_digits=14)),
                ('discount', models.DecimalField(decimal_places=2, default=0, max_digits=5)),
                ('currency', models.CharField(choices=[('CNY', 'CNY'), ('USD', 'USD'), ('EUR', 'EUR'), ('GBP', 'GBP'), ('HKD', 'HKD'), ('JPY', 'JPY')], default='CNY', max_length=3)),
                ('who', models.CharField(max_length=200)),
                ('source_kind', models.CharField(max_length=40)),
                ('source_id', models.BigIntegerField()),
                ('is_live', models.BooleanField(default=True)),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='customers.customer')),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.product')),
                ('variant', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.variant')),
            ],
        ),
        migrations.CreateModel(
            name='GradePin',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField(default=1, editable=False)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('grade', models.CharField(choices=[('A', 'A active prospect'), ('B', 'B buying or designing'), ('C', 'C periodic'), ('D', 'D let go')], max_length=1, verbose_name='grade')),
                ('reason', models.CharField(max_length=500, verbose_name='reason')),
                ('until', models.DateField(verbose_name='until')),
                ('by_name', models.CharField(max_length=200)),
                ('ended_at', models.DateTimeField(null=True)),
                ('ended_how', models.CharField(blank=True, choices=[('lifted', 'lifted'), ('date', 'its date has come'), ('same', 'the facts say the same'), ('further', 'a fact went further')], default='', max_length=10)),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='grade_pins', to='customers.customer')),
            ],
        ),
        migrations.CreateModel(
            name='Pin',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField(default=1, editable=False)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('type', models.CharField(choices=[('visitor', 'visitor'), ('negotiating', 'negotiating'), ('intending', 'intending'), ('contract', 'contract customer'), ('ordering', 'ordering')], max_length=16, verbose_name='type')),
                ('reason', models.CharField(max_length=500, verbose_name='reason')),
                ('until', models.DateField(verbose_name='until')),
                ('by_name', models.CharField(max_length=200)),
                ('ended_at', models.DateTimeField(null=True)),
                ('ended_how', models.CharField(blank=True, choices=[('lifted', 'lifted'), ('date', 'its date has come'), ('same', 'the facts say the same'), ('further', 'a fact went further')], default='', max_length=10)),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pins', to='customers.customer')),
            ],
        ),
        migrations.CreateModel(
            name='Quiet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('why', models.CharField(choices=[('critical_problem', 'a critical problem is open'), ('complaint', 'a complaint is open')], max_length=20)),
                ('source_kind', models.CharField(max_length=40)),
                ('source_id', models.BigIntegerField()),
                ('source_name', models.CharField(max_length=200)),
                ('since', models.DateTimeField(default=django.utils.timezone.now)),
                ('until', models.DateTimeField(null=True)),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='customers.customer')),
            ],
        ),
        migrations.CreateModel(
            name='TypeChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('was', models.CharField(max_length=16)),
                ('now', models.CharField(max_length=16)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('fact', models.CharField(max_length=80)),
                ('actor_name', models.CharField(max_length=200)),
                ('pinned', models.BooleanField(default=False)),
                ('days', models.PositiveIntegerField(null=True)),
                ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='type_changes', to='customers.customer')),
                ('event', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='timeline.event')),
            ],
        ),
        migrations.AddIndex(
            model_name='customer',
            index=models.Index(fields=['sort_key', 'id'], name='customer_sort'),
        ),
        migrations.AddIndex(
            model_name='customer',
            index=models.Index(fields=['type', 'sort_key', 'id'], name='customer_type'),
        ),
        migrations.AddIndex(
            model_name='customer',
            index=models.Index(fields=['owner', 'sort_key', 'id'], name='customer_owner'),
        ),
        migrations.AddIndex(
            model_name='customer',
            index=models.Index(fields=['type', 'next_step_on', 'id'], name='customer_lane'),
        ),
        migrations.AddIndex(
            model_name='customer',
            index=models.Index(fields=['derived_type', 'sort_key', 'id'], name='customer_derived'),
        ),
        migrations.AddIndex(
            model_name='customer',
            index=models.Index(fields=['furthest', 'sort_key', 'id'], name='customer_furthest'),
        ),
        migrations.AddIndex(
            model_name='customer',
            index=models.Index(fields=['grade', 'sort_key', 'id'], name='customer_grade'),
        ),
        migrations.AddConstraint(
            model_name='collaborator',
            constraint=models.UniqueConstraint(fields=('customer', 'user'), name='collaborator_once'),
        ),
        migrations.AddIndex(
            model_name='dealing',
            index=models.Index(fields=['customer', 'product', '-on', '-id'], name='dealing_memory'),
        ),
        migrations.AddIndex(
            model_name='dealing',
            index=models.Index(fields=['source_kind', 'source_id'], name='dealing_source'),
        ),
        migrations.AddIndex(
            model_name='gradepin',
            index=models.Index(condition=models.Q(('ended_at__isnull', True)), fields=['until'], name='grade_pin_due'),
        ),
        migrations.AddConstraint(
            model_name='gradepin',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('customer',), name='grade_pin_once'),
        ),
        migrations.AddIndex(
            model_name='pin',
            index=models.Index(condition=models.Q(('ended_at__isnull', True)), fields=['until'], name='pin_due'),
        ),
        migrations.AddConstraint(
            model_name='pin',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('customer',), name='pin_once'),
        ),
        migrations.AddIndex(
            model_name='quiet',
            index=models.Index(condition=models.Q(('until__isnull', True)), fields=['customer'], name='quiet_customer'),
        ),
        migrations.AddConstraint(
            model_name='quiet',
            constraint=models.UniqueConstraint(condition=models.Q(('until__isnull', True)), fields=('source_kind', 'source_id'), name='quiet_once'),
        ),
        migrations.AddIndex(
            model_name='typechange',
            index=models.Index(fields=['customer', 'was', 'days'], name='stay_of'),
        ),
        migrations.AddIndex(
            model_name='typechange',
            index=models.Index(condition=models.Q(('days__isnull', False)), fields=['was', 'days'], name='stay'),
        ),
    ]
