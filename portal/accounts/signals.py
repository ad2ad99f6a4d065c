"""Keeping the verified address of an account in step with the account."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from allauth.account.models import EmailAddress
from django.db.models.signals import post_save
from django.dispatch import receiver

from .models import User


@receiver(post_save, sender=User)
def follow_address(
    instance: User,
    created: bool,
    raw: bool,
    update_fields: Collection[str] | None,
    **_: Any,
) -> None:
    """Forget the verified address of somebody to whom an administrator gave another one.

    The new one is verified by the mail that follows at the next log-in.
    """
    if created or raw or (update_fields is not None and "email" not in update_fields):
        return
    addresses = EmailAddress.objects.filter(user=instance)
    if addresses.filter(primary=True).exclude(email=instance.email).exists():
        addresses.delete()
        EmailAddress.objects.create(
            user=instance, email=instance.email, primary=True, verified=False
        )
