import boothline.files.attachments
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField(default=1, editable=False)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('owner_kind', models.CharField(max_length=40)),
                ('owner_id', models.BigIntegerField()),
                ('owner_name', models.CharField(max_length=200)),
                ('name', models.CharField(max_length=200)),
                ('kind', models.CharField(max_length=16)),
                ('content_type', models.CharField(max_length=60)),
                ('size', models.PositiveIntegerField()),
                ('sha256', models.CharField(max_length=64)),
                ('visibility', models.CharField(choices=[('staff', 'staff'), ('customer', 'customer')], default='staff', max_length=10)),
                ('content', models.FileField(storage=boothline.files.attachments.storage, upload_to='%Y/%m')),
            ],
            options={
                'indexes': [models.Index(fields=['owner_kind', 'owner_id'], name='attachment_owner')],
            },
        ),
    ]
