import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('customers', '0001_initial'),
        ('links', '0001_initial'),
        ('worktime', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Fair',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField(default=1, editable=False)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('code', models.CharField(max_length=40, unique=True, verbose_name='code')),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('name_latin', models.CharField(blank=True, default='', max_length=200, verbose_name='name in English')),
                ('city', models.CharField(blank=True, default='', max_length=100, verbose_name='city')),
                ('booth', models.CharField(blank=True, default='', max_length=60, verbose_name='booth')),
                ('starts_on', models.DateField(verbose_name='first day')),
                ('ends_on', models.DateField(verbose_name='last day')),
                ('lead', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='follows up')),
                ('show', models.OneToOneField(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='worktime.show')),
            ],
        ),
        migrations.CreateModel(
            name='BudgetLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField(default=1, editable=False)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('kind', models.CharField(choices=[('space', 'space'), ('stand', 'stand'), ('freight', 'exhibits and freight'), ('travel', 'travel'), ('staff', 'staff'), ('promotion', 'promotion'), ('hospitality', 'hospitality'), ('material', 'material'), ('other', 'other')], max_length=12)),
                ('planned', models.DecimalField(decimal_places=2, max_digits=14, null=True, verbose_name='planned')),
                ('actual', models.DecimalField(decimal_places=2, max_digits=14, null=True, verbose_name='actual')),
                ('currency', models.CharField(choices=[('CNY', 'CNY'), ('USD', 'USD'), ('EUR', 'EUR'), ('GBP', 'GBP'), ('HKD', 'HKD'), ('JPY', 'JPY')], default='CNY', max_length=3)),
                ('fair', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='budget', to='fairs.fair')),
            ],
        ),
        migrations.CreateModel(
            name='Appointment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField(default=1, editable=False)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('at', models.DateTimeField(verbose_name='when')),
                ('minutes', models.PositiveSmallIntegerField(default=30)),
                ('place', models.CharField(blank=True, default='', max_length=100, verbose_name='where')),
                ('about', models.CharField(blank=True, default='', max_length=200, verbose_name='what for')),
                ('kept_at', models.DateTimeField(null=True)),
                ('missed_at', models.DateTimeField(null=True)),
                ('cancelled_at', models.DateTimeField(null=True)),
                ('cancel_reason', models.CharField(blank=True, default='', max_length=200)),
                ('contact', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.contact', verbose_name='with whom')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.customer')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who')),
                ('fair', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='appointments', to='fairs.fair')),
            ],
        ),
        migrations.CreateModel(
            name='Goal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField(default=1, editable=False)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('kind', models.CharField(choices=[('basic', 'basic'), ('communication', 'communication'), ('price', 'price'), ('distribution', 'distribution'), ('product', 'product')], max_length=16, verbose_name='kind')),
                ('measure', models.CharField(blank=True, default='', max_length=20, verbose_name='measure')),
                ('words', models.CharField(blank=True, default='', max_length=200, verbose_name='own measure')),
                ('target', models.DecimalField(decimal_places=3, max_digits=14, verbose_name='target')),
                ('reached', models.DecimalField(decimal_places=3, max_digits=14, null=True, verbose_name='reached so far')),
                ('fair', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='goals', to='fairs.fair')),
                ('who', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who answers for it')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField(default=1, editable=False)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('state', models.CharField(choices=[('listed', 'listed'), ('sent', 'sent'), ('opened', 'opened'), ('comes', 'comes'), ('declined', 'does not come'), ('appointment', 'appointment'), ('came', 'came'), ('stayed_away', 'stayed away')], default='listed', max_length=12)),
                ('subject', models.CharField(blank=True, default='', max_length=200, verbose_name='subject')),
                ('words', models.TextField(blank=True, default='', verbose_name='personal line')),
                ('sent_at', models.DateTimeField(null=True)),
                ('opened_at', models.DateTimeField(null=True)),
                ('answered_at', models.DateTimeField(null=True)),
                ('came_at', models.DateTimeField(null=True)),
                ('reminded', models.PositiveSmallIntegerField(default=0)),
                ('appointment', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='fairs.appointment')),
                ('contact', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.contact')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.customer')),
                ('fair', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invitations', to='fairs.fair', verbose_name='fair')),
                ('grant', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='links.grant')),
            ],
        ),
        migrations.AddIndex(
            model_name='fair',
            index=models.Index(fields=['-starts_on', 'id'], name='fair_days'),
        ),
        migrations.AddConstraint(
            model_name='budgetline',
            constraint=models.UniqueConstraint(fields=('fair', 'kind'), name='budget_kind_once'),
        ),
        migrations.AddIndex(
            model_name='appointment',
            index=models.Index(fields=['user', 'at'], name='appointment_day'),
        ),
        migrations.AddIndex(
            model_name='appointment',
            index=models.Index(fields=['customer', '-at'], name='appointment_customer'),
        ),
        migrations.AddConstraint(
            model_name='appointment',
            constraint=models.UniqueConstraint(condition=models.Q(('cancelled_at__isnull', True)), fields=('user', 'at'), name='appointment_person_once'),
        ),
        migrations.AddIndex(
            model_name='invitation',
            index=models.Index(fields=['fair', 'state'], name='invitation_state'),
        ),
        migrations.AddConstraint(
            model_name='invitation',
            constraint=models.UniqueConstraint(fields=('fair', 'contact'), name='invitation_person_once'),
        ),
    ]
