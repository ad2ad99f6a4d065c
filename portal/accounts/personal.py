"""What the portal holds of a person: shown to them on request, erased on request.

Every app that keeps something of a person registers it here, usually in `AppConfig.ready`:

    personal.register("drafts", export=drafts_of, erase=forget_drafts_of)

docs/personal-data.md says what is held, for how long, and what becomes of it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .models import User
from .roles import ADMINISTRATOR, is_administrator

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Holding:
    """Something held of a person.

    name: its key in the export, a word of English as all of the API's. export: gives it as values
    that JSON knows. erase: takes the person out of it; whatever others need stays without a name.
    """

    name: str
    export: Callable[[User], Any]
    erase: Callable[[User], None]


class LastAdministrator(Exception):
    """The account is the last that may look after the others."""

    message = _(
        "This is the last account of an administrator. Make another person an administrator "
        "first: without one, nobody could look after the portal."
    )


_holdings: dict[str, Holding] = {}


def register(name: str, export: Callable[[User], Any], erase: Callable[[User], None]) -> Holding:
    """Say what an app holds of a person. Raises ValueError where the name is another's."""
    holding = Holding(name, export, erase)
    if _holdings.get(name, holding) != holding:
        raise ValueError(f"Something else of a person is called {name}")
    _holdings[name] = holding
    return holding


def holdings() -> tuple[str, ...]:
    """Give the names of all that is registered."""
    return tuple(_holdings)


def export(person: User) -> dict[str, Any]:
    """Give everything that is held of a person, by name."""
    return {holding.name: holding.export(person) for holding in _holdings.values()}


def check_erasure(person: User) -> None:
    """Raise LastAdministrator where nobody else could look after the portal."""
    if not is_administrator(person):
        return
    others = User.objects.filter(is_active=True).exclude(pk=person.pk)
    if not others.filter(Q(is_superuser=True) | Q(groups__name=ADMINISTRATOR.code)).exists():
        raise LastAdministrator


@transaction.atomic
def erase(person: User) -> None:
    """Erase a person: everything registered, then the account. All of it happens, or nothing.

    Raises LastAdministrator.
    """
    # Two administrators who leave at the same moment wait for one another here.
    list(Group.objects.select_for_update().filter(name=ADMINISTRATOR.code))
    check_erasure(person)
    number = person.pk
    for holding in _holdings.values():
        holding.erase(person)
    person.delete()
    logger.info("Account %s was erased", number)
