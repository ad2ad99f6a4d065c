"""What people are asked to agree to, and what they agreed to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .models import Consent, User

ACCOUNT = "account"


@dataclass(frozen=True)
class Purpose:
    """Something that a person agrees to.

    code: what rows are kept under. label: its name in lists. text: what is agreed to, as it stands
    beside the box. version: a new one for every change of the text's meaning; who agreed to an
    older one keeps that. withdrawal: what happens once it is withdrawn.
    """

    code: str
    label: Any
    text: Any
    version: str
    withdrawal: Any = ""


_purposes: dict[str, Purpose] = {}


def register_purpose(purpose: Purpose) -> Purpose:
    """Let people agree to something. Raises ValueError where the code is another's."""
    if _purposes.get(purpose.code, purpose) != purpose:
        raise ValueError(f"There is another purpose called {purpose.code}")
    _purposes[purpose.code] = purpose
    return purpose


def purpose_of(code: str) -> Purpose | None:
    """Give a purpose, or None for one that nothing asks for any more."""
    return _purposes.get(code)


register_purpose(
    Purpose(
        code=ACCOUNT,
        label=_("Keeping my account"),
        text=_(
            "I have read the privacy notice and agree that the portal keeps my mail address, my "
            "name and my language for as long as I have an account."
        ),
        version="2026-11",
        withdrawal=_("There is no account without it: withdrawing it deletes the account."),
    )
)


def give(person: User, code: str) -> Consent:
    """Note that a person agrees, now, to the present wording; what is in force already stays.

    Raises KeyError for a purpose that is not registered.
    """
    found, _made = Consent.objects.get_or_create(
        person=person, purpose=code, withdrawn=None, defaults={"version": _purposes[code].version}
    )
    return found


def withdraw(person: User, code: str) -> bool:
    """Note that a person agrees no more; tell whether there was anything to withdraw."""
    in_force = Consent.objects.filter(person=person, purpose=code, withdrawn=None)
    return bool(in_force.update(withdrawn=timezone.now()))


def has_consented(person: User, code: str) -> bool:
    """Tell whether a person's consent is in force."""
    return Consent.objects.filter(person=person, purpose=code, withdrawn=None).exists()
