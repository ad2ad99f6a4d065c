"""The gazetteer finds a city by what people write."""

from __future__ import annotations

import pytest

from practices.submissions.gazetteer import city, find_cities


@pytest.mark.parametrize(
    ("place", "country", "name"),
    [
        ("Tunis", "TN", "Tunis"),
        ("tunis", "tn", "Tunis"),
        ("Túnez", "TN", "Tunis"),
        ("تونس", "TN", "Tunis"),
        ("Ville de Tunis", "TN", "Tunis"),
        ("Médina, Tunis", "TN", "Tunis"),
        ("Medina (Tunis)", "TN", "Tunis"),
        ("Commune de Saint Denis", "FR", "Saint-Denis"),
        ("Nairobi County", "KE", "Nairobi"),
        ("São Paulo", "BR", "São Paulo"),
        ("sao paulo", "BR", "São Paulo"),
        ("Œuvre de Łódź", "PL", "Łódź"),
    ],
)
def test_a_city_is_found_however_it_is_written(place: str, country: str, name: str) -> None:
    assert find_cities(place, country)[0].name == name


def test_more_inhabitants_come_first() -> None:
    found = find_cities("San José")
    assert len(found) > 1
    assert [one.population for one in found] == sorted((c.population for c in found), reverse=True)


def test_the_country_decides() -> None:
    assert {one.country for one in find_cities("San José", "CR")} == {"CR"}


@pytest.mark.parametrize("place", ["", "   ", "—", "xyzzy", "x" * 10_000, "(((", "a b c d " * 50])
def test_what_is_no_city_finds_nothing(place: str) -> None:
    assert find_cities(place, "TN") == []


def test_an_unknown_country_has_no_cities() -> None:
    assert find_cities("Tunis", "ZZ") == []


def test_a_city_has_its_point_and_inhabitants() -> None:
    (found,) = find_cities("Tunis", "TN", limit=1)
    assert (found.latitude, found.longitude) == (36.819, 10.1658)
    assert found.population > 600_000
    assert city(found.key) == found
    assert city(-1) is None
