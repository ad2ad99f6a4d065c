"""The protocol that every search engine of the portal keeps.

Hits, total and every facet count of a result come from one evaluation of one snapshot, so they
always agree. A facet's counts are disjunctive: computed under every other facet's selection but
not its own, so that a value's count is what ticking it gives.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from ..document import SearchDocument
from ..request import SearchRequest


class EngineUnavailable(Exception):
    """The engine cannot answer now; the page falls back to a plain title search."""


@dataclass(frozen=True)
class Hit:
    """One work found.

    title and passage are HTML-safe: text escaped, matches in <mark>. language: the page language
    in which title and passage stand. passage is empty where no words were searched.
    """

    document: SearchDocument
    score: float
    language: str
    title: str
    passage: str


@dataclass(frozen=True)
class SearchResult:
    """The answer to a search.

    facets: facet name -> code -> count, without the zeros. took: seconds the engine itself used.
    """

    hits: tuple[Hit, ...]
    total: int
    facets: Mapping[str, Mapping[str, int]]
    took: float
    engine: str


@dataclass(frozen=True)
class EngineStatus:
    """How the engine is: its name, whether it answers, how many documents, and a sentence."""

    name: str
    available: bool
    documents: int
    message: str = ""


class Engine(Protocol):
    """What the portal asks of a search engine."""

    name: str

    def search(self, request: SearchRequest, audiences: frozenset[str]) -> SearchResult:
        """Answer a search for a reader who may see works of `audiences`.

        Raises EngineUnavailable when there is no answer to be had.
        """

    def write(self, documents: Iterable[SearchDocument], deleted: Mapping[str, int]) -> None:
        """Index documents and remove others (id -> version) in one step.

        A document whose version is lower than the indexed one's is left out. Raises
        EngineUnavailable when nothing could be written.
        """

    def rebuild(self, documents: Iterable[SearchDocument]) -> int:
        """Build a new index from these documents, then put it in the place of the old one.

        Searches are answered from the old index until then. Gives the number of documents.
        """

    def digests(self) -> Mapping[str, str]:
        """Give id -> digest of every indexed document."""

    def status(self) -> EngineStatus:
        """Tell how the engine is; never raises."""
