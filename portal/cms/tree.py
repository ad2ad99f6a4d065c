"""The tree of pages, the same in every language, and the permissions that it carries.

Home → sections → one node for each section → its works; home → policy notes; home → resources;
home → about → its pages (standing_pages).
Pages of the same place share a translation key in all languages, so that a translation always
finds its parent.
"""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml
from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.utils.translation import gettext, override
from wagtail.models import (
    Collection,
    GroupApprovalTask,
    GroupCollectionPermission,
    GroupPagePermission,
    Locale,
    Page,
    Site,
    WorkflowPage,
)

from portal.accounts.roles import (
    ADMINISTRATOR,
    EDITOR,
    ROLES,
    SECTION_STAFF,
    Role,
    Scope,
    group_of,
)
from portal.taxonomy.language import best
from portal.taxonomy.models import Kind, Term

from .models import HomePage, SectionIndexPage, SectionPage, WorkIndexPage
from .restrictions import inherit
from .standing_pages import make_standing_pages

DATA = Path(__file__).parent / "data" / "tree.yaml"
NAMESPACE = uuid.UUID("3f1f5f0e-6f2c-5d0a-9c55-6f0f4f1d4b11")


def key(place: str) -> uuid.UUID:
    """Give the translation key of a place in the tree, the same on every installation."""
    return uuid.uuid5(NAMESPACE, place)


@transaction.atomic
def make_tree() -> int:
    """Make what is missing of the tree in every language of the settings.

    Gives the number of pages made; running it again makes none. Editors' titles, texts and
    additional permissions stay. A language for which the project has no texts gets its pages
    without introductions, and no standing pages: readers see those of another language, marked
    as such, until somebody translates them.
    """
    data = yaml.safe_load(DATA.read_text("utf-8"))
    made = 0
    for code, _name in settings.WAGTAIL_CONTENT_LANGUAGES:
        locale, _ = Locale.objects.get_or_create(language_code=code)
        made += _make_language(locale, data)
    _make_site()
    _give_permissions()
    _give_approval()
    return made


def _make_language(locale: Locale, data: dict[str, Any]) -> int:
    before = Page.objects.filter(locale=locale).count()
    language = locale.language_code
    home_data = data["home"]
    root = Page.get_first_root_node()
    home = _page(
        HomePage,
        root,
        "home",
        locale,
        language,
        title=_title(home_data["titles"], language),
        heading=_in(home_data["headings"], language),
        introduction=_in(home_data["introductions"], language),
    )
    index = _page(
        SectionIndexPage,
        home,
        "sections",
        locale,
        data["sections"]["slug"],
        title=_title(data["sections"]["titles"], language),
        introduction=_in(data["sections"]["introductions"], language),
    )
    for term in Term.objects.filter(kind=Kind.SECTION, retired=False).order_by("position"):
        _page(
            SectionPage,
            index,
            f"section:{term.code}",
            locale,
            term.code,
            title=term.name or term.label(language),
            introduction=_in(data["section_introduction"], language),
            term=term,
        )
    for name in ("policy-notes", "resources"):
        _page(
            WorkIndexPage,
            home,
            name,
            locale,
            data[name]["slug"],
            title=_title(data[name]["titles"], language),
            introduction=_in(data[name]["introductions"], language),
            lists=data[name]["lists"],
        )
    make_standing_pages(home, locale, _page)
    return Page.objects.filter(locale=locale).count() - before


def _in(texts: dict[str, str], language: str) -> str:
    """Give a text in a language, or "": no page says another language's words as its own."""
    return texts.get(language, "")


def _title(titles: dict[str, str], language: str) -> str:
    """Give a title in a language: from the data, else from its catalogue, else a fallback's.

    A page cannot be without one. The titles are the menu's words, which every catalogue has.
    """
    if language in titles:
        return titles[language]
    fallback = best(titles, language) or next(iter(titles.values()))
    with override(language):
        return gettext(fallback)


def _page(
    model: type[Any], parent: Page, place: str, locale: Locale, slug: str, **fields: Any
) -> Any:
    """Give the page of a place in one language, made where it is missing."""
    page = model.objects.filter(translation_key=key(place), locale=locale).first()
    if page is None:
        page = model(translation_key=key(place), locale=locale, slug=slug, **fields)
        parent.add_child(instance=page)
        inherit(page)
        page.save_revision().publish()
        parent.refresh_from_db()
    return page


def _make_site() -> None:
    """Let the default site begin at the first language's home page, at the address of BASE_URL."""
    home = HomePage.objects.get(
        translation_key=key("home"), locale__language_code=settings.LANGUAGE_CODE
    )
    address = urlsplit(settings.WAGTAILADMIN_BASE_URL)
    wanted = {
        "hostname": address.hostname or "localhost",
        "port": address.port or (443 if address.scheme == "https" else 80),
        "root_page_id": home.pk,
        "site_name": settings.WAGTAIL_SITE_NAME,
    }
    site = Site.objects.filter(is_default_site=True).first() or Site(is_default_site=True)
    welcome = site.root_page if site.pk else None
    if any(getattr(site, name) != value for name, value in wanted.items()):
        for name, value in wanted.items():
            setattr(site, name, value)
        site.save()
    if welcome is not None and welcome.slug == "home" and welcome.pk != home.pk:
        welcome.delete()  # Wagtail's own first page


def _give_permissions() -> None:
    """Give every role's group its permissions on the nodes of every language."""
    homes = list(HomePage.objects.filter(translation_key=key("home")))
    for role in ROLES:
        if role.scope is Scope.SECTION:
            continue
        _give(group_of(role), role, homes if role.scope is Scope.SITE else [])
    for term in Term.objects.filter(kind=Kind.SECTION, retired=False):
        nodes = list(SectionPage.objects.filter(translation_key=key(f"section:{term.code}")))
        _give(group_of(SECTION_STAFF, term.code), SECTION_STAFF, nodes)


def _give_approval() -> None:
    """Let the Secretariat, and nobody else, approve what is sent for moderation in the admin.

    Wagtail comes with a workflow on the whole tree, for a group of moderators of its own: nobody is
    in it here, and while a page waits for it, editors could not even correct it.
    """
    root = Page.get_first_root_node()
    workflows = WorkflowPage.objects.filter(page=root).values("workflow")
    for task in GroupApprovalTask.objects.filter(workflow_tasks__workflow__in=workflows):
        if {group.name for group in task.groups.all()} == {"Moderators"}:
            task.groups.set([group_of(EDITOR), group_of(ADMINISTRATOR)])


def _give(group: Group, role: Role, pages: list[Any]) -> None:
    for codename in role.page_permissions:
        permission = Permission.objects.get(
            content_type__app_label="wagtailcore", codename=codename
        )
        for page in pages:
            GroupPagePermission.objects.get_or_create(
                group=group, page=Page.objects.get(pk=page.pk), permission=permission
            )
    root = Collection.get_first_root_node()
    for name in role.collection_permissions:
        app, codename = name.split(".")
        permission = Permission.objects.get(content_type__app_label=app, codename=codename)
        GroupCollectionPermission.objects.get_or_create(
            group=group, collection=root, permission=permission
        )
