import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('catalogue', '0001_initial'),
        ('customers', '0001_initial'),
        ('fairs', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Questionnaire',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField(default=1, editable=False)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('n', models.PositiveIntegerField(verbose_name='version')),
                ('questions', models.JSONField(default=list)),
                ('fair', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='fairs.fair')),
            ],
        ),
        migrations.CreateModel(
            name='Capture',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField(default=1, editable=False)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('client_id', models.UUIDField(unique=True)),
                ('is_made_here', models.BooleanField(default=False, editable=False)),
                ('taken_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('source', models.CharField(choices=[('form', 'form'), ('import', 'import'), ('self', "the visitor's own form")], default='form', max_length=10)),
                ('heat', models.PositiveSmallIntegerField(blank=True, choices=[(4, 'hot'), (3, 'warm'), (2, 'mild'), (1, 'cold')], null=True, verbose_name='heat')),
                ('promised', models.JSONField(default=list)),
                ('minutes', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='minutes of talk')),
                ('note', models.TextField(blank=True, default='', verbose_name='note')),
                ('answers', models.JSONField(default=dict, verbose_name='answers')),
                ('badge', models.CharField(blank=True, choices=[('buyer', "buyer's badge"), ('press', 'press badge')], default='', max_length=10, verbose_name='badge')),
                ('badge_number', models.CharField(blank=True, default='', max_length=40, verbose_name='badge number')),
                ('extra', models.JSONField(default=dict)),
                ('sent_as', models.CharField(default='', editable=False, max_length=64)),
                ('contact', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.contact')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.customer')),
                ('fair', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='fairs.fair')),
                ('interest', models.ManyToManyField(blank=True, related_name='+', to='catalogue.product')),
                ('others', models.ManyToManyField(blank=True, related_name='+', to='customers.contact')),
                ('taken_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('questionnaire', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='captures', to='visitors.questionnaire')),
            ],
        ),
        migrations.CreateModel(
            name='Cooperation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField(default=1, editable=False)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('peer', models.CharField(blank=True, choices=[('competitor', 'competitor'), ('supplier', 'supplier'), ('agent', 'agent or cooperation'), ('service', 'service provider'), ('press', 'press or association'), ('education', 'education')], default='', max_length=12, verbose_name='kind of peer')),
                ('state', models.CharField(choices=[('noted', 'noted'), ('talking', 'talking'), ('agreed', 'agreed'), ('ended', 'ended')], default='noted', editable=False, max_length=8, verbose_name='state')),
                ('since', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('customer', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.customer')),
            ],
            options={
                'indexes': [models.Index(fields=['state', '-since', 'id'], name='cooperation_state')],
            },
        ),
        migrations.CreateModel(
            name='Firm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField(default=1, editable=False)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('on', models.CharField(choices=[('competitor', 'competitors'), ('supplier', 'suppliers'), ('same', 'exhibitors of our category'), ('other', 'other exhibitors')], max_length=12, verbose_name='list')),
                ('name', models.CharField(max_length=200, verbose_name='firm')),
                ('folded', models.CharField(db_index=True, editable=False, max_length=200)),
                ('sort_key', models.CharField(editable=False, max_length=200)),
                ('domain', models.CharField(blank=True, db_index=True, default='', max_length=200, verbose_name='domain')),
                ('about', models.TextField(blank=True, default='', verbose_name='what it does')),
                ('ended_at', models.DateTimeField(editable=False, null=True)),
                ('fair', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='fairs.fair')),
            ],
            options={
                'indexes': [models.Index(fields=['sort_key', 'id'], name='firm_sort')],
            },
        ),
        migrations.CreateModel(
            name='Opinion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField(default=1, editable=False)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('nature', models.CharField(choices=[('buyer', 'buyer'), ('peer', 'peer')], max_length=8, verbose_name='nature')),
                ('peer', models.CharField(blank=True, choices=[('competitor', 'competitor'), ('supplier', 'supplier'), ('agent', 'agent or cooperation'), ('service', 'service provider'), ('press', 'press or association'), ('education', 'education')], default='', max_length=12, verbose_name='kind of peer')),
                ('words', models.CharField(blank=True, default='', max_length=400, verbose_name='reason')),
                ('lifted_at', models.DateTimeField(null=True)),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.customer')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('lifted_at__isnull', True)), fields=('customer',), name='opinion_one_standing')],
            },
        ),
        migrations.AddConstraint(
            model_name='questionnaire',
            constraint=models.UniqueConstraint(fields=('fair', 'n'), name='questionnaire_version'),
        ),
        migrations.AddIndex(
            model_name='capture',
            index=models.Index(fields=['-taken_at', '-id'], name='capture_newest'),
        ),
        migrations.AddIndex(
            model_name='capture',
            index=models.Index(fields=['fair', '-taken_at'], name='capture_fair'),
        ),
    ]
