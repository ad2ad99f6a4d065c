"""Merging moves every use, keeps the old row, and never makes chains or circles."""

from __future__ import annotations

from typing import Any

import pytest
from wagtail.models import ModelLogEntry, ReferenceIndex

from hubs.models import HubPage, Participant
from portal.cms import usage
from portal.cms.merging import MergeRefused, merge
from portal.cms.models import Work, WorkTerm
from portal.taxonomy.models import Kind, Term, TermLabel
from portal.taxonomy.snapshot import snapshot
from search.models import OutboxRow
from tests.factories import ResourceFactory, TermFactory, UserFactory, home

pytestmark = pytest.mark.django_db


def noted() -> set[Any]:
    """Give the works in the outbox."""
    return set(OutboxRow.objects.values_list("translation_key", flat=True))


def test_terms_of_works_move_without_doubles() -> None:
    old, new = TermFactory.create(code="old"), TermFactory.create(code="new")
    one, both = ResourceFactory.create(terms=[old]), ResourceFactory.create(terms=[old, new])
    untouched = ResourceFactory.create(terms=[new])
    OutboxRow.objects.all().delete()
    assert merge(old, new) == 2
    for page in (one, both, untouched):
        assert list(WorkTerm.objects.filter(page=page).values_list("term", flat=True)) == [new.pk]
    old.refresh_from_db()
    assert (old.retired, old.merged_into) == (True, new)
    # The last one, too: it is found by the old term's name from now on.
    assert noted() == {page.translation_key for page in (one, both, untouched)}
    assert not list(usage.uses(old))


def test_every_foreign_key_moves() -> None:
    old, new = TermFactory.create(kind=Kind.COUNTRY), TermFactory.create(kind=Kind.COUNTRY)
    page = ResourceFactory.create(country=old)
    hub = HubPage(title="Hub", summary="A hub.", host="City", locale=home().locale)
    hub.participants = [Participant(name="City", country=old)]
    home().add_child(instance=hub)
    merge(old, new)
    page.refresh_from_db()
    assert page.country == new
    assert Participant.objects.get().country == new


def test_verification_levels_move() -> None:
    old, new = (
        TermFactory.create(kind=Kind.VERIFICATION),
        TermFactory.create(kind=Kind.VERIFICATION),
    )
    work = Work.objects.get(translation_key=ResourceFactory.create().translation_key)
    Work.objects.filter(pk=work.pk).update(verification=old)
    OutboxRow.objects.all().delete()
    merge(old, new)
    work.refresh_from_db()
    assert work.verification == new
    assert noted() == {work.translation_key}


def test_narrower_terms_axes_and_groups_move() -> None:
    old_region, new_region = (
        TermFactory.create(kind=Kind.REGION),
        TermFactory.create(kind=Kind.REGION),
    )
    old_axis, new_axis = TermFactory.create(kind=Kind.AXIS), TermFactory.create(kind=Kind.AXIS)
    old_group, new_group = TermFactory.create(kind=Kind.GROUP), TermFactory.create(kind=Kind.GROUP)
    country = TermFactory.create(kind=Kind.COUNTRY, parent=old_region)
    other = TermFactory.create(kind=Kind.COUNTRY)
    theme = TermFactory.create(axis=old_axis)
    country.groups.set([old_group, new_group])
    other.groups.set([old_group])
    page = ResourceFactory.create(country=other)
    OutboxRow.objects.all().delete()
    merge(old_region, new_region)
    merge(old_axis, new_axis)
    merge(old_group, new_group)
    country.refresh_from_db()
    theme.refresh_from_db()
    assert (country.parent, theme.axis) == (new_region, new_axis)
    assert list(country.groups.all()) == list(other.groups.all()) == [new_group]
    assert noted() == {page.translation_key}
    entry = snapshot().by_pk(country.pk)
    assert entry is not None
    assert entry.groups == (new_group.code,)


def test_there_are_no_chains_and_no_circles() -> None:
    a, b, c = TermFactory.create(), TermFactory.create(), TermFactory.create()
    merge(a, b)
    with pytest.raises(MergeRefused):
        merge(b, a)
    with pytest.raises(MergeRefused):
        merge(c, a)
    with pytest.raises(MergeRefused):
        merge(a, c)
    merge(b, c)
    a.refresh_from_db()
    assert a.merged_into == c
    b.refresh_from_db()
    assert b.merged_into == c


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ({"kind": Kind.THEME}, {"kind": Kind.SDG}),
        ({"kind": Kind.THEME}, {"kind": Kind.THEME, "retired": True}),
        ({"kind": Kind.POPULATION}, {"kind": Kind.POPULATION}),
    ],
)
def test_unfitting_terms_are_refused(source: dict[str, Any], target: dict[str, Any]) -> None:
    with pytest.raises(MergeRefused):
        merge(TermFactory.create(**source), TermFactory.create(**target))


def test_a_term_merges_neither_into_itself_nor_into_what_stands_below() -> None:
    top = TermFactory.create(kind=Kind.REGION)
    middle = TermFactory.create(kind=Kind.REGION, parent=top)
    bottom = TermFactory.create(kind=Kind.REGION, parent=middle)
    for target in (top, bottom):
        with pytest.raises(MergeRefused):
            merge(top, target)
    merge(bottom, top)


def test_a_refused_merge_changes_nothing() -> None:
    """A theme with narrower ones cannot become one of the second level's: themes have two."""
    top = TermFactory.create(code="top")
    TermFactory.create(code="narrow", parent=top)
    second = TermFactory.create(code="second", parent=TermFactory.create(code="other"))
    page = ResourceFactory.create(terms=[top])
    with pytest.raises(MergeRefused):
        merge(top, second)
    assert WorkTerm.objects.get(page=page).term == top
    assert not Term.objects.get(code="top").retired


def test_drafts_that_name_the_old_term_find_the_new_one() -> None:
    old, new = TermFactory.create(code="old"), TermFactory.create(code="new")
    page = ResourceFactory.create(terms=[old])
    page.save_revision()
    merge(old, new)
    draft = page.get_latest_revision_as_object()
    assert [row.term_id for row in draft.work_terms.all()] == [old.pk]
    assert [entry.code for entry in draft.terms] == ["new"]
    draft.save_revision().publish()
    assert [entry.code for entry in type(page).objects.get(pk=page.pk).terms] == ["new"]
    # Published like this, the work names the old row again: it is still a work of the new term.
    assert page.translation_key in usage.work_keys(new)


def test_labels_and_synonyms_become_the_other_terms_synonyms() -> None:
    old, new = TermFactory.create(code="old"), TermFactory.create(code="new")
    for term in (old, new):
        term.labels.all().delete()
    TermLabel.objects.create(term=old, language="en", text="Floods", synonyms="Rain\nhigh water")
    TermLabel.objects.create(term=old, language="fr", text="Inondations", synonyms="Crues")
    TermLabel.objects.create(term=new, language="en", text="Water", synonyms="rain\nRivers")
    works = ResourceFactory.create(terms=[new])
    OutboxRow.objects.all().delete()
    merge(old, new)
    english, french = new.labels.order_by("language")
    assert (english.text, english.synonym_list) == (
        "Water",
        ["rain", "Rivers", "Floods", "high water"],
    )
    assert (french.text, french.synonym_list) == ("Inondations", ["Crues"])
    assert not french.confirmed
    assert noted() == {works.translation_key}  # the new term's works are found by more words
    assert old.labels.count() == 2


def test_the_merge_is_in_the_history() -> None:
    user = UserFactory.create()
    old, new = TermFactory.create(), TermFactory.create(code="new")
    ResourceFactory.create(terms=[old])
    merge(old, new, user)
    entry = ModelLogEntry.objects.get(action="taxonomy.merge")
    assert (entry.object_id, entry.user) == (str(old.pk), user)
    assert (entry.data["into"]["code"], entry.data["moved"]) == ("new", 1)


def test_wagtails_references_move() -> None:
    old, new = TermFactory.create(), TermFactory.create()
    both = ResourceFactory.create(terms=[old, new])
    one = ResourceFactory.create(terms=[old])
    merge(old, new)
    assert not ReferenceIndex.get_references_to(old).exists()
    objects = sorted(int(row.object_id) for row in ReferenceIndex.get_references_to(new))
    assert [key for key in objects if key in (both.pk, one.pk)] == sorted((both.pk, one.pk))


def test_uses_are_counted_together(django_assert_max_num_queries: Any) -> None:
    parent = TermFactory.create()
    terms = [TermFactory.create(parent=parent) for _number in range(3)]
    ResourceFactory.create(terms=terms[:2])
    ResourceFactory.create(terms=terms[:1])
    with django_assert_max_num_queries(15):
        counts = usage.count_uses([parent.pk, *(term.pk for term in terms)])
    assert [counts[t.pk] for t in (parent, *terms)] == [3, 2, 1, 0]
    assert all(counts[t.pk] == len(list(usage.uses(t))) for t in (parent, *terms))
