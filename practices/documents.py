"""What search needs to know of practices, case studies, policy notes and resources."""

from __future__ import annotations

from portal.cms.documents import register_documents

from .models import CaseStudyPage, GoodPracticePage, PolicyNotePage, ResourcePage

for model in (GoodPracticePage, CaseStudyPage, PolicyNotePage, ResourcePage):
    register_documents(model)
