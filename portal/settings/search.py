"""Which search engine answers, and where it is."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

from .environment import Environment, SettingError

_PREFIX = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}")


def search_engine(environment: Environment) -> dict[str, Any]:
    """Give SEARCH_ENGINE: the servers that ELASTICSEARCH_URL names, or the engine that needs none.

    Raises SettingError.
    """
    urls = environment.elasticsearch_url
    if not urls:
        for name in ("elasticsearch_api_key", "elasticsearch_ca_certs"):
            if getattr(environment, name):
                raise SettingError(f"{name.upper()} is of use with ELASTICSEARCH_URL only")
        return {
            "BACKEND": "search.engines.embedded.EmbeddedEngine",
            "OPTIONS": {"path": environment.var_dir / "index"},
        }
    parts = [_address(url) for url in urls]
    if certificates := environment.elasticsearch_ca_certs:
        if not Path(certificates).is_file():
            raise SettingError(f"ELASTICSEARCH_CA_CERTS: there is no file {certificates}")
        if any(part.scheme != "https" for part in parts):
            raise SettingError("ELASTICSEARCH_CA_CERTS is of use with https:// addresses only")
    prefix = environment.elasticsearch_index
    if not _PREFIX.fullmatch(prefix):
        raise SettingError(
            f"ELASTICSEARCH_INDEX: “{prefix}” cannot begin the names of indices; use small "
            "letters, digits, - and _"
        )
    return {
        "BACKEND": "search.engines.elasticsearch.ElasticsearchEngine",
        "OPTIONS": {
            "url": ",".join(urls),
            "prefix": prefix,
            "api_key": environment.elasticsearch_api_key,
            "ca_certs": certificates,
            "replicas": environment.elasticsearch_replicas,
        },
    }


def _address(url: str) -> SplitResult:
    """Read the address of a node. Raises SettingError, which does not repeat what may be secret."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:  # no port, or no address in brackets
        usable = False
    if not usable or parts.query or parts.fragment:
        raise SettingError(
            "ELASTICSEARCH_URL: write the nodes' addresses like https://search.example:9200, with "
            "commas between"
        )
    return parts
