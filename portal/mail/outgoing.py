"""Writing a mail and giving it to the worker."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.template.loader import render_to_string
from django.utils.translation import override

from .models import Mail
from .tasks import deliver


def send(kind: str, to: str, language: str, context: Mapping[str, Any], about: str = "") -> Mail:
    """Write the mail `kind` to one address in a language; the worker sends it after the commit.

    The templates are `mail/KIND.subject.txt` and `mail/KIND.txt`. A line break in the subject
    becomes a space, so that nobody's words become headers.
    """
    with override(language):
        subject = render_to_string(f"mail/{kind}.subject.txt", dict(context))
        text = render_to_string(f"mail/{kind}.txt", dict(context))
    mail = Mail.objects.create(
        kind=kind,
        to=to,
        language=language,
        subject=" ".join(subject.split())[:255],
        text=text.strip() + "\n",
        about=about,
    )
    transaction.on_commit(lambda: deliver.enqueue(mail.pk))
    return mail
