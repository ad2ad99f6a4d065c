"""The blocks of the portal's StreamFields: short ones, so that a translation survives an edit."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock

RICH_TEXT_FEATURES = ["bold", "italic", "link", "document-link", "ol", "ul"]


class ParagraphBlock(blocks.RichTextBlock):
    """One paragraph or list."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("features", RICH_TEXT_FEATURES)
        super().__init__(**kwargs)

    class Meta:
        icon = "pilcrow"
        label = _("Paragraph")


class PictureBlock(blocks.StructBlock):
    """A picture with its alternative text; who sees no picture is told what it shows."""

    image = ImageChooserBlock(label=_("Picture"))
    alt = blocks.CharBlock(
        label=_("Alternative text"),
        max_length=300,
        help_text=_("What the picture shows, for those who do not see it."),
    )
    caption = blocks.CharBlock(label=_("Caption"), max_length=300, required=False)

    class Meta:
        icon = "image"
        label = _("Picture")
        template = "cms/blocks/picture.html"


class QuoteBlock(blocks.StructBlock):
    """Somebody's words."""

    text = blocks.TextBlock(label=_("Quotation"), max_length=600)
    source = blocks.CharBlock(label=_("Who said it"), max_length=200, required=False)

    class Meta:
        icon = "openquote"
        label = _("Quotation")
        template = "cms/blocks/quote.html"


class IndicatorBlock(blocks.StructBlock):
    """A result as a figure."""

    value = blocks.CharBlock(label=_("Figure with its unit"), max_length=40)
    label = blocks.CharBlock(label=_("What it counts"), max_length=200)

    class Meta:
        icon = "order"
        label = _("Figure")
        template = "cms/blocks/indicator.html"


class VideoBlock(blocks.StructBlock):
    """A video that lives elsewhere; shown as a link that says so."""

    title = blocks.CharBlock(label=_("Title"), max_length=200)
    url = blocks.URLBlock(label=_("Address"))

    class Meta:
        icon = "media"
        label = _("Video")
        template = "cms/blocks/video.html"


class DocumentBlock(blocks.StructBlock):
    """A document with a title in the page's language."""

    title = blocks.CharBlock(label=_("Title"), max_length=200)
    document = DocumentChooserBlock(label=_("Document"))

    class Meta:
        icon = "doc-full"
        label = _("Document")
        template = "cms/blocks/document.html"


class LinkBlock(blocks.StructBlock):
    """A link to another site."""

    title = blocks.CharBlock(label=_("Title"), max_length=200)
    url = blocks.URLBlock(label=_("Address"))

    class Meta:
        icon = "link-external"
        label = _("Link")
        template = "cms/blocks/link.html"


class UpdateBlock(blocks.StructBlock):
    """A dated piece of news."""

    date = blocks.DateBlock(label=_("Date"))
    title = blocks.CharBlock(label=_("Title"), max_length=200)
    text = ParagraphBlock(label=_("Text"))

    class Meta:
        icon = "date"
        label = _("Update")
        template = "cms/blocks/update.html"


class HeadingBlock(blocks.CharBlock):
    """A heading inside a longer text."""

    class Meta:
        icon = "title"
        label = _("Heading")
        template = "cms/blocks/heading.html"


PROSE = (
    ("paragraph", ParagraphBlock()),
    ("picture", PictureBlock()),
    ("quote", QuoteBlock()),
)
ARTICLE = (("heading", HeadingBlock(max_length=150)), *PROSE)
RESULTS = (*PROSE, ("indicator", IndicatorBlock()))
MEDIA = (("picture", PictureBlock()), ("video", VideoBlock()))
DOCUMENTS = (("document", DocumentBlock()),)
LINKS = (("link", LinkBlock()),)
UPDATES = (("update", UpdateBlock()),)
RECOMMENDATIONS = (("recommendation", ParagraphBlock(label=_("Recommendation"))),)
