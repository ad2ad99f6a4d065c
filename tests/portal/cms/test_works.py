"""A work is one thing in many languages: its reference, its address, its facts."""

from __future__ import annotations

import datetime
from unittest import mock

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override
from wagtail.models import PageViewRestriction

from portal.cms.models import ReferenceCounter, Work, WorkPage
from portal.taxonomy.models import Kind
from tests import works

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world", "index")]


def work_of(page: WorkPage) -> Work:
    """Give the work of a page."""
    return Work.objects.get(translation_key=page.translation_key)


class TestReference:
    """A reference is given once, to the work and not to a page."""

    def test_first_is_the_first_free_number(self) -> None:
        assert work_of(works.practice(live=False)).reference == "L4A-1001"
        assert work_of(works.resource(live=False)).reference == "L4A-1002"

    def test_a_title_a_move_and_a_translation_change_nothing(self) -> None:
        page = works.practice()
        reference = work_of(page).reference
        page = works.publish(page, title="Another title", slug="another")
        works.translated(page, "fr")
        page.move(works.node("section:africa"), pos="last-child")
        page.refresh_from_db()
        assert work_of(page).reference == reference
        assert Work.objects.count() == 1

    def test_a_copy_is_another_work(self) -> None:
        page = works.practice()
        copy = page.copy(update_attrs={"slug": "copy", "title": "Copy"}, keep_live=False)
        assert copy.translation_key != page.translation_key
        assert work_of(copy).reference != work_of(page).reference

    def test_a_deleted_works_number_is_not_given_again(self) -> None:
        works.practice()
        page = works.practice(title="Second")
        reference = work_of(page).reference
        page.delete()
        assert work_of(works.practice(title="Third")).reference > reference

    def test_numbers_grow_past_four_digits(self) -> None:
        work = work_of(works.practice(live=False))
        Work.objects.filter(pk=work.pk).update(reference="L4A-10000")
        assert Work.next_reference() == "L4A-10001"

    def test_references_of_another_form_are_not_counted(self) -> None:
        odd = work_of(works.practice(live=False))
        Work.objects.filter(pk=odd.pk).update(reference="L4A-000000000xyz")
        assert work_of(works.resource(live=False)).reference == "L4A-1002"
        with pytest.raises(ValidationError):
            Work(reference="L4A-xyz").clean_fields(exclude=["source_locale", "work_type"])

    def test_a_number_once_given_is_not_given_to_a_second(self) -> None:
        assert Work.next_reference() != Work.next_reference()

    def test_a_page_saved_again_takes_no_number(self) -> None:
        page = works.practice()
        with CaptureQueriesContext(connection) as queries:
            Work.for_page(page)
        assert len(queries) == 1
        assert ReferenceCounter.objects.get().last == 1001

    def test_type_and_language_are_the_originals(self) -> None:
        page = works.note("es")
        assert (work_of(page).work_type, work_of(page).source_locale.language_code) == (
            "policy-note",
            "es",
        )


class TestPermanentAddress:
    """`/w/REFERENCE/` outlives every other address."""

    def test_leads_to_the_readers_language(self, client: Client) -> None:
        page = works.practice()
        french = works.translated(page, "fr")
        reference = work_of(page).reference
        for language, url in (("en", page.url), ("fr", french.url), ("fr-CA", french.url)):
            answer = client.get(f"/w/{reference}/", headers={"accept-language": language})
            assert (answer.status_code, answer["Location"]) == (302, url)

    @pytest.mark.parametrize("form", ["/w/{}", "/w/{}/"])
    def test_case_and_slash_do_not_matter(self, client: Client, form: str) -> None:
        page = works.practice()
        for reference in (work_of(page).reference, work_of(page).reference.lower()):
            answer = client.get(form.format(reference), headers={"accept-language": "en"})
            assert answer["Location"] == page.url

    def test_another_language_is_shown_under_the_readers_interface(self, client: Client) -> None:
        page = works.practice(title="Streams in the open")
        reference = work_of(page).reference
        answer = client.get(f"/w/{reference}/", headers={"accept-language": "ar"}, follow=True)
        assert answer.redirect_chain == [(f"/ar/w/{reference}/", 302)]
        html = answer.content.decode()
        assert answer.status_code == 200
        assert '<html lang="ar" dir="rtl">' in html
        assert '<div lang="en" dir="ltr">' in html
        assert "notice--info" in html
        assert "Streams in the open" in html
        assert f'<link rel="canonical" href="{page.full_url}">' in html

    def test_the_original_comes_before_other_languages(self, client: Client) -> None:
        page = works.practice(language="es")
        works.translated(page, "fr")
        html = client.get(f"/pt/w/{work_of(page).reference}/").content.decode()
        assert '<div lang="es" dir="ltr">' in html

    def test_where_the_language_exists_the_page_itself_is_shown(self, client: Client) -> None:
        page = works.practice()
        answer = client.get(f"/en/w/{work_of(page).reference}/")
        assert (answer.status_code, answer["Location"]) == (302, page.url)

    @pytest.mark.parametrize("prefix", ["", "/en", "/ar"])
    def test_a_draft_is_not_told_of(self, client: Client, prefix: str) -> None:
        page = works.practice(live=False, title="Secret")
        answer = client.get(f"{prefix}/w/{work_of(page).reference}/")
        assert answer.status_code == 404
        assert b"Secret" not in answer.content

    @pytest.mark.parametrize("prefix", ["", "/en", "/ar"])
    def test_a_private_work_is_not_told_of(self, client: Client, prefix: str) -> None:
        page = works.practice()
        PageViewRestriction.objects.create(
            page=page.get_parent(), restriction_type=PageViewRestriction.LOGIN
        )
        answer = client.get(f"{prefix}/w/{work_of(page).reference}/")
        assert answer.status_code == 404

    @pytest.mark.parametrize("prefix", ["", "/en", "/ar"])
    def test_a_work_taken_down_is_gone_with_its_reason(self, client: Client, prefix: str) -> None:
        page = works.practice()
        work = work_of(page)
        page.unpublish()
        work.taken_down_on = datetime.date(2026, 5, 1)
        work.taken_down_reason = "Its city asked for it."
        work.save()
        answer = client.get(f"{prefix}/w/{work.reference}/")
        assert answer.status_code == 410
        assert b"Its city asked for it." in answer.content

    @pytest.mark.parametrize("prefix", ["", "/en", "/ar"])
    def test_a_deleted_work_is_gone(self, client: Client, prefix: str) -> None:
        page = works.practice()
        reference = work_of(page).reference
        page.delete()
        assert client.get(f"{prefix}/w/{reference}/").status_code == 410

    @pytest.mark.parametrize("reference", ["L4A-9999", "x", "%22", "'; DROP", "é", "A" * 300])
    def test_what_never_was_is_not_found(self, client: Client, reference: str) -> None:
        for prefix in ("", "/en"):
            assert client.get(f"{prefix}/w/{reference}/").status_code == 404

    def test_a_day_to_come_takes_nothing_down_and_a_past_one_wins(self, client: Client) -> None:
        page = works.practice()
        work = work_of(page)
        work.taken_down_on = timezone.localdate() + datetime.timedelta(days=1)
        work.save()
        assert client.get(f"/en/w/{work.reference}/").status_code == 302
        work.taken_down_on = timezone.localdate()
        work.save()
        assert client.get(f"/w/{work.reference}/").status_code == 410
        assert client.get(f"/ar/w/{work.reference}/").status_code == 410

    def test_what_was_published_once_is_gone_and_what_never_was_is_not_found(
        self, client: Client
    ) -> None:
        page, draft = works.practice(), works.practice(live=False, title="Secret")
        reference, secret = work_of(page).reference, work_of(draft).reference
        page.unpublish()
        draft.delete()
        assert client.get(f"/en/w/{reference}/").status_code == 410
        assert client.get(f"/en/w/{secret}/").status_code == 404

    def test_the_query_is_kept(self, client: Client) -> None:
        page = works.practice()
        reference = work_of(page).reference
        answer = client.get(f"/en/w/{reference}/?from=mail")
        assert answer["Location"] == f"{page.url}?from=mail"
        answer = client.get(f"/w/{reference}/?from=mail", headers={"accept-language": "ar"})
        assert answer["Location"] == f"/ar/w/{reference}/?from=mail"

    def test_a_page_without_an_address_is_not_found(self, client: Client) -> None:
        page = works.practice()
        with mock.patch.object(WorkPage, "get_url", return_value=None):
            assert client.get(f"/en/w/{work_of(page).reference}/").status_code == 404

    def test_it_names_the_portals_host_and_not_the_requests(self, client: Client) -> None:
        page = works.practice()
        html = client.get(page.url, headers={"host": "evil.example"}).content.decode()
        assert "evil.example" not in html


class TestFacts:
    """Facts are the original's; translations follow at once, without being published again."""

    def test_a_translation_shows_the_originals_facts(self, client: Client) -> None:
        page = works.practice(country="DNK", start="2012", status="ongoing")
        french = works.translated(page, "fr")
        page.country = works.term(Kind.COUNTRY, "KEN")
        works.with_terms(page, sdg=["sdg-13"], theme=["housing"])
        page.start = "2019"
        page = works.publish(page)
        french = type(french).objects.get(pk=french.pk)
        assert french.original == page
        assert french.country_entry is not None
        assert french.country_entry.code == "KEN"
        assert [entry.code for entry in french.terms_of("sdg")] == ["sdg-13"]
        html = client.get(french.url).content.decode()
        assert "/fr/places/KEN/" in html
        assert "/fr/sdgs/sdg-13/" in html
        assert "2019" in html
        assert "/fr/places/DNK/" not in html

    def test_a_translations_own_facts_are_ignored(self, client: Client) -> None:
        page = works.practice(country="DNK")
        french = works.translated(page, "fr", country=works.term(Kind.COUNTRY, "KEN"))
        assert "/fr/places/DNK/" in client.get(french.url).content.decode()

    def test_hubs_and_contributors_are_the_originals(self, client: Client) -> None:
        hub, page = works.hub(title="Hub of streams"), works.practice()
        french = works.translated(page, "fr")
        works.relate(page, hub)
        french = type(french).objects.get(pk=french.pk)
        assert [one.title for one in french.hubs] == ["Hub of streams"]
        assert "Hub of streams" in client.get(french.url).content.decode()

    def test_a_related_work_is_named_in_the_readers_language(self) -> None:
        hub = works.hub(title="Hub of streams")
        works.translated(hub, "fr", title="HUB des cours d’eau")
        page = works.practice()
        works.relate(page, hub)
        spanish = works.translated(page, "es")
        with override("fr"):  # whichever page is shown to a French reader
            assert [one.title for one in spanish.hubs] == ["HUB des cours d’eau"]
        spanish = type(spanish).objects.get(pk=spanish.pk)
        with override("es"):
            assert [one.title for one in spanish.hubs] == ["Hub of streams"]
            assert spanish.hubs[0].reader_url == f"/es/w/{hub.work.reference}/"

    def test_a_related_draft_is_not_shown(self, client: Client) -> None:
        draft, page = works.hub(live=False, title="Secret hub"), works.practice()
        works.relate(page, draft)
        assert b"Secret hub" not in client.get(page.url).content

    def test_a_related_private_work_is_not_shown(self, client: Client) -> None:
        hidden, page = works.hub("africa", title="Secret hub"), works.practice()
        works.relate(page, hidden)
        PageViewRestriction.objects.create(page=hidden, restriction_type=PageViewRestriction.LOGIN)
        assert b"Secret hub" not in client.get(page.url).content


class TestSlug:
    """A slug is made from every script, and is free."""

    @pytest.mark.parametrize(
        "title",
        ["مدينة بلا نفايات", "海绵城市", "Уличное искусство", "Ü-Bahn für älle", "!!!", "…"],
    )
    def test_every_title_gives_a_valid_slug(self, title: str, client: Client) -> None:
        for page in (works.practice(title=title), works.practice(title=title, live=False)):
            assert page.slug
            assert page.slug.isascii()
        page = works.practice(title=title)
        assert client.get(page.url).status_code == 200

    def test_the_same_title_gives_another_slug(self) -> None:
        slugs = [works.practice(title="Zero waste").slug for _ in range(3)]
        assert slugs == ["zero-waste", "zero-waste-2", "zero-waste-3"]

    def test_a_long_title_is_cut(self) -> None:
        page = works.practice(title="A word " * 36)
        assert len(page.slug) <= 80
        assert not page.slug.endswith("-")

    def test_the_slug_is_the_same_in_every_language(self) -> None:
        page = works.practice()
        assert works.translated(page, "ar", title="جداول").slug == page.slug
