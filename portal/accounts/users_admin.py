"""Users in the admin: who looks after accounts has no way to more rights than an administrator's.

Wagtail lets whoever may change users make anybody a superuser, and give a superuser another mail
address, to which a new password is then mailed. And who is deleted here is erased, as somebody who
leaves by their own account.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest
from wagtail import hooks
from wagtail.log_actions import log
from wagtail.users.views import users
from wagtail.users.views.bulk_actions import DeleteBulkAction

from . import personal
from .models import User

logger = logging.getLogger(__name__)


class _NoSuperusersMixin:
    """Offers the tick "superuser" to superusers alone; a forged one is not read."""

    request: HttpRequest

    def get_form(self, *args: Any, **kwargs: Any) -> Any:
        """Give the form that this person may fill in."""
        form = super().get_form(*args, **kwargs)  # type: ignore[misc] # a view's
        if not self.request.user.is_superuser:
            form.fields.pop("is_superuser", None)
        return form


class CreateView(_NoSuperusersMixin, users.CreateView):
    """Makes a user."""


class EditView(_NoSuperusersMixin, users.EditView):
    """Changes a user."""


class DeleteView(users.DeleteView):
    """Deletes a user, with all that is held of the person."""

    def delete_action(self) -> None:
        """Erase the person. Raises PermissionDenied for the last administrator."""
        _erase([self.object], self.request.user)


class UserViewSet(users.UserViewSet):
    """Wagtail's pages of users, with these views."""

    add_view_class = CreateView
    edit_view_class = EditView
    delete_view_class = DeleteView


@hooks.register("register_bulk_action", order=10)  # after Wagtail's, whose place it takes
class EraseBulkAction(DeleteBulkAction):
    """Deletes several users, with all that is held of them."""

    def get_execution_context(self) -> dict[str, Any]:
        """Give who does it, too."""
        return {**super().get_execution_context(), "by": self.request.user}

    @classmethod
    def execute_action(cls, objects: list[Any], by: Any = None, **_context: Any) -> tuple[int, int]:
        """Erase them; give how many. Raises PermissionDenied for the last administrator."""
        _erase(objects, by)
        return len(objects), 0


@transaction.atomic
def _erase(people: Iterable[User], by: Any) -> None:
    for person in people:
        log(instance=person, action="wagtail.delete", user=by)
        try:
            personal.erase(person)
        except personal.LastAdministrator as error:
            logger.warning("Refused: user %s deletes the last administrator", by.pk)
            raise PermissionDenied from error


def _refuse_superusers(request: HttpRequest, asked: Iterable[Any]) -> None:
    """Refuse to touch accounts that have more rights than the person. Raises PermissionDenied."""
    if request.user.is_superuser:
        return
    if above := [one.pk for one in asked if one.is_superuser]:
        logger.warning("Refused: user %s on accounts of superusers %s", request.user.pk, above)
        raise PermissionDenied


@hooks.register("before_edit_user")
@hooks.register("before_delete_user")
def guard_one(request: HttpRequest, user: User) -> None:
    """Keep superusers' accounts from those who are none."""
    _refuse_superusers(request, [user])


@hooks.register("before_bulk_action")
def guard_many(request: HttpRequest, action_type: str, objects: Iterable[Any], action: Any) -> None:
    """Keep superusers' accounts from what is done to several at once."""
    if User in action.models:
        _refuse_superusers(request, objects)
