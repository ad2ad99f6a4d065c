"""Which search engine the environment chooses."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.utils.module_loading import import_string

from portal.settings.environment import Environment, SettingError
from portal.settings.search import search_engine

ROOT = Path(__file__).resolve().parents[3]


def chosen(monkeypatch: pytest.MonkeyPatch, **variables: str) -> dict[str, Any]:
    for name in os.environ:
        if name.startswith("ELASTICSEARCH_"):
            monkeypatch.delenv(name)
    for name, value in variables.items():
        monkeypatch.setenv(f"ELASTICSEARCH_{name}", value)
    return search_engine(Environment.read())


def test_without_a_server_there_is_an_engine_that_needs_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    engine = chosen(monkeypatch, URL=" , ")
    assert engine["BACKEND"] == "search.engines.embedded.EmbeddedEngine"


def test_servers_and_all_that_is_said_of_them(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    certificates = tmp_path / "ca.pem"
    certificates.touch()
    engine = chosen(
        monkeypatch,
        URL="https://a.example:9200, https://b.example/search",
        API_KEY="key",
        CA_CERTS=str(certificates),
        INDEX="portal-two",
        REPLICAS="1",
    )
    assert engine["OPTIONS"] == {
        "url": "https://a.example:9200,https://b.example/search",
        "prefix": "portal-two",
        "api_key": "key",
        "ca_certs": str(certificates),
        "replicas": 1,
    }


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:9200", "http://[::1]:9200/", "https://search.example"]
)
def test_what_is_accepted_makes_an_engine(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    engine = chosen(monkeypatch, URL=url)
    assert engine["OPTIONS"]["prefix"] == "portal"
    assert engine["OPTIONS"]["replicas"] == 0
    # The library has the last word on addresses; it is asked with the first connection.
    made = import_string(engine["BACKEND"])(**engine["OPTIONS"])
    assert list(made._server.client.transport.node_pool.all())


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        *(
            ({"URL": url}, "write the nodes' addresses like https://search.example:9200")
            for url in (
                "search.example:9200",
                "search.example",
                "ftp://search.example:9200",
                "http://",
                "http://search.example:port",
                "http://search.example:0",
                "http://search.example:99999",
                "http://[::1:9200",
                "http://search.example:9200/?pretty",
                "http://one.example:9200;http://two.example:9200",
                "http://fine.example:9200,wrong",
            )
        ),
        ({"URL": "https://a:9200", "CA_CERTS": "/no/such/file.pem"}, "there is no file"),
        ({"URL": "http://a:9200", "CA_CERTS": __file__}, "with https:// addresses only"),
        ({"URL": "http://a:9200", "REPLICAS": "-1"}, "ELASTICSEARCH_REPLICAS"),
        ({"URL": "http://a:9200", "INDEX": "Portal"}, "ELASTICSEARCH_INDEX"),
        ({"URL": "http://a:9200", "INDEX": "por*tal"}, "ELASTICSEARCH_INDEX"),
        ({"API_KEY": "key"}, "ELASTICSEARCH_API_KEY is of use with ELASTICSEARCH_URL only"),
        ({"CA_CERTS": __file__}, "ELASTICSEARCH_CA_CERTS is of use with ELASTICSEARCH_URL only"),
    ],
)
def test_what_cannot_be_meant_is_said_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], sentence: str
) -> None:
    with pytest.raises(SettingError) as caught:
        chosen(monkeypatch, **variables)
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_password_in_a_wrong_address_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingError) as caught:
        chosen(monkeypatch, URL="https//portal:secret@search.example:9200")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("module", "engine"),
    [("test", "EmbeddedEngine"), ("dev", "ElasticsearchEngine")],
)
def test_the_server_of_the_tests_is_not_that_of_the_portal(
    tmp_path: Path, module: str, engine: str
) -> None:
    code = "from django.conf import settings; print(settings.SEARCH_ENGINE)"
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": f"portal.settings.{module}",
        "ELASTICSEARCH_URL": "http://127.0.0.1:9200",
        "ELASTICSEARCH_INDEX": "elsewhere",
        "VAR_DIR": str(tmp_path),
    }
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    assert engine in done.stdout
    assert ("elsewhere" in done.stdout) == (module == "dev")
