"""The worker, as tests let it run: inside their transaction."""

from __future__ import annotations

from unittest import mock

from django.core.management import call_command

_COMMAND = "django_tasks_db.management.commands.db_worker"


def work() -> None:
    """Let the worker do what waits, once.

    It closes its connection between tasks; on PostgreSQL, that would end the test's transaction.
    """
    with mock.patch(f"{_COMMAND}.close_old_connections"):
        call_command("db_worker", "--batch", "--no-startup-delay", "--interval=0")
