"""Sending a mail in the background."""

from __future__ import annotations

from django.core.mail import EmailMessage
from django.utils import timezone
from django_tasks import task

from .models import Mail


@task(backend="worker")
def deliver(pk: int) -> None:
    """Send a mail that waits; one that was sent meanwhile, or is gone, is left alone."""
    mail = Mail.objects.filter(pk=pk, state=Mail.State.WAITING).first()
    if mail is None:
        return
    EmailMessage(mail.subject, mail.text, to=[mail.to]).send()
    mail.state, mail.sent = Mail.State.SENT, timezone.now()
    mail.save(update_fields=["state", "sent"])
