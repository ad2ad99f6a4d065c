"""Serving pictures and documents: what is not public is not served to the public.

A file is for those who may read a live page that names it; the reference index of Wagtail knows
which pages do.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.views.decorators.http import require_safe
from wagtail.models import Page, ReferenceIndex
from wagtail.permissions import policy_registry

from search.audience import PUBLIC_ONLY, audiences_of
from search.public import readable_by

from .models import Rendition

# Short: what is withdrawn must soon be gone from caches, too. Asked again, nothing is sent twice.
PUBLIC_SECONDS = 300

Sees = Callable[[Any, Any], bool]
# Who else may see what is not public, said by packages above this one.
_seeing: list[Sees] = []


def register_seeing(sees: Sees) -> None:
    """Let more people see files that are not public: `sees` takes a person and a file."""
    if sees not in _seeing:
        _seeing.append(sees)


def is_public(media: Model) -> bool:
    """Tell whether a page that everybody may read names this picture or document."""
    return readable_by(_pages_naming(media), PUBLIC_ONLY).exists()


def may_see(request: HttpRequest, media: Model) -> bool:
    """Tell whether whoever asks may see a picture or document that is not public."""
    audiences = audiences_of(request)
    if audiences != PUBLIC_ONLY and readable_by(_pages_naming(media), audiences).exists():
        return True
    user = request.user
    return _may_edit(user, media) or any(sees(user, media) for sees in _seeing)


def _pages_naming(media: Model) -> QuerySet[Page]:
    references = ReferenceIndex.get_references_to(media).filter(
        base_content_type=ContentType.objects.get_for_model(Page)
    )
    keys = [int(key) for key in references.values_list("object_id", flat=True)]
    return Page.objects.filter(pk__in=keys)


def _may_edit(user: Any, media: Model) -> bool:
    """Tell whether a person works with a file: brought it, edits all, or edits a page with it."""
    if not user.has_perm("wagtailadmin.access_admin"):
        return False
    policy = policy_registry.get_by_type(type(media))
    return policy.user_has_permission_for_instance(user, "change", media) or any(
        page.permissions_for_user(user).can_edit() for page in _pages_naming(media)
    )


@require_safe
def serve_rendition(request: HttpRequest, name: str) -> HttpResponseBase:
    """Serve one size of a picture. Raises Http404 for what is not there or not public."""
    rendition = Rendition.objects.filter(file=name).select_related("image").first()
    if rendition is None:
        raise Http404
    public = is_public(rendition.image)
    if not public and not may_see(request, rendition.image):
        raise Http404
    try:
        modified = rendition.file.storage.get_modified_time(name)
        size = rendition.file.size
    except FileNotFoundError:
        raise Http404 from None
    etag = f'"{int(modified.timestamp() * 1_000_000):x}-{size:x}"'
    seconds = int(modified.timestamp())
    response: HttpResponseBase | None = get_conditional_response(
        request, etag=etag, last_modified=seconds
    )
    if response is None:
        response = FileResponse(rendition.file.open("rb"))
    response["ETag"], response["Last-Modified"] = etag, http_date(seconds)
    response["Cache-Control"] = (
        f"public, max-age={PUBLIC_SECONDS}" if public else "private, no-store"
    )
    return response


def check_document(document: Model, request: HttpRequest) -> None:
    """Refuse a document that is not for whoever asks. Raises PermissionDenied."""
    if not is_public(document) and not may_see(request, document):
        raise PermissionDenied
