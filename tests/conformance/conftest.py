"""The engines that must all answer alike."""

from __future__ import annotations

from pathlib import Path

import pytest

from search.engines.base import Engine
from search.engines.embedded import EmbeddedEngine


@pytest.fixture(params=["embedded"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Engine:
    """An empty engine of each kind."""
    engine: Engine = EmbeddedEngine(tmp_path / "index", lock_wait=0.2)
    engine.rebuild([])
    return engine
