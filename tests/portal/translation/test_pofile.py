"""PO files go out and come back without loss; broken ones change nothing."""

from __future__ import annotations

from typing import Any

import polib
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from wagtail_localize.models import StringTranslation, Translation

from portal.translation.state import progress
from tests import works
from tests.portal.translation.asking import ask, translate_all

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.any_database,
    pytest.mark.usefixtures("world", "index"),
]


@pytest.fixture(scope="module")
def asked(world: None) -> int:
    """The key of a translation that was asked for; what a test does to it is rolled back."""
    return int(ask(works.full_practice(), "ar").pk)


@pytest.fixture
def translation(asked: int, db: None) -> Translation:
    return Translation.objects.get(pk=asked)


def download(desk: Client, translation: Translation) -> str:
    address = reverse("wagtail_localize:download_pofile", args=[translation.pk])
    return desk.get(address).content.decode()


def upload(desk: Client, translation: Translation, content: bytes | None) -> str:
    address = reverse("wagtail_localize:upload_pofile", args=[translation.pk])
    edit = reverse("wagtailadmin_pages:edit", args=[translation.get_target_instance().pk])
    data: dict[str, Any] = {"next": edit}
    if content is not None:
        data["file"] = SimpleUploadedFile("translation.po", content)
    answer = desk.post(address, data, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def strings(translation: Translation) -> dict[tuple[int, int], str]:
    found = StringTranslation.objects.filter(locale=translation.target_locale)
    return {(one.translation_of_id, one.context_id): one.data for one in found}


def test_there_and_back_without_loss(desk: Client, translation: Translation) -> None:
    translate_all(translation, 'ترجمة "مقتبسة" \\ وسطر\nثانٍ &amp; <b>غامق</b>')
    before = strings(translation)
    file = download(desk, translation)
    StringTranslation.objects.all().delete()
    html = upload(desk, translation, file.encode())
    assert "Successfully imported" in html
    assert strings(translation) == before
    assert progress(translation).open == 0


def test_every_passage_is_in_the_file(desk: Client, translation: Translation) -> None:
    entries = polib.pofile(download(desk, translation))
    assert len([e for e in entries if not e.obsolete]) == progress(translation).total


@pytest.mark.parametrize(
    "content",
    [
        None,
        b"",
        b"\x00\x01\x02",
        b"\xff\xfe\x00broken",
        b'msgid "a"\nmsgstr',
        b'msgid "a"\nmsgstr "b"\n',
        b'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=none-such\\n"\n\nmsgid "a"\n',
        b"PK\x03\x04 a spreadsheet",
    ],
)
def test_a_broken_file_changes_nothing_and_says_so(
    desk: Client, translation: Translation, content: bytes | None
) -> None:
    translate_all(translation)
    before = strings(translation)
    html = upload(desk, translation, content)
    assert "PO file" in html
    assert strings(translation) == before


def test_another_translations_file_changes_nothing(desk: Client, translation: Translation) -> None:
    other = ask(works.practice(title="Another"), "ar")
    translate_all(other)
    html = upload(desk, translation, download(desk, other).encode())
    assert "different translation" in html
    assert strings(translation) == strings(other)


def test_a_file_too_large_is_refused(desk: Client, translation: Translation) -> None:
    html = upload(desk, translation, b"#" * 5_000_001)
    assert "too large" in html
