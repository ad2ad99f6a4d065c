"""The roles and what each may do: one table.

Page permissions are given on nodes of the tree by `portal.cms.tree`, in every language: `scope`
says on which.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.utils.translation import gettext_lazy as _


class Scope(StrEnum):
    """On which nodes of the tree a role's page permissions are given."""

    NONE = "none"
    SITE = "site"
    SECTION = "section"


@dataclass(frozen=True)
class Role:
    """A role: its code, name, permissions on models ("app.codename") and on pages."""

    code: str
    name: Any
    permissions: tuple[str, ...] = ()
    page_permissions: tuple[str, ...] = ()
    collection_permissions: tuple[str, ...] = ()
    scope: Scope = Scope.NONE


_ADMIN = "wagtailadmin.access_admin"
_TERMS = ("taxonomy.add_term", "taxonomy.change_term", "taxonomy.delete_term", "taxonomy.view_term")
_WORKS = ("cms.view_work", "cms.change_work")
# Reports of what the worker did: mails, and other work; trying again what failed.
_REPORTS = ("mail.change_mail", "django_tasks_database.change_dbtaskresult")
_IMPORTS = ("importing.add_importrun",)
# Wagtail asks for the permissions of its own image and document models, whatever models serve.
_OWN_MEDIA = (
    "wagtailimages.add_image",
    "wagtailimages.choose_image",
    "wagtaildocs.add_document",
    "wagtaildocs.choose_document",
)
_ALL_MEDIA = (
    *_OWN_MEDIA,
    "wagtailimages.change_image",
    "wagtailimages.delete_image",
    "wagtaildocs.change_document",
    "wagtaildocs.delete_document",
)

MEMBER = Role("member", _("Member"))
SECTION_STAFF = Role(
    "section",
    _("Section staff"),
    permissions=(_ADMIN,),
    page_permissions=("add_page", "change_page"),
    collection_permissions=_OWN_MEDIA,
    scope=Scope.SECTION,
)
TRANSLATOR = Role(
    "translator",
    _("Translator"),
    permissions=(_ADMIN, "wagtail_localize.submit_translation"),
    page_permissions=("change_page",),
    collection_permissions=_OWN_MEDIA,
    scope=Scope.SITE,
)
EDITOR = Role(
    "editor",
    _("Secretariat editor"),
    permissions=(
        _ADMIN,
        "wagtail_localize.submit_translation",
        *_TERMS,
        *_WORKS,
        *_REPORTS,
        *_IMPORTS,
    ),
    page_permissions=(
        "add_page",
        "change_page",
        "publish_page",
        "bulk_delete_page",
        "lock_page",
        "unlock_page",
    ),
    collection_permissions=_ALL_MEDIA,
    scope=Scope.SITE,
)
ADMINISTRATOR = Role(
    "administrator",
    _("Administrator"),
    permissions=(
        *EDITOR.permissions,
        "search.change_outboxrow",
        "mail.read_text",
        "accounts.change_user",
        "accounts.delete_user",
        "wagtailredirects.add_redirect",
        "wagtailredirects.change_redirect",
        "wagtailredirects.delete_redirect",
    ),
    page_permissions=EDITOR.page_permissions,
    collection_permissions=_ALL_MEDIA,
    scope=Scope.SITE,
)
ROLES = (MEMBER, SECTION_STAFF, TRANSLATOR, EDITOR, ADMINISTRATOR)


def group_name(role: Role, section: str = "") -> str:
    """Give the name of a role's group; section staff have one for each section."""
    return f"{role.code}:{section}" if section else role.code


def group_of(role: Role, section: str = "") -> Group:
    """Give the group of a role with at least the model permissions that the table says.

    What administrators gave it besides stays, as with its permissions on pages; what the table
    no longer says is theirs to take away.
    """
    group, _made = Group.objects.get_or_create(name=group_name(role, section))
    wanted = []
    for name in role.permissions:
        app, codename = name.split(".")
        wanted.append(Permission.objects.get(content_type__app_label=app, codename=codename))
    group.permissions.add(*wanted)
    return group


def sections_of(user: Any) -> frozenset[str]:
    """Give the codes of the sections whose staff a person is. One query, then remembered."""
    return frozenset(
        name.partition(":")[2]
        for name in _group_names(user)
        if name.startswith(f"{SECTION_STAFF.code}:")
    )


def is_secretariat(user: Any) -> bool:
    """Tell whether a person acts for the World Secretariat: an editor or an administrator."""
    if not user.is_active:
        return False
    return user.is_superuser or bool(_group_names(user) & {EDITOR.code, ADMINISTRATOR.code})


def is_administrator(user: Any) -> bool:
    """Tell whether a person looks after accounts."""
    if not user.is_active:
        return False
    return user.is_superuser or ADMINISTRATOR.code in _group_names(user)


def invitable_roles(user: Any) -> tuple[Role, ...]:
    """Give the roles to which a person may invite others; editors bring section staff only."""
    if is_administrator(user):
        return (SECTION_STAFF, TRANSLATOR, EDITOR)
    return (SECTION_STAFF,) if is_secretariat(user) else ()


def _group_names(user: Any) -> frozenset[str]:
    if not user.is_authenticated or not user.is_active:
        return frozenset()
    if not hasattr(user, "_group_names"):
        user._group_names = frozenset(user.groups.values_list("name", flat=True))
    names: frozenset[str] = user._group_names
    return names
