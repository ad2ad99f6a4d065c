"""What crawlers shall leave alone; and the small files that a page's head links."""

from __future__ import annotations

import json
import re
from urllib.robotparser import RobotFileParser

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from pytest_django import Settings

pytestmark = [
    pytest.mark.any_database,
    pytest.mark.django_db,
    pytest.mark.usefixtures("world", "index"),
]


def rules(client: Client) -> str:
    response = client.get("/robots.txt")
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    text: str = response.content.decode()
    return text


def test_pages_may_be_read_and_the_admin_not(client: Client, settings: Settings) -> None:
    settings.DEMO = False
    text = rules(client)
    parser = RobotFileParser()
    parser.parse(text.splitlines())
    assert parser.can_fetch("*", "http://localhost/en/hubs/")
    assert parser.can_fetch("*", "http://localhost/card/portal/en.png")
    assert not parser.can_fetch("*", "http://localhost/admin/")
    assert "Disallow: /*/search/?" in text.splitlines()
    assert "Sitemap: http://localhost/sitemap.xml" in text.splitlines()


def test_a_demonstration_is_left_alone(client: Client, settings: Settings) -> None:
    settings.DEMO = True
    text = rules(client)
    parser = RobotFileParser()
    parser.parse(text.splitlines())
    assert not parser.can_fetch("*", "http://localhost/en/hubs/")
    assert "Sitemap" not in text


def test_icons_and_manifest_are_there(client: Client) -> None:
    text = client.get("/en/").content.decode()
    pattern = r'<link rel="(?:icon|apple-touch-icon|manifest)" href="/static/([^"]+)"'
    names = re.findall(pattern, text)
    assert len(names) == 4
    assert all(finders.find(name) for name in names)
    manifest = finders.find("icons/site.webmanifest")
    assert isinstance(manifest, str)
    with open(manifest, encoding="utf-8") as file:  # noqa: PTH123 - a path of the finder's
        said = json.load(file)
    assert all(finders.find(f"icons/{icon['src']}") for icon in said["icons"])
    assert f'<meta name="theme-color" content="{said["theme_color"]}">' in text
