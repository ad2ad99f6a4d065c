"""Serve the portal: web, indexer, worker and scheduler together."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.operations.supervisor import Part, Supervisor
from portal.settings.environment import BASE_DIR
from practices.demo.accounts import ACCOUNTS

START_SECONDS = 120
# What runs beside the web process, each until it is ended, and begun again when it ends by itself.
HELPERS = (
    ("The indexer", ("search_index", "--follow")),
    ("The worker", ("db_worker",)),
    ("The scheduler", ("run_scheduled", "--follow")),
)


class Command(BaseCommand):
    """`serve [--port N] [--host H] [--reload]`: until Ctrl-C, or until one of the parts fails."""

    help = "Serve the portal on one machine: web process, indexer, worker and scheduler."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take --port, --host and --reload."""
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--reload", action="store_true", help="restart when code changes")

    def handle(self, *args: Any, **options: Any) -> None:
        """Serve. Raises CommandError when the port is taken, SystemExit when a part fails."""
        host, port = options["host"], options["port"]
        started = time.monotonic()
        _refuse_taken(host, port)
        with Supervisor(os.environ, self.stderr.write) as supervisor:
            web = _web(host, port, reload=options["reload"])
            # Asked to terminate, gunicorn would wait for browsers that keep connections open.
            supervisor.start(Part("The web process", web, stop_signal=signal.SIGINT))
            status = supervisor.wait(_answers(host, port, started + START_SECONDS))
            if status is None:
                for name, command in HELPERS:
                    supervisor.start(Part(name, _command(*command), restarted=True))
                self._greet(host, port)
                status = supervisor.wait()
        if status:
            raise SystemExit(status)
        self.stdout.write("Stopped.")

    def _greet(self, host: str, port: int) -> None:
        """Print the address and, in a demonstration, its log-ins."""
        address = f"http://{host}:{port}"
        self.stdout.write("")
        self.stdout.write(self.style.SUCCESS(f"The portal is at {address}/"))
        if settings.DEMO:
            self.stdout.write(f"Log-ins of the demonstration, at {address}/admin/:")
            width = max(len(email) for email, _password, _label in ACCOUNTS)
            for email, password, label in ACCOUNTS:
                self.stdout.write(f"  {email:{width}}  {password}  {label}")
        self.stdout.write("Ctrl-C stops it.")
        self.stdout.flush()


def _web(host: str, port: int, *, reload: bool) -> list[str]:
    """Give the web process's command line."""
    command = [sys.executable, "-m", "gunicorn", "--config", "python:portal.operations.gunicorn"]
    command += ["--bind", f"{host}:{port}", "--graceful-timeout", "2"]
    # Read the code once for all workers; one that reloads must read it itself.
    command += ["--reload", "--workers", "1"] if reload else ["--preload"]
    return [*command, "portal.wsgi"]


def _command(*parts: str) -> list[str]:
    return [sys.executable, str(BASE_DIR / "manage.py"), *parts]


def _refuse_taken(host: str, port: int) -> None:
    """Raise CommandError when something else has the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CommandError(
                f"Port {port} cannot be used ({error.strerror}); name another one with PORT=."
            ) from error


def _answers(host: str, port: int, deadline: float) -> Callable[[], bool]:
    """Give a function that tells whether the portal answers; it raises CommandError when late."""
    address = "127.0.0.1" if host == "0.0.0.0" else host  # noqa: S104 - compared, not bound

    def answers() -> bool:
        connection = http.client.HTTPConnection(address, port, timeout=10)
        try:
            connection.request("GET", "/")
            connection.getresponse()
        except (OSError, http.client.HTTPException):
            if time.monotonic() > deadline:
                raise CommandError("The web process does not answer.") from None
            return False
        finally:
            connection.close()
        return True  # whatever it says, it answers

    return answers
