"""Finding the submission of an address for whoever asks for it."""

from __future__ import annotations

import logging
import uuid
from typing import Any

from django.http import Http404

from .models import Submission
from .permissions import may_see

logger = logging.getLogger(__name__)


def find(user: Any, key: uuid.UUID) -> Submission:
    """Give the submission with a key, with what its page shows of it.

    Raises Http404 for who may not see it, as for one that does not exist; the log says who asked.
    """
    submission = (
        Submission.objects.filter(key=key)
        .select_related("section", "country", "assigned", "work__source_locale")
        .prefetch_related("authors")
        .first()
    )
    if submission is None or not may_see(user, submission):
        logger.warning("Refused: user %s may not see submission %s", user.pk, key)
        raise Http404
    return submission
