"""What search needs to know of practices, case studies, policy notes and resources."""

from __future__ import annotations

from uuid import UUID

from portal.cms.documents import work_document
from search.document import SearchDocument, register

from .models import CaseStudyPage, GoodPracticePage, PolicyNotePage, ResourcePage


@register
def good_practice(translation_key: UUID, version: int) -> SearchDocument | None:
    """Build the document of a good practice."""
    return work_document(GoodPracticePage, translation_key, version)


@register
def case_study(translation_key: UUID, version: int) -> SearchDocument | None:
    """Build the document of a case study."""
    return work_document(CaseStudyPage, translation_key, version)


@register
def policy_note(translation_key: UUID, version: int) -> SearchDocument | None:
    """Build the document of a policy note."""
    return work_document(PolicyNotePage, translation_key, version)


@register
def resource(translation_key: UUID, version: int) -> SearchDocument | None:
    """Build the document of a resource."""
    return work_document(ResourcePage, translation_key, version)
