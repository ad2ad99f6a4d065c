"""What an Elasticsearch server needs on this machine: its program, and a Java to run it.

The program is the official one as Maven Central publishes it for integration tests: the server's
core, without the modules that the portal must not use. It is fetched once, through Maven where
that is installed (it knows the machine's own mirrors), or else from Maven Central itself.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import urllib.request
from collections.abc import Iterator
from functools import cache
from pathlib import Path

VERSION = "9.5.3"
SHA512 = (
    "ae57654932de854d755af63f2a63667621967870b79ec449407618075c13dc12"
    "012317388e0a232071e4f2a65c9d973bb681d978fac56445a0790443df0823d1"
)
MIN_JAVA = 21
_GROUP = "org.elasticsearch.distribution.integ-test-zip"
_NAME = f"elasticsearch-{VERSION}.zip"
_ADDRESS = (
    f"https://repo.maven.apache.org/maven2/{_GROUP.replace('.', '/')}"
    f"/elasticsearch/{VERSION}/{_NAME}"
)
_FETCH_SECONDS = 300


class Unavailable(Exception):
    """The server cannot be had on this machine; the message says why."""


def cache_folder() -> Path:
    """Give the folder in which the program is kept, outside the project."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "local4action-portal" / "elasticsearch"


@cache
def program() -> Path:
    """Give the zip file of the server, fetched if need be; raises Unavailable."""
    folder = cache_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # of processes that test side by side, one fetches
            file = folder / _NAME
            if not file.exists():
                _fetch(file)
            return file
    except OSError as error:
        raise Unavailable(f"Elasticsearch {VERSION} cannot be fetched: {error}") from error


def _fetch(file: Path) -> None:
    """Fetch the zip file under another name, check it, and put it in its place."""
    partial = file.parent / "partial"
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir()
    try:
        fetched = partial / _NAME
        if not (shutil.which("mvn") and _by_maven(partial)):
            with (
                urllib.request.urlopen(_ADDRESS, timeout=60) as answer,
                fetched.open("wb") as written,
            ):
                shutil.copyfileobj(answer, written)
        with fetched.open("rb") as read:
            if hashlib.file_digest(read, "sha512").hexdigest() != SHA512:
                raise Unavailable(f"{_NAME} is not the file expected: its checksum differs")
        fetched.replace(file)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _by_maven(folder: Path) -> bool:
    """Fetch by Maven; tell whether that went well."""
    command = [
        "mvn", "--quiet", "--batch-mode", "dependency:copy",
        f"-Dartifact={_GROUP}:elasticsearch:{VERSION}:zip", f"-DoutputDirectory={folder}",
    ]  # fmt: skip
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=_FETCH_SECONDS)
    except subprocess.SubprocessError:
        return False
    return (folder / _NAME).exists()


@cache
def java_home() -> Path:
    """Give the folder of a Java that is new enough; raises Unavailable."""
    for home in _java_homes():
        if _java_version(home) >= MIN_JAVA:
            return home
    raise Unavailable(f"no Java {MIN_JAVA} or newer found (ES_JAVA_HOME names one)")


def _java_homes() -> Iterator[Path]:
    for name in ("ES_JAVA_HOME", "JAVA_HOME"):
        if home := os.environ.get(name):
            yield Path(home)
    if java := shutil.which("java"):
        yield Path(java).resolve().parents[1]
    for pattern in ("usr/lib/jvm/*", "opt/java/*", "opt/*jdk*", "Library/Java/*/*/Contents/Home"):
        yield from sorted(Path("/").glob(pattern), reverse=True)


def _java_version(home: Path) -> int:
    """Give the major version of a Java, or 0 where there is none."""
    java = home / "bin" / "java"
    if not java.is_file():
        return 0
    try:
        told = subprocess.run(
            [java, "-version"], capture_output=True, text=True, timeout=30, check=False
        ).stderr
    except (OSError, subprocess.SubprocessError):
        return 0
    found = re.search(r'version "(\d+)', told)
    return int(found[1]) if found else 0
