"""People with accounts, what they agreed to, and those who are invited."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _


class UserManager(BaseUserManager["User"]):
    """Makes users from a mail address."""

    use_in_migrations = True

    def get_by_natural_key(self, username: str | None) -> User:
        """Find a user by mail address, whatever its case."""
        return self.get(email__iexact=username)

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Make a user whose address counts as verified. Raises ValueError without an address.

        Only commands, the demonstration and invitations make users so: whoever runs them vouches
        for the address. Who signs up does not pass here and must follow the link in a mail.
        """
        from allauth.account.models import EmailAddress

        if not email:
            raise ValueError("A user needs a mail address")
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Make an administrator who may do everything."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractUser):
    """A person with an account."""

    username = None  # type: ignore[assignment] # the mail address is the name
    email = models.EmailField(
        _("mail address"),
        unique=True,
        error_messages={"unique": _("There is already an account with this mail address.")},
    )

    # A code of LANGUAGES; they differ between installations, so they are no choices of the column.
    language = models.CharField(_("language of mails"), max_length=12, blank=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = UserManager()  # type: ignore[misc,assignment] # AbstractUser declares its own manager

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save with the address in lower case, so that no address has two accounts."""
        self.email = self.email.lower()
        super().save(*args, **kwargs)

    def __str__(self) -> str:
        return self.get_full_name() or self.email


class Consent(models.Model):
    """What a person agreed to, in which wording, and since when no more.

    purpose: a code of `portal.accounts.consents`. version: the wording that was shown.
    """

    person = models.ForeignKey(User, models.CASCADE, related_name="consents")
    purpose = models.CharField(_("purpose"), max_length=40)
    version = models.CharField(_("version of the text"), max_length=40)
    given = models.DateTimeField(_("given"), default=timezone.now)
    withdrawn = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering: ClassVar = ["-given", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "purpose"],
                condition=models.Q(withdrawn__isnull=True),
                name="one_consent_in_force",
            )
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.version}"


def new_nonce() -> str:
    """Give what makes a link of an invitation the last one that works."""
    return get_random_string(32)


class Invitation(models.Model):
    """An invitation to work on the portal in a role.

    sections: codes of sections, for section staff. nonce: is in the link that was mailed last;
    another one, or none, means that the link works no more.
    """

    email = models.EmailField(_("mail address"), db_index=True)
    role = models.CharField(_("role"), max_length=20)
    sections = models.JSONField(_("sections"), default=list, blank=True)
    language = models.CharField(_("language of mails"), max_length=12)
    invited_by = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        related_name="invitations_sent",
        verbose_name=_("invited by"),
    )
    nonce = models.CharField(max_length=32, default=new_nonce)
    created = models.DateTimeField(_("created"), auto_now_add=True)
    sent = models.DateTimeField(_("sent"), default=timezone.now)
    accepted = models.DateTimeField(_("accepted"), null=True, blank=True)
    revoked = models.DateTimeField(_("revoked"), null=True, blank=True)
    person = models.ForeignKey(
        User,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="invitations",
        verbose_name=_("person"),
    )

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering: ClassVar = ["-sent", "-pk"]

    def __str__(self) -> str:
        return f"{self.role} {self.pk}"
