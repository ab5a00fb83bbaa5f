import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('catalogue', '0001_initial'),
        ('customers', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Briefing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField(default=1, editable=False)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('channel', models.CharField(choices=[('person', 'in person'), ('tablet', 'on the tablet'), ('word', 'by word')], default='person', max_length=8, verbose_name='how')),
                ('shown_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('note', models.TextField(blank=True, default='', verbose_name='note')),
                ('answer', models.CharField(choices=[('pending', 'answer pending'), ('wants', 'wants'), ('not_interested', 'not interested'), ('lapsed', 'lapsed')], default='pending', max_length=16)),
                ('answered_at', models.DateTimeField(null=True)),
                ('lapsed_at', models.DateTimeField(null=True)),
                ('contact', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.contact')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.customer')),
            ],
        ),
        migrations.CreateModel(
            name='BriefingItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('price', models.DecimalField(decimal_places=4, max_digits=14, null=True)),
                ('currency', models.CharField(choices=[('CNY', 'CNY'), ('USD', 'USD'), ('EUR', 'EUR'), ('GBP', 'GBP'), ('HKD', 'HKD'), ('JPY', 'JPY')], default='CNY', max_length=3)),
                ('wanted', models.BooleanField(default=False)),
                ('briefing', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='negotiation.briefing')),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.product')),
                ('variant', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.variant')),
            ],
        ),
        migrations.CreateModel(
            name='Objection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField(default=1, editable=False)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('reason', models.CharField(choices=[('price', 'price'), ('quality', 'quality'), ('spec', 'specification'), ('moq', 'minimum quantity'), ('lead_time', 'lead time'), ('payment', 'payment terms'), ('certificate', 'certificate'), ('service', 'service'), ('after_sales', 'after-sales'), ('trust', 'brand and trust'), ('competitor', 'competitor'), ('budget', 'no budget'), ('authority', 'no authority'), ('timing', 'timing'), ('other', 'other')], max_length=16, verbose_name='reason')),
                ('severity', models.PositiveSmallIntegerField(choices=[(3, 'stops the deal'), (2, 'must be answered'), (1, 'would buy anyway')], default=2, verbose_name='severity')),
                ('words', models.TextField(blank=True, default='', verbose_name='in their own words')),
                ('said_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('state', models.CharField(choices=[('open', 'open'), ('planned', 'planned'), ('resolved', 'resolved'), ('partly', 'partly resolved'), ('not_resolved', 'not resolved'), ('let_go', 'let go'), ('withdrawn', 'withdrawn by the customer')], default='open', max_length=16)),
                ('closed_at', models.DateTimeField(null=True)),
                ('closing_words', models.TextField(blank=True, default='')),
                ('lapsed_at', models.DateTimeField(null=True)),
                ('briefing', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='negotiation.briefing')),
                ('contact', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.contact')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.customer')),
                ('product', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.product', verbose_name='product')),
            ],
        ),
        migrations.AddIndex(
            model_name='briefing',
            index=models.Index(condition=models.Q(('answer', 'pending')), fields=['customer'], name='briefing_pending'),
        ),
        migrations.AddIndex(
            model_name='objection',
            index=models.Index(condition=models.Q(('state__in', ('open', 'planned'))), fields=['customer'], name='objection_alive'),
        ),
    ]
