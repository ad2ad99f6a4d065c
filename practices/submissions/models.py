"""A submission, who writes it, what happened to it, and the links that open it."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.models import Task

from portal.cms.models import Work, WorkPage
from portal.cms.models.media import originals
from portal.taxonomy.models import Kind, Term

from .fields import KINDS
from .states import ACTOR_LABELS, BY_NAME, TURN, WRITABLE, Actor, State


class Submission(models.Model):
    """What somebody hands in: first an expression of interest, then the whole template.

    `values` holds what is typed, by field of `fields`, as typed: whatever it is, it is kept. From
    the first sending on, the page tells the truth; `values` is filled from it whenever the author
    may write again. `edited` says of each of them who typed it last (see `drafts`). `version`
    grows with every transition, so that who decides on something that changed meanwhile is told.
    """

    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("type"), max_length=20, choices=KINDS)
    section = models.ForeignKey(
        Term,
        verbose_name=_("section"),
        on_delete=models.PROTECT,
        limit_choices_to={"kind": Kind.SECTION},
        related_name="+",
    )
    country = models.ForeignKey(
        Term,
        verbose_name=_("country"),
        null=True,
        on_delete=models.PROTECT,
        limit_choices_to={"kind": Kind.COUNTRY},
        related_name="+",
    )
    language = models.CharField(_("language"), max_length=12)
    title = models.CharField(_("title"), max_length=255)
    values = models.JSONField(default=dict, blank=True)
    edited = models.JSONField(default=dict, blank=True)
    interest = models.JSONField(_("expression of interest"), default=dict, blank=True)

    state = models.CharField(
        _("state"), max_length=24, choices=State.choices, default=State.UNCONFIRMED, db_index=True
    )
    state_since = models.DateTimeField(_("since"), default=timezone.now)
    version = models.PositiveIntegerField(default=1)
    due = models.DateField(_("due"), null=True, blank=True, db_index=True)
    reminded_on = models.DateField(null=True, blank=True)
    assigned = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("assigned to"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    # Of the person who sent it; never public, never indexed, emptied by erasure.
    author_name = models.CharField(_("name"), max_length=150, blank=True)
    author_organisation = models.CharField(_("organisation"), max_length=200, blank=True)
    author_email = models.EmailField(_("mail address"), blank=True)
    authors = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("authors"),
        blank=True,
        related_name="submissions",
    )
    consent_given = models.DateTimeField(_("consent given"), null=True, blank=True)
    work = models.OneToOneField(
        Work,
        verbose_name=_("work"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="submission",
    )
    created = models.DateTimeField(_("created"), auto_now_add=True)
    changed = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        ordering: ClassVar = ["-state_since", "-pk"]

    def __str__(self) -> str:
        return self.title

    @property
    def page(self) -> WorkPage | None:
        """Give the page that came of it, as saved last, or None before the first sending."""
        page = self._pages().first()
        return page.specific if page else None

    @property
    def is_public(self) -> bool:
        """Tell whether an approved version can be read by others."""
        return self.work is not None and self._pages().filter(live=True).exists()

    def _pages(self) -> models.QuerySet[WorkPage]:
        """Give the page that came of it, as a query; it is empty before the first sending."""
        if self.work is None:
            return WorkPage.objects.none()
        return WorkPage.objects.filter(
            translation_key=self.work.translation_key, locale_id=self.work.source_locale_id
        )

    @property
    def reference(self) -> str:
        """Give the public reference, or "" before there is one."""
        return self.work.reference if self.work else ""

    @property
    def turn(self) -> Actor | None:
        """Give whose turn it is, or None where nobody has to do anything."""
        return TURN.get(State(self.state))

    @property
    def is_writable(self) -> bool:
        """Tell whether the author may write the template now."""
        return self.state in WRITABLE

    @property
    def is_overdue(self) -> bool:
        """Tell whether who has the turn is late."""
        return self.due is not None and self.due < timezone.localdate()


class Event(models.Model):
    """Something that happened to a submission: who, as what, when, and why.

    name: a transition of `states`, or one of OTHER. internal: for staff only.
    """

    OTHER: ClassVar[dict[str, Any]] = {
        "start": _("Wrote an expression of interest"),
        "note": _("Internal note"),
        "assign": _("Assigned it"),
        "move": _("Moved it to another section"),
        "coauthor": _("Invited a co-author"),
        "join": _("Joined as an author"),
        "goals": _("Changed the Sustainable Development Goals"),
        "read": _("Read a Word template into the form"),
        "refused": _("Was refused"),
        "erased": _("Erased personal data"),
    }

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="events")
    name = models.CharField(max_length=24)
    at = models.DateTimeField(default=timezone.now)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    actor = models.CharField(max_length=12, choices=[(one.value, one.value) for one in Actor])
    source = models.CharField(max_length=24, blank=True)
    target = models.CharField(max_length=24, blank=True)
    says = models.TextField(blank=True)
    internal = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("event of a submission")
        verbose_name_plural = _("events of submissions")
        ordering: ClassVar = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.name} {self.at:%Y-%m-%d %H:%M}"

    @property
    def label(self) -> Any:
        """Give what happened, in words."""
        transition = BY_NAME.get(self.name)
        return transition.done if transition else self.OTHER.get(self.name, self.name)

    @property
    def actor_label(self) -> Any:
        """Give as what somebody acted, in words."""
        return ACTOR_LABELS[Actor(self.actor)]


class AccessLink(models.Model):
    """A mailed link that proves an address and opens a submission, once.

    Only the hash of what the link says is kept. See `access`.
    """

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="links")
    email = models.EmailField()
    digest = models.CharField(max_length=64, unique=True)
    created = models.DateTimeField(auto_now_add=True)
    expires = models.DateTimeField()
    used = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("mailed link")
        verbose_name_plural = _("mailed links")

    def __str__(self) -> str:
        return f"{self.email} {self.created:%Y-%m-%d}"


class Attempt(models.Model):
    """One time that somebody without an account had a mail written; see `limits`."""

    digest = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        indexes: ClassVar = [models.Index(fields=["digest", "at"], name="attempt_by_digest")]

    def __str__(self) -> str:
        return f"{self.digest[:8]} {self.at:%Y-%m-%d %H:%M}"


class WordReading(models.Model):
    """A filled Word template that an author handed in: its file, and what was read in it.

    The worker reads it; nothing of it goes into the submission before an author says so. `values`
    and `report` are those of `word.report`. error: why a file was refused, in `language`.
    """

    class State(models.TextChoices):
        """What became of it."""

        WAITING = "waiting", _("Being read")
        DONE = "done", pgettext_lazy("file", "Read")
        FAILED = "failed", _("Could not be read")

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="readings")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    file = models.FileField(upload_to="word-readings", storage=originals)
    name = models.CharField(max_length=255)
    language = models.CharField(max_length=12)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    since = models.DateTimeField(default=timezone.now)
    created = models.DateTimeField(auto_now_add=True, db_index=True)
    values = models.JSONField(default=dict, blank=True)
    report = models.JSONField(default=dict, blank=True)
    error = models.TextField(blank=True)
    taken = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("reading of a Word file")
        verbose_name_plural = _("readings of Word files")
        ordering: ClassVar = ["-created", "-pk"]

    def __str__(self) -> str:
        return f"{self.name} {self.created:%Y-%m-%d %H:%M}"


class _DeskTask(Task):
    """A step of the review that is decided on the desks of the portal, not in the admin's editor.

    There, who decides sees what is asked, and every decision is recorded and mailed.
    """

    side: ClassVar[Actor]

    class Meta:
        abstract = True

    def user_can_access_editor(self, obj: Any, user: Any) -> bool:
        """Let those who have the turn open the page in the admin's editor."""
        from .permissions import may_review

        return may_review(user, obj, self.side)

    def locked_for_user(self, obj: Any, user: Any) -> bool:
        """Lock the page in the admin for everybody else while it is reviewed.

        A section that has endorsed a text does not change it under the Secretariat's eyes.
        """
        return not self.user_can_access_editor(obj, user)

    def get_actions(self, obj: Any, user: Any) -> list[tuple[str, Any, bool]]:
        """Give none: decisions are made on the desks."""
        return []


class SectionReviewTask(_DeskTask):
    """The section reviews what its members submit."""

    side = Actor.SECTION

    class Meta:
        verbose_name = _("Review by the section")
        verbose_name_plural = _("Reviews by sections")

    @classmethod
    def get_description(cls) -> Any:
        """Say what the task is."""
        return _("Staff of the section, never an author, endorse a submission on their desk")


class SecretariatReviewTask(_DeskTask):
    """The Secretariat reviews what sections have endorsed."""

    side = Actor.SECRETARIAT

    class Meta:
        verbose_name = _("Review by the Secretariat")
        verbose_name_plural = _("Reviews by the Secretariat")

    @classmethod
    def get_description(cls) -> Any:
        """Say what the task is."""
        return _("The Secretariat confirms goals and level on its desk, and publishes")
