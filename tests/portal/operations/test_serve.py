"""What `serve` starts beside the web process."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command, get_commands, load_command_class

from portal.operations.management.commands import serve
from portal.operations.supervisor import Part


class Watched:
    """A supervisor that starts nothing, and notes what it was asked to start."""

    parts: list[Part]

    def __init__(self, *_arguments: Any) -> None:
        Watched.parts = []

    def __enter__(self) -> Watched:
        return self

    def __exit__(self, *_unused: object) -> None:
        """End nothing."""

    def start(self, part: Part) -> None:
        """Note a part."""
        Watched.parts.append(part)

    def wait(self, until: Callable[[], bool] | None = None) -> int | None:
        """Say that the site answers; then, that the person asked to stop."""
        return None if until else 0


def test_indexer_worker_and_scheduler_are_started_and_started_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(serve, "Supervisor", Watched)
    monkeypatch.setattr(serve, "_refuse_taken", lambda *_where: None)
    call_command("serve", stdout=io.StringIO())
    web, *helpers = Watched.parts
    assert not web.restarted
    assert [part.command[2] for part in helpers] == ["search_index", "db_worker", "run_scheduled"]
    assert all(part.restarted for part in helpers)


@pytest.mark.parametrize(("_name", "command"), serve.HELPERS)
def test_every_helper_is_a_command_that_takes_these_arguments(
    _name: str, command: tuple[str, ...], settings: Any
) -> None:
    settings.TASKS = {**settings.TASKS, "worker": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    name, *arguments = command
    found = load_command_class(get_commands()[name], name)
    parser = found.create_parser(os.fspath("manage.py"), name)
    assert parser.parse_args(arguments)
