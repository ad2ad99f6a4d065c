"""The embedded engine's folder: generations, damage, locks, several readers and writers."""

from __future__ import annotations

import fcntl
import multiprocessing
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from search.document import SearchDocument
from search.engines import embedded_reader, embedded_schema
from search.engines.base import EngineUnavailable
from search.engines.embedded import EmbeddedEngine
from search.request import SearchRequest, Sort
from search.text import parse_words
from tests.search.works import direction, work

PUBLIC = frozenset({"public"})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def engine(path: Path) -> EmbeddedEngine:
    made = EmbeddedEngine(path, lock_wait=0.2)
    made.rebuild([work("a", "Water"), work("b", "Fire")])
    return made


def total(engine: EmbeddedEngine, words: str = "") -> int:
    return engine.search(SearchRequest(words=parse_words(words)), PUBLIC).total


def current(path: Path) -> Path:
    return path / (path / "current").read_text()


def assert_unavailable(engine: EmbeddedEngine) -> None:
    with pytest.raises(EngineUnavailable, match="rebuild needed"):
        engine.search(SearchRequest(), PUBLIC)
    with pytest.raises(EngineUnavailable, match="rebuild needed"):
        engine.write([work("c")], {})
    with pytest.raises(EngineUnavailable, match="rebuild needed"):
        engine.digests()
    status = engine.status()
    assert (status.available, status.documents) == (False, 0)
    assert "rebuild needed" in status.message


def test_a_facet_that_is_cut_is_no_answer(
    engine: EmbeddedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded_reader, "_BUCKETS", 1)
    engine.rebuild([work("a", facets={"theme": ["x"]})])
    assert total(engine) == 1
    engine.write([work("b", facets={"theme": ["y"]})], {})
    with pytest.raises(EngineUnavailable):
        engine.search(SearchRequest(), PUBLIC)


class PanicException(BaseException):
    """What the library throws where its own code meets what it cannot be."""


def test_a_panic_of_the_library_is_a_damaged_index(
    engine: EmbeddedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def meet(error: BaseException) -> None:
        def raising(_engine: EmbeddedEngine) -> None:
            raise error

        monkeypatch.setattr(EmbeddedEngine, "_reader", raising)

    meet(PanicException("called `Option::unwrap()` on a `None` value"))
    with pytest.raises(EngineUnavailable, match="damaged"):
        engine.search(SearchRequest(), PUBLIC)
    meet(KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        engine.search(SearchRequest(), PUBLIC)


def test_a_rebuild_that_fails_leaves_nothing_behind(engine: EmbeddedEngine, path: Path) -> None:
    def documents() -> Iterator[SearchDocument]:
        yield work("c")
        raise LookupError("no more")

    before = sorted(one.name for one in path.iterdir())
    with pytest.raises(LookupError):
        engine.rebuild(documents())
    assert sorted(one.name for one in path.iterdir()) == before
    assert total(engine) == 2


def test_without_an_index_a_rebuild_is_needed(path: Path) -> None:
    engine = EmbeddedEngine(path, lock_wait=0.2)
    assert_unavailable(engine)
    engine.rebuild([work("a")])
    assert total(engine) == 1
    assert engine.status().available


@pytest.mark.parametrize("content", ["", "nowhere", "../..", "/", "\x00"])
def test_a_broken_pointer(engine: EmbeddedEngine, path: Path, content: str) -> None:
    (path / "current").write_text(content)
    assert_unavailable(engine)
    engine.rebuild([work("a")])
    assert total(engine) == 1


@pytest.mark.parametrize("name", ["meta.json", "portal.json"])
@pytest.mark.parametrize("content", [None, "", "{", "[]", '{"fingerprint": "other"}'])
def test_damaged_or_foreign_descriptions(
    engine: EmbeddedEngine, path: Path, name: str, content: str | None
) -> None:
    file = current(path) / name
    file.unlink()
    if content is not None:
        file.write_text(content)
    assert_unavailable(EmbeddedEngine(path, lock_wait=0.2))
    assert_unavailable(engine)
    engine.rebuild([work("a")])
    assert total(engine) == 1


@pytest.mark.parametrize("keep", [None, 0, 50])
def test_damaged_segments_never_crash(engine: EmbeddedEngine, path: Path, keep: int | None) -> None:
    for file in current(path).iterdir():
        if file.suffix in (".idx", ".term", ".store", ".fast"):
            content = file.read_bytes()
            file.unlink()
            if keep is not None:
                file.write_bytes(content[:keep])
    fresh = EmbeddedEngine(path, lock_wait=0.2)
    with pytest.raises(EngineUnavailable):
        total(fresh, "water")
    assert not fresh.status().available
    fresh.rebuild([work("a")])
    assert total(fresh) == total(engine) == 1


def test_another_version_of_the_software(
    engine: EmbeddedEngine, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded_schema, "VERSION", embedded_schema.VERSION + 1)
    newer = EmbeddedEngine(path, lock_wait=0.2)
    assert_unavailable(newer)
    assert "another version" in newer.status().message
    newer.rebuild([work("a")])
    assert total(newer) == 1


def test_another_language_of_the_site_asks_for_a_rebuild(
    engine: EmbeddedEngine, path: Path, settings: pytest.FixtureRequest
) -> None:
    settings.LANGUAGES = [*settings.LANGUAGES, ("xx", "X")]  # type: ignore[attr-defined]
    assert_unavailable(EmbeddedEngine(path, lock_wait=0.2))


def test_rebuilds_keep_one_generation_besides_the_current_one(
    engine: EmbeddedEngine, path: Path
) -> None:
    reader = EmbeddedEngine(path)
    for number in range(4):
        before = current(path).name
        engine.rebuild([work(str(i)) for i in range(number)])
        folders = {item.name for item in path.iterdir() if item.is_dir()}
        assert folders == {before, current(path).name}
        assert total(reader) == number


def test_many_small_writes_leave_few_files(engine: EmbeddedEngine, path: Path) -> None:
    for number in range(40):
        engine.write([work(f"w{number}"), work("same", version=number)], {})
    assert total(engine) == 43
    assert len(list(current(path).iterdir())) < 120
    engine.write([], {f"w{number}": 2 for number in range(40)})
    assert total(engine) == 3


def test_a_busy_lock_is_unavailable_and_readers_go_on(engine: EmbeddedEngine, path: Path) -> None:
    with (path / "write.lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with pytest.raises(EngineUnavailable, match="Another process"):
            engine.write([work("c")], {})
        with pytest.raises(EngineUnavailable, match="Another process"):
            engine.rebuild([work("c")])
        assert total(engine) == 2
    engine.write([work("c")], {})
    assert total(engine) == 3


def test_writers_wait_for_a_rebuild(path: Path) -> None:
    engine = EmbeddedEngine(path, lock_wait=10)
    engine.rebuild([work("old")])
    writer = threading.Thread(
        target=EmbeddedEngine(path, lock_wait=10).write, args=([work("w")], {})
    )

    def documents() -> Iterator[SearchDocument]:
        writer.start()
        writer.join(0.3)
        assert writer.is_alive()
        yield work("new")

    engine.rebuild(documents())
    writer.join()
    assert set(engine.digests()) == {"new", "w"}


def near(engine: EmbeddedEngine) -> list[str]:
    return sorted(engine.neighbours(direction(1), PUBLIC, floor=0.5))


def vectors(path: Path) -> Path:
    (file,) = current(path).glob("vectors.*")
    return file


def test_another_encoder_asks_for_a_rebuild(
    engine: EmbeddedEngine, path: Path, settings: pytest.FixtureRequest
) -> None:
    settings.SEARCH_ENCODER = "tests.encoder.WordsEncoder"  # type: ignore[attr-defined]
    assert_unavailable(EmbeddedEngine(path, lock_wait=0.2))


def test_vectors_half_written_are_passed_over(engine: EmbeddedEngine, path: Path) -> None:
    engine.write([work("a", version=2, vector=direction(1))], {})
    with vectors(path).open("ab") as file:
        file.write(direction(1).tobytes() + b"half of a vector")
    assert near(engine) == near(EmbeddedEngine(path)) == ["a"]
    engine.write([work("c", vector=direction(1)), work("d", vector=direction(0, 1))], {})
    engine.write([work("d", version=2, vector=direction(1, 0.1))], {})
    assert near(engine) == near(EmbeddedEngine(path)) == ["a", "c", "d"]
    assert vectors(path).stat().st_size % direction(1).nbytes == 0


@pytest.mark.parametrize("keep", [None, 0, 1])
def test_vectors_that_are_missing_are_a_fault(
    engine: EmbeddedEngine, path: Path, keep: int | None
) -> None:
    engine.write([work(key, version=2, vector=direction(1)) for key in "ab"], {})
    file = vectors(path)
    content = file.read_bytes()
    file.unlink()
    if keep is not None:
        file.write_bytes(content[: keep * direction(1).nbytes])
    fresh = EmbeddedEngine(path)
    with pytest.raises(EngineUnavailable, match="rebuild needed"):
        near(fresh)
    assert total(fresh) == 2
    fresh.rebuild([work("a", vector=direction(1))])
    assert near(fresh) == ["a"]


def test_a_write_that_fails_leaves_the_neighbours(engine: EmbeddedEngine) -> None:
    engine.write([work("a", version=2, vector=direction(1))], {})
    short = direction(1)[:8]
    with pytest.raises(ValueError, match="dimensions"):
        engine.write([work("c", vector=direction(1)), work("d", vector=short)], {})
    assert near(engine) == ["a"]
    with pytest.raises(EngineUnavailable):
        engine.neighbours(short, PUBLIC, floor=0.5)
    engine.write([work("c", vector=direction(1))], {})
    assert near(engine) == ["a", "c"]


def test_a_vector_that_stays_takes_no_more_room(engine: EmbeddedEngine, path: Path) -> None:
    size = direction(1).nbytes
    for version in range(2, 6):
        engine.write([work("a", f"Title {version}", version=version, vector=direction(1))], {})
    assert (near(engine), vectors(path).stat().st_size) == (["a"], size)
    engine.write([work("a", version=7, vector=direction(1, 0.1))], {})
    engine.write([work("a", version=8, vector=direction(1, 0.2))], {"b": 3})
    assert (near(engine), vectors(path).stat().st_size) == (["a"], 3 * size)
    engine.rebuild([work("a", version=8, vector=direction(1, 0.2))])
    assert (near(engine), vectors(path).stat().st_size) == (["a"], size)


def _write_some(path: Path, name: str) -> None:
    engine = EmbeddedEngine(path, lock_wait=30)
    for number in range(5):
        engine.write([work(f"{name}{number}")], {})


def test_several_processes_write_and_read(engine: EmbeddedEngine, path: Path) -> None:
    total(engine)
    context = multiprocessing.get_context("fork")
    processes = [context.Process(target=_write_some, args=(path, name)) for name in "xyz"]
    for process in processes:
        process.start()
    while any(process.is_alive() for process in processes):
        assert 2 <= total(engine) <= 17
    for process in processes:
        process.join()
        assert process.exitcode == 0
    assert total(engine) == 17


def test_threads_search_while_another_writes(engine: EmbeddedEngine) -> None:
    faults: list[BaseException] = []
    done = threading.Event()

    def read() -> None:
        try:
            while not done.is_set():
                result = engine.search(SearchRequest(words=parse_words("municipalités")), PUBLIC)
                assert result.total == len(result.hits) == result.facets["theme"].get("x", 0)
        except BaseException as error:  # a thread's fault must fail the test
            faults.append(error)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for number in range(8):
        title = f"Municipalité {number}"
        engine.write([work(str(number), title, language="fr", facets={"theme": ["x"]})], {})
    done.set()
    for reader in readers:
        reader.join()
    assert not faults


def test_a_work_that_cannot_be_indexed_is_no_fault_of_the_engine(engine: EmbeddedEngine) -> None:
    bare = replace(work("none"), texts={})
    with pytest.raises(ValueError, match="no text"):
        engine.write([work("c"), bare], {})
    assert total(engine) == 2


def test_the_last_page_of_many(path: Path) -> None:
    engine = EmbeddedEngine(path)
    engine.rebuild(work(f"{number:05}") for number in range(10_500))
    request = SearchRequest(sort=Sort.NEWEST, page=525, size=20)
    result = engine.search(request, PUBLIC)
    assert result.total == 10_500
    assert [hit.document.id for hit in result.hits][-1] == "10499"
    assert len(result.hits) == 20


def test_long_texts(engine: EmbeddedEngine) -> None:
    engine.write(
        [work("long", "T" * 500, body="word " * 200_000 + "needle", labels="x" * 5000)], {}
    )
    assert total(engine, "needle") == 1
    assert total(engine, "t" * 500) == 1
