"""How the portal changes Wagtail's admin."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from wagtail import hooks
from wagtail.models import Page

from . import media, taxonomy_admin  # noqa: F401 - registers the terms' admin


@hooks.register("before_serve_document")
def only_public_documents(document: Any, request: HttpRequest) -> None:
    """Documents that no public page names are for editors."""
    media.check_document(document, request)


@hooks.register("construct_translated_pages_to_cascade_actions")
def cascade_to_translations(pages: list[Page], action: str) -> dict[Page, Any]:
    """Unpublishing, deleting or moving an original does the same to its translations."""
    if action not in ("unpublish", "delete", "move"):
        return {}
    found = {}
    for page in pages:
        translations = Page.objects.translation_of(page, inclusive=False)
        if action == "unpublish":
            translations = translations.live()
        found[page] = translations
    return found
