import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('customers', '0001_initial'),
        ('worktime', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='NextStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField(default=1, editable=False)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('what', models.CharField(max_length=200, verbose_name='what')),
                ('values', models.JSONField(editable=False, null=True)),
                ('kind', models.CharField(choices=[('call', 'call'), ('chat', 'chat message'), ('mail', 'e-mail'), ('meet', 'meeting'), ('do', 'task')], default='call', max_length=8, verbose_name='how')),
                ('due_on', models.DateField(verbose_name='when')),
                ('moved', models.PositiveSmallIntegerField(default=0, editable=False)),
                ('done_at', models.DateTimeField(null=True)),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.customer')),
                ('owner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Clock',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField(default=1, editable=False)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('subject_kind', models.CharField(max_length=40)),
                ('subject_id', models.BigIntegerField(null=True)),
                ('subject_name', models.CharField(max_length=200)),
                ('by_show', models.BooleanField(default=False)),
                ('heat', models.PositiveSmallIntegerField(null=True, verbose_name='heat')),
                ('hours', models.DecimalField(decimal_places=2, max_digits=6)),
                ('started_at', models.DateTimeField()),
                ('due_at', models.DateTimeField()),
                ('turn', models.PositiveSmallIntegerField(default=1)),
                ('turn_due_at', models.DateTimeField()),
                ('remind_at', models.DateTimeField(null=True)),
                ('next_at', models.DateTimeField(null=True)),
                ('answered_at', models.DateTimeField(null=True)),
                ('closed_at', models.DateTimeField(null=True)),
                ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('contact', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.contact')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.customer')),
                ('owner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='with')),
                ('show', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='worktime.show')),
                ('step', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='followups.nextstep')),
            ],
        ),
        migrations.CreateModel(
            name='Taking',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField(default=1, editable=False)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('at', models.DateTimeField()),
                ('touch_by', models.DateField()),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.customer')),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Touch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField(default=1, editable=False)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('channel', models.CharField(choices=[('phone', 'phone'), ('wechat', 'WeChat'), ('mail', 'e-mail'), ('meet', 'in person'), ('other', 'other')], max_length=8, verbose_name='channel')),
                ('reach', models.CharField(choices=[('reached', 'reached'), ('sent', 'sent'), ('not_reached', 'not reached'), ('came_in', 'they contacted us')], default='reached', max_length=12, verbose_name='did it reach them')),
                ('words', models.TextField(verbose_name='what was said')),
                ('asked', models.CharField(blank=True, choices=[('quote', 'asked for a quotation'), ('drawing', 'asked for a drawing'), ('sample', 'asked for a sample'), ('no_need', 'no need now'), ('later', 'later, no date named')], default='', max_length=8, verbose_name='what they want now')),
                ('wants_on', models.DateField(blank=True, null=True, verbose_name='date that they named')),
                ('grade', models.CharField(blank=True, default='', editable=False, max_length=1)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('ended', models.CharField(blank=True, choices=[('won_elsewhere', 'bought elsewhere'), ('no_need', 'no need'), ('not_reachable', 'cannot be reached'), ('wrong_person', 'wrong person'), ('duplicate', 'on record twice'), ('no_contact', 'asked not to be contacted'), ('closed', 'business closed')], default='', max_length=16)),
                ('contact', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.contact')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.customer')),
                ('step', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='followups.nextstep')),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Gift',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField(default=1, editable=False)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('way', models.CharField(choices=[('given', 'given'), ('received', 'received'), ('asked', 'asked for, and declined')], max_length=8, verbose_name='given or received')),
                ('kind', models.CharField(choices=[('gift', 'present'), ('meal', 'meal'), ('trip', "travel or a night's stay"), ('show', 'show or excursion'), ('other', 'something else'), ('cash', 'cash'), ('red', 'red packet'), ('card', 'shopping card'), ('share', 'commission to an employee of the buyer')], max_length=8, verbose_name='kind')),
                ('item', models.CharField(max_length=200, verbose_name='item')),
                ('occasion', models.CharField(max_length=200, verbose_name='occasion')),
                ('value', models.DecimalField(decimal_places=2, max_digits=14, null=True)),
                ('currency', models.CharField(choices=[('CNY', 'CNY'), ('USD', 'USD'), ('EUR', 'EUR'), ('GBP', 'GBP'), ('HKD', 'HKD'), ('JPY', 'JPY')], default='CNY', max_length=3)),
                ('on', models.DateField(verbose_name='date')),
                ('is_official', models.BooleanField(default=False)),
                ('asked_at', models.DateTimeField(null=True)),
                ('approved_at', models.DateTimeField(null=True)),
                ('refused_at', models.DateTimeField(null=True)),
                ('decision', models.TextField(blank=True, default='')),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('withdrawn_why', models.CharField(blank=True, default='', max_length=300)),
                ('contact', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.contact')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.customer')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['customer', '-on'], name='gift_customer'), models.Index(fields=['contact', 'on'], name='gift_contact'), models.Index(fields=['person', 'on'], name='gift_person')],
                'constraints': [models.CheckConstraint(condition=models.Q(('value__isnull', False), ('way', 'asked'), _connector='OR'), name='gift_has_value')],
            },
        ),
        migrations.AddIndex(
            model_name='nextstep',
            index=models.Index(condition=models.Q(('done_at__isnull', True)), fields=['owner', 'due_on', 'id'], name='step_due'),
        ),
        migrations.AddIndex(
            model_name='nextstep',
            index=models.Index(condition=models.Q(('done_at__isnull', True)), fields=['customer', 'due_on'], name='step_customer'),
        ),
        migrations.AddIndex(
            model_name='clock',
            index=models.Index(condition=models.Q(('next_at__isnull', False)), fields=['next_at'], name='clock_next'),
        ),
        migrations.AddIndex(
            model_name='clock',
            index=models.Index(condition=models.Q(('answered_at__isnull', True), ('closed_at__isnull', True)), fields=['customer'], name='clock_open'),
        ),
        migrations.AddIndex(
            model_name='clock',
            index=models.Index(fields=['due_at', 'id'], name='clock_due'),
        ),
        migrations.AddIndex(
            model_name='clock',
            index=models.Index(fields=['show', 'started_at'], name='clock_show'),
        ),
        migrations.AddConstraint(
            model_name='clock',
            constraint=models.UniqueConstraint(fields=('subject_kind', 'subject_id'), name='clock_once'),
        ),
        migrations.AddIndex(
            model_name='taking',
            index=models.Index(fields=['user', 'at'], name='taking_user'),
        ),
        migrations.AddIndex(
            model_name='taking',
            index=models.Index(fields=['customer', 'at'], name='taking_customer'),
        ),
        migrations.AddConstraint(
            model_name='touch',
            constraint=models.CheckConstraint(condition=models.Q(('step__isnull', False), models.Q(('ended', ''), _negated=True), _connector='OR'), name='touch_goes_on_or_ends'),
        ),
    ]
