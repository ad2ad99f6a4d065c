"""The demonstration's content: sound files, loaded once, left alone where a person changed it."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.test import Client
from wagtail.models import Page, Revision
from wagtail_localize.models import Translation

from portal.accounts.models import User
from portal.cms.models import Work, WorkPage
from portal.taxonomy.models import Kind
from portal.taxonomy.snapshot import snapshot
from portal.translation.state import open_passages
from practices.demo.accounts import ACCOUNTS, make_accounts
from practices.demo.loader import DemoWork, load, read_works
from practices.demo.members import make_members_room
from practices.template import BY_NAME
from search.indexer import drain
from search.models import OutboxRow
from tests.fixtures import empty_index

pytestmark = [pytest.mark.any_database, pytest.mark.django_db, pytest.mark.usefixtures("world")]
FILES = sorted((Path(__file__).parents[2] / "practices/demo/works").glob("*.yaml"))


def shape(value: Any) -> Any:
    """Give what must be alike in every language: keys, paragraphs, rows."""
    if isinstance(value, dict):
        return {key: shape(one) for key, one in sorted(value.items()) if key != "updates"}
    if isinstance(value, list):
        return [shape(one) if isinstance(one, dict) else 1 for one in value]
    if isinstance(value, str) and "\n" in value.strip():
        return len([part for part in value.split("\n\n") if part.strip()])
    return 1


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_file_is_sound(path: Path) -> None:
    data = yaml.load(path.read_text("utf-8"), yaml.CSafeLoader)
    facts, texts = data["facts"], data["text"]
    terms = snapshot()
    for kind, codes in (facts.get("terms") or {}).items():
        assert kind in Kind.values
        for code in codes:
            assert terms.resolve(kind, code), (kind, code)
    for kind, code in (
        ("country", facts.get("country")),
        ("territory", facts.get("territory")),
        ("section", data.get("section")),
        ("verification", facts["verification"]),
    ):
        assert not code or terms.resolve(kind, code), (kind, code)
    assert data["source_language"] in texts
    assert path.stem == data["slug"] or data["slug"].isascii()
    original = texts[data["source_language"]]
    for language, text in texts.items():
        assert set(text) == set(original), language
        for name in (
            *BY_NAME,
            "links",
            "indicators",
            "updates",
            "objective",
            "method",
            "outputs",
            "funding",
            "join",
            "body",
        ):
            assert shape(text.get(name)) == shape(original.get(name)), (language, name)
        assert len(text["title"]) <= 255
        assert 20 <= len(text["summary"].split()) <= 150 or data.get("text_language")
    assert set(facts.get("example_sections") or []) <= {
        *BY_NAME,
        "summary",
        "body",
        "updates",
        "recommendations",
        "objective",
        "method",
        "outputs",
        "funding",
        "join",
    }
    assert facts["source"]["url"].startswith(("https://", "http://"))


def test_references_and_slugs_are_unique_and_name_one_another() -> None:
    works = read_works()
    references = [work.reference for work in works]
    assert len(references) == len(set(references)) == len(FILES)
    slugs = [work.data["slug"] for work in works]
    assert len(slugs) == len(set(slugs))
    for work in works:
        facts = work.data["facts"]
        named = {*(facts.get("hubs") or []), *(facts.get("related") or [])}
        assert named <= set(references), work.reference
        assert work.reference not in named


def chosen() -> list[DemoWork]:
    """Give one work in several languages, one in Spanish only, and the Chinese one."""
    works = read_works()
    many = next(w for w in works if len(w.data["text"]) > 2 and w.data["type"] == "good_practice")
    spanish = next((w for w in works if set(w.data["text"]) == {"es"}), None)
    chinese = next(w for w in works if w.data.get("text_language") == "zh")
    return [work for work in (many, spanish, chinese) if work]


@pytest.fixture(scope="module")
def loaded(world: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[DemoWork]]:
    """The chosen works, loaded and indexed."""
    works = chosen()
    with empty_index(tmp_path_factory.mktemp("demo")):
        report = load(works)
        assert len(report.made) == len(works)
        drain()
        yield works


def test_what_is_for_members_is(loaded: list[DemoWork], client: Client) -> None:
    work = next(one for one in read_works() if one.data.get("audience") == "members")
    load([work])
    assert make_members_room() == len(settings.LANGUAGES)
    assert make_members_room() == 0
    drain()
    title = work.data["text"]["fr"]["title"]
    paths = ("/fr/policy-notes/", f"/fr/w/{work.reference}/", "/fr/members/")
    for path in paths:
        html = client.get(path, follow=True).content.decode()
        assert title not in html
        assert "Espace des membres" not in html
    client.force_login(User.objects.create_user("member@example.org", "a password for tests"))
    for path, words in zip(paths, (title, title, "Espace des membres"), strict=True):
        assert words in client.get(path, follow=True).content.decode()


def test_every_language_of_a_work_is_live(loaded: list[DemoWork], client: Client) -> None:
    for work in loaded:
        pages = WorkPage.objects.filter(translation_key=work.translation_key)
        codes = {page.locale.language_code for page in pages}
        assert codes == set(work.data["text"])
        for page in pages.specific():
            text = work.data["text"][page.locale.language_code]
            assert page.live
            assert page.title == text["title"]
            assert page.slug == work.data["slug"]
            answer = client.get(page.url)
            assert answer.status_code == 200


def test_texts_are_translated_block_by_block(loaded: list[DemoWork]) -> None:
    work = loaded[0]
    pages = list(WorkPage.objects.filter(translation_key=work.translation_key).specific())
    ids = {tuple(block.id for block in page.context) for page in pages}
    assert len(ids) == 1
    texts = {str(page.context[0].value) for page in pages}
    assert len(texts) == len(pages)


def test_what_exists_in_one_language_is_found_in_every(
    loaded: list[DemoWork], client: Client
) -> None:
    for work in loaded[1:]:
        for language in ("en", "ar"):
            answer = client.get(f"/{language}/w/{work.reference}/", follow=True)
            assert answer.status_code == 200


def test_a_second_run_changes_nothing(loaded: list[DemoWork]) -> None:
    OutboxRow.objects.all().delete()
    revisions = Revision.objects.count()
    report = load(loaded)
    assert (len(report.same), report.made, report.changed) == (len(loaded), [], [])
    assert Revision.objects.count() == revisions
    assert not OutboxRow.objects.exists()


def changed(work: DemoWork) -> DemoWork:
    """Give the work as a newer file would have it."""
    data = copy.deepcopy(work.data)
    for text in data["text"].values():
        text["title"] += " II"
    return DemoWork(data, "another digest")


def test_a_newer_file_is_taken_over(loaded: list[DemoWork]) -> None:
    report = load([changed(loaded[0])])
    assert report.changed == [loaded[0].reference]
    pages = WorkPage.objects.filter(translation_key=loaded[0].translation_key, live=True)
    assert all(page.title.endswith(" II") for page in pages)
    assert pages.count() == len(loaded[0].data["text"])
    assert Work.objects.filter(reference=loaded[0].reference).count() == 1


def test_what_a_person_edited_is_kept(loaded: list[DemoWork]) -> None:
    user = User.objects.create_user("person@example.org", "a password for tests")
    page = Page.objects.get(
        translation_key=loaded[0].translation_key,
        locale__language_code=loaded[0].data["source_language"],
    ).specific
    page.title = "By a person"
    page.save_revision(user=user).publish()
    report = load([changed(loaded[0])])
    assert report.kept == [loaded[0].reference]
    page.refresh_from_db()
    assert page.title == "By a person"


def test_faults_of_a_file_are_clear_and_leave_nothing(loaded: list[DemoWork]) -> None:
    data = copy.deepcopy(loaded[0].data)
    data |= {"reference": "L4A-0999", "slug": "fault"}
    data["facts"]["terms"]["theme"] = ["no-such-theme"]
    with pytest.raises(ValueError, match="L4A-0999: there is no theme no-such-theme"):
        load([DemoWork(data, "x")])
    assert not Page.objects.filter(slug="fault").exists()


def test_a_translation_that_lacks_a_paragraph_is_named(loaded: list[DemoWork]) -> None:
    data = copy.deepcopy(loaded[0].data)
    data |= {"reference": "L4A-0998", "slug": "fault"}
    language = next(code for code in data["text"] if code != data["source_language"])
    data["text"][language]["lessons"] = ""
    with pytest.raises(ValueError, match=f"L4A-0998: {language} lacks lessons"):
        load([DemoWork(data, "x")])
    assert not Page.objects.filter(slug="fault").exists()


def test_accounts_exist_in_a_demonstration_only(settings: Any) -> None:
    settings.DEMO = False
    assert make_accounts() == 0
    assert not User.objects.exists()
    settings.DEMO = True
    assert make_accounts() == len(ACCOUNTS)
    assert make_accounts() == 0
    assert User.objects.count() == len(ACCOUNTS)


def test_translators_have_work_in_the_demonstration() -> None:
    """The guide's story can be played: one work lacks Arabic, in one the Arabic is out of date."""
    files = {work.data["slug"]: work for work in read_works()}
    assert "ar" not in files["ljubljana-zero-waste"].data["text"]
    work = files["freetown-the-tree-town"]
    for version in (work, changed(work)):
        load([version])
        translation = Translation.objects.get(
            source__object_id=work.translation_key, target_locale__language_code="ar"
        )
        (passage,) = open_passages(translation)
        assert passage.path == "title"
        assert passage.before == work.data["translated_from"]["ar"]["title"]
        assert passage.translation.startswith(work.data["text"]["ar"]["title"])
        assert translation.get_target_instance().live
