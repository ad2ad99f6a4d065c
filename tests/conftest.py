"""What every test may use: the servers that this machine has, and the real records beside it.

The database is the one that DATABASE_URL names, or else SQLite. A test says what it cannot do
without by `@pytest.mark.requires("browser")`: where that is absent it is skipped, with the reason,
and under CI it fails.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.browser.chromium import browser_path
from tests.elasticsearch.distribution import Unavailable, java_home, program
from tests.elasticsearch.indices import own_prefix
from tests.elasticsearch.server import answers
from tests.elasticsearch.shared import shared_server
from tests.fixtures import (  # noqa: F401 - pytest finds them here
    desk,
    editor,
    french,
    fresh_caches,
    index,
    library,
    meaning,
    saved_world,
    staff,
    translator,
    world,
)

ROOT = Path(__file__).resolve().parents[1]
DATABASE_FIXTURES = {"db", "transactional_db", "django_db_reset_sequences", "live_server"}


def _no_browser() -> str | None:
    return None if browser_path() else "no Chromium found (CHROMIUM names one)"


@cache
def _no_elasticsearch() -> str | None:
    """Say why there is no server: neither ELASTICSEARCH_URL's nor one that could be started."""
    if url := os.environ.get("ELASTICSEARCH_URL", ""):
        return None if answers(url) else "Elasticsearch does not answer at ELASTICSEARCH_URL"
    try:
        java_home()
        program()
    except Unavailable as error:
        return str(error)
    return None


def _no_postgres() -> str | None:
    if os.environ.get("DATABASE_URL", "").startswith("postgres"):
        return None
    return "the database is not PostgreSQL; `make test-postgres` runs it there"


ABSENT: dict[str, Callable[[], str | None]] = {
    "browser": _no_browser,
    "elasticsearch": _no_elasticsearch,
    "postgres": _no_postgres,
}
# What has a run of its own, which fails under CI when it cannot be had.
RUNS_ELSEWHERE = {"postgres"}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what touches the database, so that it can be run on another one.

    A browser's tests serve a portal of their own, on a database of its own. And what is marked as
    `any_database` proves nothing that another database could change.
    """
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        touches = fixtures & DATABASE_FIXTURES or item.get_closest_marker("django_db")
        elsewhere = "browser" in _required(item) or item.get_closest_marker("any_database")
        if touches and not elsewhere:
            item.add_marker("database")


def _required(item: pytest.Item) -> list[str]:
    return [name for marker in item.iter_markers("requires") for name in marker.args]


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test that requires what is absent; under CI, fail it."""
    for name in _required(item):
        reason = ABSENT[name]()
        if reason is None:
            continue
        if os.environ.get("CI") and name not in RUNS_ELSEWHERE:
            pytest.fail(f"Under CI nothing is skipped: {reason}", pytrace=False)
        pytest.skip(reason)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Give the folder of real records; skip, under CI too, where it is absent.

    It lies beside the project, which does not need it.
    """
    folder = Path(os.environ.get("SHARED_DATA") or ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip("no folder of real records: neither SHARED_DATA nor ../shared/data")
    return folder


@pytest.fixture(scope="session")
def chromium() -> str:
    """Give the path of a Chromium; for tests that are marked as requiring a browser."""
    path = browser_path()
    assert path, "mark the test: requires('browser')"
    return path


@pytest.fixture(scope="session")
def elasticsearch_url() -> Iterator[str]:
    """Give the address of a real server, which others test on, too: use names of your own.

    For tests that are marked as requiring elasticsearch.
    """
    with shared_server() as url:
        yield url


@pytest.fixture(scope="session")
def elasticsearch_prefix(elasticsearch_url: str) -> Iterator[str]:
    """Give a prefix for the names of this process's indices, which are deleted at the end."""
    with own_prefix(elasticsearch_url) as prefix:
        yield prefix
