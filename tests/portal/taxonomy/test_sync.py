"""`sync_taxonomy` follows the data files, keeps what editors changed and is cheap."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from portal.taxonomy import sync as module
from portal.taxonomy.files import TermData
from portal.taxonomy.models import Kind, Term, TermLabel
from portal.taxonomy.snapshot import snapshot
from portal.taxonomy.sync import sync
from search.models import OutboxRow
from tests.factories import ResourceFactory, TermFactory

pytestmark = pytest.mark.django_db


def label(text: str, synonyms: str = "", confirmed: bool = True) -> dict[str, Any]:
    """Give a label as the files hold it."""
    return {"text": text, "description": "", "synonyms": synonyms, "confirmed": confirmed}


def housing() -> TermData:
    """Give one theme as the files hold it."""
    return TermData(
        kind=Kind.THEME,
        code="housing",
        labels={"en": label("Housing", "homes\nshelter"), "fr": label("Logement")},
        values={"position": 1},
    )


@pytest.fixture
def files(monkeypatch: pytest.MonkeyPatch) -> list[TermData]:
    """Give the list that stands for the data files; tests change it."""
    data = [housing()]
    monkeypatch.setattr(module, "read_data", lambda languages: data)
    return data


def test_all_files_load_and_a_second_run_changes_nothing() -> None:
    first = sync()
    assert first.made > 3000
    assert TermLabel.objects.filter(language="ar").count() == Term.objects.count()
    again = sync()
    assert (again.made, again.changed, again.kept) == (0, 0, [])
    assert again.same == first.made


def test_a_first_run_writes_in_bulk(django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(200):
        sync()
    assert not OutboxRow.objects.exists()


def test_countries_have_their_place_and_codes() -> None:
    sync()
    kenya = Term.objects.get(kind=Kind.COUNTRY, code="KEN")
    assert (kenya.iso2, kenya.m49) == ("KE", "404")
    taxonomy = snapshot()
    entry = taxonomy.resolve(Kind.COUNTRY, "KEN")
    assert entry is not None
    assert [above.code for above in taxonomy.ancestors(entry)] == ["014", "202", "002"]
    assert not Term.objects.filter(kind__in=(Kind.COUNTRY, Kind.REGION), m49="").exists()


def test_new_values_of_the_files_arrive(files: list[TermData]) -> None:
    sync()
    files[0].labels["fr"] = label("Habitat", "toit")
    files[0].labels["es"] = label("Vivienda")
    files[0].values["position"] = 7
    report = sync()
    term = Term.objects.get()
    assert term.position == 7
    assert {row.language: row.text for row in term.labels.all()} == {
        "en": "Housing",
        "fr": "Habitat",
        "es": "Vivienda",
    }
    assert report.kept == []


def test_what_editors_changed_stays(files: list[TermData]) -> None:
    sync()
    other = TermFactory.create(code="other")
    term = Term.objects.get(code="housing")
    term.parent, term.retired = other, True
    term.save()
    TermLabel.objects.filter(term=term, language="en").update(text="Homes for all")
    files[0] = replace(
        files[0], values={"position": 2}, labels={"en": label("Dwelling", "homes\nshelter\nflats")}
    )
    files.append(TermData(kind=Kind.THEME, code="top", labels={"en": label("Top")}))
    files.reverse()
    files[1].parent = (Kind.THEME, "top")
    report = sync()
    term.refresh_from_db()
    assert (term.parent, term.retired, term.position) == (other, True, 2)
    row = TermLabel.objects.get(term=term, language="en")
    assert (row.text, row.synonyms) == ("Homes for all", "homes\nshelter\nflats")
    assert report.kept == ["theme housing: parent", "theme housing [en]: text"]
    assert sync().changed == 0


def test_an_editors_synonyms_stay_when_the_files_add_some(files: list[TermData]) -> None:
    sync()
    TermLabel.objects.filter(language="en").update(synonyms="homes\nshelter\nroofs")
    files[0].labels["en"] = label("Housing", "homes\nshelter\nflats")
    for _run in range(2):
        sync()
        assert TermLabel.objects.get(language="en").synonyms == "homes\nshelter\nroofs"


def test_a_browsers_line_ends_are_no_change(files: list[TermData]) -> None:
    sync()
    TermLabel.objects.filter(language="en").update(synonyms="homes\r\nshelter")
    files[0].labels["en"] = label("Housing", "homes\nshelter\nflats")
    sync()
    assert TermLabel.objects.get(language="en").synonyms == "homes\nshelter\nflats"


def test_an_editors_label_has_its_own_confirmation(files: list[TermData]) -> None:
    files[0].labels["fr"] = label("Logement", confirmed=False)
    sync()
    TermLabel.objects.filter(language="fr").update(text="Habitat")
    files[0].labels["fr"] = label("Logements", confirmed=True)
    sync()
    row = TermLabel.objects.get(language="fr")
    assert (row.text, row.confirmed) == ("Habitat", False)


def test_labels_and_terms_that_editors_made_first_stay(files: list[TermData]) -> None:
    term = TermFactory.create(code="housing", position=9, labels={"en": "Our housing"})
    sync()
    term.refresh_from_db()
    assert term.position == 9
    assert {row.language: row.text for row in term.labels.all()} == {
        "en": "Our housing",
        "fr": "Logement",
    }


def test_a_label_that_an_editor_removed_stays_away(files: list[TermData]) -> None:
    sync()
    TermLabel.objects.filter(language="fr").delete()
    sync()
    assert not TermLabel.objects.filter(language="fr").exists()


def test_a_value_that_the_files_drop_goes(files: list[TermData]) -> None:
    files[0].values["valid_to"] = 2024
    sync()
    del files[0].values["valid_to"]
    sync()
    assert Term.objects.get().valid_to is None


def test_a_merged_term_is_not_resurrected(files: list[TermData]) -> None:
    sync()
    target = TermFactory.create(code="homes")
    Term.objects.filter(code="housing").update(retired=True, merged_into=target)
    files[0].labels["en"] = label("Dwelling")
    files.append(
        TermData(
            kind=Kind.THEME,
            code="social-housing",
            labels={"en": label("Social housing")},
            parent=(Kind.THEME, "housing"),
        )
    )
    sync()
    term = Term.objects.get(code="housing")
    assert (term.retired, term.merged_into, term.label("en")) == (True, target, "Housing")
    assert Term.objects.get(code="social-housing").parent == target


def test_works_of_changed_terms_are_noted_once(files: list[TermData]) -> None:
    sync()
    page = ResourceFactory.create(terms=[Term.objects.get()])
    OutboxRow.objects.all().delete()
    files[0].labels["en"] = label("Dwelling")
    files[0].labels["fr"] = label("Habitat")
    files[0].values["position"] = 3
    sync()
    assert [row.translation_key for row in OutboxRow.objects.all()] == [page.translation_key]
