import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('customers', '0001_initial'),
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
                ('done_at', models.DateTimeField(null=True)),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.customer')),
                ('owner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Touch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField(default=1, editable=False)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('channel', models.CharField(choices=[('phone', 'phone'), ('wechat', 'WeChat'), ('mail', 'e-mail'), ('meet', 'in person'), ('other', 'other')], max_length=8, verbose_name='channel')),
                ('words', models.TextField(verbose_name='what was said')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('ended', models.CharField(blank=True, choices=[('won_elsewhere', 'bought elsewhere'), ('no_need', 'no need'), ('not_reachable', 'cannot be reached'), ('wrong_person', 'wrong person'), ('duplicate', 'on record twice'), ('no_contact', 'asked not to be contacted'), ('closed', 'business closed')], default='', max_length=16)),
                ('contact', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.contact')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.customer')),
                ('step', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='followups.nextstep')),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.AddIndex(
            model_name='nextstep',
            index=models.Index(condition=models.Q(('done_at__isnull', True)), fields=['owner', 'due_on', 'id'], name='step_due'),
        ),
        migrations.AddIndex(
            model_name='nextstep',
            index=models.Index(condition=models.Q(('done_at__isnull', True)), fields=['customer', 'due_on'], name='step_customer'),
        ),
        migrations.AddConstraint(
            model_name='touch',
            constraint=models.CheckConstraint(condition=models.Q(('step__isnull', False), models.Q(('ended', ''), _negated=True), _connector='OR'), name='touch_goes_on_or_ends'),
        ),
    ]
