"""Words spelled much like another, for "did you mean"."""

from __future__ import annotations

from search.engines.analysis import fold_text
from search.engines.base import Engine
from tests.search.works import work

PUBLIC = frozenset({"public"})


def ids(engine: Engine, word: str, **search: int) -> list[str]:
    return [document.id for document in engine.spelled_like(word, PUBLIC, **search)]


ALIKE = [
    ("water", "watr"),
    ("water", "watter"),
    ("water", "wader"),
    ("water", "wtaer"),
    ("water", "water"),
    ("bus", "bis"),
    ("housing", "huosing"),
    ("housing", "hosing"),
    ("housing", "hoasinf"),
    ("housing", "housingxy"),
    ("participation", "particpaton"),
    ("sécurité", "SECURTE"),
    ("securite", "sécuritée"),
    ("مدينة", "مديمة"),
    ("город", "горад"),
]
DIFFERENT = [
    ("water", "mater"),
    ("water", "wadr"),
    ("water", "fire"),
    ("water", "water plan"),
    ("co operation", "co-operation"),
    ("housing", "hoasinfs"),
    ("of", "if"),
    ("ab", "ax"),
    ("城市用水", "城市用"),
    ("water", ""),
    ("water", "("),
]


def test_resembles(engine: Engine) -> None:
    written = sorted({word for word, _ in ALIKE})
    engine.rebuild(
        document
        for word in written
        for document in (
            work(f"{word} in a title", f"The {word}"),
            work(f"{word} in a text", "Quartz", body=f"Of {word}."),
            work(f"{word} in a label", "Quartz", labels=f"Zebra\n{word}"),
        )
    )
    for word, typed in ALIKE:
        same = [other for other in written if fold_text(other) == fold_text(word)]
        expected = {f"{one} in a {place}" for one in same for place in ("title", "text", "label")}
        assert set(ids(engine, typed)) == expected, typed


def test_does_not_resemble(engine: Engine) -> None:
    written = sorted({word for word, _ in DIFFERENT})
    engine.rebuild([work(word, word, labels=word) for word in written])
    assert [typed for _, typed in DIFFERENT if ids(engine, typed)] == []


def test_the_nearest_spelling_comes_first(engine: Engine) -> None:
    engine.rebuild(
        [
            work("two", "hoasink", published="2025-01-01"),
            work("same", "x", body="housing", published="2001-01-01"),
            work("newer", "housinc", published="2024-01-01"),
            work("one", "x", labels="hosing", published="2002-01-01"),
        ]
    )
    assert ids(engine, "housing") == ["same", "newer", "one", "two"]
    assert ids(engine, "housing", limit=2) == ["same", "newer"]


def test_only_works_that_the_reader_may_see(engine: Engine) -> None:
    engine.rebuild([work("open", "Waters"), work("closed", "Watery secret", audience="members")])
    assert ids(engine, "watery") == ["open"]
    assert ids(engine, "secrit") == []
    both = frozenset({"public", "members"})
    assert [one.id for one in engine.spelled_like("secrit", both)] == ["closed"]
    assert engine.spelled_like("watery", frozenset()) == ()
    engine.write([], {"open": 2})
    assert ids(engine, "watery") == []
