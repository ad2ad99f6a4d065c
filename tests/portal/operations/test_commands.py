"""The commands that serve and show the portal."""

from __future__ import annotations

import socket

import pytest
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from portal.operations.management.commands import serve


def test_the_demonstration_refuses_other_settings(settings: Settings) -> None:
    settings.DEMO = False
    with pytest.raises(CommandError, match="development settings"):
        call_command("demo", no_serve=True)


def test_a_taken_port_is_said_at_once() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(CommandError, match=f"Port {port} .*PORT="):
            call_command("serve", port=port)


def test_a_portal_that_does_not_answer_is_given_up() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        assert serve._answers("127.0.0.1", port, float("inf"))() is False
        with pytest.raises(CommandError, match="does not answer"):
            serve._answers("127.0.0.1", port, 0.0)()


@pytest.mark.parametrize(("reload", "option"), [(True, "--reload"), (False, "--preload")])
def test_the_web_process_reads_its_code_once_or_reloads_it(reload: bool, option: str) -> None:
    command = serve._web("127.0.0.1", 8000, reload=reload)
    assert option in command
    assert len({"--reload", "--preload"} & set(command)) == 1
