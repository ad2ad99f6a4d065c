"""Taking the template, handing it in, and choosing what is taken over."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from portal.accounts.models import User
from practices.submissions.models import Submission, WordReading
from practices.submissions.states import State
from practices.submissions.word import keeping, tasks
from practices.submissions.word.reader import read
from practices.submissions.word.writer import write
from tests.practices.submissions import cases

from . import files

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]
OnCommit = Callable[..., Any]


@pytest.fixture
def submission() -> Submission:
    """One that is being written."""
    return cases.submission(State.DRAFT)


@pytest.fixture
def author(client: Client, submission: Submission) -> Client:
    """Its author, logged in."""
    client.force_login(cases.author())
    return client


@pytest.fixture
def hand_in(django_capture_on_commit_callbacks: OnCommit) -> Callable[..., WordReading]:
    """Hand a file in, and have it read."""

    def hand_in(client: Client, submission: Submission, data: bytes) -> WordReading:
        file = SimpleUploadedFile("الملف <b>.docx", data)
        with django_capture_on_commit_callbacks(execute=True):
            answer = client.post(address(submission, "read/"), {"file": file})
        assert answer.status_code == 302, answer.content.decode()
        return WordReading.objects.latest("pk")

    return hand_in


def address(submission: Submission, tail: str = "", language: str = "en") -> str:
    return f"/{language}/submissions/{submission.key}/word/{tail}"


def page_of(client: Client, found: WordReading, language: str = "en") -> Any:
    return client.get(address(found.submission, f"read/{found.pk}/", language))


def take(client: Client, found: WordReading, *names: str) -> Any:
    """Send the page's form, with these answers ticked."""
    comparison = page_of(client, found).context["comparison"]
    data: dict[str, Any] = {f"was-{one.name}": one.was for one in comparison.changes}
    return client.post(
        address(found.submission, f"read/{found.pk}/"), {"take": names, **data}, follow=True
    )


def test_an_author_takes_the_template_with_what_is_written(
    author: Client, submission: Submission
) -> None:
    answer = author.get(address(submission))
    assert answer.status_code == 200
    assert "attachment" in answer["Content-Disposition"]
    assert "no-store" in answer["Cache-Control"]
    found = read(answer.content, submission.kind, key=str(submission.key))
    assert found.values["title"] == submission.title
    assert found.values["country"] == "TUN"
    assert found.report.general == []


@pytest.mark.parametrize("kind", ["hub", "good-practice", "case-study"])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_everybody_takes_the_empty_template(client: Client, kind: str, language: str) -> None:
    answer = client.get(f"/{language}/submit/word/{kind}/")
    assert answer.status_code == 200
    assert "public" in answer["Cache-Control"]
    assert read(answer.content, kind).values == {}


def test_there_is_no_template_of_other_kinds(client: Client) -> None:
    assert client.get("/en/submit/word/policy-note/").status_code == 404


def test_what_is_handed_in_changes_nothing_before_its_author_says_so(
    author: Client, submission: Submission, hand_in: Any
) -> None:
    before = dict(submission.values)
    found = hand_in(author, submission, files.template(title="Un autre titre", population="8000"))
    assert found.state == WordReading.State.DONE
    submission.refresh_from_db()
    assert submission.values == before
    text = page_of(author, found).content.decode()
    assert "La médina à pied" in text
    assert "Un autre titre" in text
    answer = take(author, found, "title")
    submission.refresh_from_db()
    assert submission.values == before | {"title": "Un autre titre"}
    assert submission.title == "Un autre titre"
    assert submission.events.get(name="read").says
    assert [one.name for one in answer.context["comparison"].changes] == ["population"]


def test_nothing_ticked_changes_nothing(
    author: Client, submission: Submission, hand_in: Any
) -> None:
    found = hand_in(author, submission, files.template(title="Un autre titre"))
    answer = take(author, found)
    submission.refresh_from_db()
    assert submission.title == "La médina à pied"
    assert "Nothing was chosen" in answer.content.decode()
    assert not submission.events.filter(name="read").exists()


def test_what_is_empty_in_the_file_stays(
    author: Client, submission: Submission, hand_in: Any
) -> None:
    found = hand_in(author, submission, write("good-practice", "fr"))
    comparison = page_of(author, found).context["comparison"]
    assert comparison.changes == []
    assert len(comparison.kept) > 20


def test_what_changed_on_the_portal_after_the_file_was_made_is_marked(
    author: Client, submission: Submission, hand_in: Any
) -> None:
    made = timezone.now() - datetime.timedelta(days=2)
    data = write("good-practice", "fr", values={"title": "Du fichier", "place": "Sfax"}, at=made)
    submission.values["title"] = "Du portail"
    submission.edited["title"] = {"by": None, "at": timezone.now().isoformat(), "tab": ""}
    submission.save()
    answer = page_of(author, hand_in(author, submission, data))
    changes = {one.name: one for one in answer.context["comparison"].changes}
    assert changes["title"].changed is not None
    assert changes["place"].changed is None
    text = answer.content.decode()
    assert text.count('name="take"') == 2
    assert 'value="title" aria' in text
    assert 'value="place" checked' in text


def test_what_changes_while_somebody_chooses_is_not_overwritten(
    author: Client, submission: Submission, hand_in: Any
) -> None:
    found = hand_in(author, submission, files.template(title="Du fichier"))
    data = {
        "take": "title",
        "was-title": page_of(author, found).context["comparison"].changes[0].was,
    }
    submission.values["title"] = "Du portail"
    submission.save()
    answer = author.post(address(submission, f"read/{found.pk}/"), data, follow=True)
    submission.refresh_from_db()
    assert submission.values["title"] == "Du portail"
    assert "changed on the portal meanwhile" in answer.content.decode()


def test_a_forged_answer_is_not_taken(author: Client, submission: Submission, hand_in: Any) -> None:
    found = hand_in(author, submission, files.template(title="Du fichier"))
    data = {"take": ["pictures", "kind", "summary", "title"], "title": "forged", "was-title": ""}
    author.post(address(submission, f"read/{found.pk}/"), data)
    submission.refresh_from_db()
    assert submission.values["title"] == "La médina à pied"


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", b"PK\x03\x04 broken", None])
def test_a_bad_file_is_refused_on_the_page(
    author: Client, submission: Submission, data: bytes | None
) -> None:
    sent = {} if data is None else {"file": SimpleUploadedFile("plan.docx", data)}
    answer = author.post(address(submission, "read/"), sent)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert not WordReading.objects.exists()


def test_not_any_number_of_files(
    author: Client, submission: Submission, hand_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("practices.submissions.word_views.PER_DAY", 1)
    data = files.template(title="Un titre")
    hand_in(author, submission, data)
    file = SimpleUploadedFile("plan.docx", data)
    assert author.post(address(submission, "read/"), {"file": file}).status_code == 422


def test_a_file_waits_for_the_worker_and_the_page_looks_again(
    author: Client, submission: Submission, django_capture_on_commit_callbacks: OnCommit
) -> None:
    file = SimpleUploadedFile("plan.docx", files.template(title="Un titre"))
    with django_capture_on_commit_callbacks() as callbacks:
        author.post(address(submission, "read/"), {"file": file})
    found = WordReading.objects.get()
    assert found.state == WordReading.State.WAITING
    text = page_of(author, found).content.decode()
    assert '<meta http-equiv="refresh"' in text
    assert "Have it read again" not in text
    for callback in callbacks:
        callback()
    assert '<meta http-equiv="refresh"' not in page_of(author, found).content.decode()


def test_a_reading_that_fails_is_seen_and_can_be_tried_again(
    author: Client,
    submission: Submission,
    hand_in: Any,
    django_capture_on_commit_callbacks: OnCommit,
) -> None:
    with mock.patch.object(tasks, "read", side_effect=RuntimeError("of a parser")):
        found = hand_in(author, submission, files.template(title="Un titre"))
    assert found.state == WordReading.State.FAILED
    text = page_of(author, found).content.decode()
    assert "Have it read again" in text
    with django_capture_on_commit_callbacks(execute=True):
        author.post(address(submission, f"read/{found.pk}/"), {"again": "1"})
    found.refresh_from_db()
    assert found.state == WordReading.State.DONE


def test_a_reading_whose_worker_died_can_be_tried_again(
    author: Client, submission: Submission, hand_in: Any
) -> None:
    found = hand_in(author, submission, files.template(title="Un titre"))
    found.state, found.since = (
        WordReading.State.WAITING,
        timezone.now() - datetime.timedelta(hours=1),
    )
    found.save()
    text = page_of(author, found).content.decode()
    assert "Have it read again" in text
    assert '<meta http-equiv="refresh"' not in text


def test_only_authors_hand_in_and_see_what_was_read(
    author: Client, submission: Submission, hand_in: Any
) -> None:
    found = hand_in(author, submission, files.template(title="Un titre"))
    pages = [address(submission, tail) for tail in ("", "read/", f"read/{found.pk}/")]
    other = Client()
    assert [other.get(page).status_code for page in pages] == [302, 302, 302]
    other.force_login(cases.someone("stranger@example.org"))
    assert [other.get(page).status_code for page in pages] == [404, 404, 404]
    other.force_login(cases.staff())
    assert [other.get(page).status_code for page in pages] == [403, 403, 403]


def test_a_reading_of_one_submission_is_not_anothers(
    author: Client, submission: Submission, hand_in: Any
) -> None:
    found = hand_in(author, submission, files.template(title="Un titre"))
    other = cases.submission(State.DRAFT)
    assert author.get(address(other, f"read/{found.pk}/")).status_code == 404


def test_nothing_is_taken_once_it_was_sent(
    author: Client, submission: Submission, hand_in: Any
) -> None:
    found = hand_in(author, submission, files.template(title="Du fichier"))
    cases.step(submission, "send")
    was = page_of(author, found).context["comparison"].changes[0].was
    author.post(address(submission, f"read/{found.pk}/"), {"take": "title", "was-title": was})
    submission.refresh_from_db()
    assert submission.values["title"] == "La médina à pied"
    file = SimpleUploadedFile("plan.docx", files.template(title="Du fichier"))
    assert author.post(address(submission, "read/"), {"file": file}).status_code == 422


def test_files_are_private_and_go_after_their_time(
    author: Client,
    submission: Submission,
    hand_in: Any,
    settings: Any,
    django_capture_on_commit_callbacks: OnCommit,
) -> None:
    old = hand_in(author, submission, files.template(title="Un titre"))
    new = hand_in(author, submission, files.template(title="Un titre"))
    path = Path(old.file.path)
    assert not path.is_relative_to(settings.MEDIA_ROOT)
    later = timezone.now() - datetime.timedelta(days=keeping.DAYS + 1)
    WordReading.objects.filter(pk=old.pk).update(created=later)
    with django_capture_on_commit_callbacks(execute=True):
        assert keeping.forget_readings() == 1
    assert not path.exists()
    assert Path(new.file.path).exists()
    with django_capture_on_commit_callbacks(execute=True):
        submission.delete()
    assert not Path(new.file.path).exists()


def test_the_page_asks_little_of_the_database(
    author: Client, submission: Submission, hand_in: Any, django_assert_max_num_queries: Any
) -> None:
    found = hand_in(author, submission, files.template(title="Un titre", place="Sfax", host="x"))
    page_of(author, found)
    with django_assert_max_num_queries(16):
        page_of(author, found)


def test_an_author_is_a_person_and_not_a_role(
    client: Client, submission: Submission, editor: User
) -> None:
    client.force_login(editor)
    assert client.get(address(submission)).status_code == 403
