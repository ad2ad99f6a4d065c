"""Works are found by meaning; without it, by words all the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from unittest import mock

import numpy as np
import pytest
from django.core.checks import run_checks
from django.http import QueryDict

from search.engines import get_engine
from search.engines.base import Engine
from search.meaning import Encoder, vectors
from search.meaning.density import densities, sample
from search.meaning.query import meant
from search.meaning.vectors import VectorStore, digest_of, text_of
from search.models import TextVector
from search.run import Answer, search_by
from search.text import MAX_WHOLE, parse_words
from tests.search.works import direction, work

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def find(words: str, language: str = "en") -> Answer:
    """Search for words as a reader does."""
    data = QueryDict(mutable=True)
    data["q"] = words
    return search_by(data, language)


def fill(*documents: Any) -> None:
    """Index works with their vectors."""
    get_engine().rebuild(VectorStore().attach_all(documents))


def ids(answer: Answer) -> list[str]:
    """Give the ids of the hits."""
    return [hit.document.id for hit in answer.hits]


@pytest.fixture
def homes(meaning: Encoder, index: Engine) -> None:
    """Two works about housing, one of them private, and one about something else."""
    fill(
        work("homes", "homes"),
        work("hidden", "homes", audience="members"),
        work("tram", "tramways"),
    )


@pytest.fixture
def forgotten(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Forget, now and when called, the vectors of words that the process remembers."""

    def forget() -> None:
        monkeypatch.setattr(vectors, "_samples", {})

    forget()
    return forget


@pytest.fixture
def wordless(monkeypatch: pytest.MonkeyPatch) -> None:
    """No words to measure density to, whatever vocabularies another test has left in memory."""
    monkeypatch.setattr(vectors, "sample", list)


@pytest.mark.usefixtures("homes")
class TestFinding:
    def test_what_is_found_by_meaning_alone_is_marked(self) -> None:
        answer = find("logement", "fr")
        assert ids(answer) == ["homes"]
        assert answer.hits[0].by_meaning
        assert not find("homes").hits[0].by_meaning

    def test_a_phrase_asks_for_its_words(self) -> None:
        assert ids(find('"logement social"', "fr")) == []

    def test_exclusions_hold(self) -> None:
        assert ids(find("logement -homes", "fr")) == []
        assert "homes" not in ids(find("-logement -homes", "fr"))

    @pytest.mark.parametrize("encoder", ["tests.encoder.BrokenEncoder", "no.such.Encoder"])
    def test_an_encoder_that_fails_leaves_the_words(
        self, settings: Any, encoder: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        engine = get_engine()
        settings.SEARCH_ENCODER = encoder
        with mock.patch("search.run.get_engine", return_value=engine):
            assert ids(find("homes")) == ["homes"]
        assert "words alone" in caplog.text


@pytest.mark.usefixtures("wordless")
def test_only_what_is_new_is_encoded(meaning: Any) -> None:
    documents = [work(str(number), f"work {number}") for number in range(5)]
    before = meaning.calls
    first = VectorStore().attach(documents)
    assert meaning.calls - before == 5
    again = VectorStore().attach([*documents, work("6", "another")])
    assert meaning.calls - before == 6
    for one, other in zip(first, again[:5], strict=True):
        assert one.vector is not None
        assert other.vector is not None
        assert (one.vector == other.vector).all()


class TestDensity:
    def test_it_is_the_mean_of_the_ten_nearest_words(self) -> None:
        words = np.stack([direction(1), *[direction(1, 1)] * 9, *[direction(0, 1)] * 20])
        found = densities(np.stack([direction(1), direction(0, 0, 1)]), words)
        assert found.tolist() == pytest.approx([(1 + 9 * 0.707107) / 10, 0], abs=1e-5)

    def test_fewer_words_will_do_and_none(self) -> None:
        both = np.stack([direction(1), direction(1, 1)])
        assert densities(both, both[:1]).tolist() == pytest.approx([1, 0.707107], abs=1e-5)
        assert densities(both, both[:0]).tolist() == [0, 0]

    @pytest.mark.usefixtures("world")
    def test_works_are_given_theirs(self, meaning: Any) -> None:
        words = sample()
        assert len(words) > 1000
        assert any(word.startswith("الم") for word in words)
        crowded, free = VectorStore().attach([work("1", words[0]), work("2", "zzz " * 9)])
        matrix = meaning.encode(words)
        for one in (crowded, free):
            assert one.vector is not None
            (expected,) = densities(one.vector[np.newaxis], matrix)
            assert one.density == pytest.approx(expected, abs=1e-6)
        assert crowded.density > 0

    @pytest.mark.usefixtures("world")
    def test_the_words_are_encoded_once_and_kept(
        self, meaning: Any, forgotten: Callable[[], None]
    ) -> None:
        documents = [work("1", "kept")]
        (document,) = VectorStore().attach(documents)
        assert document.density > 0
        before = meaning.calls
        store = VectorStore()
        store.attach(documents)
        store.purge()
        forgotten()
        assert VectorStore().attach(documents)[0].density == document.density
        assert meaning.calls == before

    @pytest.mark.usefixtures("world", "forgotten")
    def test_without_them_works_are_without_their_meaning(
        self, meaning: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        def refuse(texts: Sequence[str]) -> Any:
            if len(texts) > 1:
                raise OSError("too much")
            return encode(texts)

        encode = meaning.encode
        monkeypatch.setattr(meaning, "encode", refuse)
        (document,) = VectorStore().attach([work("1", "kept")])
        assert document.vector is None
        assert "1 works are indexed without their meaning" in caplog.text
        monkeypatch.undo()
        (document,) = VectorStore().attach([work("1", "kept")])
        assert document.vector is not None
        assert document.density > 0


@pytest.mark.usefixtures("wordless")
def test_vectors_that_no_work_uses_are_removed(meaning: Encoder) -> None:
    VectorStore().attach([work("1", "kept"), work("2", "gone")])
    store = VectorStore()
    store.attach([work("1", "kept")])
    assert store.purge() == 1
    digests = TextVector.objects.values_list("digest", flat=True)
    assert digest_of("kept") in digests
    assert digest_of("gone") not in digests


def test_a_broken_encoder_removes_nothing(meaning: Encoder, settings: Any) -> None:
    VectorStore().attach([work("1", "kept")])
    settings.SEARCH_ENCODER = "tests.encoder.BrokenEncoder"
    store = VectorStore()
    (document,) = store.attach([work("1", "kept")])
    assert document.vector is None
    assert store.purge() == 0


def test_off_asks_nothing(settings: Any, django_assert_num_queries: Any) -> None:
    settings.SEARCH_ENCODER = "off"
    with django_assert_num_queries(0):
        (document,) = VectorStore().attach([work("1", "kept")])
    assert document.vector is None


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("social housing", "social housing"),
        ('"social housing"', ""),
        ("-housing", ""),
        ("housing -social", "housing"),
        ("L4A-0012", ""),
        ("2030", ""),
        ("水", "水"),
        ("到2030年消除极端贫困", "到2030年消除极端贫困"),
    ],
)
def test_what_has_a_meaning(typed: str, text: str) -> None:
    assert meant(parse_words(typed)) == text


def test_more_is_meant_than_is_matched() -> None:
    typed = "word " * 1000
    assert len(meant(parse_words(typed))) == MAX_WHOLE - 1


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("مَركَبة مهجورة", "مركبة مهجورة"),  # vowel signs
        ("الميـــاه", "المياه"),  # the stroke that makes a word longer
        ("e\u0301cole", "école"),
        ("Śódź naïve", "Śódź naïve"),
    ],
)
def test_texts_are_encoded_as_most_people_write_them(typed: str, text: str) -> None:
    assert meant(parse_words(typed)) == text
    assert text_of(work("1", typed)) == text


@pytest.mark.parametrize(
    ("encoder", "complaints"),
    [
        ("off", 0),
        ("tests.encoder.WordsEncoder", 0),
        ("tests.encoder.BrokenEncoder", 1),
        ("no.such.Encoder", 1),
        ("tests.encoder", 1),
    ],
)
def test_a_wrong_encoder_is_said_before_it_is_deployed(
    settings: Any, encoder: str, complaints: int
) -> None:
    settings.SEARCH_ENCODER = encoder
    found = [one for one in run_checks(None, ["search"], True) if one.id == "search.E011"]
    assert len(found) == complaints
    assert all(f"SEARCH_ENCODER={encoder}" in one.msg for one in found)
    quiet = run_checks(None, ["search"])
    assert not any(one.id == "search.E011" for one in quiet)
