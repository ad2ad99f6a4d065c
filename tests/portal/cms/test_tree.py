"""The tree: the same in every language, made once."""

from __future__ import annotations

from collections import defaultdict

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from wagtail.models import GroupPagePermission, Locale, Page, Revision, Site

from portal.cms.models import HomePage, SectionPage
from portal.cms.tree import key, make_tree
from portal.taxonomy.models import Kind, Term
from tests import works

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]
LANGUAGES = {code for code, _name in settings.LANGUAGES}


def test_every_place_exists_in_every_language_under_one_key() -> None:
    places = defaultdict(set)
    for page in Page.objects.filter(depth__gt=1).select_related("locale"):
        places[page.translation_key].add(page.locale.language_code)
    sections = Term.objects.filter(kind=Kind.SECTION, retired=False)
    wanted = {key(name) for name in ("home", "sections", "policy-notes", "resources")}
    wanted |= {key(f"section:{term.code}") for term in sections}
    assert wanted <= set(places)
    assert all(found == LANGUAGES for found in places.values())


def test_every_page_is_live_and_none_is_an_alias() -> None:
    assert not Page.objects.filter(depth__gt=1, live=False).exists()
    assert not Page.objects.filter(alias_of__isnull=False).exists()


def test_children_stand_below_the_same_place_in_every_language() -> None:
    above = defaultdict(set)
    for page in Page.objects.filter(depth__gt=2):
        above[page.translation_key].add(page.get_parent().translation_key)
    assert all(len(found) == 1 for found in above.values())


def test_a_second_run_makes_nothing() -> None:
    before = (Page.objects.count(), Revision.objects.count(), GroupPagePermission.objects.count())
    assert make_tree() == 0
    assert before == (
        Page.objects.count(),
        Revision.objects.count(),
        GroupPagePermission.objects.count(),
    )


def test_a_second_run_keeps_what_editors_changed() -> None:
    page = works.publish(works.node("section:africa"), title="Our Africa", slug="our-africa")
    group = Group.objects.create(name="guests")
    GroupPagePermission.objects.create(
        group=group,
        page=page.page_ptr,
        permission=GroupPagePermission.objects.first().permission,
    )
    assert make_tree() == 0
    page.refresh_from_db()
    assert (page.title, page.slug) == ("Our Africa", "our-africa")
    assert GroupPagePermission.objects.filter(group=group).count() == 1


def test_what_was_lost_is_made_again() -> None:
    works.node("section:mewa", "ar").delete()
    assert make_tree() == 1
    page = works.node("section:mewa", "ar")
    assert page.live
    assert page.get_parent().translation_key == key("sections")


def test_a_new_section_gets_its_node_and_group_in_every_language() -> None:
    Term.objects.create(kind=Kind.SECTION, code="pacific", name="Pacific")
    assert make_tree() == len(LANGUAGES)
    assert SectionPage.objects.filter(term__code="pacific", live=True).count() == len(LANGUAGES)
    assert GroupPagePermission.objects.filter(group__name="section:pacific").exists()


def test_the_site_starts_at_the_first_language() -> None:
    site = Site.objects.get()
    assert site.is_default_site
    assert site.root_page.specific == HomePage.objects.get(
        locale=Locale.objects.get(language_code="en")
    )
    assert {page.locale.language_code for page in HomePage.objects.all()} == LANGUAGES
