"""What new pages refer to, noted for Wagtail's index of references a batch at a time."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib.contenttypes.models import ContentType
from wagtail.models import Page, ReferenceIndex


def note_references(pages: Sequence[Page]) -> None:
    """Note the references of pages that have none yet.

    The same as `ReferenceIndex.create_or_update_for_object` for each, which asks three times for
    every page what is there already; tests/practices/importing/test_run.py compares the two.
    """
    base = ContentType.objects.get_for_model(Page)
    rows = []
    for page in pages:
        own = ContentType.objects.get_for_model(page)
        for kind, key, model_path, content_path in set(
            ReferenceIndex._extract_references_from_object(page)
        ):
            rows.append(
                ReferenceIndex(
                    content_type=own,
                    base_content_type=base,
                    object_id=page.pk,
                    to_content_type_id=kind,
                    to_object_id=key,
                    model_path=model_path,
                    content_path=content_path,
                    content_path_hash=ReferenceIndex._get_content_path_hash(content_path),
                )
            )
    ReferenceIndex.objects.bulk_create(rows, ignore_conflicts=True)
