"""What editors meet: costs, warnings before something is done to all languages, bad moments."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import Locale, Page
from wagtail.users.models import UserProfile

from portal.accounts.models import User
from portal.taxonomy.snapshot import unpin
from tests import works
from tests.portal.translation.asking import ask, publish, translate_all

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.any_database,
    pytest.mark.usefixtures("world", "index"),
]


def cost(client: Client, address: str) -> int:
    """Give the number of queries of a page, whose parts have been loaded and nothing else."""
    assert client.get(address).status_code == 200
    cache.clear()
    unpin()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


@pytest.fixture
def speak(editor: User) -> Callable[[str], None]:
    """Give the editor's admin a language."""

    def choose(language: str) -> None:
        profile = UserProfile.get_for_user(editor)
        profile.preferred_language = language
        profile.save()

    return choose


class TestCost:
    """No language is dearer than another."""

    def test_a_readers_page(self, client: Client) -> None:
        page = works.full_practice(works.full_hub())
        translation = ask(page)
        translate_all(translation)
        publish(translation)
        french = translation.get_target_instance()
        the_original = 1  # its facts are read from there
        assert cost(client, french.url) <= cost(client, page.url) + the_original

    def test_a_readers_page_of_a_french_original(self, client: Client) -> None:
        english, french = works.practice(), works.practice(language="fr", title="Rivières")
        assert cost(client, french.url) <= cost(client, english.url)

    def test_the_editor_in_french(self, desk: Client, speak: Callable[[str], None]) -> None:
        address = reverse("wagtailadmin_pages:edit", args=[works.full_practice().pk])
        speak("en")
        english = cost(desk, address)
        speak("fr")
        assert "Enregistrer" in desk.get(address).content.decode()
        assert cost(desk, address) <= english

    def test_the_editor_of_a_french_original(self, desk: Client) -> None:
        english, french = works.practice(), works.practice(language="fr", title="Rivières")
        costs = [
            cost(desk, reverse("wagtailadmin_pages:edit", args=[page.pk]))
            for page in (english, french)
        ]
        assert costs[1] <= costs[0]

    def test_the_editor_of_translations(self, desk: Client) -> None:
        page = works.full_practice()
        addresses = []
        for language in ("es", "fr", "ar"):
            translation = ask(page, language)
            translate_all(translation)
            publish(translation)
            pk = translation.get_target_instance().pk
            addresses.append(reverse("wagtailadmin_pages:edit", args=[pk]))
        costs = [cost(desk, address) for address in addresses]
        assert len(set(costs)) == 1


@pytest.mark.parametrize("action", ["unpublish", "delete"])
@pytest.mark.parametrize(("language", "said"), [("en", "2 translations"), ("fr", "2 traductions")])
def test_it_is_said_before_that_translations_are_concerned(
    action: str, language: str, said: str, desk: Client, speak: Callable[[str], None]
) -> None:
    page = works.practice()
    works.translated(page, "fr")
    works.translated(page, "ar", title="جداول مكشوفة")
    speak(language)
    text = desk.get(reverse(f"wagtailadmin_pages:{action}", args=[page.pk])).content.decode()
    assert said in text


def test_a_locale_with_pages_is_kept(desk: Client, client: Client) -> None:
    works.translated(works.practice(), "fr")
    client.force_login(User.objects.create_superuser("root@example.org", "a password for tests"))
    locale = Locale.objects.get(language_code="fr")
    address = reverse("wagtaillocales:delete", args=[locale.pk])
    for answer in (client.get(address, follow=True), client.post(address, follow=True)):
        assert answer.status_code == 200
        assert "This locale cannot be deleted because" in answer.content.decode()
    assert Locale.objects.filter(pk=locale.pk).exists()
    assert Page.objects.filter(locale=locale).exists()


def test_an_alias_opens_in_the_editor(desk: Client) -> None:
    page = works.practice()
    french = Locale.objects.get(language_code="fr")
    alias = page.copy_for_translation(french, copy_parents=True, alias=True)
    for address in (
        reverse("wagtailadmin_pages:edit", args=[alias.pk]),
        reverse("portal_translation:page", args=[alias.pk]),
    ):
        answer = desk.get(address)
        assert answer.status_code == 200
        assert page.title in answer.content.decode()


def test_the_bars_state_alone(desk: Client, client: Client, staff: Callable[[str], User]) -> None:
    translation = ask(works.practice("europe"))
    address = reverse("portal_translation:bar_state", args=[translation.pk])
    text = desk.get(address).content.decode()
    assert "passages are not translated" in text
    assert "<form" not in text
    translate_all(translation)
    assert "All passages are translated." in desk.get(address).content.decode()
    client.force_login(staff("africa"))
    assert client.get(address).status_code == 302
