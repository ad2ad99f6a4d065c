"""A mail: what is sent to whom, and what became of it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Mail(models.Model):
    """A mail to one person, rendered when it is asked for.

    kind: the name of its templates. about: what it is about, as "submission:KEY", so that its
    history is found and forgotten together with that. next_attempt: while it waits, when it is
    given to the worker again. Subject and text are empty once they have been forgotten.
    """

    class State(models.TextChoices):
        """What became of it."""

        WAITING = "waiting", pgettext_lazy("mail", "Waiting")
        SENT = "sent", pgettext_lazy("mail", "Sent")
        FAILED = "failed", pgettext_lazy("mail", "Failed")

    kind = models.CharField(_("kind"), max_length=60)
    to = models.EmailField(_("recipient"))
    language = models.CharField(_("language"), max_length=12)
    subject = models.CharField(_("subject"), max_length=255)
    text = models.TextField(_("text"))
    about = models.CharField(max_length=80, blank=True, db_index=True)
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.WAITING, db_index=True
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_attempt = models.DateTimeField(_("next attempt"), null=True, blank=True)
    error = models.TextField(_("error"), blank=True)
    created = models.DateTimeField(_("created"), auto_now_add=True, db_index=True)
    sent = models.DateTimeField(_("sent"), null=True, blank=True)

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        ordering: ClassVar = ["-created", "-pk"]
        permissions: ClassVar = [("read_text", "Can read the texts of mails")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.to}"

    @property
    def can_be_sent_again(self) -> bool:
        """Tell whether it failed and its text is still known."""
        return self.state == self.State.FAILED and bool(self.text)

    def fail(self, error: str) -> None:
        """Give it up, and say why; the caller saves."""
        self.state, self.error, self.next_attempt = self.State.FAILED, error, None
