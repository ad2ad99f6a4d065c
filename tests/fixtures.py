"""Fixtures that all tests share; tests/conftest.py imports them.

The taxonomy and the tree of pages take seconds to make. They are made once, their rows are kept,
and every module that asks for `world` gets them back in a fraction of a second, inside a
transaction that is rolled back at the module's end.
"""

from __future__ import annotations

import fcntl
import hashlib
import pickle
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import wagtail
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.cache import caches
from django.core.management.color import no_style
from django.db import connection, transaction
from django.test import Client, override_settings
from django.utils import translation
from wagtail.models import Locale, PageViewRestriction

from portal.accounts.models import User
from portal.accounts.roles import ADMINISTRATOR, EDITOR, SECTION_STAFF, TRANSLATOR, group_of
from portal.cms.models import WorkTerm
from portal.cms.tree import make_tree
from portal.operations import health
from portal.taxonomy.models import Kind
from portal.taxonomy.snapshot import unpin
from portal.taxonomy.sync import sync
from practices.models import CaseStudyPage
from search.engines import get_engine
from search.engines.base import Engine
from search.indexer import drain
from search.meaning import Encoder, get_encoder
from search.models import OutboxRow
from tests import works

Rows = dict[str, tuple[list[str], list[tuple[Any, ...]]]]
# What migrations fill and nothing else touches.
_FIXED = {"django_content_type", "auth_permission", "django_migrations"}


@contextmanager
def rolled_back() -> Iterator[None]:
    """Undo everything that is done inside; transactions of tests may stand inside, too."""
    block = transaction.atomic()
    block._from_testcase = True  # type: ignore[attr-defined] # durable blocks may stand inside
    with block:
        yield
        transaction.set_rollback(True)


def _tables() -> Iterator[str]:
    for model in apps.get_models(include_auto_created=True):
        table = model._meta.db_table
        if model._meta.managed and table not in _FIXED and "fts" not in table.lower():
            yield table


def _read() -> Rows:
    """Give the rows of every table."""
    found: Rows = {}
    with connection.cursor() as cursor:
        for table in _tables():
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            rows = cursor.fetchall()
            found[table] = ([column[0] for column in cursor.description], rows)
    return found


def _write(wanted: Rows, before: Rows) -> None:
    """Give the tables that differ the rows wanted."""
    changed = [table for table in wanted if wanted[table] != before.get(table)]
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        for table in changed:
            cursor.execute(f"DELETE FROM {quote(table)}")
        for table in changed:
            columns, rows = wanted[table]
            if rows:
                names = ", ".join(map(quote, columns))
                marks = ", ".join(["%s"] * len(columns))
                cursor.executemany(f"INSERT INTO {quote(table)} ({names}) VALUES ({marks})", rows)
        models = [
            m for m in apps.get_models(include_auto_created=True) if m._meta.db_table in changed
        ]
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)


def forget() -> None:
    """Empty what is remembered between requests: addresses of sites, terms, the health."""
    for name in settings.CACHES:
        caches[name].clear()
    health.answer.forget()
    unpin()


def _version() -> str:
    """Give what changes when the rows of `saved_world` would: code, data and database."""
    about = (wagtail.__version__, connection.vendor, settings.WAGTAILADMIN_BASE_URL)
    seen = hashlib.sha256(" ".join(about).encode())
    kept = [*ContentType.objects.order_by("pk").values_list("pk", "app_label", "model")]
    kept += Permission.objects.order_by("pk").values_list("pk", "codename", "content_type__model")
    seen.update(repr(kept).encode())
    root = Path(settings.BASE_DIR)
    sources = [
        *root.glob("portal/taxonomy/**/*"),
        *root.glob("portal/accounts/*.py"),
        *root.glob("portal/cms/data/*"),
        root / "portal/cms/tree.py",
    ]
    sources += (
        file
        for app in ("portal", "hubs", "practices", "search")
        for file in root.glob(f"{app}/**/migrations/*.py")
    )
    for file in sorted(sources):
        if file.is_file() and file.suffix in (".py", ".yaml", ".csv", ".json"):
            seen.update(file.read_bytes())
    return seen.hexdigest()[:16]


@pytest.fixture(scope="session")
def saved_world(
    django_db_setup: None, django_db_blocker: Any, request: pytest.FixtureRequest
) -> Rows:
    """The rows of taxonomy and tree: made once, kept in pytest's cache while nothing changes."""
    folder = request.config.cache.mkdir("world")
    with django_db_blocker.unblock(), (folder / "lock").open("w") as lock:
        file = folder / f"{_version()}.pickle"
        fcntl.flock(lock, fcntl.LOCK_EX)  # processes that test side by side make them once
        if not file.exists():
            for old in folder.glob("*.pickle"):
                old.unlink()
            with rolled_back():
                forget()
                sync()
                make_tree()
                OutboxRow.objects.all().delete()
                file.write_bytes(pickle.dumps(_read()))
            forget()
        rows: Rows = pickle.loads(file.read_bytes())
    return rows


@pytest.fixture(scope="module")
def world(saved_world: Rows, django_db_blocker: Any) -> Iterator[None]:
    """Taxonomy and tree, for all tests of a module."""
    with django_db_blocker.unblock():
        with rolled_back():
            _write(saved_world, _read())
            forget()
            yield
        forget()


@contextmanager
def empty_index(folder: Path) -> Iterator[Engine]:
    """Search in an empty index of one's own."""
    configuration = {
        "BACKEND": "search.engines.embedded.EmbeddedEngine",
        "OPTIONS": {"path": folder / "index"},
    }
    with override_settings(SEARCH_ENGINE=configuration):
        engine = get_engine()
        engine.rebuild([])
        yield engine


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Engine]:
    """An empty index for one test."""
    with empty_index(tmp_path) as engine:
        yield engine


@pytest.fixture(autouse=True)
def fresh_caches() -> Iterator[None]:
    """No test knows what another one's database held, or in which language it ended."""
    forget()
    translation.activate(settings.LANGUAGE_CODE)
    yield
    forget()


@pytest.fixture
def french(world: None, db: None) -> Locale:
    """The French language."""
    return Locale.objects.get(language_code="fr")


def person(role: str, section: str = "") -> User:
    """Give a person with a role: administrator, editor, translator, or staff of a section."""
    user = User.objects.create_user(f"{role}{section}@example.org", "a password for tests")
    roles = {
        "administrator": ADMINISTRATOR,
        "editor": EDITOR,
        "translator": TRANSLATOR,
        "section": SECTION_STAFF,
    }
    user.groups.add(group_of(roles[role], section))
    return user


@pytest.fixture
def editor(world: None, db: None) -> User:
    """An editor of the World Secretariat."""
    return person("editor")


@pytest.fixture
def translator(world: None, db: None) -> User:
    """A translator."""
    return person("translator")


@pytest.fixture
def staff(world: None, db: None) -> Callable[[str], User]:
    """Staff of a section: `staff("africa")`."""
    return lambda section: person("section", section)


@pytest.fixture
def desk(editor: User, client: Client) -> Client:
    """The browser of an editor who has logged in."""
    client.force_login(editor)
    return client


@dataclass(frozen=True)
class Library:
    """Works of every type, published and indexed, with what must not be found among them."""

    practice: Any
    case_study: Any
    hub: Any
    note: Any
    resource: Any
    spanish: Any
    chinese: Any
    markup: Any
    private: Any
    draft: Any

    @property
    def each_type(self) -> list[Any]:
        """Give one work of each type."""
        return [self.practice, self.case_study, self.hub, self.note, self.resource]


@pytest.fixture(scope="module")
def library(world: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """A small library for a module whose tests only read."""
    with empty_index(tmp_path_factory.mktemp("library")):
        hub = works.full_hub(title="Hub of open streams")
        works.translated(hub, "fr", title="HUB des rivières")
        practice = works.full_practice(hub, title="Streams in the open")
        works.translated(practice, "fr", title="Les rivières à ciel ouvert")
        works.translated(practice, "ar", title="جداول مكشوفة")
        case_study = works.case_study(title="Rents that stay low", theme=["housing"])
        for kind in (Kind.PATHWAY, Kind.AWARD):
            case_study.work_terms.add(WorkTerm(term=works.some_term(kind)))
        works.relate(case_study, practice, "related")
        works.translated(case_study, "fr", title="Des loyers bas")
        note = works.note(title="Note on housing as a common good", live=False)
        works.with_terms(note, body=[works.some_term(Kind.BODY).code], theme=["housing"])
        found = Library(
            practice=practice,
            case_study=CaseStudyPage.objects.get(pk=case_study.pk),
            hub=hub,
            note=works.publish(note),
            resource=works.resource(title="Course on water", country=works.term("country", "BEN")),
            spanish=works.practice(
                "latin-america", "es", title="Presupuesto abierto", country="ARG", sdg=["sdg-16"]
            ),
            chinese=works.practice(
                "aspac",
                title="武汉海绵城市建设",
                text_language="zh",
                summary="海绵城市让雨水留在城里。",
                country="CHN",
            ),
            markup=works.practice(
                title='<script>alert("x")</script> & <b>bold</b>',
                summary="Five < six & “seven” <img src=x>.",
            ),
            private=works.practice("africa", title="Hushed streams"),
            draft=works.practice(live=False, title="Hushed draft of streams"),
        )
        works.verify(practice, "verified")
        works.verify(hub, "submitted")
        PageViewRestriction.objects.create(
            page=found.private, restriction_type=PageViewRestriction.LOGIN
        )
        drain()
        yield found


@pytest.fixture
def meaning(settings: Any) -> Encoder:
    """Find by meaning, with an encoder that knows a few words; it counts the texts it has had."""
    settings.SEARCH_ENCODER = "tests.encoder.WordsEncoder"
    found = get_encoder()
    assert found is not None
    return found
