"""How the crawl gets the pages of the Word template: as its author, in every state of a reading."""

from __future__ import annotations

import datetime
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from practices.submissions.models import WordReading
from practices.submissions.states import State
from practices.submissions.word.report import NOTES

from . import writing
from .world import NAME, CrawlWorld


def page(_client: Any, _world: CrawlWorld, language: str) -> Any:
    """Get the page on which a file is handed in, after one was."""
    made, client = writing.written(language, State.DRAFT, "case-study")
    _reading(made, language, WordReading.State.DONE)
    return client.get(f"/{language}/submissions/{made.key}/word/read/")


def closed(_client: Any, _world: CrawlWorld, language: str) -> Any:
    """Get it when the submission is with its reviewers."""
    made, client = writing.written(language, State.SECTION_REVIEW, "case-study")
    return client.get(f"/{language}/submissions/{made.key}/word/read/")


def refused(data: bytes) -> Any:
    """Hand in something else."""

    def fetch(_client: Any, _world: CrawlWorld, language: str) -> Any:
        made, client = writing.written(language, State.DRAFT, "case-study")
        file = SimpleUploadedFile("x.docx", data)
        return client.post(f"/{language}/submissions/{made.key}/word/read/", {"file": file})

    return fetch


def reading(state: str, *, hours: int = 0, writable: bool = True) -> Any:
    """Get what became of a file; hours: since when it waits."""

    def fetch(_client: Any, _world: CrawlWorld, language: str) -> Any:
        at = State.DRAFT if writable else State.SECTION_REVIEW
        made, client = writing.written(language, at, "case-study")
        found = _reading(made, language, state, hours)
        return client.get(f"/{language}/submissions/{made.key}/word/read/{found.pk}/")

    return fetch


def _reading(made: Any, language: str, state: str, hours: int = 0) -> WordReading:
    about = {"text": NAME, "near": NAME, "row": "1"}
    notes = [{"code": code, "about": about} for code in NOTES]
    found: WordReading = WordReading.objects.create(
        submission=made,
        file=ContentFile(b"x", "x.docx"),
        name=NAME,
        language=language,
        state=state,
        since=timezone.now() - datetime.timedelta(hours=hours),
        values={"title": f"{NAME} {NAME}", "context": f"{NAME} {NAME}", "summary": NAME},
        report={
            "notes": {"title": notes, "country": notes},
            "general": notes,
            "nowhere": [NAME],
            "pictures": 2,
            "made": "2026-04-01T10:00:00+00:00",
        },
    )
    return found
