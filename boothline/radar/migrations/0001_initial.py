import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('orders', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Risk',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField(default=1, editable=False)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('code', models.CharField(choices=[('deposit', 'deposit not received'), ('measured', 'not measured on site'), ('artwork', 'artwork not approved'), ('sample', 'sample not approved'), ('material', 'material not in'), ('production_start', 'production not started'), ('production_end', 'production not finished'), ('inspection', 'not inspected'), ('goods', 'goods data not approved'), ('balance', 'balance not received'), ('booked', 'carrier not booked'), ('packed', 'not all packed'), ('release', 'not all released'), ('lc_ship_by', 'letter of credit: latest shipment is near'), ('silent', 'no word of the shipment'), ('customs', 'held at customs'), ('late_arrival', 'arrives later than promised'), ('unsigned', 'delivered, not signed for'), ('installed', 'not installed and accepted'), ('lc_present_by', 'letter of credit: presentation is near'), ('lc_expires_on', 'letter of credit: expiry is near'), ('major', 'major problem'), ('critical', 'critical problem')], max_length=20)),
                ('about', models.CharField(blank=True, default='', max_length=20)),
                ('colour', models.CharField(choices=[('red', 'red'), ('amber', 'amber')], max_length=5)),
                ('since', models.DateField()),
                ('red_on', models.DateField(null=True)),
                ('ended_on', models.DateField(null=True)),
                ('owes', models.CharField(choices=[('customer', 'the customer'), ('carrier', 'the carrier'), ('us', 'we')], max_length=8)),
                ('place', models.CharField(blank=True, default='', max_length=40)),
                ('follows', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='orders.order')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('colour', 'since', 'id'),
                'indexes': [models.Index(condition=models.Q(('ended_on', None)), fields=['place', 'id'], name='risk_list'), models.Index(fields=['order'], name='risk_order')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_on', None)), fields=('order', 'code', 'about'), name='risk_stands_once')],
            },
        ),
    ]
