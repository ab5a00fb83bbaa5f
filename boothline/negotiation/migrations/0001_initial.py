import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('catalogue', '0001_initial'),
        ('customers', '0001_initial'),
        ('followups', '0001_initial'),
        ('links', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Decision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField(default=1, editable=False)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('template', models.CharField(max_length=40)),
                ('reason', models.CharField(max_length=16)),
                ('family', models.CharField(blank=True, default='', max_length=100)),
                ('type', models.CharField(max_length=16)),
                ('grade', models.CharField(blank=True, default='', max_length=1)),
                ('agreed_on', models.DateField(null=True)),
                ('asked_at', models.DateTimeField(null=True)),
                ('asked_again_at', models.DateTimeField(null=True)),
                ('outcome', models.CharField(blank=True, default='', max_length=16)),
                ('outcome_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Briefing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField(default=1, editable=False)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('channel', models.CharField(choices=[('person', 'in person'), ('tablet', 'on the tablet'), ('link', 'by link'), ('pdf', 'as a PDF'), ('word', 'by word')], default='person', max_length=8, verbose_name='how')),
                ('language', models.CharField(blank=True, default='', max_length=10)),
                ('shown_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('shown_by', models.CharField(blank=True, default='', max_length=200)),
                ('note', models.TextField(blank=True, default='', verbose_name='note')),
                ('fetched', models.PositiveIntegerField(default=0)),
                ('is_explained', models.BooleanField(default=True)),
                ('acted_at', models.DateTimeField(null=True)),
                ('answer', models.CharField(choices=[('pending', 'answer pending'), ('wants', 'wants'), ('not_interested', 'not interested'), ('lapsed', 'lapsed')], default='pending', max_length=16)),
                ('answered_at', models.DateTimeField(null=True)),
                ('lapsed_at', models.DateTimeField(null=True)),
                ('contact', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.contact')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.customer')),
                ('grant', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='links.grant')),
            ],
        ),
        migrations.CreateModel(
            name='BriefingItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('price', models.DecimalField(decimal_places=4, max_digits=14, null=True)),
                ('currency', models.CharField(choices=[('CNY', 'CNY'), ('USD', 'USD'), ('EUR', 'EUR'), ('GBP', 'GBP'), ('HKD', 'HKD'), ('JPY', 'JPY')], default='CNY', max_length=3)),
                ('price_kind', models.CharField(blank=True, choices=[('agreed', 'your price'), ('step', 'step price'), ('list', 'list price')], default='', max_length=8)),
                ('interested_at', models.DateTimeField(null=True)),
                ('wanted', models.BooleanField(default=False)),
                ('quantity', models.DecimalField(decimal_places=3, max_digits=14, null=True)),
                ('briefing', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='negotiation.briefing')),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.product')),
                ('variant', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.variant')),
            ],
        ),
        migrations.CreateModel(
            name='CueUse',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('cue', models.CharField(max_length=40)),
                ('reason', models.CharField(max_length=16)),
                ('suggested', models.PositiveIntegerField(default=0)),
                ('accepted', models.PositiveIntegerField(default=0)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('cue', 'reason'), name='cue_use_once')],
            },
        ),
        migrations.CreateModel(
            name='DecisionStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('who', models.CharField(max_length=1)),
                ('what', models.CharField(max_length=200)),
                ('skipped_at', models.DateTimeField(null=True)),
                ('skipped_because', models.CharField(blank=True, default='', max_length=200)),
                ('decision', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='negotiation.decision')),
                ('step', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='followups.nextstep')),
            ],
            options={
                'ordering': ('position',),
            },
        ),
        migrations.CreateModel(
            name='Intended',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('quantity', models.DecimalField(decimal_places=3, max_digits=14, null=True)),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='customers.customer')),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.product')),
            ],
        ),
        migrations.CreateModel(
            name='Objection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField(default=1, editable=False)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('reason', models.CharField(max_length=16, verbose_name='reason')),
                ('severity', models.PositiveSmallIntegerField(choices=[(3, 'stops the deal'), (2, 'must be answered'), (1, 'would buy anyway')], default=2, verbose_name='severity')),
                ('words', models.TextField(blank=True, default='', verbose_name='in their own words')),
                ('language', models.CharField(blank=True, default='', max_length=10)),
                ('competitor', models.CharField(blank=True, default='', max_length=200, verbose_name='competitor')),
                ('their_price', models.DecimalField(blank=True, decimal_places=4, max_digits=14, null=True, verbose_name="the competitor's price")),
                ('their_currency', models.CharField(choices=[('CNY', 'CNY'), ('USD', 'USD'), ('EUR', 'EUR'), ('GBP', 'GBP'), ('HKD', 'HKD'), ('JPY', 'JPY')], default='CNY', max_length=3)),
                ('their_terms', models.CharField(blank=True, default='', max_length=200, verbose_name="the competitor's terms")),
                ('said_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('place', models.CharField(blank=True, default='', max_length=100, verbose_name='where it was said')),
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
        migrations.AddField(
            model_name='decision',
            name='objection',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='negotiation.objection'),
        ),
        migrations.AddIndex(
            model_name='briefing',
            index=models.Index(condition=models.Q(('answer', 'pending'), ('is_explained', True)), fields=['customer'], name='briefing_pending'),
        ),
        migrations.AddConstraint(
            model_name='decisionstep',
            constraint=models.UniqueConstraint(fields=('decision', 'position'), name='decision_step_once'),
        ),
        migrations.AddConstraint(
            model_name='intended',
            constraint=models.UniqueConstraint(fields=('customer', 'product'), name='intended_once'),
        ),
        migrations.AddIndex(
            model_name='objection',
            index=models.Index(condition=models.Q(('state__in', ('open', 'planned'))), fields=['customer'], name='objection_alive'),
        ),
        migrations.AddIndex(
            model_name='decision',
            index=models.Index(condition=models.Q(('outcome', ''), _negated=True), fields=['reason'], name='decision_learned'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at', None), ('outcome', '')), fields=('objection',), name='one_live_decision'),
        ),
    ]
