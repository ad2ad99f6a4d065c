"""The permanent addresses of works."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from search.public import only_public

from . import errors
from .models import Work, WorkPage


def _live_pages(work: Work) -> dict[str, WorkPage]:
    """Give language -> page of a work that everybody may read."""
    pages = WorkPage.objects.filter(
        translation_key=work.translation_key, live=True, alias_of__isnull=True
    ).select_related("locale")
    return {page.locale.language_code: page for page in only_public(pages)}


def _find(reference: str) -> Work:
    work = Work.objects.filter(reference__iexact=reference).select_related("source_locale").first()
    if work is None:
        raise Http404
    return work


def _unavailable(request: HttpRequest, work: Work) -> HttpResponse:
    """Answer for a work without a public page: 410 where it once was published, else 404."""
    if (
        work.taken_down_on
        or not WorkPage.objects.filter(translation_key=work.translation_key).exists()
    ):
        return errors.gone(request, work.taken_down_reason)
    raise Http404


@require_safe
def work(request: HttpRequest, reference: str) -> HttpResponseBase:
    """Lead from a permanent address to the work in the reader's language, or the best other."""
    found = _find(reference)
    pages = _live_pages(found)
    if not pages:
        return _unavailable(request, found)
    language = (get_language() or settings.LANGUAGE_CODE).split("-")[0]
    if language in pages:
        return redirect(pages[language].get_url(request))
    return redirect("work_in_language", reference=found.reference)


@require_safe
def work_in_language(request: HttpRequest, reference: str) -> HttpResponseBase:
    """Show a work under the interface of a language in which it cannot be read, and say so."""
    found = _find(reference)
    pages = _live_pages(found)
    if not pages:
        return _unavailable(request, found)
    language = (get_language() or settings.LANGUAGE_CODE).split("-")[0]
    if language in pages:
        return redirect(pages[language].get_url(request))
    order = (found.source_locale.language_code, "en", "fr", "es", *pages)
    page = pages[next(code for code in order if code in pages)].specific
    request.shown_page = page  # type: ignore[attr-defined]
    request.other_language = True  # type: ignore[attr-defined]
    response: HttpResponseBase = page.serve(request)
    return response
