import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Press',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=64, unique=True)),
                ('model', models.CharField(default='', max_length=80)),
                ('ids', models.JSONField(default=list)),
                ('is_list', models.BooleanField(default=False)),
                ('back', models.TextField(default='')),
                ('made_at', models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name='RuleSetting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField(default=1, editable=False)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('code', models.CharField(max_length=80, unique=True)),
                ('value', models.CharField(max_length=200, null=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='OwnWords',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField(default=1, editable=False)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('wordlist', models.CharField(max_length=40)),
                ('code', models.CharField(max_length=16)),
                ('words', models.CharField(blank=True, default='', max_length=60)),
                ('words_latin', models.CharField(blank=True, default='', max_length=60)),
                ('for_customer', models.CharField(blank=True, default='', max_length=60)),
                ('for_customer_latin', models.CharField(blank=True, default='', max_length=60)),
                ('retired_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('wordlist', 'code'), name='own_words_once')],
            },
        ),
    ]
