"""What columns become: guesses in five languages, terms, points, periods, languages."""

from __future__ import annotations

from typing import Any

import pytest

from practices.importing.columns import Choices, ColumnDrafter
from practices.importing.coordinates import read_angle, read_pair, settle
from practices.importing.draft import Draft
from practices.importing.errors import Refused
from practices.importing.labels import Labels
from practices.importing.readers import Row
from practices.importing.targets import guess, target_of


@pytest.mark.parametrize(
    ("header", "target"),
    [
        ("Title", "title"),
        ("TITRE DE LA PRATIQUE", "title"),
        ("Título de la práctica", "title"),
        ("Nome_da_prática", "title"),
        ("العنوان", "title"),
        ("Resumé", "summary"),
        ("الملخص", "summary"),
        ("Leçons apprises", "lessons"),
        ("Lecciones aprendidas", "lessons"),
        ("País", "country"),
        ("Dirección web", "source_url"),
        ("Objectifs de développement durable", "sdg"),
        ("Sumary of", None),
        ("Internal remarks of Ms X", None),
        ("", None),
    ],
)
def test_headers_are_known_in_every_language(header: str, target: str | None) -> None:
    assert target_of(header) == target


def test_a_field_that_takes_one_column_gets_the_first() -> None:
    assert guess(["Title", "Name", "Lessons", "Lessons learned"], "good-practice") == {
        "Title": "title",
        "Lessons": "lessons",
        "Lessons learned": "lessons",
    }


def test_the_address_of_a_resource_is_what_it_is_for() -> None:
    assert guess(["Title", "URL"], "resource")["URL"] == "resource_url"
    assert guess(["Title", "URL"], "good-practice")["URL"] == "source_url"


@pytest.mark.parametrize(
    ("text", "degrees"),
    [
        ("48.8566", 48.8566),
        ("48,8566", 48.8566),
        ("-3.7", -3.7),
        ("−3,7", -3.7),
        ("3.7 W", -3.7),
        ("48.85° N", 48.85),
        ("48° 51′ 24″ N", 48.856667),
        ("2°21'7\" O", -2.351944),
        ("48 51 24 S", -48.856667),
        ("W 3° 42'", -3.7),
        ("48° 61′ N", None),
        ("north", None),
        ("", None),
        ("4,885,66", None),
    ],
)
def test_angles_are_read_as_people_write_them(text: str, degrees: float | None) -> None:
    found = read_angle(text)
    assert found == (pytest.approx(degrees, abs=1e-5) if degrees is not None else None)


@pytest.mark.parametrize(
    ("text", "pair"),
    [
        ("41.38, 2.17", (41.38, 2.17)),
        ("(41,38; 2,17)", (41.38, 2.17)),
        ("41°23′N 2°10′E", (41.38333, 2.16667)),
        ("151.2, -33.8", (151.2, -33.8)),
        ("somewhere", None),
    ],
)
def test_pairs_are_read(text: str, pair: tuple[float, float] | None) -> None:
    assert read_pair(text) == (pytest.approx(pair) if pair else None)


@pytest.mark.parametrize(
    ("latitude", "longitude", "country", "point", "note"),
    [
        (48.85, 2.35, "FRA", (48.85, 2.35), ""),
        (2.35, 48.85, "FRA", (48.85, 2.35), "swapped"),
        (151.2, -33.8, "", (-33.8, 151.2), "swapped"),
        (0.0, 0.0, "", None, "0° N 0° E"),
        (91.0, 200.0, "", None, "nowhere"),
        (-12.0, -77.0, "FRA", None, "far from the country"),
        (2.35, 48.85, "", (2.35, 48.85), ""),
    ],
)
def test_swapped_points_are_turned_where_that_is_certain(
    latitude: float, longitude: float, country: str, point: Any, note: str
) -> None:
    notes: list[str] = []
    assert settle(latitude, longitude, country, notes) == point
    assert bool(notes) == bool(note)
    assert note in " ".join(notes)


@pytest.mark.django_db
@pytest.mark.usefixtures("world")
class TestTerms:
    """Terms, as people write them."""

    @pytest.mark.parametrize(
        ("cell", "codes"),
        [
            ("6", ["sdg-06"]),
            ("SDG 6; SDG 11.5", ["sdg-06", "11.5"]),
            ("ODD 13", ["sdg-13"]),
            ("Goal 6: Clean water and sanitation", ["sdg-06"]),
            ("6, 11, 13", ["sdg-06", "sdg-11", "sdg-13"]),
            ("sdg-06|16.7", ["sdg-06", "16.7"]),
            ("18", []),
            ("Agua limpia y saneamiento", ["sdg-06"]),
        ],
    )
    def test_goals(self, cell: str, codes: list[str]) -> None:
        assert [code for _kind, code in Labels(("sdg", "target"), {}).read(cell, [])] == codes

    @pytest.mark.parametrize("cell", ["France", " france ", "FRA", "fr", "Francia", "فرنسا"])
    def test_countries_in_every_language(self, cell: str) -> None:
        assert Labels(("country",), {}, single=True).read(cell, []) == [("country", "FRA")]

    def test_nearly_right_is_read_and_counted_and_wrong_is_not(self) -> None:
        labels = Labels(("country",), {}, single=True)
        assert labels.read("Portugall", []) == [("country", "PRT")]
        assert labels.read("Atlantis", []) == []
        assert dict(labels.seen.misspelt) == {"Portugall": 1}
        assert dict(labels.seen.unmapped) == {"Atlantis": 1}
        assert labels.read("NULL", []) == []
        assert labels.seen.values == 2

    def test_what_an_editor_chose_goes_before_everything(self) -> None:
        labels = Labels(("country",), {"Atlantis": "country:ISL", "France": ""}, single=True)
        assert labels.read("ATLANTIS ", []) == [("country", "ISL")]
        assert labels.read("France", []) == []


def drafted(row: dict[str, str], **choices: Any) -> Draft:
    """Give the draft of a row whose columns are called as what they become."""
    names = {name: name for name in row}
    drafter = ColumnDrafter(Choices(source_name="Test", section="europe", columns=names, **choices))
    return drafter.draft(Row(2, {"title": "Title", "summary": "Text.", **row}))


@pytest.mark.django_db
@pytest.mark.usefixtures("world")
class TestDrafts:
    """Rows become drafts."""

    @pytest.mark.parametrize(
        ("cell", "start", "note"),
        [
            ("2014", "2014", False),
            ("03/2014", "2014-03", False),
            ("2014-03-02T00:00:00", "2014-03-02", False),
            ("31/12/2014", "2014-12-31", False),
            ("since 2014", "2014", True),
            ("not open yet", None, True),
            ("2014 or 2015", None, True),
            ("0000", None, True),
            ("41640", None, True),
            ("NULL", None, False),
        ],
    )
    def test_dates(self, cell: str, start: str | None, note: bool) -> None:
        draft = drafted({"title": "Title", "start": cell})
        assert draft.fields.get("start") == start
        assert bool(draft.notes) is note

    def test_periods(self) -> None:
        for cell, start, end in (
            ("2014-2018", "2014", "2018"),
            ("2014 – 2018", "2014", "2018"),
            ("2014/2018", "2014", "2018"),
            ("01/2014 - 12/2018", "2014-01", "2018-12"),
            ("2014", "2014", None),
        ):
            fields = drafted({"title": "Title", "period": cell}).fields
            assert (fields.get("start"), fields.get("end")) == (start, end), cell

    def test_languages_by_name_and_texts_without_a_tree(self) -> None:
        for cell, language, own in (
            ("French", "fr", None),
            ("español", "es", None),
            ("AR", "ar", None),
            ("中文", "en", "zh"),
            ("Klingonese", "en", None),
        ):
            draft = drafted({"title": "Title", "language": cell})
            assert (draft.language, draft.fields.get("text_language")) == (language, own), cell

    def test_points_follow_the_country(self) -> None:
        fields = drafted(
            {"title": "T", "country": "France", "latitude": "2,35", "longitude": "48,85"}
        ).fields
        assert (fields["latitude"], fields["longitude"]) == (48.85, 2.35)
        assert "latitude" not in drafted({"title": "T", "point": "0° 0' 0\" N, 0° 0' 0\" E"}).fields

    @pytest.mark.parametrize(
        ("column", "cell", "note"),
        [
            ("country", "Atlantis", "Country: “Atlantis” is no term of the portal, left out"),
            ("theme", "Climate; Zzzz", "Themes: “Zzzz” is no term of the portal, left out"),
            ("section", "Nowhere at all", "Section: “Nowhere at all” is no term"),
        ],
    )
    def test_what_is_no_term_is_noted_on_its_row(self, column: str, cell: str, note: str) -> None:
        (said,) = drafted({"title": "T", column: cell}).notes
        assert said.startswith(note)

    def test_what_an_editor_leaves_out_is_noted_too(self) -> None:
        values = {"country": {"Atlantis": ""}}
        (said,) = drafted({"title": "T", "country": "Atlantis"}, values=values).notes
        assert "Atlantis" in said

    def test_a_section_of_its_own_and_an_unknown_one(self) -> None:
        assert drafted({"title": "T", "section": "africa"}).place == "section:africa"
        assert drafted({"title": "T", "section": "Nowhere at all"}).place == ""

    def test_html_and_plain_text_become_blocks(self) -> None:
        html = drafted({"title": "T", "lessons": "<p>One</p><script>alert(1)</script><p>Two</p>"})
        assert [block["value"] for block in html.fields["lessons"]] == ["<p>One</p>", "<p>Two</p>"]
        text = drafted({"title": "T", "lessons": "One < two\n\nThree"})
        blocks = [block["value"] for block in text.fields["lessons"]]
        assert blocks == ["<p>One &lt; two</p>", "<p>Three</p>"]

    def test_a_row_without_an_identifier_is_known_by_what_it_says(self) -> None:
        first, same = (
            drafted({"title": "T", "place": "Rome"}),
            drafted({"place": "Rome", "title": "T"}),
        )
        other = drafted({"title": "T", "place": "Oslo"})
        assert first.source_id == same.source_id != other.source_id

    @pytest.mark.parametrize(
        ("row", "reason"),
        [
            ({"title": ""}, "no title"),
            ({"title": "NULL"}, "no title"),
            ({"title": "x" * 500}, "500 signs"),
            ({"title": "=HYPERLINK(1)"}, "formula"),
            ({"title": "T", "source_id": ""}, "no identifier"),
            ({"title": "T", "source_id": "x" * 300}, "too long"),
        ],
    )
    def test_what_cannot_be_a_work_is_refused(self, row: dict[str, str], reason: str) -> None:
        with pytest.raises(Refused, match=reason):
            drafted(row)
