"""The models of portal.cms."""

from .base import BasePage
from .media import PortalDocument, PortalImage, Rendition
from .pages import ContentPage, HomePage, SectionIndexPage, SectionPage, WorkIndexPage
from .work import Work
from .workpage import Contributor, RelatedWork, WorkPage, WorkTerm

__all__ = [
    "BasePage",
    "ContentPage",
    "Contributor",
    "HomePage",
    "PortalDocument",
    "PortalImage",
    "RelatedWork",
    "Rendition",
    "SectionIndexPage",
    "SectionPage",
    "Work",
    "WorkIndexPage",
    "WorkPage",
    "WorkTerm",
]
