"""What other people's HTML, Markdown and text become."""

from __future__ import annotations

import pytest

from practices.importing import prose
from practices.importing.markdown import to_html

SPAN = (
    '<p class="MsoNormal" style="mso-x:&#60;br /&#62;;line-height:115%"><span lang="EN-US" '
    'style="font-size:9.0pt;mso-fareast-font-family:Calibri">Text <o:p></o:p></span></p>'
)


@pytest.mark.parametrize(
    ("html", "parts"),
    [
        (SPAN, ["<p>Text</p>"]),
        ("<p> </p><p>&nbsp;</p><p><strong>&nbsp;</strong></p><p>.</p>", []),
        ("plain text", ["<p>plain text</p>"]),
        ("<div>a</div>b<div>c</div>", ["<p>a</p>", "<p>b</p>", "<p>c</p>"]),
        ("<p>a<br>b</p>", ["<p>a<br/>b</p>"]),
        ("<p>a<br/><br />b</p>", ["<p>a</p>", "<p>b</p>"]),
        ("<p><b>a</b> <i>b</i></p>", ["<p><strong>a</strong> <em>b</em></p>"]),
        ("<b>a<p>b</p></b>", ["<p><strong>a</strong></p>", "<p><strong>b</strong></p>"]),
        (
            "<ul><li><p>one</p></li> <li></li><li>two<ol><li>deep</li></ol></li></ul>",
            ["<ul><li>one</li><li>two<ol><li>deep</li></ol></li></ul>"],
        ),
        (
            "<p>intro</p><ul><li>one</li></ul><p>end</p>",
            ["<p>intro</p>", "<ul><li>one</li></ul>", "<p>end</p>"],
        ),
        ("<p>- one</p><p>-two</p><p>end</p>", ["<ul><li>one</li><li>two</li></ul>", "<p>end</p>"]),
        ("<p>- alone</p>", ["<p>- alone</p>"]),
        ("<p>-5 degrees</p><p>-7 degrees</p>", ["<p>-5 degrees</p>", "<p>-7 degrees</p>"]),
        ("<li>lost item</li>", ["<p>lost item</p>"]),
        ("<h3>Head <b>line</b></h3>", ["<h2>Head <strong>line</strong></h2>"]),
        ("m<sup>3</sup>, CO<sub>2</sub>", ["<p>m³, CO₂</p>"]),
        (
            '<a href="https://example.org/?a=1&amp;b=2">x</a>',
            ['<p><a href="https://example.org/?a=1&amp;b=2">x</a></p>'],
        ),
        ('<a href="javascript:alert(1)">x</a> <a href="/our/page">y</a>', ["<p>x y</p>"]),
        ('write to <a href="mailto:a.b@example.org">a.b@example.org</a>', ["<p>write to […]</p>"]),
        ("<script>alert(1)</script><style>p{}</style><p onclick='x()'>a</p>", ["<p>a</p>"]),
        ("1 &lt; 2 &amp; 3", ["<p>1 &lt; 2 &amp; 3</p>"]),
        ("<table><tr><td>a</td><td>b</td></tr></table>", ["<p>a | b</p>"]),
        ("<p>never closed <strong>at all", ["<p>never closed <strong>at all</strong></p>"]),
    ],
)
def test_html_becomes_short_parts(html: str, parts: list[str]) -> None:
    assert prose.split_html(html) == parts


def test_text_becomes_paragraphs_and_lists() -> None:
    text = "First & foremost\\n\\nSecond\nline\n\n- one\n- two\n\nmail me@example.org"
    assert prose.split_text(text) == [
        "<p>First &amp; foremost</p>",
        "<p>Second<br/>line</p>",
        "<ul><li>one</li><li>two</li></ul>",
        "<p>mail […]</p>",
    ]


def test_plain_text_has_no_markup_and_no_mail() -> None:
    assert prose.plain("<p>A &amp; B</p>\n<p>to c@d.org</p>") == "A & B to […]"
    assert prose.plain("1 < 2 and 3 > 2") == "1 < 2 and 3 > 2"


def test_links_are_found_once_with_their_words() -> None:
    html = '<p><a href="https://example.org/a">Words</a></p>, <a href="mailto:x@y.org">no</a>'
    assert list(prose.links(html)) == [("https://example.org/a", "Words")]
    assert list(prose.links("see https://example.org/b.")) == [("https://example.org/b", "")]


def test_first_sentences() -> None:
    text = "One two three. Four five! Six seven eight nine."
    assert prose.first_sentences(text, 5) == "One two three. Four five!"
    assert prose.first_sentences("word " * 200, 10).split() == ["word"] * 9 + ["…"]


def test_headings_are_blocks_where_the_field_has_them() -> None:
    parts = ["<h2>A &amp; B</h2>", "<p>text</p>"]
    with_headings = prose.blocks(parts, "s", "1", "body", headings=True)
    assert [(block["type"], block["value"]) for block in with_headings] == [
        ("heading", "A & B"),
        ("paragraph", "<p>text</p>"),
    ]
    without = prose.blocks(parts, "s", "1", "body")
    assert without[0]["value"] == "<p><strong>A &amp; B</strong></p>"
    assert [b["id"] for b in without] == [b["id"] for b in with_headings]
    assert prose.block_id("s", "1", "body", 0) != prose.block_id("s", "1", "context", 0)


def test_markdown() -> None:
    text = (
        '# Title #\n\nA **bold** and *plain* [link](https://example.org/x "t"),\nsame paragraph.\n'
        "![picture](/a.png)\n\n* one\n  more of one\n\n* two\n\n1. first\n2. second\n\n"
        "> quoted\n\n---\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n<p>raw</p>\n\nsnake_case_name"
    )
    assert prose.split_html(to_html(text)) == [
        "<h2>Title</h2>",
        (
            "<p>A <strong>bold</strong> and <em>plain</em> "
            '<a href="https://example.org/x">link</a>, same paragraph.</p>'
        ),
        "<ul><li>one more of one</li><li>two</li></ul>",
        "<ol><li>first</li><li>second</li></ol>",
        "<p>quoted</p>",
        "<p>a | b</p>",
        "<p>1 | 2</p>",
        "<p>raw</p>",
        "<p>snake_case_name</p>",
    ]
