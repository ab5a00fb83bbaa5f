import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Deed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=80)),
                ('actor_kind', models.CharField(max_length=16)),
                ('actor_id', models.BigIntegerField(null=True)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('words', models.CharField(default='', max_length=300)),
                ('words_latin', models.CharField(default='', max_length=300)),
                ('done', models.PositiveIntegerField(default=0)),
                ('kept', models.JSONField(default=dict)),
                ('refused', models.JSONField(default=dict)),
                ('left', models.JSONField(default=dict)),
                ('taken_back_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['actor_kind', 'actor_id', '-id'], name='deed_last')],
            },
        ),
        migrations.CreateModel(
            name='Event',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=80)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('actor_kind', models.CharField(max_length=16)),
                ('actor_id', models.BigIntegerField(null=True)),
                ('actor_name', models.CharField(max_length=200)),
                ('subject_kind', models.CharField(max_length=40)),
                ('subject_id', models.BigIntegerField(null=True)),
                ('subject_name', models.CharField(max_length=200)),
                ('under_kind', models.CharField(default='', max_length=40)),
                ('under_id', models.BigIntegerField(null=True)),
                ('under_name', models.CharField(default='', max_length=200)),
                ('values', models.JSONField(default=dict)),
                ('changes', models.JSONField(default=dict)),
                ('latin', models.JSONField(default=dict)),
            ],
            options={
                'indexes': [models.Index(fields=['under_kind', 'under_id', '-id'], name='event_under'), models.Index(fields=['subject_kind', 'subject_id', '-id'], name='event_subject'), models.Index(fields=['kind', '-id'], name='event_kind'), models.Index(fields=['actor_kind', 'actor_id', '-id'], name='event_actor'), models.Index(fields=['at'], name='event_at')],
            },
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('listener', models.CharField(max_length=80)),
                ('due_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('taken_until', models.DateTimeField(null=True)),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('done_at', models.DateTimeField(null=True)),
                ('parked_at', models.DateTimeField(null=True)),
                ('error', models.CharField(default='', max_length=500)),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='timeline.event')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('done_at__isnull', True), ('parked_at__isnull', True)), fields=['due_at'], name='delivery_waiting')],
                'constraints': [models.UniqueConstraint(fields=('event', 'listener'), name='delivery_once')],
            },
        ),
    ]
