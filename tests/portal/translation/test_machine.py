"""A machine may propose translations: LibreTranslate's protocol, spoken by a server of the test."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from wagtail_localize.models import StringTranslation

from portal.settings.environment import SettingError
from portal.settings.machine import machine_settings
from portal.translation.state import progress
from tests import works
from tests.portal.translation.asking import ask

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.any_database,
    pytest.mark.usefixtures("world", "index"),
]


class Machine(ThreadingHTTPServer):
    """A server that "translates" by setting the target language before each text."""

    status = 200
    asked: list[dict[str, Any]]


class _Handler(BaseHTTPRequestHandler):
    server: Machine

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.asked.append(body)
        answer = json.dumps({"translatedText": [f"{body['target']}: {text}" for text in body["q"]]})
        self.send_response(self.server.status)
        self.send_header("content-type", "application/json")
        self.end_headers()
        self.wfile.write(answer.encode())

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def machine(settings: Any) -> Iterator[Machine]:
    server = Machine(("127.0.0.1", 0), _Handler)
    server.asked = []
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    settings.WAGTAILLOCALIZE_MACHINE_TRANSLATOR = machine_settings(
        "libretranslate", f"http://127.0.0.1:{server.server_port}/", "a key"
    )
    yield server
    server.shutdown()
    server.server_close()


def press(desk: Client, translation: Any) -> str:
    address = reverse("wagtail_localize:machine_translate", args=[translation.pk])
    edit = reverse("wagtailadmin_pages:edit", args=[translation.get_target_instance().pk])
    return desk.post(address, {"next": edit}, follow=True).content.decode()


def test_it_translates_what_is_missing_and_is_named(machine: Machine, desk: Client) -> None:
    translation = ask(works.practice(), "es")
    html = press(desk, translation)
    counted = progress(translation)
    assert counted.total == counted.translated == counted.machine > 0
    assert (machine.asked[0]["source"], machine.asked[0]["target"]) == ("en", "es")
    assert "translated by a machine" in html


def test_what_a_person_wrote_stays(machine: Machine, desk: Client) -> None:
    translation = ask(works.practice(), "es")
    segment = translation.source.stringsegment_set.first()
    StringTranslation.objects.create(
        translation_of_id=segment.string_id,
        context_id=segment.context_id,
        locale=translation.target_locale,
        data="De una persona",
        translation_type="manual",
    )
    press(desk, translation)
    assert progress(translation).machine == progress(translation).total - 1
    assert segment.string.data not in machine.asked[0]["q"]


@pytest.mark.parametrize("status", [403, 429, 500])
def test_one_that_refuses_changes_nothing(machine: Machine, desk: Client, status: int) -> None:
    machine.status = status
    translation = ask(works.practice(), "es")
    assert "does not answer" in press(desk, translation)
    assert progress(translation).translated == 0


def test_one_that_is_not_there_changes_nothing(machine: Machine, desk: Client) -> None:
    machine.shutdown()
    machine.server_close()
    translation = ask(works.practice(), "es")
    assert "does not answer" in press(desk, translation)


def test_without_the_setting_nobody_is_offered_one(desk: Client, settings: Any) -> None:
    settings.WAGTAILLOCALIZE_MACHINE_TRANSLATOR = None
    translation = ask(works.practice(), "es")
    address = reverse("wagtail_localize:machine_translate", args=[translation.pk])
    assert desk.post(address).status_code == 404


def test_the_setting() -> None:
    assert machine_settings("", "", "") is None
    assert machine_settings("deepl", "", "k")["OPTIONS"] == {"AUTH_KEY": "k"}  # type: ignore[index]
    for name, url, key in (("libretranslate", "", ""), ("deepl", "", ""), ("babelfish", "", "")):
        with pytest.raises(SettingError, match="MACHINE_TRANSLATOR"):
            machine_settings(name, url, key)
