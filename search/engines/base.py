"""The protocol that every search engine of the portal keeps.

Hits, total and every facet count of a result come from one evaluation of one snapshot, so they
always agree. A facet's counts are disjunctive: computed under every other facet's selection but
not its own, so that a value's count is what ticking it gives.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from ..document import SearchDocument, Vector
from ..geography import Cluster, Point
from ..request import SearchRequest

NO_NEIGHBOURS: Mapping[str, float] = {}
MAX_POINTS = 2000
"""The most works that a map shows one by one; more are clustered by tile."""


class EngineUnavailable(Exception):
    """The engine cannot answer now; the page falls back to a plain title search."""


class WorksRefused(EngineUnavailable):
    """Some works were not taken as they are; everything else was written.

    reasons: id -> why.
    """

    def __init__(self, reasons: Mapping[str, str]) -> None:
        super().__init__(" ".join(reasons.values()))
        self.reasons = reasons


@dataclass(frozen=True)
class Hit:
    """One work found.

    document: as it was indexed, without its vector and labels, which nobody is shown. title and
    passage are HTML-safe: text escaped, matches in <mark>. language: the page language
    in which title and passage stand. passage is empty where no words were searched. by_meaning: no
    word matched; the work is there for its nearness in meaning alone.
    """

    document: SearchDocument
    score: float
    language: str
    title: str
    passage: str
    by_meaning: bool = False


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
class MapResult:
    """The works of a search that stand on a map.

    total: works with a place inside the box. points: all of them, where there are at most
    MAX_POINTS; else clusters, one for each tile that holds works.
    """

    total: int
    points: tuple[Point, ...] = ()
    clusters: tuple[Cluster, ...] = ()


@dataclass(frozen=True)
class EngineStatus:
    """How the engine is: its name, whether it answers, how many documents, and a sentence.

    unsuited: this server will never do for this release of the portal.
    """

    name: str
    available: bool
    documents: int
    message: str = ""
    unsuited: bool = False


class Engine(Protocol):
    """What the portal asks of a search engine."""

    name: str

    def search(
        self,
        request: SearchRequest,
        audiences: frozenset[str],
        neighbours: Mapping[str, float] = NO_NEIGHBOURS,
    ) -> SearchResult:
        """Answer a search for a reader who may see works of one of the `audiences`.

        neighbours: id -> nearness (0 to 1) of works near to the words in meaning. They match as
        if they held the words; what the words exclude and all filters hold for them, too. The score
        of a work is that of its words, 0 where these do not match, and its nearness times
        `weights.MEANING`, all of it nudged (`weights.NUDGE`). Where no words are searched for,
        neighbours change nothing. Raises EngineUnavailable when there is no answer to be had.
        """

    def neighbours(
        self, vector: Vector, audiences: frozenset[str], *, floor: float, limit: int = 100
    ) -> Mapping[str, float]:
        """Give id -> nearness of the works most similar to a vector, the nearest first.

        Only works of `audiences` whose cosine similarity is at least `floor`, and the `limit` most
        similar at most; works without a vector never. Nearness is the similarity less
        `weights.DENSITY` of the density around the work. Raises EngineUnavailable.
        """

    def complete(
        self, request: SearchRequest, audiences: frozenset[str], limit: int = 8
    ) -> tuple[Hit, ...]:
        """Give works whose title or place holds all words, the last of them perhaps half typed.

        Letters of the last word are enough to begin one, and one sign of a script without spaces;
        words match as they are written (no stems). All filters of the request hold, and what its
        words exclude; `any_word` and `sort` do not matter. Works with a title that begins with what
        was typed come first, then by score, date and id. Titles are marked, passages empty. No
        words, no works. Raises EngineUnavailable.
        """

    def spelled_like(
        self, word: str, audiences: frozenset[str], limit: int = 50
    ) -> tuple[SearchDocument, ...]:
        """Give works that hold a word which differs from `word` in at most two letters.

        In one at most where `word` has three to five letters; a shorter one resembles nothing, nor
        does what is searched for as several words or as pairs of signs. Two neighbouring letters
        changed round count as one. The first letter is the same. Titles, texts and labels are
        looked at, by their folded words; works that hold the word itself are among them. Those with
        the nearest spelling come first, then by date and id; they have their labels. Raises
        EngineUnavailable.
        """

    def get(self, key: str, audiences: frozenset[str]) -> SearchDocument | None:
        """Give a work as it is indexed, without vector and labels, or None where there is none.

        Raises EngineUnavailable.
        """

    def similar(
        self,
        document: SearchDocument,
        audiences: frozenset[str],
        neighbours: Mapping[str, float] = NO_NEIGHBOURS,
        limit: int = 6,
        *,
        language: str = "",
    ) -> tuple[Hit, ...]:
        """Give the works most like this one, which is not among them, to a reader of `language`.

        The score is the sum of `similar.weights` of what they share with it and of their nearness
        in meaning (`similar.MEANING_WEIGHT` times the nearness); works that share nothing and
        are no neighbours are none. By score (not nudged), then date and id. Raises
        EngineUnavailable.
        """

    def map(
        self,
        request: SearchRequest,
        audiences: frozenset[str],
        zoom: int,
        neighbours: Mapping[str, float] = NO_NEIGHBOURS,
    ) -> MapResult:
        """Give the works of a search that have a place, inside `request.box` if there is one.

        zoom: of the map, 0 to 18; the tiles of clusters are two levels finer. Points are in the
        order of their id, in the language that the reader gets of them; clusters in the order of
        their tile's x, then y. `page`, `size` and `sort` do not matter. Raises EngineUnavailable.
        """

    def write(self, documents: Iterable[SearchDocument], deleted: Mapping[str, int]) -> None:
        """Index documents and remove others (id -> version) in one step.

        A document whose version is lower than the indexed one's is left out. Raises
        EngineUnavailable when nothing could be written, or not surely everything; WorksRefused
        when everything was but some works, which would be refused again.
        """

    def rebuild(self, documents: Iterable[SearchDocument]) -> int:
        """Build a new index from these documents, then put it in the place of the old one.

        Searches are answered from the old index until then. Gives the number of documents. Raises
        WorksRefused when the new index is in place but for some works, EngineUnavailable when
        everything is as it was.
        """

    def rollback(self) -> None:
        """Let the index before the last rebuild answer again; a second time goes forward again.

        It knows nothing of what was written since. Raises EngineUnavailable where there is none
        that this release can read.
        """

    def digests(self) -> Mapping[str, str]:
        """Give id -> digest of every indexed document."""

    def status(self) -> EngineStatus:
        """Tell how the engine is; never raises."""
