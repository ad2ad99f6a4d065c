"""One rebuild at a time, on all machines that share a database."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection

# Any number that nothing else in this database locks by.
_ADVISORY_KEY = 0x5EA7C4


@contextmanager
def alone() -> Iterator[bool]:
    """Give whether no other process or thread is inside.

    A file locks out those of this machine. PostgreSQL, which several machines may share, locks out
    the others; the lock goes with the connection, so that one left by a crash closes nothing.
    """
    path = settings.VAR_DIR / "search_rebuild.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        if connection.vendor != "postgresql":
            yield True
            return
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [_ADVISORY_KEY])
            got = bool(cursor.fetchone()[0])
        try:
            yield got
        finally:
            # Where the connection was lost, the lock went with it.
            if got and connection.is_usable():
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_advisory_unlock(%s)", [_ADVISORY_KEY])
