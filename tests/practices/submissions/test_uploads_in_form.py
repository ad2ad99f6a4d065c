"""Pictures and documents in the template's form: taken, ordered, and seen by whom they concern."""

from __future__ import annotations

import datetime
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from portal.cms.models import PortalDocument, PortalImage
from practices.submissions import files
from practices.submissions.models import Submission
from practices.submissions.states import State
from tests import works

from . import cases
from .writers import Window

pytestmark = [
    pytest.mark.any_database,
    pytest.mark.django_db,
    pytest.mark.usefixtures("world", "index"),
]


@pytest.fixture
def draft() -> Submission:
    """A template that is being written."""
    return cases.submission(State.DRAFT)


def picture(name: str = "rue.png", colour: str = "navy") -> SimpleUploadedFile:
    """Give a picture to upload."""
    file = BytesIO()
    Image.new("RGB", (80, 60), colour).save(file, "PNG")
    return SimpleUploadedFile(name, file.getvalue(), "image/png")


def paper(name: str = "plan.txt") -> SimpleUploadedFile:
    """Give a document to upload."""
    return SimpleUploadedFile(name, "Le plan de la médina.".encode(), "text/plain")


def rows(draft: Submission, name: str = "pictures") -> list[dict[str, Any]]:
    """Give the stored rows."""
    found: list[dict[str, Any]] = Submission.objects.get(pk=draft.pk).values.get(name, [])
    return found


def uploaded(draft: Submission, *names: str) -> Window:
    """Upload pictures; give the window."""
    window = Window(draft, "media", cases.author())
    window.send(do="upload:pictures", **{"pictures-new": [picture(name) for name in names]})
    window.form.pop("pictures-new", None)
    return window


def test_pictures_need_an_alternative_text_and_a_credit(draft: Submission) -> None:
    window = uploaded(draft, "rue.png", "place.png")
    assert [row["alt"] for row in rows(draft)] == ["", ""]
    assert "Picture 1 needs an alternative text" in window.shown.content.decode()
    texts = {"alt": "Une rue", "credit": "Ville de Tunis"}
    window.send(**{f"pictures-{n}-{name}": text for n in (0, 1) for name, text in texts.items()})
    assert "needs a" not in window.shown.content.decode()
    image = PortalImage.objects.get(pk=rows(draft)[0]["image"])
    assert image.credit == "Ville de Tunis"
    assert image.title == "rue"
    assert image.uploaded_by_user == cases.author()
    assert image.collection.name == files.COLLECTION


def test_pictures_are_put_in_order_and_taken_away(draft: Submission) -> None:
    window = uploaded(draft, "a.png", "b.png", "c.png")
    first, second, third = (row["image"] for row in rows(draft))
    window.send(do="up:pictures:2")
    assert [row["image"] for row in rows(draft)] == [first, third, second]
    window.send(do="down:pictures:0")
    assert [row["image"] for row in rows(draft)] == [third, first, second]
    window.send(do="remove:pictures:1")
    assert [row["image"] for row in rows(draft)] == [third, second]


def test_the_first_picture_is_the_cover_and_the_others_stand_below() -> None:
    made = cases.submission(State.DRAFT)
    made.values = cases.values(made.kind)
    made.save()
    window = uploaded(made, "a.png", "b.png")
    texts = {"alt": "Une rue", "credit": "Ville", "caption": "Avant"}
    window.send(**{f"pictures-{n}-{name}": text for n in (0, 1) for name, text in texts.items()})
    cases.step(made, "send")
    assert made.page is not None
    page = made.page.get_latest_revision_as_object()
    assert (page.cover_id, page.cover_alt) == (rows(made)[0]["image"], "Une rue")
    assert [block.value["image"].pk for block in page.media] == [rows(made)[1]["image"]]


def test_documents_are_taken_with_their_name_as_title(draft: Submission) -> None:
    window = Window(draft, "media", cases.author())
    window.send(do="upload:documents", **{"documents-new": [paper("plan_de_la_médina.txt")]})
    (row,) = rows(draft, "documents")
    assert row["title"] == "plan de la médina"
    document = PortalDocument.objects.get(pk=row["document"])
    assert document.uploaded_by_user == cases.author()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("rue.jpg", b"no picture"),
        ("rue.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>"),
        ("rue.png", b""),
    ],
)
def test_what_is_no_picture_is_refused_and_the_rest_is_kept(
    draft: Submission, name: str, content: bytes
) -> None:
    window = Window(draft, "media", cases.author())
    bad = SimpleUploadedFile(name, content, "image/png")
    window.send(
        do="upload:pictures",
        **{"pictures-new": [picture("gut.png"), bad], "links-0-title": "La ville"},
    )
    assert "“rue” was not taken" in window.shown.content.decode()
    assert len(rows(draft)) == 1
    assert rows(draft, "links")[0]["title"] == "La ville"


@pytest.mark.parametrize(
    "name", ["<img src=x onerror=alert(1)>.png", "م" * 300 + ".png", "..\\..\\x.png", ".png"]
)
def test_names_of_files_are_made_safe(draft: Submission, name: str) -> None:
    window = uploaded(draft, name)
    assert window.shown.status_code == 200
    assert "<img src=x" not in window.shown.content.decode()
    image = PortalImage.objects.get(pk=rows(draft)[0]["image"])
    assert 0 < len(image.title) <= 150
    assert "/" not in image.title
    assert "\\" not in image.title


def test_the_picture_of_somebody_else_cannot_be_named(draft: Submission) -> None:
    other = cases.submission(State.DRAFT, by=cases.someone("other@example.org"))
    window = Window(other, "media", cases.someone("other@example.org"))
    window.send(do="upload:pictures", **{"pictures-new": [picture()]})
    foreign = rows(other)[0]["image"]
    editors = works.picture().pk
    mine = Window(draft, "media", cases.author())
    for key in (foreign, editors):
        mine.send(
            **{
                "pictures-count": "1",
                "pictures-0-image": str(key),
                "pictures-0-alt": "Pris",
                "pictures-0-credit": "Moi",
            }
        )
        assert rows(draft) == []
    assert PortalImage.objects.get(pk=foreign).credit == ""


def seen_by(draft: Submission, user: Any) -> int:
    """Give what a person gets of the submission's picture."""
    image = PortalImage.objects.get(pk=rows(draft)[0]["image"])
    client = Client()
    if user is not None:
        client.force_login(user)
    return int(client.get(image.get_rendition("max-320x240").url).status_code)


def test_only_authors_and_reviewers_see_a_picture_before_publication(draft: Submission) -> None:
    coauthor = cases.someone("coauthor@example.org")
    draft.authors.add(coauthor)
    uploaded(draft, "rue.png")
    for user in (cases.author(), coauthor, cases.staff("mewa"), cases.secretariat()):
        assert seen_by(draft, user) == 200
    assert seen_by(draft, None) == 404
    for other in (cases.staff("africa"), cases.someone("other@example.org")):
        assert seen_by(draft, other) == 404


def test_reviewers_see_a_picture_only_while_the_submission_names_it(draft: Submission) -> None:
    window = uploaded(draft, "rue.png")
    image = PortalImage.objects.get(pk=rows(draft)[0]["image"])
    window.send(do="remove:pictures:0")
    assert not files.may_see_file(cases.staff("mewa"), image)
    assert files.may_see_file(cases.author(), image)


def test_everybody_sees_the_picture_of_a_published_work() -> None:
    made = cases.submission(State.DRAFT)
    made.values = cases.values(made.kind)
    made.save()
    window = uploaded(made, "rue.png")
    window.send(**{"pictures-0-alt": "Une rue", "pictures-0-credit": "Ville de Tunis"})
    for name in ("send", "endorse", "publish"):
        cases.step(made, name)
    assert seen_by(made, None) == 200
    # A changed credit waits for the approval, as every change does.
    cases.step(made, "revise")
    window = Window(made, "media", cases.author())
    window.send(**{"pictures-0-credit": "Quelqu’un d’autre"})
    image = PortalImage.objects.get(pk=rows(made)[0]["image"])
    assert image.credit == "Ville de Tunis"
    # A question on the way loses nothing of it.
    for name in ("send", "ask_changes", "send", "endorse", "publish"):
        cases.step(made, name)
    image.refresh_from_db()
    assert image.credit == "Quelqu’un d’autre"


def test_a_document_is_seen_by_whom_it_concerns(draft: Submission) -> None:
    window = Window(draft, "media", cases.author())
    window.send(do="upload:documents", **{"documents-new": [paper()]})
    document = PortalDocument.objects.get(pk=rows(draft, "documents")[0]["document"])
    for user, status in ((cases.staff("mewa"), 200), (cases.staff("africa"), 403)):
        client = Client()
        client.force_login(user)
        assert client.get(document.url).status_code == status


def test_files_are_taken_up_to_a_number_a_day(
    draft: Submission, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "PER_DAY", 2)
    window = uploaded(draft, "a.png", "b.png", "c.png")
    assert len(rows(draft)) == PortalImage.objects.count() == 2
    assert "Many files were handed in today" in window.shown.content.decode()
    PortalImage.objects.update(created_at=timezone.now() - datetime.timedelta(days=2))
    window.send(do="upload:pictures", **{"pictures-new": [picture("c.png")]})
    assert PortalImage.objects.count() == 3


def brought(**fields: Any) -> PortalImage:
    """Give a picture that the author brought long ago for a submission."""
    made = PortalImage.objects.create(
        title="Rue",
        file=picture(),
        uploaded_by_user=cases.author(),
        collection=files.collection(),
    )
    long_ago = timezone.now() - datetime.timedelta(days=40)
    PortalImage.objects.filter(pk=made.pk).update(created_at=long_ago, **fields)
    return made


def row(image: PortalImage) -> dict[str, Any]:
    """Give the row of the form that names a picture."""
    return {"image": image.pk, "alt": "Une rue", "credit": "Ville de Tunis", "caption": ""}


def month_ago() -> datetime.datetime:
    """Give the moment before which files are old enough to go."""
    return timezone.now() - datetime.timedelta(days=30)


def test_files_that_nothing_names_any_more_go(
    draft: Submission, django_capture_on_commit_callbacks: Any
) -> None:
    stray, held = brought(), brought()
    fresh = PortalImage.objects.create(title="Rue", file=picture(), collection=files.collection())
    draft.values["pictures"] = [row(held)]
    draft.save()
    with django_capture_on_commit_callbacks(execute=True):
        assert files.forget_strays(month_ago()) == 1
    assert set(PortalImage.objects.all()) == {held, fresh}
    assert not stray.file.storage.exists(stray.file.name)


@pytest.mark.parametrize("owner", ["author", "nobody"])
def test_files_of_a_draft_in_review_stay_whoever_left(draft: Submission, owner: str) -> None:
    held = brought()
    draft.values = cases.values(pictures=[row(held)])
    draft.save()
    cases.step(draft, "send")
    Submission.objects.update(values={})
    if owner == "nobody":
        PortalImage.objects.update(uploaded_by_user=None)
    assert files.forget_strays(month_ago()) == 0
