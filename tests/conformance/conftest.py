"""The engines that must all answer alike."""

from __future__ import annotations

from pathlib import Path

import pytest

from search.engines.base import Engine
from search.engines.elasticsearch import ElasticsearchEngine
from search.engines.embedded import EmbeddedEngine
from search.meaning import Encoder

KINDS = [
    "embedded",
    pytest.param("elasticsearch", marks=pytest.mark.requires("elasticsearch")),
]
# The server of the tests shares two cores with all of them; how the engine gives up on a slow one
# is tested where it is the subject.
PATIENCE = 60.0


@pytest.fixture(params=KINDS)
def engine(request: pytest.FixtureRequest, tmp_path: Path, meaning: Encoder) -> Engine:
    """An engine of each kind, for vectors as long as the test encoder's.

    A test begins with `rebuild`: the embedded engine has no index before, and the other one holds
    what the test before left in it. (A new index of a server is what takes long here.)
    """
    if request.param == "embedded":
        return EmbeddedEngine(tmp_path / "index", lock_wait=0.2)
    engine: Engine = request.getfixturevalue("elasticsearch_engine")
    return engine


@pytest.fixture(scope="session")
def elasticsearch_engine(elasticsearch_url: str, elasticsearch_prefix: str) -> Engine:
    """The engine on a real Elasticsearch, in indices of this process's own."""
    return ElasticsearchEngine(elasticsearch_url, prefix=elasticsearch_prefix, timeout=PATIENCE)
