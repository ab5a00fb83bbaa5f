import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('customers', '0001_initial'),
        ('links', '0001_initial'),
        ('orders', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Complaint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField(default=1, editable=False)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('number', models.CharField(max_length=20, unique=True)),
                ('told_by', models.CharField(blank=True, default='', max_length=200, verbose_name='told by somebody else')),
                ('kind', models.CharField(choices=[('complaint', 'complaint'), ('suggestion', 'suggestion')], max_length=12, verbose_name='kind')),
                ('channel', models.CharField(choices=[('phone', 'by phone'), ('chat', 'by chat'), ('mail', 'by e-mail'), ('meet', 'in person'), ('fair', 'at a fair'), ('portal', 'by their link'), ('other', 'another way')], max_length=10, verbose_name='how it came')),
                ('about', models.CharField(choices=[('people', 'people and service'), ('goods', 'goods'), ('delivery', 'delivery'), ('money', 'price and money'), ('papers', 'papers'), ('other', 'something else')], max_length=12, verbose_name='what it is about')),
                ('words', models.TextField(verbose_name='in their words')),
                ('severity', models.CharField(choices=[('normal', 'normal'), ('critical', 'critical')], default='normal', max_length=10, verbose_name='severity')),
                ('by_customer', models.BooleanField(default=False)),
                ('state', models.CharField(choices=[('received', 'received'), ('acknowledged', 'acknowledged'), ('answered', 'answered'), ('agreed', 'solution agreed'), ('done', 'done'), ('checked', 'checked'), ('evaluated', 'evaluated')], default='received', max_length=12)),
                ('received_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('begun_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('round', models.PositiveSmallIntegerField(default=1)),
                ('acknowledged_at', models.DateTimeField(null=True)),
                ('answered_at', models.DateTimeField(null=True)),
                ('answer', models.TextField(blank=True, default='')),
                ('agreed_at', models.DateTimeField(null=True)),
                ('solution', models.TextField(blank=True, default='')),
                ('agreed_how', models.CharField(blank=True, default='', max_length=200)),
                ('done_at', models.DateTimeField(null=True)),
                ('done_words', models.TextField(blank=True, default='')),
                ('check_on', models.DateField(null=True)),
                ('checked_at', models.DateTimeField(null=True)),
                ('outcome', models.CharField(blank=True, choices=[('settled', 'they are content'), ('not_settled', 'it is not settled'), ('not_reached', 'not reached')], default='', max_length=12)),
                ('check_words', models.TextField(blank=True, default='')),
                ('evaluated_at', models.DateTimeField(null=True)),
                ('is_upheld', models.BooleanField(null=True)),
                ('cause', models.CharField(blank=True, choices=[('process', 'our way of working'), ('person', 'a person of ours'), ('product', 'the product'), ('supplier', 'a supplier'), ('carrier', 'a carrier'), ('customer', "the customer's side"), ('unknown', 'not found')], default='', max_length=12)),
                ('whose', models.CharField(blank=True, default='', max_length=200)),
                ('cost', models.DecimalField(decimal_places=2, max_digits=14, null=True)),
                ('learned_at', models.DateTimeField(null=True)),
                ('lesson', models.TextField(blank=True, default='')),
                ('acknowledgement_due', models.DateTimeField(null=True)),
                ('answer_due', models.DateTimeField(null=True)),
                ('solution_due', models.DateTimeField(null=True)),
                ('next_at', models.DateTimeField(null=True)),
                ('contact', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.contact')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.customer')),
                ('lesson_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('order', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.order', verbose_name='order')),
                ('owner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('problem', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.problem', verbose_name='problem')),
            ],
        ),
        migrations.CreateModel(
            name='ComplaintReminding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('round', models.PositiveSmallIntegerField()),
                ('stage', models.CharField(choices=[('acknowledgement', 'acknowledgement'), ('answer', 'answer'), ('solution', 'solution')], max_length=16)),
                ('level', models.CharField(max_length=10)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('complaint', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='remindings', to='care.complaint')),
            ],
        ),
        migrations.CreateModel(
            name='Survey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField(default=1, editable=False)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('kind', models.CharField(choices=[('delivery', 'survey after a delivery'), ('complaint', 'survey after a complaint'), ('fair', 'survey after a fair')], max_length=12)),
                ('version', models.PositiveSmallIntegerField()),
                ('occasion_kind', models.CharField(max_length=40)),
                ('occasion_id', models.BigIntegerField()),
                ('occasion_name', models.CharField(max_length=200)),
                ('state', models.CharField(choices=[('proposed', 'to be sent'), ('sent', 'sent'), ('answered', 'answered'), ('expired', 'expired'), ('left', 'not sent')], default='proposed', max_length=10)),
                ('sent_at', models.DateTimeField(null=True)),
                ('ends_on', models.DateField(null=True)),
                ('answered_at', models.DateTimeField(null=True)),
                ('answers', models.JSONField(default=dict)),
                ('score', models.DecimalField(decimal_places=2, max_digits=5, null=True)),
                ('recommend', models.PositiveSmallIntegerField(null=True)),
                ('left_reason', models.CharField(blank=True, default='', max_length=300)),
                ('contact', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.contact')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.customer')),
                ('grant', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='links.grant')),
            ],
        ),
        migrations.AddIndex(
            model_name='complaint',
            index=models.Index(fields=['customer'], name='complaint_customer'),
        ),
        migrations.AddIndex(
            model_name='complaint',
            index=models.Index(condition=models.Q(('next_at__isnull', False)), fields=['next_at'], name='complaint_next'),
        ),
        migrations.AddConstraint(
            model_name='complaintreminding',
            constraint=models.UniqueConstraint(fields=('complaint', 'round', 'stage', 'level'), name='complaint_reminding_once'),
        ),
        migrations.AddIndex(
            model_name='survey',
            index=models.Index(condition=models.Q(('state', 'sent')), fields=['ends_on'], name='survey_ends'),
        ),
        migrations.AddConstraint(
            model_name='survey',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'fair'), _negated=True), fields=('customer', 'kind', 'occasion_kind', 'occasion_id'), name='survey_once'),
        ),
        migrations.AddConstraint(
            model_name='survey',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'fair')), fields=('contact', 'occasion_kind', 'occasion_id'), name='survey_person_once'),
        ),
    ]
