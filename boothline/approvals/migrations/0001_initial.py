import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Approval',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField(default=1, editable=False)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('matter', models.CharField(max_length=40)),
                ('subject_kind', models.CharField(max_length=40)),
                ('subject_id', models.BigIntegerField()),
                ('subject_name', models.CharField(max_length=200)),
                ('under_kind', models.CharField(blank=True, default='', max_length=40)),
                ('under_id', models.BigIntegerField(null=True)),
                ('under_name', models.CharField(blank=True, default='', max_length=200)),
                ('under_latin', models.CharField(blank=True, default='', max_length=200)),
                ('why', models.JSONField(default=list)),
                ('words', models.TextField(blank=True, default='')),
                ('digest', models.CharField(max_length=64)),
                ('until', models.DateTimeField()),
                ('state', models.CharField(choices=[('open', 'waiting for approval'), ('approved', 'approved'), ('refused', 'not approved'), ('dropped', 'changed, to be asked again')], default='open', max_length=10)),
                ('decided_at', models.DateTimeField(null=True)),
                ('reason', models.TextField(blank=True, default='')),
                ('asked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('team', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='accounts.team')),
            ],
        ),
        migrations.CreateModel(
            name='Turn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('who', models.CharField(max_length=40)),
                ('name', models.CharField(blank=True, default='', max_length=200)),
                ('latin', models.CharField(blank=True, default='', max_length=200)),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('approval', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='turns', to='approvals.approval')),
                ('team', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='accounts.team')),
            ],
            options={
                'ordering': ('id',),
            },
        ),
        migrations.AddConstraint(
            model_name='approval',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('matter', 'subject_kind', 'subject_id'), name='one_open_approval'),
        ),
        migrations.AddConstraint(
            model_name='turn',
            constraint=models.UniqueConstraint(fields=('approval', 'who'), name='turn_once'),
        ),
    ]
