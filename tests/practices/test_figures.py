"""Results that are figures, on the public page."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests import works

pytestmark = [
    pytest.mark.any_database,
    pytest.mark.django_db,
    pytest.mark.usefixtures("world", "index"),
]
FIGURE = {"value": "300", "label": "streets"}


def shown(client: Client, **fields: Any) -> str:
    page = works.practice(results=[works.block("indicator", FIGURE)], **fields)
    return client.get(page.url).content.decode()


@pytest.mark.parametrize(("examples", "labels"), [(["results"], 1), ([], 0)])
def test_figures_of_an_example_are_labelled(
    client: Client, examples: list[str], labels: int
) -> None:
    html = shown(client, example_sections=examples)
    assert html.count("streets") == 1
    assert html.count("Example text<") == labels


def test_a_part_of_figures_only_leaves_no_heading(client: Client) -> None:
    assert 'id="results"' not in shown(client)
