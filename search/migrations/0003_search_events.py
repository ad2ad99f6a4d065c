import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('search', '0002_text_vectors'),
    ]

    operations = [
        migrations.CreateModel(
            name='SearchEvent',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('moment', models.DateTimeField(db_index=True, verbose_name='hour')),
                ('query', models.CharField(blank=True, max_length=200, verbose_name='words')),
                ('withheld', models.BooleanField(default=False, verbose_name='words not kept')),
                ('language', models.CharField(max_length=15, verbose_name='language')),
                ('facets', models.JSONField(default=dict, verbose_name='filters')),
                ('hits', models.PositiveIntegerField(verbose_name='works found')),
                ('relaxed', models.BooleanField(default=False, verbose_name='at least one word')),
                ('suggested', models.BooleanField(default=False, verbose_name='other spelling offered')),
            ],
            options={
                'verbose_name': 'search made',
                'verbose_name_plural': 'searches made',
            },
        ),
        migrations.CreateModel(
            name='SearchClick',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(verbose_name='position')),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='clicks', to='search.searchevent')),
            ],
            options={
                'verbose_name': 'result opened',
                'verbose_name_plural': 'results opened',
                'constraints': [models.UniqueConstraint(fields=('event', 'position'), name='search_click_once')],
            },
        ),
    ]
