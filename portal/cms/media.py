"""Serving pictures and documents: what is not public is not served to the public.

A file is public when a live page that everybody may read names it; the reference index of Wagtail
knows which pages do.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe
from wagtail.models import Page, ReferenceIndex

from .models import Rendition

PUBLIC_SECONDS = 86_400


def is_public(media: Model) -> bool:
    """Tell whether a live, unrestricted page names this picture or document."""
    references = ReferenceIndex.get_references_to(media).values_list(
        "base_content_type", "object_id"
    )
    keys = [key for _type, key in references if key.isdigit()]
    for page in Page.objects.filter(pk__in=keys, live=True):
        if not page.get_view_restrictions().exists():
            return True
    return False


def may_see(user: Any, media: Model) -> bool:
    """Tell whether a person may see a picture or document."""
    return user.has_perm("wagtailadmin.access_admin") or is_public(media)


@require_safe
def serve_rendition(request: HttpRequest, name: str) -> HttpResponseBase:
    """Serve one size of a picture. Raises Http404 for what is not there or not public."""
    rendition = Rendition.objects.filter(file=name).select_related("image").first()
    if rendition is None:
        raise Http404
    public = is_public(rendition.image)
    if not public and not may_see(request.user, rendition.image):
        raise Http404
    response = FileResponse(rendition.file.open("rb"))
    response["Cache-Control"] = (
        f"public, max-age={PUBLIC_SECONDS}" if public else "private, no-store"
    )
    return response


def check_document(document: Model, request: HttpRequest) -> None:
    """Refuse a document that is not public. Raises PermissionDenied."""
    if not may_see(request.user, document):
        raise PermissionDenied
