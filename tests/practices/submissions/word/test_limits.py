"""What is no Word file, or is made to harm, is refused with what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal.cms.uploads import UploadRefused
from practices.submissions.word.limits import MOST_BYTES, open_word
from practices.submissions.word.outline import outline
from tests.portal.cms.test_uploads import OLE, PDF, SHEET, office, open_document, relations

from . import files

ENTITIES = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c SYSTEM "{path}">]>'
)
BODY = '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"/>'


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "empty"),
        (b"PK\x03\x04" + b"\0" * MOST_BYTES, "10 MB"),
        (b"hello", "no Word"),
        (b"{\\rtf1}", "no Word"),
        (PDF, "PDF"),
        (OLE + b"\0" * 100, "old or protected"),
        (open_document(), "OpenDocument"),
        (open_document("spreadsheet"), "no Word"),
        (office(SHEET, "xl/workbook.xml"), "no Word"),
        (office(more={"word/vbaProject.bin": b"x"}), "macros"),
        (office(more={"word/_rels/s.rels": relations("image", "http://x.example/")}), "fetches"),
        (office(more={"word/x.xml": b"0" * 60_000_000}), "too large"),
        (b"PK\x03\x04 broken", "damaged"),
    ],
)
def test_what_is_no_good_word_file_is_refused_with_its_reason(data: bytes, word: str) -> None:
    with pytest.raises(UploadRefused) as refused:
        open_word(data)
    assert word in str(refused.value)


@pytest.mark.parametrize("part", ["word/document.xml", "word/styles.xml", "docProps/core.xml"])
def test_entities_are_refused_wherever_they_stand(part: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("a secret")
    source = ENTITIES.replace("{path}", secret.as_uri()) + BODY.replace("/>", ">&c;</w:document>")
    entries = {"word/document.xml": BODY.encode(), part: source.encode()}
    with pytest.raises(UploadRefused):
        outline(open_word(office(more=entries)))


@pytest.mark.parametrize("source", ["<w:document", "", "no XML", "<a>" * 400 + "</a>" * 400])
def test_broken_parts_are_refused(source: str) -> None:
    with pytest.raises(UploadRefused) as refused:
        outline(open_word(office(more={"word/document.xml": source.encode()})))
    assert "damaged" in str(refused.value)


def test_depth_without_end_is_survived() -> None:
    deep = BODY.replace("/>", ">" + "<w:ins>" * 200 + "</w:ins>" * 200 + "</w:document>")
    assert outline(open_word(office(more={"word/document.xml": deep.encode()}))).items == []


def test_far_too_many_elements_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("practices.submissions.word.limits.MOST_ELEMENTS", 10)
    with pytest.raises(UploadRefused):
        outline(open_word(files.typed("a", "b", "c", "d")))
