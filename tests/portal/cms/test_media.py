"""Pictures and documents of what is not public are not public."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from wagtail.models import PageViewRestriction, ReferenceIndex

from portal.accounts.models import User
from portal.cms.models import PortalDocument, PortalImage
from tests import works

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world", "index")]


@pytest.fixture
def image() -> PortalImage:
    """A picture."""
    return works.picture()


def rendition_url(image: PortalImage) -> str:
    """Give the address of one size of a picture."""
    return str(image.get_rendition("width-50").url)


def with_cover(image: PortalImage, live: bool = True) -> Any:
    """Make a work with a cover, its references noted."""
    page = works.practice(live=live, cover=image, cover_alt="A street")
    ReferenceIndex.create_or_update_for_object(page)
    return page


def test_originals_have_no_address(image: PortalImage, client: Client) -> None:
    assert not Path(image.file.path).is_relative_to(settings.MEDIA_ROOT)
    with_cover(image)
    for url in (
        f"/media/{image.file.name}",
        f"/static/{image.file.name}",
        f"/originals/{image.file.name}",
        f"/media/../originals/{image.file.name}",
    ):
        assert client.get(url).status_code in (400, 404), url


def test_a_picture_is_public_while_a_public_page_names_it(
    image: PortalImage, client: Client
) -> None:
    url = rendition_url(image)
    assert client.get(url).status_code == 404
    page = with_cover(image, live=False)
    assert client.get(url).status_code == 404
    page = works.publish(page)
    answer = client.get(url)
    assert answer.status_code == 200
    assert "public" in answer["Cache-Control"]
    assert answer["Content-Type"].startswith("image/")
    restriction = PageViewRestriction.objects.create(
        page=page.get_parent(), restriction_type=PageViewRestriction.LOGIN
    )
    assert client.get(url).status_code == 404
    restriction.delete()
    assert client.get(url).status_code == 200
    page.unpublish()
    assert client.get(url).status_code == 404


def test_a_picture_in_a_block_is_public_with_its_page(image: PortalImage, client: Client) -> None:
    page = works.practice(
        context=[works.block("picture", {"image": image.pk, "alt": "A street", "caption": ""})]
    )
    ReferenceIndex.create_or_update_for_object(page)
    html = client.get(page.url).content.decode()
    urls = re.findall(r"/media/[^\s\"?]+", html)
    assert urls
    for url in set(urls):
        assert client.get(url).status_code == 200, url


def test_a_draft_beside_a_live_version_makes_nothing_public(
    image: PortalImage, client: Client
) -> None:
    page = works.practice()
    page.cover, page.cover_alt = image, "A street"
    page.save_revision()
    ReferenceIndex.create_or_update_for_object(type(page).objects.get(pk=page.pk))
    assert client.get(rendition_url(image)).status_code == 404


def test_editors_see_what_is_not_public_and_no_cache_keeps_it(
    image: PortalImage, desk: Client
) -> None:
    answer = desk.get(rendition_url(image))
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "private, no-store"


def test_a_cache_asks_again_soon_and_nothing_is_sent_twice(
    image: PortalImage, client: Client
) -> None:
    with_cover(image)
    url = rendition_url(image)
    answer = client.get(url)
    assert answer["Cache-Control"] == "public, max-age=300"
    for headers in (
        {"if-none-match": answer["ETag"]},
        {"if-modified-since": answer["Last-Modified"]},
    ):
        again = client.get(url, headers=headers)
        assert (again.status_code, again.content) == (304, b"")


def test_what_is_no_page_makes_nothing_public(image: PortalImage, client: Client) -> None:
    page = works.practice()
    other = ContentType.objects.get_for_model(PortalImage)
    ReferenceIndex.objects.create(
        **dict.fromkeys(("base_content_type", "content_type", "to_content_type"), other),
        object_id=str(page.pk),
        to_object_id=str(image.pk),
        model_path="cover",
        content_path="cover",
        content_path_hash=uuid.uuid4(),
    )
    assert client.get(rendition_url(image)).status_code == 404


def test_members_do_not(image: PortalImage, client: Client) -> None:
    client.force_login(User.objects.create_user("member@example.org", "a password for tests"))
    assert client.get(rendition_url(image)).status_code == 404


class TestDocuments:
    """The same for documents."""

    @pytest.fixture
    def paper(self) -> PortalDocument:
        return works.document()

    def test_public_while_a_public_page_names_it(
        self, paper: PortalDocument, client: Client
    ) -> None:
        assert client.get(paper.url).status_code == 403
        page = works.practice(
            documents=[works.block("document", {"title": "The plan", "document": paper.pk})]
        )
        ReferenceIndex.create_or_update_for_object(page)
        answer = client.get(paper.url)
        assert answer.status_code == 200
        assert b"".join(answer.streaming_content) == b"%PDF-1.4 plan"  # type: ignore[attr-defined]
        page.unpublish()
        assert client.get(paper.url).status_code == 403

    def test_the_refusal_is_said_in_the_readers_language(
        self, paper: PortalDocument, client: Client
    ) -> None:
        answer = client.get(paper.url, headers={"accept-language": "fr"})
        assert answer.status_code == 403
        assert '<html lang="fr"' in answer.content.decode()

    def test_a_source_pdf_of_a_case(self, paper: PortalDocument, client: Client) -> None:
        page = works.case_study(source_pdf=paper)
        ReferenceIndex.create_or_update_for_object(page)
        assert client.get(paper.url).status_code == 200

    def test_originals_have_no_address(self, paper: PortalDocument, client: Client) -> None:
        assert client.get(f"/media/{paper.file.name}").status_code == 404


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("picture.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
        ("picture.png", b"<html><script>alert(1)</script></html>"),
        ("picture.html", b"<script>alert(1)</script>"),
    ],
)
def test_what_is_no_picture_is_refused(desk: Client, name: str, content: bytes) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    collection = PortalImage._meta.get_field("collection").get_default()
    answer = desk.post(
        "/admin/images/add/",
        {
            "title": "Bad",
            "file": SimpleUploadedFile(name, content, "image/png"),
            "collection": getattr(collection, "pk", collection),
        },
    )
    assert answer.status_code == 200
    assert not PortalImage.objects.exists()


def test_a_section_sees_no_other_sections_drafts_and_pictures(
    image: PortalImage, staff: Callable[[str], User], client: Client
) -> None:
    draft = with_cover(image, live=False)
    url = rendition_url(image)
    for section, seen in (("africa", False), ("europe", True)):
        client.force_login(staff(section))
        chooser = client.get("/admin/choose-page/search/", {"q": draft.title}).content.decode()
        assert (f"/admin/pages/{draft.pk}/edit/" in chooser) is seen
        assert (client.get(url).status_code == 200) is seen


def test_a_file_goes_with_what_it_belongs_to(
    image: PortalImage, django_capture_on_commit_callbacks: Any
) -> None:
    files = [Path(one.file.path) for one in (image, image.get_rendition("width-50"))]
    assert all(file.exists() for file in files)
    with django_capture_on_commit_callbacks(execute=True):
        image.delete()
    assert not any(file.exists() for file in files)
