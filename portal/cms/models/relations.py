"""What a work's page names: its terms, other works, and who contributed."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.models import Orderable

from portal.taxonomy.models import Term

from .work import Work


class WorkTerm(models.Model):
    """One term of a work; a plain many-to-many field would not survive translation."""

    page = ParentalKey("cms.WorkPage", on_delete=models.CASCADE, related_name="work_terms")
    term = models.ForeignKey(Term, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["page", "term"], name="cms_workterm_once")
        ]

    def __str__(self) -> str:
        return f"{self.page_id}: {self.term_id}"


class RelatedWork(Orderable):
    """One work named by another: the hub it belongs to, or a related work."""

    class Relation(models.TextChoices):
        """How the two belong together."""

        HUB = "hub", _("Belongs to the hub")
        RELATED = "related", _("Related work")
        REPLICATION = "replication", _("Replicated in")

    page = ParentalKey("cms.WorkPage", on_delete=models.CASCADE, related_name="related_works")
    work = models.ForeignKey(
        Work, verbose_name=_("work"), on_delete=models.CASCADE, related_name="named_by"
    )
    relation = models.CharField(_("relation"), max_length=12, choices=Relation.choices)

    def __str__(self) -> str:
        return f"{self.relation}: {self.work_id}"


class Contributor(Orderable):
    """Who wrote it or worked on it."""

    page = ParentalKey("cms.WorkPage", on_delete=models.CASCADE, related_name="contributors")
    name = models.CharField(_("name"), max_length=200)
    organisation = models.CharField(_("organisation"), max_length=200, blank=True)
    role = models.CharField(_("role"), max_length=100, blank=True)

    def __str__(self) -> str:
        return self.name
