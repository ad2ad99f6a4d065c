"""The snapshot costs one query while nothing changes, and follows changes and merges."""

from __future__ import annotations

from typing import Any

import pytest

from portal.taxonomy.models import Kind, TaxonomyVersion, TermLabel
from portal.taxonomy.snapshot import snapshot
from search.vocabulary import Vocabulary
from tests.factories import TermFactory

pytestmark = pytest.mark.django_db


def test_one_query_while_nothing_changes(django_assert_num_queries: Any) -> None:
    for number in range(5):
        TermFactory.create(code=f"t{number}", labels={"en": "A", "fr": "B"})
    snapshot()
    with django_assert_num_queries(1):
        assert [entry.label("fr") for entry in snapshot().of_kind(Kind.THEME)] == ["B"] * 5


def test_every_change_gives_a_new_version() -> None:
    country, group = (
        TermFactory.create(kind=Kind.COUNTRY, code="KEN"),
        TermFactory.create(kind=Kind.GROUP),
    )

    def kenya() -> Any:
        return snapshot().resolve(Kind.COUNTRY, "KEN")

    assert (kenya().label("en"), kenya().groups, kenya().current) == ("Ken", (), True)
    seen = {TaxonomyVersion.read()}
    label = country.labels.get()
    label.text = "Kenya"
    label.save()
    seen.add(TaxonomyVersion.read())
    assert kenya().label("en") == "Kenya"
    country.groups.add(group)
    seen.add(TaxonomyVersion.read())
    assert kenya().groups == (group.code,)
    country.retired = True
    country.save()
    seen.add(TaxonomyVersion.read())
    assert not kenya().current
    TermLabel.objects.get(term=country).delete()
    seen.add(TaxonomyVersion.read())
    assert kenya().label("en") == "KEN"
    assert len(seen) == 5


def test_merged_terms_are_followed() -> None:
    last = TermFactory.create(code="last")
    middle = TermFactory.create(code="middle", retired=True, merged_into=last)
    first = TermFactory.create(code="first", retired=True, merged_into=middle)
    found = snapshot().by_pk(first.pk)
    assert found is not None
    assert found.code == "last"
    found = snapshot().resolve(Kind.THEME, "middle")
    assert found is not None
    assert found.code == "last"


def test_a_label_falls_back_to_english_then_to_any_and_then_to_the_code() -> None:
    TermFactory.create(code="a", labels={"en": "Water", "fr": "Eau"})
    TermFactory.create(code="b", labels={"fr": "Terre"})
    TermFactory.create(code="c").labels.all().delete()
    a, b, c = snapshot().of_kind(Kind.THEME)
    assert (a.label("fr"), a.label("ar")) == ("Eau", "Water")
    assert (b.label("ar"), c.label("ar")) == ("Terre", "c")


def test_countries_are_listed_by_label_in_the_readers_language() -> None:
    for code, en, fr in (
        ("DEU", "Germany", "Allemagne"),
        ("EGY", "Egypt", "Égypte"),
        ("FRA", "France", "France"),
    ):
        TermFactory.create(kind=Kind.COUNTRY, code=code, labels={"en": en, "fr": fr})
    TermFactory.create(
        kind=Kind.REGION, code="150", position=150, labels={"en": "Zone", "fr": "Zone"}
    )
    vocabulary = Vocabulary()
    english = [value.code for value in vocabulary.values("region", {}, "en")]
    assert english == ["150", "EGY", "FRA", "DEU"]
    french = [value.code for value in vocabulary.values("region", {}, "fr")]
    assert french == ["150", "DEU", "EGY", "FRA"]
