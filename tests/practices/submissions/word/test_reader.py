"""What people do to a Word file, and what is understood of it."""

from __future__ import annotations

import pytest
from docx import Document

from practices.submissions.word.report import Report
from practices.submissions.word.writer import write

from . import files
from .files import answers, reading, typed, with_body

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]


def notes(data: bytes, name: str, kind: str = "good-practice") -> list[str]:
    return [note.code for note in reading(data, kind).report.notes.get(name, [])]


@pytest.mark.parametrize(
    ("label", "text"),
    [
        ("Context and challenge", "Noise."),
        ("CONTEXT AND CHALLENGE:", "Noise."),
        ("3.1 Context and challenge", "Noise."),
        ("Contexte et défi", "Bruit."),
        ("contexte et defi :", "Bruit."),
        ("1) Contexto y desafío", "Ruido."),
        ("السياق والتحدي", "ضجيج."),
    ],
)
def test_labels_are_known_in_every_language(label: str, text: str) -> None:
    assert answers(typed(label, text)) == {"context": text}
    assert answers(typed(("Heading 2", label), text)) == {"context": text}


def test_label_and_answer_on_one_line() -> None:
    assert answers(typed("Titre : La médina à pied")) == {"title": "La médina à pied"}
    assert answers(typed("Title: a: b")) == {"title": "a: b"}


def test_labels_beside_answers_in_a_table() -> None:
    data = typed("x y", tables={"x y": [["Title", "Streets"], ["Inhabitants", "8 000"]]})
    assert answers(data) == {"title": "Streets", "population": "8 000"}


def test_lists_bold_words_and_links_become_light_markup() -> None:
    document = Document()
    document.add_heading("Context and challenge", 2)
    paragraph = document.add_paragraph("The ")
    paragraph.add_run("old ").bold = True
    paragraph.add_run("town").bold = True
    paragraph.add_run(" was loud.")
    document.add_paragraph("fewer cars", style="List Bullet")
    document.add_paragraph("more benches", style="List Number")
    document.add_paragraph("• typed by hand")
    document.add_paragraph("The end.")
    document.add_heading("A part of it", 3)
    assert answers(files.saved(document))["context"] == (
        "The **old town** was loud.\n\n- fewer cars\n- more benches\n- typed by hand\n\nThe end."
        "\n\n**A part of it**"
    )


SIMPLE_LINK = (
    '<w:fldSimple w:instr=" HYPERLINK &quot;https://example.org/x&quot; "><w:r><w:t>there</w:t>'
    "</w:r></w:fldSimple>"
)
LONG_LINK = (
    '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
    '<w:r><w:instrText> HYPERLINK "https://example.org/x" </w:instrText></w:r>'
    '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>there</w:t></w:r>'
    '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
)


@pytest.mark.parametrize("link", [SIMPLE_LINK, LONG_LINK])
def test_links_of_every_make(link: str) -> None:
    data = with_body(
        "<w:p><w:r><w:t>Actions</w:t></w:r></w:p>"
        f"<w:p><w:r><w:t xml:space='preserve'>See </w:t></w:r>{link}</w:p>"
    )
    assert answers(data) == {"actions": "See [there](https://example.org/x)"}


def test_links_that_lead_nowhere_public_are_words() -> None:
    link = SIMPLE_LINK.replace("https://example.org/x", "javascript:x")
    data = with_body(f"<w:p><w:r><w:t>Actions</w:t></w:r></w:p><w:p>{link}</w:p>")
    assert answers(data) == {"actions": "there"}


def test_tracked_changes_are_taken_as_accepted() -> None:
    data = with_body(
        "<w:p><w:r><w:t>Actions</w:t></w:r></w:p>"
        '<w:p><w:pPr><w:rPr><w:del w:id="9" w:author="a"/></w:rPr></w:pPr>'
        '<w:r><w:t xml:space="preserve">We built </w:t></w:r>'
        '<w:ins w:id="1" w:author="a"><w:r><w:t>lanes</w:t></w:r></w:ins>'
        '<w:del w:id="2" w:author="a"><w:r><w:delText>roads</w:delText></w:r></w:del></w:p>'
        "<w:p><w:r><w:t>for buses.</w:t></w:r></w:p>"
        '<w:moveFrom w:id="3" w:author="a"><w:r><w:t>gone</w:t></w:r></w:moveFrom>'
    )
    assert answers(data) == {"actions": "We built lanes for buses."}


def test_a_table_within_a_text_becomes_a_list() -> None:
    data = typed(
        "Actions", "Before.", "After.", tables={"Before.": [["2019", "Plan"], ["2020", "Work"]]}
    )
    assert answers(data)["actions"] == "Before.\n\n- 2019 | Plan\n- 2020 | Work\n\nAfter."


@pytest.mark.parametrize(
    "line",
    [
        "☒ Gender equality", "☑ Gender equality", "✓ Gender equality", "✔ Gender equality",
        "x Gender equality", "X Gender equality", "[x] Gender equality", "(x) Gender equality",
        "Gender equality ☒", "Gender equality: x", "Gender equality – oui", "Gender equality: yes",
        "Égalité des genres : oui", "Igualdad de género: sí", "gender-equality", "GENDER EQUALITY",
        "☒ gender equality", "المساواة بين الجنسين: نعم",
    ],
)  # fmt: skip
def test_ticks_of_every_kind(line: str) -> None:
    data = typed("Themes", "☐ Housing" if "☒" in line else "", line)
    assert answers(data) == {"themes": ["gender-equality"]}, reading(data).report


@pytest.mark.parametrize("line", ["☐ Housing", "[ ] Housing", "□ Housing", "Housing ☐"])
def test_what_is_not_ticked_is_not_chosen(line: str) -> None:
    assert answers(typed("Themes", line)) == {}


@pytest.mark.parametrize(
    "text",
    ["SDG 11, SDG 13", "ODD 11 ; ODD 13", "11; 13", "sdg-11\nsdg-13", "11. Sustainable Cities; 13"],
)
def test_goals_by_number_code_or_name(text: str) -> None:
    data = typed("Sustainable Development Goals", *text.split("\n"))
    assert answers(data) == {"sdgs": ["sdg-11", "sdg-13"]}, reading(data).report


def test_near_misses_are_said_and_not_taken() -> None:
    data = typed("Country", "Tunisiaa", "Themes", "Gender eqality; Zyxomma")
    found = reading(data)
    assert found.values == {}
    assert found.report.notes["country"][0].about["near"] == "Tunisia"
    assert [str(note) for note in found.report.notes["themes"]] == [
        "“Gender eqality” is in no list. Is “Gender equality” meant?",
        "“Zyxomma” is in no list.",
    ]


@pytest.mark.parametrize("country", ["Tunisia", "Tunisie", "Túnez", "تونس", "TUN", "tn"])
def test_countries_in_every_language(country: str) -> None:
    assert answers(typed("Country", country)) == {"country": "TUN"}


def test_two_ticks_where_one_can_be_are_said() -> None:
    data = typed("Status", "☒ Ongoing", "☒ Completed")
    assert answers(data) == {}
    assert notes(data, "status") == ["several"]


@pytest.mark.parametrize("text", ["☒", "x", "oui", "نعم", "☒ Yes", "Sim"])
def test_consent_in_every_form(text: str) -> None:
    label = "The contact agrees that readers write through the portal."
    assert answers(typed(label, text)) == {"contact_consent": "yes"}
    assert answers(typed(label, "☐ Yes")) == {}
    assert answers(typed(label, "No")) == {}


def test_rows_by_the_heads_of_their_columns() -> None:
    rows = [["What it counts", "Figure with its unit"], ["of lanes", "38 km"], ["", ""]]
    data = typed("Results as figures", tables={"Results as figures": rows})
    assert answers(data) == {"figures": [{"label": "of lanes", "value": "38 km"}]}


def test_rows_without_heads_by_their_places() -> None:
    data = typed("Results as figures", tables={"Results as figures": [["38 km", "of lanes"]]})
    assert answers(data) == {"figures": [{"label": "of lanes", "value": "38 km"}]}


def test_what_stands_outside_a_table_is_said() -> None:
    data = typed("Links", "See https://example.org")
    assert answers(data) == {}
    assert notes(data, "links") == ["no_table"]


def test_a_country_in_a_row_that_nobody_knows_is_said() -> None:
    rows = [["Name", "Country", "Role"], ["Sfax", "Atlantis", "Member"]]
    data = typed(
        "Members who host it or take part", tables={"Members who host it or take part": rows}
    )
    found = reading(data, "hub")
    assert found.values["participants"][0]["name"] == "Sfax"
    assert [note.code for note in found.report.notes["participants"]] == ["cell"]


def test_what_belongs_nowhere_is_quoted() -> None:
    data = typed(
        "A letter first.", ("Heading 1", "In brief"), "Lost words.", ("Heading 2", "Title"),
        "Streets", ("Heading 2", "Annex"), "More lost words.",
    )  # fmt: skip
    found = reading(data)
    assert found.values == {"title": "Streets"}
    assert found.report.nowhere == ["A letter first.", "Lost words.", "Annex", "More lost words."]


def test_pictures_are_counted_and_text_boxes_read() -> None:
    box = "<w:txbxContent><w:p><w:r><w:t>In a box</w:t></w:r></w:p></w:txbxContent>"
    data = with_body(
        "<w:p><w:r><w:drawing/></w:r></w:p><w:p><w:r><w:pict/></w:r></w:p>"
        f"<w:p><w:r><w:pict>{box}</w:pict></w:r></w:p>"
    )
    report = reading(data).report
    assert report.pictures == 2
    assert report.nowhere == ["In a box"]


def test_a_control_holds_whatever_is_pasted_into_it() -> None:
    data = files.changed(
        files.template(language="en", context="PLACE"),
        lambda xml: xml.replace("PLACE", "Results</w:t></w:r></w:p><w:p><w:r><w:t>What was done"),
    )
    assert answers(data) == {"context": "Results\n\nWhat was done"}


def test_words_below_a_control_belong_to_its_heading() -> None:
    document = Document()
    document.add_heading("Context and challenge", 2)
    data = files.changed(
        files.saved(document),
        lambda xml: xml.replace(
            "<w:sectPr",
            '<w:sdt><w:sdtPr><w:tag w:val="context"/><w:showingPlcHdr/></w:sdtPr><w:sdtContent>'
            "<w:p><w:r><w:t>Write here</w:t></w:r></w:p></w:sdtContent></w:sdt>"
            "<w:p><w:r><w:t>Noise.</w:t></w:r></w:p><w:sectPr",
            1,
        ),
    )
    assert answers(data) == {"context": "Noise."}


def test_a_file_of_another_kind_or_submission_is_said() -> None:
    hub = write("hub", "en", values={"title": "A hub"}, key="one")
    found = reading(hub, "good-practice", key="one")
    assert found.values == {"title": "A hub"}
    assert [note.code for note in found.report.general] == ["other_kind"]
    other = reading(write("hub", "en", key="two"), "hub", key="one")
    assert "other_submission" in [note.code for note in other.report.general]


def test_only_a_template_says_when_it_was_made() -> None:
    assert reading(write("hub", "en"), "hub").report.made is not None
    assert reading(typed("Title", "Streets")).report.made is None


def test_a_file_without_anything_of_the_template_says_so() -> None:
    found = reading(typed("A quite different letter."))
    assert [note.code for note in found.report.general] == ["nothing"]
    assert found.report.nowhere == ["A quite different letter."]


def test_a_report_is_stored_and_found_again() -> None:
    report = reading(typed("Country", "Tunisiaa", "Lost"))
    again = Report.from_json(report.report.as_json())
    assert again == report.report


def test_pasted_markup_is_no_markup() -> None:
    data = typed("Actions", "<script>alert(1)</script> We walked.")
    assert answers(data)["actions"] == "We walked."


def test_what_is_too_long_is_kept() -> None:
    assert len(answers(typed("Title", "x" * 900))["title"]) == 900
