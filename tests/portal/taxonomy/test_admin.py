"""Editors manage terms; nobody deletes one that is needed."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portal.accounts.roles import EDITOR, SECTION_STAFF
from portal.taxonomy.admin import TermChoiceField, TermIterator
from portal.taxonomy.models import Kind, Term
from search.models import OutboxRow
from tests.factories import ResourceFactory, TermFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

FIVE = {"en": "Housing", "fr": "Logement", "es": "Vivienda", "pt": "Habitação", "ar": "السكن"}


def url(name: str, *args: Any) -> str:
    """Give an address of the terms' admin."""
    return reverse(Term.snippet_viewset.get_url_name(name), args=args)


@pytest.fixture
def editor(client: Client) -> Client:
    """Give the browser of an editor."""
    client.force_login(UserFactory.create(role=EDITOR))
    return client


def fields(term: Term | None, labels: list[dict[str, Any]], **values: Any) -> dict[str, Any]:
    """Give what the form of a term posts."""
    initial = sum(1 for label in labels if label.get("id"))
    data: dict[str, Any] = {
        "kind": term.kind if term else Kind.THEME,
        "code": term.code if term else "",
        "position": 1,
        "labels-TOTAL_FORMS": len(labels),
        "labels-INITIAL_FORMS": initial,
        "labels-MIN_NUM_FORMS": 0,
        "labels-MAX_NUM_FORMS": 1000,
        **values,
    }
    for number, label in enumerate(labels):
        for name, value in {"id": "", "description": "", "synonyms": "", **label}.items():
            data[f"labels-{number}-{name}"] = value
    return data


def rows(response: Any) -> list[str]:
    """Give the codes of the terms that the list shows."""
    return [term.code for term in response.context["object_list"]]


def test_the_list_names_uses_and_missing_labels(editor: Client) -> None:
    term = TermFactory.create(code="housing", labels=FIVE)
    TermFactory.create(
        code="social-housing", parent=term, labels={"en": "Social housing", "fr": "HLM"}
    )
    ResourceFactory.create(terms=[term])
    response = editor.get(url("list"))
    content = response.content.decode()
    assert "es, pt, ar" in content
    assert "Social housing" in content
    assert {t.code: t.use_count for t in response.context["object_list"]} == {
        "housing": 2,
        "social-housing": 0,
    }


def test_the_list_costs_the_same_for_many_terms(
    editor: Client, django_assert_max_num_queries: Any
) -> None:
    for _number in range(40):
        TermFactory.create(parent=TermFactory.create())
    with django_assert_max_num_queries(45):
        editor.get(url("list"))


def test_the_list_leads_to_every_term(editor: Client) -> None:
    term = TermFactory.create(labels={"en": "Waste"})
    merged = TermFactory.create(retired=True, merged_into=term)
    content = editor.get(url("list")).content.decode()
    for name in ("edit", "merge", "delete"):
        assert f'href="{url(name, term.pk)}"' in content
    assert f'href="{url("edit", merged.pk)}"' in content
    assert url("merge", merged.pk) not in content
    assert "Merged into “Waste”" in content


@pytest.mark.parametrize("query", ["logement", "HABITACAO", "السكن", "hous", "toit"])
def test_the_search_knows_labels_codes_and_synonyms(editor: Client, query: str) -> None:
    term = TermFactory.create(code="housing", labels=FIVE)
    term.labels.filter(language="fr").update(synonyms="abri\ntoit")
    TermFactory.create(code="water", labels={"en": "Water"})
    assert rows(editor.get(url("list"), {"q": query})) == ["housing"]


def test_the_list_filters_by_vocabulary_and_retirement(editor: Client) -> None:
    TermFactory.create(code="a", kind=Kind.AGENDA)
    TermFactory.create(code="b", kind=Kind.AGENDA, retired=True)
    TermFactory.create(code="c")
    assert rows(editor.get(url("list"), {"kind": "agenda"})) == ["a", "b"]
    assert rows(editor.get(url("list"), {"retired": "true"})) == ["b"]


def test_an_editor_makes_a_term(editor: Client) -> None:
    labels = [{"language": "en", "text": "Housing", "synonyms": "homes\r\nflats"}]
    response = editor.post(url("add"), fields(None, labels, code="housing"))
    assert response.status_code == 302, response.context["form"].errors
    term = Term.objects.get(kind=Kind.THEME, code="housing")
    assert term.labels.get().synonyms == "homes\nflats"


@pytest.mark.parametrize(
    "values",
    [
        {"code": "a b"},
        {"code": "taken"},
        {"code": "x", "parent": "goal"},
        {"code": "x", "kind": Kind.AGENDA, "name": "Own"},
    ],
)
def test_bad_terms_are_refused_with_a_message(editor: Client, values: dict[str, Any]) -> None:
    TermFactory.create(code="taken")
    goal = TermFactory.create(kind=Kind.SDG, code="sdg-01")
    if values.get("parent"):
        values = {**values, "parent": goal.pk}
    labels = [{"language": "en", "text": "Housing"}]
    response = editor.post(url("add"), fields(None, labels, **values))
    assert response.status_code == 200
    assert response.context["form"].errors


def test_two_labels_in_one_language_are_refused(editor: Client) -> None:
    labels = [{"language": "en", "text": "One"}, {"language": "en", "text": "Two"}]
    response = editor.post(url("add"), fields(None, labels, code="x"))
    assert response.status_code == 200
    assert not Term.objects.exists()


def test_a_term_needs_a_label(editor: Client) -> None:
    assert editor.post(url("add"), fields(None, [], code="x")).status_code == 200
    assert not Term.objects.exists()


def test_code_and_vocabulary_are_fixed(editor: Client) -> None:
    term = TermFactory.create(code="housing")
    row = term.labels.get()
    page = ResourceFactory.create(terms=[term])
    OutboxRow.objects.all().delete()
    posted = fields(term, [{"id": row.pk, "language": "en", "text": "Homes", "confirmed": "on"}])
    posted |= {"code": "changed", "kind": Kind.SDG}
    response = editor.post(url("edit", term.pk), posted)
    assert response.status_code == 302, response.context["form"].errors
    term.refresh_from_db()
    assert (term.code, term.kind, term.label("en")) == ("housing", Kind.THEME, "Homes")
    assert OutboxRow.objects.filter(translation_key=page.translation_key).exists()


def test_the_form_offers_only_fitting_broader_terms(editor: Client) -> None:
    first, other = TermFactory.create(code="first"), TermFactory.create(code="other")
    TermFactory.create(code="second", parent=first)
    TermFactory.create(kind=Kind.SDG)
    TermFactory.create(code="gone", retired=True)
    form = editor.get(url("edit", other.pk)).context["form"]
    assert [term.code for term in form.fields["parent"].queryset if not term.retired] == ["first"]
    assert "retired" not in str(form["parent"])
    assert "groups" not in form.fields
    goal = editor.get(url("edit", Term.objects.get(kind=Kind.SDG).pk)).context["form"]
    assert "parent" not in goal.fields


def test_the_form_says_what_is_missing(editor: Client) -> None:
    lacking = TermFactory.create(labels={"en": "Housing", "fr": "Logement", "es": "Vivienda"})
    content = editor.get(url("edit", lacking.pk)).content.decode()
    assert "This term has no label in: Português, العربية." in content
    whole = TermFactory.create(labels=FIVE)
    assert "This term has no label in" not in editor.get(url("edit", whole.pk)).content.decode()


@pytest.mark.parametrize("method", ["get", "post"])
def test_terms_in_use_are_kept_and_the_uses_named(editor: Client, method: str) -> None:
    term = TermFactory.create(code="housing")
    pages = [ResourceFactory.create(terms=[term], title=f"Report {number}") for number in range(12)]
    response = getattr(editor, method)(url("delete", term.pk))
    content = response.content.decode()
    assert Term.objects.filter(pk=term.pk).exists()
    assert response.status_code == (200 if method == "get" else 409)
    assert "It is named in 12 places:" in content
    links = [reverse("wagtailadmin_pages:edit", args=[page.pk]) in content for page in pages]
    assert sum(links) == 10
    assert url("merge", term.pk) in content
    assert url("edit", term.pk) in content


@pytest.mark.parametrize("reason", ["shipped", "narrower", "merged", "axis", "group"])
def test_other_needed_terms_are_kept(editor: Client, reason: str) -> None:
    kind = {"axis": Kind.AXIS, "group": Kind.GROUP}.get(reason, Kind.THEME)
    term = TermFactory.create(kind=kind, shipped={"position": 1} if reason == "shipped" else {})
    if reason == "narrower":
        TermFactory.create(parent=term)
    if reason == "merged":
        TermFactory.create(merged_into=term, retired=True)
    if reason == "axis":
        TermFactory.create(axis=term)
    if reason == "group":
        TermFactory.create(kind=Kind.COUNTRY).groups.add(term)
    assert editor.post(url("delete", term.pk)).status_code == 409
    assert Term.objects.filter(pk=term.pk).exists()


def test_terms_in_drafts_are_kept(editor: Client) -> None:
    """A version of a page that names a term that is gone could not be opened."""
    term, other = TermFactory.create(), TermFactory.create()
    page = ResourceFactory.create(terms=[term], country=TermFactory.create(kind=Kind.COUNTRY))
    page.save_revision()
    page.work_terms = []
    page.save()
    response = editor.post(url("delete", term.pk))
    assert response.status_code == 409
    assert reverse("wagtailadmin_pages:edit", args=[page.pk]) in response.content.decode()
    assert editor.post(url("delete", other.pk)).status_code == 302


def test_bulk_deletion_keeps_them_too(editor: Client) -> None:
    used, free = TermFactory.create(), TermFactory.create()
    ResourceFactory.create(terms=[used])
    address = reverse("wagtail_bulk_action", args=["taxonomy", "term", "delete"])
    response = editor.post(f"{address}?id={used.pk}&id={free.pk}")
    assert response.status_code == 409
    assert Term.objects.count() == 2


def test_an_unused_term_of_the_editors_own_goes(editor: Client) -> None:
    term = TermFactory.create()
    assert editor.get(url("delete", term.pk)).status_code == 200
    assert editor.post(url("delete", term.pk)).status_code == 302
    assert not Term.objects.exists()


def test_merging_by_hand(editor: Client) -> None:
    old, new = (
        TermFactory.create(labels={"en": "Waste"}),
        TermFactory.create(labels={"en": "Refuse"}),
    )
    TermFactory.create(kind=Kind.SDG, labels={"en": "Goal"})
    TermFactory.create(labels={"en": "Gone"}, retired=True)
    ResourceFactory.create(terms=[old])
    asked = editor.get(url("merge", old.pk))
    assert "It is named in 1 place:" in asked.content.decode()
    offered = [str(label) for _key, label in asked.context["form"].fields["target"].choices]
    assert offered[1:] == ["Refuse"]
    response = editor.post(url("merge", old.pk), {"target": new.pk}, follow=True)
    assert "“Waste” was merged into “Refuse”; 1 use moved." in response.content.decode()
    old.refresh_from_db()
    assert old.merged_into == new
    assert "was merged into “Refuse”" in editor.get(url("edit", old.pk)).content.decode()
    assert "Merged into “Refuse”" in editor.get(url("history", old.pk)).content.decode()


def test_a_merge_that_cannot_be_is_explained(editor: Client) -> None:
    top, second = TermFactory.create(), TermFactory.create(parent=TermFactory.create())
    TermFactory.create(parent=top)
    response = editor.post(url("merge", top.pk), {"target": second.pk})
    assert response.status_code == 200
    assert "Themes have two levels." in response.content.decode()


def test_a_merged_term_stays_retired(editor: Client) -> None:
    term = TermFactory.create(retired=True, merged_into=TermFactory.create())
    row = term.labels.get()
    posted = fields(term, [{"id": row.pk, "language": "en", "text": "New text"}])
    assert editor.post(url("edit", term.pk), posted).status_code == 302
    term.refresh_from_db()
    assert term.retired
    assert (
        editor.post(url("merge", term.pk), {"target": TermFactory.create().pk}).status_code == 200
    )
    assert Term.objects.get(pk=term.pk).merged_into == term.merged_into


@pytest.mark.parametrize("name", ["list", "add", "edit", "delete", "merge"])
def test_section_staff_have_no_terms(client: Client, name: str) -> None:
    client.force_login(UserFactory.create(role=SECTION_STAFF))
    args = [] if name in ("list", "add") else [TermFactory.create().pk]
    response = client.get(url(name, *args))
    assert response.status_code == 302
    assert response["Location"] == reverse("wagtailadmin_home")


def test_choices_are_sorted_by_label_and_cost_two_queries(
    django_assert_max_num_queries: Any, settings: Any
) -> None:
    for code, text in (("DZA", "Zoo"), ("EGY", "Égypte"), ("AAA", "Finlande"), ("BBB", "Chypre")):
        TermFactory.create(kind=Kind.COUNTRY, code=code, labels={"en": text})
    gone = TermFactory.create(
        kind=Kind.COUNTRY, retired=True, merged_into=Term.objects.get(code="EGY")
    )
    field = TermChoiceField(queryset=Term.objects.filter(kind=Kind.COUNTRY, retired=False))
    TermChoiceField(queryset=Term.objects.none()).prepare_value(1)
    with django_assert_max_num_queries(2):
        labels = [label for _key, label in TermIterator(field)]
    assert labels[1:] == ["Chypre", "Égypte", "Finlande", "Zoo"]
    assert field.prepare_value(gone.pk) == Term.objects.get(code="EGY").pk


def test_a_page_chooses_its_country_from_the_list(editor: Client) -> None:
    kenya = TermFactory.create(kind=Kind.COUNTRY, code="KEN", labels={"en": "Kenya"})
    TermFactory.create(kind=Kind.SDG, labels={"en": "A goal"})
    page = ResourceFactory.create(country=kenya)
    gone = TermFactory.create(
        kind=Kind.COUNTRY, retired=True, merged_into=kenya, labels={"en": "British East Africa"}
    )
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    country = editor.get(address).context["form"]["country"]
    assert [str(label) for _key, label in country.field.choices][1:] == [
        "British East Africa (retired)",
        "Kenya",
    ]
    assert "British East Africa" not in str(country)
    # A draft from before a merge shows the term that took over.
    page.country = gone
    page.save_revision()
    country = editor.get(address).context["form"]["country"]
    assert f'value="{kenya.pk}" selected' in str(country)
