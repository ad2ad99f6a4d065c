"""The engines that must all answer alike."""

from __future__ import annotations

from pathlib import Path

import pytest

from search.engines.base import Engine
from search.engines.embedded import EmbeddedEngine
from search.meaning import Encoder


@pytest.fixture(params=["embedded"])
def engine(request: pytest.FixtureRequest, tmp_path: Path, meaning: Encoder) -> Engine:
    """An empty engine of each kind, for vectors as long as the test encoder's."""
    engine: Engine = EmbeddedEngine(tmp_path / "index", lock_wait=0.2)
    engine.rebuild([])
    return engine
