#!/usr/bin/env python
"""Run the portal's commands."""

import os
import sys


def main() -> None:
    """Run the command that the command line names, under development settings unless told."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.dev")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
