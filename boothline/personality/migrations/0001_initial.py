import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('customers', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Opinion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField(default=1, editable=False)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('traits', models.JSONField(default=list, verbose_name='traits')),
                ('type', models.CharField(blank=True, choices=[('rational', 'rational'), ('task', 'task-driven'), ('greedy', 'benefit-minded'), ('owner', 'owner-minded'), ('credit', 'result-minded'), ('stingy', 'cost-minded'), ('tricky', 'needs it in writing'), ('relationship', 'relationship'), ('mixed', 'mixed')], default='', max_length=16, verbose_name='personality')),
                ('reason', models.CharField(blank=True, default='', max_length=500, verbose_name='reason')),
                ('by_name', models.CharField(blank=True, default='', max_length=200)),
                ('contact', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='customers.contact')),
            ],
            options={
                'abstract': False,
            },
        ),
    ]
