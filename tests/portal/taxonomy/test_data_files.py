"""The taxonomy's data files keep the promises that `sync_taxonomy` and the search rely on."""

from __future__ import annotations

import csv
import re
from collections import Counter
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from babel import Locale

DATA = Path(__file__).parents[3] / "portal" / "taxonomy" / "data"
TERM_FILES = ("terms.yaml", "sdgs.yaml", "sdg_targets.yaml")
LANGUAGES = ("en", "fr", "es", "pt", "ar")
UN_LANGUAGES = (*LANGUAGES, "ru", "zh")
KINDS = {
    *("axis", "theme", "pathway", "agenda", "section", "body", "note_type", "component", "award"),
    *("territory", "population", "verification", "group", "sdg", "target"),
}
TERM_KEYS = {
    *("code", "parent", "axis", "name", "number", "colour", "lower", "upper"),
    *("valid_from", "valid_to", "labels", "descriptions", "synonyms", "unconfirmed"),
}
# https://www.un.org/sustainabledevelopment/news/communications-material/
OFFICIAL_COLOURS = (
    *("#E5243B", "#DDA63A", "#4C9F38", "#C5192D", "#FF3A21", "#26BDE2", "#FCC30B", "#A21942"),
    *("#FD6925", "#DD1367", "#FD9D24", "#BF8B2E", "#3F7E44", "#0A97D9", "#56C02B", "#00689D"),
    "#19486A",
)
TARGETS_PER_GOAL = (7, 8, 13, 10, 9, 8, 5, 12, 8, 10, 10, 11, 5, 10, 12, 12, 19)
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9.\-]*")
ARABIC = re.compile(r"[\u0600-\u06ff]")

Term = dict[str, Any]


@cache
def vocabularies() -> dict[str, list[Term]]:
    """Give all terms of the files by kind; a kind stands in one file only."""
    found: dict[str, list[Term]] = {}
    for name in TERM_FILES:
        for kind, terms in yaml.safe_load((DATA / name).read_text("utf-8")).items():
            assert kind not in found, f"{kind} stands in two files"
            found[kind] = terms
    return found


@cache
def countries() -> list[dict[str, str]]:
    """Give the rows of the country file."""
    with (DATA / "countries.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def every_term() -> list[tuple[str, Term]]:
    """Give (kind, term) for all terms."""
    return [(kind, term) for kind, terms in vocabularies().items() for term in terms]


def where(kind: str, term: Term) -> str:
    """Name a term in a failure's message."""
    return f"{kind} {term['code']}"


def test_the_kinds_are_the_known_ones() -> None:
    assert set(vocabularies()) == KINDS


def test_terms_use_known_keys_only() -> None:
    for kind, term in every_term():
        assert set(term) <= TERM_KEYS, where(kind, term)


def test_codes_are_valid_and_unique_in_their_kind() -> None:
    for kind, terms in vocabularies().items():
        codes = [term["code"] for term in terms]
        assert all(isinstance(code, str) and CODE.fullmatch(code) for code in codes), kind
        assert [code for code, times in Counter(codes).items() if times > 1] == [], kind


def test_every_term_has_a_label_in_all_five_languages() -> None:
    for kind, term in every_term():
        for language in LANGUAGES:
            label = term["labels"].get(language)
            assert isinstance(label, str), (where(kind, term), language)
            assert label, (where(kind, term), language)
            assert label == label.strip(), (where(kind, term), language)


def test_arabic_is_written_in_arabic() -> None:
    for kind, term in every_term():
        assert ARABIC.search(term["labels"]["ar"]), where(kind, term)
        if "descriptions" in term:
            assert ARABIC.search(term["descriptions"]["ar"]), where(kind, term)


def test_labels_differ_within_a_kind() -> None:
    """Two choices that read alike in a list cannot be told apart."""
    for kind, terms in vocabularies().items():
        for language in LANGUAGES:
            times = Counter(term["labels"][language].casefold() for term in terms)
            assert [text for text, n in times.items() if n > 1] == [], (kind, language)


@pytest.mark.parametrize("kind", ["verification", "sdg"])
def test_kinds_with_descriptions_have_them_in_all_languages(kind: str) -> None:
    for term in vocabularies()[kind]:
        assert set(LANGUAGES) <= set(term["descriptions"]), where(kind, term)


def test_descriptions_are_whole_texts_in_all_five_languages() -> None:
    for kind, term in every_term():
        for text in (described := term.get("descriptions", {})).values():
            assert isinstance(text, str), where(kind, term)
            assert text == " ".join(text.split(" ")).strip(), where(kind, term)
        assert not described or set(LANGUAGES) <= set(described), where(kind, term)


def test_synonyms_are_texts_that_add_to_the_label() -> None:
    for kind, term in every_term():
        for language, synonyms in term.get("synonyms", {}).items():
            assert language in UN_LANGUAGES, where(kind, term)
            assert synonyms, where(kind, term)
            assert all(isinstance(text, str) for text in synonyms), where(kind, term)
            assert all(text == text.strip() and "\n" not in text for text in synonyms)
            folded = [text.casefold() for text in synonyms]
            assert len(folded) == len(set(folded)), (where(kind, term), language)
            assert term["labels"].get(language, "").casefold() not in folded, where(kind, term)


@pytest.mark.parametrize("kind", ["theme", "sdg"])
def test_themes_and_goals_have_synonyms_in_all_five_languages(kind: str) -> None:
    for term in vocabularies()[kind]:
        for language in LANGUAGES:
            assert len(term["synonyms"][language]) >= 4, (where(kind, term), language)


def test_unconfirmed_names_languages_of_the_term() -> None:
    for kind, term in every_term():
        unconfirmed = term.get("unconfirmed", [])
        assert set(unconfirmed) <= set(term["labels"]), where(kind, term)
        assert len(unconfirmed) == len(set(unconfirmed)), where(kind, term)


def test_parents_exist_and_themes_have_two_levels() -> None:
    goals = {term["code"] for term in vocabularies()["sdg"]}
    first_level = {term["code"] for term in vocabularies()["theme"] if "parent" not in term}
    for kind, term in every_term():
        if kind == "theme" and "parent" in term:
            assert term["parent"] in first_level, where(kind, term)
        elif kind == "target":
            assert term["parent"] in goals, where(kind, term)
        else:
            assert "parent" not in term, where(kind, term)


def test_first_level_themes_have_an_axis_and_a_description() -> None:
    axes = {term["code"] for term in vocabularies()["axis"]}
    for term in vocabularies()["theme"]:
        if "parent" in term:
            assert "axis" not in term, term["code"]
        else:
            assert term["axis"] in axes, term["code"]
            assert set(term["descriptions"]) == set(LANGUAGES), term["code"]


def test_years_of_validity_are_in_order() -> None:
    for kind, term in every_term():
        first, last = term.get("valid_from", 0), term.get("valid_to", 9999)
        assert isinstance(first, int), where(kind, term)
        assert isinstance(last, int), where(kind, term)
        assert first <= last, where(kind, term)


def test_seventeen_goals_with_official_numbers_colours_and_un_languages() -> None:
    goals = vocabularies()["sdg"]
    assert [term["code"] for term in goals] == [f"sdg-{n:02}" for n in range(1, 18)]
    assert [term["number"] for term in goals] == list(range(1, 18))
    assert tuple(term["colour"] for term in goals) == OFFICIAL_COLOURS
    for term in goals:
        assert set(term["labels"]) == set(UN_LANGUAGES), term["code"]
        assert set(term["descriptions"]) == set(UN_LANGUAGES), term["code"]


def test_169_targets_below_their_goals() -> None:
    targets = vocabularies()["target"]
    assert len(targets) == 169
    assert all(term["parent"] == f"sdg-{int(term['code'].split('.')[0]):02}" for term in targets)
    per_goal = Counter(term["parent"] for term in targets)
    assert tuple(per_goal[f"sdg-{n:02}"] for n in range(1, 18)) == TARGETS_PER_GOAL


def test_ten_sections_each_with_its_own_name() -> None:
    sections = vocabularies()["section"]
    assert len(sections) == 10
    assert all(term["name"] for term in sections)
    assert "world-secretariat" in {term["code"] for term in sections}


def test_population_bands_cover_every_number_once() -> None:
    bands = vocabularies()["population"]
    assert bands[0]["lower"] == 0
    assert "upper" not in bands[-1]
    for band, following in pairwise(bands):
        assert band["upper"] == following["lower"], band["code"]


def test_countries_have_unique_well_formed_codes() -> None:
    rows = countries()
    assert len(rows) == 249
    for column, form in (("iso3", r"[A-Z]{3}"), ("iso2", r"[A-Z]{2}"), ("m49", r"\d{3}")):
        values = [row[column] for row in rows]
        assert all(re.fullmatch(form, value) for value in values), column
        assert len(set(values)) == len(values), column


def test_namibia_keeps_its_code() -> None:
    """`NA` is a country here, not a missing value."""
    namibia = next(row for row in countries() if row["iso3"] == "NAM")
    assert (namibia["iso2"], namibia["continent"]) == ("NA", "002")


def test_every_country_but_antarctica_has_a_path_of_regions() -> None:
    parents: dict[str, str] = {}
    for row in countries():
        if row["iso3"] == "ATA":
            assert not any(row[name] for name in ("continent", "subregion", "intermediate"))
            continue
        assert all(row[name] for name in ("continent", "subregion")), row["iso3"]
        path = [row[name] for name in ("continent", "subregion", "intermediate") if row[name]]
        for code, parent in zip(path, ["", *path], strict=False):
            assert parents.setdefault(code, parent) == parent, (row["iso3"], code)


@pytest.mark.parametrize(
    ("group", "some", "number"),
    [
        ("ldc", {"AFG", "BFA", "MOZ", "NPL"}, 45),
        ("lldc", {"AFG", "BOL", "MNG", "NPL"}, 32),
        ("sids", {"CPV", "FJI", "JAM", "MDV"}, 53),
    ],
)
def test_country_groups_are_those_of_the_source(group: str, some: set[str], number: int) -> None:
    assert {row[group] for row in countries()} == {"0", "1"}
    members = {row["iso3"] for row in countries() if row[group] == "1"}
    assert some <= members
    assert len(members) == number
    assert group in {term["code"] for term in vocabularies()["group"]}


@pytest.mark.parametrize("language", LANGUAGES)
def test_cldr_names_every_country_and_region(language: str) -> None:
    territories = Locale.parse(language).territories
    for row in countries():
        for column in ("iso2", "continent", "subregion", "intermediate"):
            assert not row[column] or territories.get(row[column]), (row["iso3"], column)


def test_country_synonyms_add_to_cldr_names() -> None:
    iso2 = {row["iso3"]: row["iso2"] for row in countries()}
    synonyms = yaml.safe_load((DATA / "countries_synonyms.yaml").read_text("utf-8"))
    assert len(synonyms) >= 55
    assert set(synonyms) <= set(iso2)
    for code, names in synonyms.items():
        assert set(names) <= set(LANGUAGES), code
        for language, others in names.items():
            name = Locale.parse(language).territories[iso2[code]].casefold()
            folded = [other.casefold() for other in others]
            assert name not in folded, (code, language)
            assert len(folded) == len(set(folded)), (code, language)
