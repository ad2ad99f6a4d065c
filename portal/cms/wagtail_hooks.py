"""How the portal changes Wagtail's admin."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry, LogFormatter
from wagtail.models import Page, PageViewRestriction
from wagtail.permission_policies.pages import PagePermissionPolicy
from wagtail.rich_text.pages import PageLinkHandler

from . import media, taxonomy_admin, work_admin  # noqa: F401 - registers terms and works
from .models import BasePage, WorkPage

SCHEDULE_REFUSED = "portal.schedule.refuse"


@hooks.register("before_serve_document")
def only_public_documents(document: Any, request: HttpRequest) -> None:
    """Documents are for those who may read a page that names them, and for editors."""
    media.check_document(document, request)


@hooks.register("before_serve_page")
def only_for_its_readers(page: Page, _request: HttpRequest, _args: Any, _kwargs: Any) -> None:
    """Refuse a page to others than its readers; what asks for a password is left to Wagtail.

    To them there is no such page: Wagtail's own answer, the log-in, would tell that there is one.
    The page that says so offers the log-in to whoever has not logged in. Raises Http404.
    """
    if not isinstance(page, BasePage):
        return
    page.refusing = page.get_view_restrictions()
    password = PageViewRestriction.PASSWORD
    if any(row.restriction_type != password for row in page.refusing):
        raise Http404


@hooks.register("before_publish_page")
def refuse_in_the_editor(_request: HttpRequest, page: Page) -> None:
    """Refuse in the editor what is refused elsewhere: its button does not pass `publish()`."""
    if isinstance(page, BasePage):
        page.check_refusals()


@hooks.register("construct_page_chooser_queryset")
def choose_no_others_drafts(pages: QuerySet[Page], request: HttpRequest) -> QuerySet[Page]:
    """Offer what is published and one's own drafts: a section does not see another's."""
    own = PagePermissionPolicy().instances_user_has_permission_for(request.user, "change")
    return pages.filter(Q(live=True) | Q(pk__in=own.values("pk")))


@hooks.register("construct_translated_pages_to_cascade_actions")
def cascade_to_translations(pages: list[Page], action: str) -> dict[Page, Any]:
    """Unpublishing or deleting an original does the same to its translations; so does any move.

    A translation may be unpublished or deleted alone, but it stands where the others stand.
    """
    if action not in ("unpublish", "delete", "move"):
        return {}
    found = {}
    for page in pages:
        if action != "move" and not _is_original(page):
            continue
        translations = Page.objects.translation_of(page, inclusive=False)
        if action == "unpublish":
            translations = translations.live()
        found[page] = translations
    return found


def _is_original(page: Page) -> bool:
    """Tell whether others are this page's translations: works say so, else the first language."""
    specific = page.specific
    if isinstance(specific, WorkPage):
        return specific.is_original
    return bool(page.locale.language_code == settings.LANGUAGE_CODE)


@hooks.register("register_log_actions")
def register_refusal(actions: LogActionRegistry) -> None:
    """Name in the histories what was not published at its time."""

    @actions.register_action(SCHEDULE_REFUSED)
    class RefusalFormatter(LogFormatter):
        """Says why."""

        label = _("Scheduled publication refused")

        def format_message(self, log_entry: Any) -> str:
            """Give the reason."""
            return gettext("Not published at its time: %(reason)s") % log_entry.data


class ReaderLinkHandler(PageLinkHandler):
    """A link of a rich text to a page: to its translation, or else under the reader's language."""

    @classmethod
    def expand_db_attributes_many(cls, attrs_list: list[dict[str, str]]) -> list[str]:
        """Write the opening tag of each link; one to a page that is gone leads nowhere."""
        pages = cls.get_many(attrs_list)
        return [_link_to(page.localized) if page else "<a>" for page in pages]


def _link_to(page: Any) -> str:
    return format_html('<a href="{}">', getattr(page, "reader_url", page.url))


@hooks.register("register_rich_text_features", order=1)  # Wagtail's own comes first
def lead_to_the_readers_language(features: Any) -> None:
    """Let links in texts lead to the reader's language."""
    features.register_link_type(ReaderLinkHandler)
