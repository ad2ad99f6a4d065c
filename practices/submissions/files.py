"""Pictures and documents of submissions: brought by authors, seen by nobody else but reviewers."""

from __future__ import annotations

import datetime
import logging
from collections.abc import Iterable, Mapping
from pathlib import PurePath
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Collection, ReferenceIndex

from portal.cms import media
from portal.cms.models import PortalDocument, PortalImage
from portal.cms.uploads import UploadRefused, check_document, check_picture

from .checking import PICTURE_CHARACTERS
from .content import values_of
from .drafts import stored
from .fields import FieldKind, FormField, field_names
from .models import Submission
from .permissions import may_see
from .prose import tidy

logger = logging.getLogger(__name__)

COLLECTION = "Submissions"
# How many pictures, and how many documents, one person may bring in a day.
PER_DAY = 100
_MODELS: Mapping[FieldKind, Any] = {
    FieldKind.PICTURES: PortalImage,
    FieldKind.DOCUMENTS: PortalDocument,
}


def collection() -> Collection:
    """Give the collection in which files of submissions lie, made where it is missing."""
    found = Collection.objects.filter(name=COLLECTION, depth=2).first()
    if found is not None:
        return found
    made: Collection = Collection.get_first_root_node().add_child(name=COLLECTION)
    return made


def bring(field: FormField, uploads: Iterable[Any], user: Any) -> tuple[list[Any], list[str]]:
    """Store what somebody uploads for a field; give its new rows, and why files were refused."""
    rows: list[Any] = []
    refused: list[str] = []
    day = timezone.now() - datetime.timedelta(days=1)
    today = _MODELS[field.kind].objects.filter(
        uploaded_by_user=user, collection__name=COLLECTION, created_at__gt=day
    )
    room = PER_DAY - today.count()
    for upload in uploads:
        if len(rows) >= room:
            logger.warning("Refused: user %s brings too many files", user.pk)
            refused.append(_("Many files were handed in today. Please try again tomorrow."))
            break
        title = _title(upload.name)
        try:
            if field.kind is FieldKind.PICTURES:
                rows.append(_picture(check_picture(upload), title, user))
            else:
                rows.append(_document(check_document(upload), title, user))
        except UploadRefused as refusal:
            logger.warning("Refused a file of user %s: %s", user.pk, refusal)
            refused.append(
                _("“%(file)s” was not taken: %(reason)s") % {"file": title, "reason": refusal}
            )
    return rows, refused


def _picture(file: Any, title: str, user: Any) -> dict[str, Any]:
    made = PortalImage.objects.create(
        title=title, file=file, uploaded_by_user=user, collection=collection()
    )
    return {"image": made.pk, "alt": "", "credit": "", "caption": ""}


def _document(file: Any, title: str, user: Any) -> dict[str, Any]:
    made = PortalDocument.objects.create(
        title=title, file=file, uploaded_by_user=user, collection=collection()
    )
    return {"document": made.pk, "title": title}


def _title(name: str) -> str:
    """Make a title of the name of a file, whatever stands in it."""
    stem = PurePath(name.replace("\\", "/")).stem.replace("_", " ")
    return " ".join(tidy(stem.replace("<", " ").replace(">", " ")).split())[:150] or _("File")


def own_rows(
    submission: Submission, field: FormField, rows: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Leave out rows with files that are not the submission's, as an edited form may hold them.

    A file is its own if it is among the stored rows, or an author brought it for submissions.
    """
    (key, model) = _key(field), _MODELS[field.kind]
    before = {row[key] for row in stored(submission, field)}
    asked = {row[key] for row in rows} - before
    authors = [one.pk for one in submission.authors.all()]
    brought = set(
        model.objects.filter(
            pk__in=asked, uploaded_by_user__in=authors, collection__name=COLLECTION
        ).values_list("pk", flat=True)
        if asked
        else ()
    )
    if strange := asked - brought:
        logger.warning("Submission %s named files of others: %s", submission.key, sorted(strange))
    return [row for row in rows if row[key] in before | brought]


def _key(field: FormField) -> str:
    return "image" if field.kind is FieldKind.PICTURES else "document"


def note_credits(submission: Submission, *, public: bool = False) -> None:
    """Write the credits that authors gave onto their pictures, where pages show them.

    public: also onto pictures that everybody sees; that waits until the change is approved. What
    others brought keeps its credit: it may stand on other pages.
    """
    field = field_names(submission.kind)["pictures"]
    given = {row["image"]: str(row.get("credit", "")) for row in stored(submission, field)}
    authors = [one.pk for one in submission.authors.all()]
    pictures = PortalImage.objects.filter(
        pk__in=given, uploaded_by_user__in=authors, collection__name=COLLECTION
    )
    for picture in pictures:
        credit = given[picture.pk][: PICTURE_CHARACTERS["credit"]]
        if credit != picture.credit and (public or not media.is_public(picture)):
            PortalImage.objects.filter(pk=picture.pk).update(credit=credit)


def may_see_file(user: Any, file: Any) -> bool:
    """Tell whether a person may see a file that is not public.

    Who brought it may, and who may see a submission that names it.
    """
    if not user.is_authenticated or file.uploaded_by_user_id is None:
        return False
    if file.uploaded_by_user_id == user.pk:
        return True
    if file.collection.name != COLLECTION:
        return False
    kind = FieldKind.PICTURES if isinstance(file, PortalImage) else FieldKind.DOCUMENTS
    of_its_author = Submission.objects.filter(authors=file.uploaded_by_user_id)
    return any(
        _names(submission, kind, file.pk) and may_see(user, submission)
        for submission in of_its_author.select_related("section").prefetch_related("authors")
    )


def _names(submission: Submission, kind: FieldKind, key: int) -> bool:
    fields = (one for one in field_names(submission.kind).values() if one.kind is kind)
    return any(row[_key(one)] == key for one in fields for row in stored(submission, one))


def delete_files(submission: Submission) -> None:
    """Delete the files that authors brought for a submission, where nothing else shows them."""
    authors = {one.pk for one in submission.authors.all()}
    for field in field_names(submission.kind).values():
        if field.kind not in _MODELS:
            continue
        keys = [row[_key(field)] for row in stored(submission, field)]
        files = _MODELS[field.kind].objects.filter(
            pk__in=keys, uploaded_by_user__in=authors, collection__name=COLLECTION
        )
        for file in files:
            elsewhere = any(
                _names(other, field.kind, file.pk)
                for other in Submission.objects.filter(authors__in=authors).distinct()
                if other.pk != submission.pk
            )
            if not elsewhere and not ReferenceIndex.get_references_to(file).exists():
                file.delete()


def forget_strays(before: datetime.datetime) -> int:
    """Delete the files brought before a moment that nothing names any more; give how many.

    An author took them out of the form again, or never saved the step. What a page shows, what a
    submission holds, and what the draft of its page holds, stays.
    """
    done = 0
    for kind, model in _MODELS.items():
        brought = model.objects.filter(collection__name=COLLECTION, created_at__lt=before)
        for file in brought.order_by("pk"):
            if not ReferenceIndex.get_references_to(file).exists() and not _is_held(file, kind):
                file.delete()
                done += 1
    return done


def _is_held(file: Any, kind: FieldKind) -> bool:
    """Tell whether a submission names a file, as it is typed or in the draft of its page.

    Whose account was deleted has left files of nobody: those may be any submission's.
    """
    held_by = Submission.objects.select_related("work")
    if file.uploaded_by_user_id is not None:
        held_by = held_by.filter(authors=file.uploaded_by_user_id)
    return any(
        _names(one, kind, file.pk) or _is_in_draft(one, kind, file.pk) for one in held_by.iterator()
    )


def _is_in_draft(submission: Submission, kind: FieldKind, key: int) -> bool:
    page = submission.page
    if page is None:
        return False
    values = values_of(page.get_latest_revision_as_object(), submission)
    fields = (one for one in field_names(submission.kind).values() if one.kind is kind)
    return any(row[_key(one)] == key for one in fields for row in values[one.name])
