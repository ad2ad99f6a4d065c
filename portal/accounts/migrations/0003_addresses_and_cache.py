from django.core.management.commands.createcachetable import Command as CreateCacheTable
from django.db import migrations

TABLE = "portal_cache"


def verify_known_addresses(apps, schema_editor):
    """Who had an account before there was verification keeps getting in."""
    User = apps.get_model("accounts", "User")
    EmailAddress = apps.get_model("account", "EmailAddress")
    known = EmailAddress.objects.values("user")
    EmailAddress.objects.bulk_create(
        EmailAddress(user_id=pk, email=email, verified=True, primary=True)
        for pk, email in User.objects.exclude(pk__in=known).values_list("pk", "email")
    )


def make_cache_table(apps, schema_editor):
    """Made whatever the settings say today: REDIS_URL may go away later."""
    CreateCacheTable().handle(TABLE, database=schema_editor.connection.alias, dry_run=False, verbosity=0)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_accounts_and_invitations"),
        ("account", "0009_emailaddress_unique_primary_email"),
    ]

    operations = [
        migrations.RunPython(verify_known_addresses, migrations.RunPython.noop),
        migrations.RunPython(
            make_cache_table,
            lambda apps, schema_editor: schema_editor.execute(f"DROP TABLE {TABLE}"),
        ),
    ]
