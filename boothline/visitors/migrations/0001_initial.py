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
            name='Capture',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField(default=1, editable=False)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('client_id', models.UUIDField(unique=True)),
                ('taken_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('source', models.CharField(choices=[('form', 'form'), ('import', 'import')], default='form', max_length=10)),
                ('heat', models.PositiveSmallIntegerField(blank=True, choices=[(4, 'very strong'), (3, 'strong'), (2, 'some'), (1, 'weak')], null=True, verbose_name='heat')),
                ('promised', models.JSONField(default=list)),
                ('note', models.TextField(blank=True, default='', verbose_name='note')),
                ('extra', models.JSONField(default=dict)),
                ('contact', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.contact')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.customer')),
                ('fair', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='fairs.fair')),
                ('interest', models.ManyToManyField(blank=True, related_name='+', to='catalogue.product')),
                ('taken_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['-taken_at', '-id'], name='capture_newest'), models.Index(fields=['fair', '-taken_at'], name='capture_fair')],
            },
        ),
    ]
