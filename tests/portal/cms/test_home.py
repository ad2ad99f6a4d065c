"""The home page."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.test import Client

from portal.taxonomy.models import Kind
from portal.taxonomy.snapshot import unpin
from tests import works

pytestmark = [
    pytest.mark.any_database,
    pytest.mark.django_db,
    pytest.mark.usefixtures("world", "index"),
]


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


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_the_home_page_and_every_footer_lead_to_the_form_and_to_what_is_accepted(
    client: Client, language: str
) -> None:
    home = client.get(f"/{language}/").content.decode()
    body, _main, footer = home.partition("</main>")
    for part in (body, footer):
        assert f'href="/{language}/submit/"' in part
        assert f'href="/{language}/about/criteria/"' in part
    assert f'href="/{language}/about/licences/"' in footer
