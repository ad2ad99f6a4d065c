"""Processes that run together end together."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from pathlib import Path

import pytest

from portal.operations.supervisor import Part, Supervisor

FOREVER = (sys.executable, "-c", "import time; time.sleep(60)")
DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"
STUBBORN = (sys.executable, "-c", DEAF)


def alive(supervisor: Supervisor) -> list[int]:
    return [process.pid for _part, process in supervisor._running if process.poll() is None]


@pytest.mark.parametrize(("status", "given"), [(3, 3), (0, 1)])
def test_when_a_part_ends_all_end_with_a_failure(status: int, given: int) -> None:
    said: list[str] = []
    with Supervisor(os.environ, said.append) as supervisor:
        supervisor.start(Part("lasting", FOREVER))
        supervisor.start(Part("brief", (sys.executable, "-c", f"raise SystemExit({status})")))
        assert supervisor.wait() == given
        running = alive(supervisor)
        assert len(running) == 1
    assert said == [f"brief ended with status {status}; the others are stopped."]
    with pytest.raises(ProcessLookupError):
        os.kill(running[0], 0)


def test_asked_to_stop_it_stops_quickly_without_failure() -> None:
    before = signal.getsignal(signal.SIGTERM)
    started = time.monotonic()
    with Supervisor(os.environ, print) as supervisor:
        supervisor.start(Part("lasting", FOREVER))
        threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGTERM)).start()
        assert supervisor.wait() == 0
    assert time.monotonic() - started < 10
    assert signal.getsignal(signal.SIGTERM) is before


def test_a_part_that_will_not_end_is_killed() -> None:
    with Supervisor(os.environ, print, patience=0.3) as supervisor:
        supervisor.start(Part("stubborn", STUBBORN))
        time.sleep(1)
        [process] = [process for _part, process in supervisor._running]
    assert process.returncode in (-signal.SIGKILL, -signal.SIGTERM)


def test_waiting_ends_when_what_was_waited_for_comes() -> None:
    with Supervisor(os.environ, print) as supervisor:
        supervisor.start(Part("lasting", FOREVER))
        assert supervisor.wait(lambda: True) is None


def test_a_part_that_only_helps_is_started_again(tmp_path: Path) -> None:
    starts = tmp_path / "starts"
    code = f"open({str(starts)!r}, 'a').write('x'); raise SystemExit(9)"
    said: list[str] = []
    with Supervisor(dict(os.environ), said.append, pause=0.01) as supervisor:
        supervisor.start(Part("helper", (sys.executable, "-c", code), restarted=True))
        status = supervisor.wait(lambda: starts.exists() and len(starts.read_text()) >= 3)
    assert status is None
    assert said[0] == "helper ended with status 9; it is started again."
