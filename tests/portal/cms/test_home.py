"""The home page."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from portal.taxonomy.models import Kind
from portal.taxonomy.snapshot import unpin
from tests import works

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world", "index")]


def test_goals_have_their_own_numbers_where_one_is_missing(client: Client) -> None:
    first = works.term(Kind.SDG, "sdg-01")
    first.retired = True
    first.save()
    unpin()
    html = client.get("/en/").content.decode()
    tiles = re.findall(
        r'sdg-tile sdg-(\d+)" href="/en/sdgs/sdg-0?(\d+)/"><span class="sdg-number">(\d+)<', html
    )
    assert [numbers[0] for numbers in tiles] == [str(number) for number in range(2, 18)]
    assert all(len(set(numbers)) == 1 for numbers in tiles)
