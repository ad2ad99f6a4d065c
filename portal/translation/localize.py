"""Some of wagtail-localize's addresses, guarded: a file or a server may be broken.

They stand before its own in the admin, and pass on to it what is sound.
"""

from __future__ import annotations

import logging
import tempfile
from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.forms import HiddenInput
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from requests import RequestException
from wagtail.admin.utils import get_valid_next_url_from_request
from wagtail_localize.models import Translation, TranslationSource
from wagtail_localize.views import edit_translation, submit_translations, update_translations

from .review import page_of

logger = logging.getLogger(__name__)
MAX_BYTES = 5_000_000


@require_POST
def upload_pofile(request: HttpRequest, translation_id: int) -> HttpResponseBase:
    """Read translations from a PO file; a file that is none changes nothing."""
    translation = get_object_or_404(Translation, pk=translation_id)
    fault = _fault(request, translation)
    if fault:
        messages.error(request, fault)
        return _back(request, translation)
    answer: HttpResponseBase = edit_translation.upload_pofile(request, translation_id)
    return answer


def _fault(request: HttpRequest, translation: Translation) -> str:
    """Say what is wrong with the file that was sent, or give ""."""
    file = request.FILES.get("file")
    if file is None:
        return _("Choose a PO file first.")
    if (file.size or 0) > MAX_BYTES:
        return _("The file is too large: at most %(size)d MB are read.") % {
            "size": MAX_BYTES // 1_000_000
        }
    content = file.read()
    file.seek(0)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "upload.po"
        path.write_bytes(content)
        try:
            entries = polib.pofile(str(path))
        except (OSError, ValueError, LookupError) as error:  # polib's own errors are OSErrors
            logger.info("A PO file for translation %s cannot be read: %s", translation.pk, error)
            return _("This is not a PO file, or it is damaged; nothing was changed.")
    if "X-WagtailLocalize-TranslationID" not in entries.metadata:
        return _(
            "This PO file does not say to which translation it belongs; use one that was "
            "downloaded here. Nothing was changed."
        )
    return ""


@require_POST
def machine_translate(request: HttpRequest, translation_id: int) -> HttpResponseBase:
    """Let the machine propose what is missing; one that does not answer changes nothing."""
    translation = get_object_or_404(Translation, pk=translation_id)
    try:
        answer: HttpResponseBase = edit_translation.machine_translate(request, translation_id)
    except (RequestException, KeyError, ValueError) as error:  # refused, or no answer of its kind
        logger.warning(
            "The machine translator %s failed for translation %s: %s",
            (settings.WAGTAILLOCALIZE_MACHINE_TRANSLATOR or {}).get("CLASS"),
            translation.pk,
            error,
        )
        messages.error(
            request, _("The machine translator does not answer; nothing was translated.")
        )
        return _back(request, translation)
    return answer


def _back(request: HttpRequest, translation: Translation) -> HttpResponseBase:
    address = get_valid_next_url_from_request(request)
    if address:
        return redirect(address)
    return redirect("wagtailadmin_pages:edit", page_of(translation).pk)


class SubmitPageTranslationView(submit_translations.SubmitPageTranslationView):
    """Asks for translations of one published page that the person may edit.

    A whole subtree at once can leave the tree damaged; a draft's text would come back to
    translators changed.
    """

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Refuse what is not published, and pages of others."""
        page = self.get_object()
        if not page.permissions_for_user(request.user).can_edit():
            raise PermissionDenied
        if not page.live:
            messages.error(request, _("Only what is published is translated; publish it first."))
            return redirect("wagtailadmin_pages:edit", page.pk)
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return answer

    def get_form(self) -> Any:
        """Give the form without the subtree."""
        form = super().get_form()
        form.fields["include_subtree"].widget = HiddenInput()
        form.fields["include_subtree"].disabled = True
        return form


class UpdateTranslationsView(update_translations.UpdateTranslationsView):
    """Brings translations up to a source that the person may edit.

    wagtail-localize asks for one permission on all translations together, and publishes for
    whoever has it. Here only those who may publish every one of the pages can do that; the others'
    work goes to review.
    """

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Refuse sources of others. Raises Http404 for one whose page is gone."""
        try:
            page = self.get_object().get_source_instance()
        except ObjectDoesNotExist as error:
            raise Http404 from error
        if not page.permissions_for_user(request.user).can_edit():
            raise PermissionDenied
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return answer

    def get_form(self) -> Any:
        """Give the form, without publication for those who may not publish."""
        form = super().get_form()
        if not _may_publish_all(self.object, self.request.user):
            form.fields["publish_translations"].widget = HiddenInput()
            form.fields["publish_translations"].disabled = True
        return form


def _may_publish_all(source: TranslationSource, user: Any) -> bool:
    translations = source.translations.filter(enabled=True).select_related("target_locale")
    return all(page_of(one).permissions_for_user(user).can_publish() for one in translations)
