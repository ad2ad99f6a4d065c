"""Where the embedded index lies: generations of it, one of them current, one writer at a time."""

from __future__ import annotations

import fcntl
import json
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.utils.translation import gettext as _

from .base import EngineUnavailable

_META = "portal.json"
_NAME = re.compile(r"\d{8}T\d{6}-[0-9a-f]{8}")


class Generations:
    """The folder of an index: `<generation>/` folders, a `current` file that names one, a lock.

    path: the folder; it is made when first written to. fingerprint: what an index must carry to
    be readable. wait: seconds to wait for another writer.
    """

    def __init__(self, path: Path, fingerprint: str, wait: float = 30.0) -> None:
        self.path = path
        self.fingerprint = fingerprint
        self.wait = wait

    def current(self) -> Path:
        """Give the folder of the current generation.

        Raises EngineUnavailable when there is none, or one of another version.
        """
        try:
            name = (self.path / "current").read_text(encoding="utf-8").strip()
            folder = self.path / Path(name).name
            meta = json.loads((folder / _META).read_text(encoding="utf-8"))
            found = meta["fingerprint"]
        except FileNotFoundError as error:
            raise EngineUnavailable(_("There is no search index yet: rebuild needed.")) from error
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise EngineUnavailable(
                _("The search index cannot be read: rebuild needed.")
            ) from error
        if found != self.fingerprint:
            raise EngineUnavailable(
                _("The search index belongs to another version of the software: rebuild needed.")
            )
        return folder

    def new(self) -> Path:
        """Make the empty folder of a new generation; the caller holds the lock."""
        folder = (
            self.path / f"{time.strftime('%Y%m%dT%H%M%S', time.gmtime())}-{secrets.token_hex(4)}"
        )
        folder.mkdir(parents=True)
        return folder

    def publish(self, folder: Path) -> None:
        """Make a generation the current one, keep the one before and remove all others.

        The caller holds the lock.
        """
        meta = {"fingerprint": self.fingerprint}
        (folder / _META).write_text(json.dumps(meta), encoding="utf-8")
        before = self._named()
        self._point(folder.name)
        for other in self.path.iterdir():
            is_one = other.is_dir() and _NAME.fullmatch(other.name)
            if is_one and other.name not in (folder.name, before):
                shutil.rmtree(other, ignore_errors=True)

    def rollback(self) -> None:
        """Make the newest other generation the current one; the caller holds the lock.

        The one that was current stays. Raises EngineUnavailable where there is none that can be
        read.
        """
        now = self._named()
        names = (path.name for path in self.path.iterdir() if path.is_dir() and path.name != now)
        for name in sorted(names, reverse=True):
            if self._fingerprint(name) == self.fingerprint:
                self._point(name)
                return
        raise EngineUnavailable(_("There is no previous search index that can be read."))

    def _fingerprint(self, name: str) -> str:
        """Give what a generation carries, "" for one that was never finished."""
        try:
            meta = json.loads((self.path / name / _META).read_text(encoding="utf-8"))
            return str(meta["fingerprint"])
        except (OSError, ValueError, KeyError, TypeError):
            return ""

    def _named(self) -> str:
        """Give the name of the current generation, "" where it cannot be read."""
        try:
            return (self.path / "current").read_text(encoding="utf-8").strip()
        except (OSError, ValueError):
            return ""

    def _point(self, name: str) -> None:
        """Make a generation the current one, at once."""
        fresh = self.path / "current.new"
        with fresh.open("w", encoding="utf-8") as file:
            file.write(name)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self.path / "current")

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the one writer's lock, across processes and threads.

        Raises EngineUnavailable when another writer keeps it longer than `wait` seconds.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            file = (self.path / "write.lock").open("a")
        except OSError as error:
            raise EngineUnavailable(_("The search index cannot be written.")) from error
        with file:
            deadline = time.monotonic() + self.wait
            while True:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError as error:
                    if time.monotonic() >= deadline:
                        raise EngineUnavailable(
                            _("Another process is writing the search index.")
                        ) from error
                    time.sleep(min(0.05, self.wait))
            yield
