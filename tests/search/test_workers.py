"""Several indexers and editors at once, on a database that lets them: nothing is lost."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from unittest import mock
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from django.test import override_settings
from wagtail.models import Locale

from portal.cms.models import Work
from search import indexer
from search.alone import alone
from search.document import SearchDocument
from search.engines.base import Engine
from search.models import OutboxRow
from tests.search.works import work

pytestmark = [pytest.mark.requires("postgres"), pytest.mark.django_db]
EDITORS, WORKERS, WORKS, CHANGES = 3, 4, 25, 40


@pytest.fixture
def keys(django_db_setup: None, django_db_blocker: Any) -> Iterator[list[UUID]]:
    """Works that all connections see; they are removed in the end."""
    found = [uuid4() for _number in range(WORKS)]

    def make() -> None:
        locale = Locale.objects.first()
        Work.objects.bulk_create(
            Work(translation_key=key, reference=f"T-{key.hex[:12]}", source_locale=locale)
            for key in found
        )

    with django_db_blocker.unblock():
        in_thread(make)
        yield found
        in_thread(lambda: Work.objects.filter(translation_key__in=found).delete())
        in_thread(lambda: OutboxRow.objects.all().delete())


def in_thread(do: Callable[[], Any]) -> Any:
    """Do something with a connection of its own, whose transactions are real."""

    def run() -> Any:
        try:
            return do()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result()


def read(key: UUID, version: int) -> SearchDocument | None:
    """Read a work slowly, so that changes fall between reading and writing."""
    about = Work.objects.filter(translation_key=key).first()
    time.sleep(random.uniform(0, 0.004))
    return work(str(key), title=about.source_name or "–", version=version) if about else None


def edit(keys: list[UUID], seed: int) -> None:
    """Change works as editors do, a change and its note in one transaction."""
    choose = random.Random(seed)
    for number in range(CHANGES):
        with transaction.atomic():
            about = Work.objects.select_for_update().get(translation_key=choose.choice(keys))
            about.source_name = f"{seed}-{number}"
            about.save()
            time.sleep(choose.uniform(0, 0.006))


def test_workers_side_by_side_lose_nothing(keys: list[UUID], index: Engine) -> None:
    edited = threading.Event()

    def drain() -> None:
        while not edited.is_set() or OutboxRow.objects.exists():
            indexer.drain()

    def run(do: Callable[..., None], *arguments: Any) -> None:
        try:
            do(*arguments)
        finally:
            connection.close()

    with (
        mock.patch("search.indexer.build", read),
        mock.patch("search.indexer.BATCH", 5),
        ThreadPoolExecutor(EDITORS + WORKERS) as pool,
    ):
        workers = [pool.submit(run, drain) for _number in range(WORKERS)]
        editors = [pool.submit(run, edit, keys, seed) for seed in range(EDITORS)]
        try:
            for one in editors:
                one.result()
        finally:
            edited.set()
        for one in workers:
            one.result()
    changed = in_thread(
        lambda: dict(
            Work.objects.filter(translation_key__in=keys)
            .exclude(source_name="")
            .values_list("translation_key", "source_name")
        )
    )
    assert len(changed) > WORKS / 2
    public = frozenset({"public"})
    found = {key: index.get(str(key), public) for key in changed}
    assert {key: one and one.texts["en"].title for key, one in found.items()} == changed


def test_one_rebuild_on_all_machines(django_db_blocker: Any, tmp_path: Path) -> None:
    """Machines have folders of their own and the database in common."""

    def elsewhere() -> bool:
        with override_settings(VAR_DIR=tmp_path / "elsewhere"), alone() as first:
            return first

    with override_settings(VAR_DIR=tmp_path / "here"):
        with alone() as first:
            assert first
            assert in_thread(elsewhere) is False
        assert in_thread(elsewhere) is True
