"""Runs processes together: what only helps is started again, and the end of the rest ends all."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import FrameType

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass(frozen=True)
class Part:
    """A process to run: what to call it, its command line, and the signal that ends it quickly.

    restarted: whether it is started again when it ends by itself. The site must not fall with the
    indexer, which the machine may end for want of memory.
    """

    name: str
    command: Sequence[str]
    stop_signal: signal.Signals = signal.SIGTERM
    restarted: bool = False


@dataclass
class Supervisor:
    """Starts parts and stands over them.

    environment: what the parts get as theirs. say: takes a line for the person at the terminal.
    patience: seconds that a part has to end by itself before it is killed. pause: seconds before
    a part is started again.
    """

    environment: Mapping[str, str]
    say: Callable[[str], None]
    patience: float = 5.0
    pause: float = 2.0
    _running: list[tuple[Part, subprocess.Popen[bytes]]] = field(default_factory=list)
    _asked_to_stop: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Supervisor:
        """Take over the signals that ask to stop; the parts have process groups of their own."""
        self._handlers = {number: signal.getsignal(number) for number in STOP_SIGNALS}
        for number in STOP_SIGNALS:
            signal.signal(number, self._stop)
        return self

    def __exit__(self, *unused: object) -> None:
        """Stop what still runs, and give the signals back."""
        self.stop()
        for number, handler in self._handlers.items():
            signal.signal(number, handler)

    def start(self, part: Part) -> None:
        """Start a part. Raises OSError when its program cannot be run."""
        process = subprocess.Popen(  # noqa: S603 - command lines of our own
            part.command, env=dict(self.environment), process_group=0
        )
        self._running.append((part, process))

    def wait(self, until: Callable[[], bool] = lambda: False) -> int | None:
        """Wait for the end, or for `until` to become true.

        Gives None when `until` is true, 0 when the person asked to stop, and otherwise a status
        other than 0, as a part that ends by itself has failed.
        """
        while not self._asked_to_stop.is_set():
            for part, process in list(self._running):
                status = process.poll()
                if status is None:
                    continue
                if not part.restarted:
                    self.say(f"{part.name} ended with status {status}; the others are stopped.")
                    return status if status > 0 else 1
                self.say(f"{part.name} ended with status {status}; it is started again.")
                self._running.remove((part, process))
                self._asked_to_stop.wait(self.pause)
                if not self._asked_to_stop.is_set():
                    self.start(part)
            if until():
                return None
            self._asked_to_stop.wait(0.2)
        return 0

    def stop(self) -> None:
        """Ask every part to end, and kill those that take too long."""
        for part, process in self._running:
            if process.poll() is None:
                process.send_signal(part.stop_signal)
        deadline = time.monotonic() + self.patience
        for _part, process in self._running:
            try:
                process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        self._running.clear()

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self._asked_to_stop.set()
