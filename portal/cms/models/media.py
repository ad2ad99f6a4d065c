"""Pictures and documents of the portal: originals are private, a view serves what is public."""

from __future__ import annotations

from typing import ClassVar

from django.core.files.storage import Storage, storages
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.documents.models import AbstractDocument
from wagtail.documents.models import Document as WagtailDocument
from wagtail.images.models import (
    AbstractImage,
    AbstractRendition,
    WagtailImageField,
    get_rendition_upload_to,
    get_upload_to,
)
from wagtail.images.models import Image as WagtailImage


def originals() -> Storage:
    """Give the private store; a function, so that migrations name no folder."""
    return storages["originals"]


def renditions() -> Storage:
    """Give the private store under the addresses of the view that serves sizes of pictures."""
    return storages["renditions"]


class PortalImage(AbstractImage):
    """A picture with its credit; its alternative text is given where it is used."""

    file = WagtailImageField(
        verbose_name=_("file"),
        upload_to=get_upload_to,
        storage=originals,
        width_field="width",
        height_field="height",
    )
    credit = models.CharField(
        _("credit"),
        max_length=255,
        blank=True,
        help_text=_("Who made it, and under which licence."),
    )

    admin_form_fields = (
        "title",
        "file",
        "collection",
        "credit",
        "tags",
        *(name for name in WagtailImage.admin_form_fields if name.startswith("focal_point")),
    )

    class Meta(AbstractImage.Meta):
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        permissions: ClassVar = [("choose_portalimage", "Can choose picture")]


class Rendition(AbstractRendition):
    """A picture in one size, stored privately: `media.serve_rendition` decides who sees it."""

    file = WagtailImageField(
        upload_to=get_rendition_upload_to,
        storage=renditions,
        width_field="width",
        height_field="height",
    )
    image = models.ForeignKey(PortalImage, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["image", "filter_spec", "focal_point_key"], name="cms_rendition_once"
            )
        ]


class PortalDocument(AbstractDocument):
    """A file that readers may take with them."""

    file = models.FileField(upload_to="documents", storage=originals, verbose_name=_("file"))

    admin_form_fields = WagtailDocument.admin_form_fields

    class Meta(AbstractDocument.Meta):
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        permissions: ClassVar = [("choose_portaldocument", "Can choose document")]
