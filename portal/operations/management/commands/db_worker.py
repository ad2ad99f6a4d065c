"""Do the work that waits: mails, imports, the reading of documents."""

from __future__ import annotations

from argparse import ArgumentParser

from django_tasks_db.management.commands import db_worker


class Command(db_worker.Command):
    """`db_worker`: the library's own, for every queue of the portal's backend.

    What is logged is decided by LOGGING: tasks that fail, and not each one that is done.
    """

    help = "Do the work that waits, until the process is ended; as many as needed may run."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the library's arguments, with defaults of our own."""
        super().add_arguments(parser)
        parser.set_defaults(backend_name="worker", queue_name="*")

    def configure_logging(self, verbosity: int) -> None:
        """Leave it as the settings say."""
