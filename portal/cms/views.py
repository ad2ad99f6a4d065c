"""Pages at their addresses, and the permanent addresses of works."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_safe
from wagtail.views import serve

from portal.taxonomy.language import current_language
from search.audience import SECRETARIAT, audiences_of
from search.public import readable_by, restricted

from . import errors
from .models import HomePage, Work, WorkPage


def page(request: HttpRequest, path: str) -> HttpResponseBase:
    """Show the page at an address below the home page of the reader's language.

    Wagtail would look for the site's first page and from there for its translation: one query
    more in every language but the first. Raises Http404.
    """
    languages = [code for code, _name in settings.LANGUAGES]
    found = HomePage.objects.filter(locale__language_code__in=languages).select_related("locale")
    homes = {home.locale.language_code: home for home in found.order_by("-path")}
    order = (current_language(), *settings.FALLBACK_LANGUAGES, *homes)
    home = next((homes[code] for code in order if code in homes), None)
    if home is None:
        raise Http404
    # Where `Page.route_for_request` keeps what it found.
    request._wagtail_route_for_request = home.route(  # type: ignore[attr-defined]
        request, [part for part in path.split("/") if part]
    )
    response: HttpResponseBase = serve(request, path)
    return response


def _live_pages(request: HttpRequest, work: Work) -> dict[str, WorkPage]:
    """Give language -> page of a work that whoever asks may read."""
    pages = WorkPage.objects.filter(
        translation_key=work.translation_key, alias_of__isnull=True
    ).select_related("locale")
    found = readable_by(pages, audiences_of(request))
    return {page.locale.language_code: page for page in found}


def _find(reference: str) -> Work:
    work = Work.objects.filter(reference__iexact=reference).select_related("source_locale").first()
    if work is None:
        raise Http404
    return work


def _unavailable(request: HttpRequest, work: Work) -> HttpResponse:
    """Answer for a work without a page for whoever asks: 410 where it once was theirs, else 404.

    Of what is not for them, nobody is told that it exists, nor why it was taken down.
    """
    audiences = audiences_of(request)
    pages = WorkPage.objects.filter(translation_key=work.translation_key)
    is_theirs = bool({work.audience, SECRETARIAT} & audiences)
    if is_theirs and not pages.filter(restricted(audiences)).exists():
        if work.is_taken_down:
            return errors.gone(request, work.taken_down_reason)
        if work.published_once:
            return errors.gone(request, "")
    raise Http404


def _lead_to(request: HttpRequest, page: WorkPage) -> HttpResponse:
    """Redirect to a page with the query that was asked. Raises Http404 where it has no address."""
    url = page.get_url(request)
    if url is None:
        raise Http404
    query = request.META.get("QUERY_STRING", "")
    return redirect(f"{url}?{query}" if query else url)


@require_safe
def work(request: HttpRequest, reference: str) -> HttpResponseBase:
    """Lead from a permanent address to the work in the reader's language, or the best other."""
    found = _find(reference)
    pages = _live_pages(request, found)
    if not pages:
        return _unavailable(request, found)
    language = current_language()
    if language in pages:
        return _lead_to(request, pages[language])
    query = request.META.get("QUERY_STRING", "")
    path = reverse("work_in_language", args=[found.reference])
    return redirect(f"{path}?{query}" if query else path)


@require_safe
def work_in_language(request: HttpRequest, reference: str) -> HttpResponseBase:
    """Show a work under the interface of a language in which it cannot be read, and say so."""
    found = _find(reference)
    pages = _live_pages(request, found)
    if not pages:
        return _unavailable(request, found)
    language = current_language()
    if language in pages:
        return _lead_to(request, pages[language])
    order = (found.source_locale.language_code, *settings.FALLBACK_LANGUAGES, *pages)
    page = pages[next(code for code in order if code in pages)].specific
    response: HttpResponseBase = page.serve(request)
    return response


@require_safe
def favicon(request: HttpRequest) -> HttpResponseBase:
    """Lead to the icon for whoever asks for it without having read a page."""
    return redirect(static("icons/favicon.ico"))
