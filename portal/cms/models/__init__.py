"""The models of portal.cms."""

from .base import BasePage
from .media import PortalDocument, PortalImage, Rendition
from .pages import ContentPage, HomePage, SectionIndexPage, SectionPage, WorkIndexPage
from .relations import Contributor, RelatedWork, WorkTerm
from .work import ReferenceCounter, Work
from .workpage import WorkPage

__all__ = [
    "BasePage",
    "ContentPage",
    "Contributor",
    "HomePage",
    "PortalDocument",
    "PortalImage",
    "ReferenceCounter",
    "RelatedWork",
    "Rendition",
    "SectionIndexPage",
    "SectionPage",
    "Work",
    "WorkIndexPage",
    "WorkPage",
    "WorkTerm",
]
