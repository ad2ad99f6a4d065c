"""The list of facets: one place names them, orders them and labels them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.taxonomy.models import Kind


class WorkType(models.TextChoices):
    """The types of work that the portal publishes; the codes stand in URLs and in the index."""

    HUB = "hub", _("Hub")
    GOOD_PRACTICE = "good-practice", _("Good practice")
    CASE_STUDY = "case-study", _("GOLD VI case study")
    POLICY_NOTE = "policy-note", _("Policy note")
    RESOURCE = "resource", _("Resource")


class Media(models.TextChoices):
    """What a work brings besides text."""

    PICTURE = "picture", _("Pictures")
    VIDEO = "video", _("Video")
    DOCUMENT = "document", _("Documents")


@dataclass(frozen=True)
class Facet:
    """One way of narrowing a search.

    name: the query parameter. label: what people read. kinds: the kinds of terms whose codes are
    its values, in order (empty where values are not terms). shown: how many values a list shows
    before "all". open: whether the group is open on a first visit.
    """

    name: str
    label: Any
    kinds: tuple[str, ...] = ()
    shown: int = 8
    open: bool = False


FACETS: tuple[Facet, ...] = (
    Facet("type", _("Content"), open=True),
    Facet("theme", _("Theme"), (Kind.THEME,), open=True),
    Facet("axis", _("Axis of the Pact for the Future"), (Kind.AXIS,)),
    Facet("sdg", _("Sustainable Development Goal"), (Kind.SDG, Kind.TARGET), shown=17, open=True),
    Facet("region", _("Region and country"), (Kind.REGION, Kind.COUNTRY), open=True),
    Facet("group", _("Country group"), (Kind.GROUP,)),
    Facet("section", _("UCLG section"), (Kind.SECTION,), shown=10),
    Facet("agenda", _("Global agenda"), (Kind.AGENDA,)),
    Facet("pathway", _("GOLD VI pathway"), (Kind.PATHWAY,)),
    Facet("territory", _("Type of territory"), (Kind.TERRITORY,)),
    Facet("population", _("Population"), (Kind.POPULATION,)),
    Facet("year", _("Year")),
    Facet("hub", _("Belongs to the hub")),
    Facet("body", _("Policy body"), (Kind.BODY,)),
    Facet("award", _("Award"), (Kind.AWARD,)),
    Facet("language", _("Can be read in")),
    Facet("verification", _("Verification"), (Kind.VERIFICATION,)),
    Facet("media", _("With")),
)
FACET_NAMES: tuple[str, ...] = tuple(facet.name for facet in FACETS)
BY_NAME: Mapping[str, Facet] = {facet.name: facet for facet in FACETS}

LabelSource = Callable[[Iterable[str], str, frozenset[str]], Mapping[str, str]]
_label_sources: dict[str, LabelSource] = {}


def register_labels(facet: str, source: LabelSource) -> None:
    """Register what labels the values of a facet that are not terms.

    `source` takes codes, a language and the reader's audiences and gives code -> label; a code it
    leaves out does not exist for this reader.
    """
    _label_sources[facet] = source


def label_source(facet: str) -> LabelSource | None:
    """Give the registered source of labels of a facet, if there is one."""
    return _label_sources.get(facet)
