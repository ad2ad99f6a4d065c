"""Reading a Word file in the background."""

from __future__ import annotations

import logging

from django.utils.translation import override
from django_tasks import task

from portal.cms.uploads import UploadRefused

from ..models import WordReading
from .reader import read

logger = logging.getLogger(__name__)


@task(backend="worker")
def read_word(pk: int) -> None:
    """Read a file that waits; one that was read or deleted meanwhile is left alone."""
    reading = (
        WordReading.objects.filter(pk=pk, state=WordReading.State.WAITING)
        .select_related("submission")
        .first()
    )
    if reading is None:
        return
    submission = reading.submission
    try:
        with reading.file.open("rb") as file, override(reading.language):
            found = read(
                file.read(), submission.kind, key=str(submission.key), language=reading.language
            )
    except UploadRefused as refusal:
        logger.warning("The Word file of reading %s was refused: %s", pk, refusal)
        _end(reading, WordReading.State.FAILED, error=str(refusal))
    except Exception:
        # Whatever a stranger's file does to the parsers, its author sees that it failed and can
        # try again; the task fails, too, so that the operators' report shows it.
        _end(reading, WordReading.State.FAILED)
        raise
    else:
        reading.values, reading.report = found.values, found.report.as_json()
        _end(reading, WordReading.State.DONE)


def _end(reading: WordReading, state: WordReading.State, error: str = "") -> None:
    reading.state, reading.error = state, error
    reading.save(update_fields=["state", "error", "values", "report"])
