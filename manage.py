#!/usr/bin/env python
"""Run the portal's commands."""

import os
import sys


def main() -> None:
    """Run the command that the command line names, under development settings unless told.

    Those ask no secret key and show the demo with its accounts: an environment like a server's,
    with a database server or public hosts, must say which settings it means.
    """
    database = os.environ.get("DATABASE_URL") or "sqlite:"
    is_server = bool(os.environ.get("ALLOWED_HOSTS")) or not database.startswith("sqlite:")
    if is_server and not os.environ.get("DJANGO_SETTINGS_MODULE"):
        sys.exit(
            "DATABASE_URL or ALLOWED_HOSTS is set: name the settings, too, on a server "
            "DJANGO_SETTINGS_MODULE=portal.settings.production"
        )
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.dev")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
