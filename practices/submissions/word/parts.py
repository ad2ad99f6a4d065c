"""The parts of a Word file: paragraphs, controls, boxes and tables, in any direction of writing."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any
from xml.sax.saxutils import quoteattr

from django.utils.translation import get_language_info
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

TICKED, EMPTY = "☒", "☐"
_TAGS = {"en": "en-GB", "fr": "fr-FR", "es": "es-ES", "pt": "pt-PT", "ar": "ar-SA"}
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_W14 = "http://schemas.microsoft.com/office/word/2010/wordml"
_DECLARED = f'xmlns:w="{_W}" xmlns:w14="{_W14}"'
_INK, _SOFT, _LINK = RGBColor(0x16, 0x1F, 0x5C), RGBColor(0x55, 0x5A, 0x72), "23328F"
_FONT = "Arial"
_STYLES = {"Title": 26, "Subtitle": 14, "Heading 1": 18, "Heading 2": 13, "Heading 3": 11}


class Maker:
    """Makes a document in a language: its styles, its direction, and what stands in it."""

    def __init__(self, document: Any, language: str) -> None:
        self.document = document
        self.tag = _TAGS.get(language, language)
        self.rtl = bool(get_language_info(language)["bidi"])
        self._number = 0
        self._set_up()

    def paragraph(self, text: str, style: str) -> None:
        """Add a paragraph at the end."""
        self._add(self.made(text, style))

    def made(self, runs: str | Sequence[tuple[str, str]], style: str) -> Any:
        """Make a paragraph of a text, or of pairs of text and "bold", an address, or ""."""
        paragraph = self.document.add_paragraph(style=style)
        if self.rtl:
            paragraph._p.get_or_add_pPr().insert_element_before(
                OxmlElement("w:bidi"), "w:adjustRightInd", "w:snapToGrid", "w:spacing", "w:ind",
                "w:contextualSpacing", "w:jc", "w:outlineLvl", "w:rPr",
            )  # fmt: skip
        for text, look in [(runs, "")] if isinstance(runs, str) else runs:
            self._run(paragraph, text, look)
        paragraph._p.getparent().remove(paragraph._p)
        return paragraph._p

    def control(
        self, name: str, label: str, content: Sequence[Any], *, empty: bool, kind: str = ""
    ) -> None:
        """Add a control, by whose tag the answer is found again. empty: it shows what to do."""
        control = self._sdt(name, label, ("<w:showingPlcHdr/>" if empty else "") + kind)
        for element in content:
            if empty:
                self._grey(element)
            control[-1].append(element)
        self._add(control)

    def box(self, name: str, label: str, *, ticked: bool) -> None:
        """Add a box to tick with its label behind it."""
        sign = TICKED if ticked else EMPTY
        box = self._sdt(
            name,
            label,
            f'<w14:checkbox><w14:checked w14:val="{int(ticked)}"/>'
            '<w14:checkedState w14:val="2612" w14:font="MS Gothic"/>'
            '<w14:uncheckedState w14:val="2610" w14:font="MS Gothic"/></w14:checkbox>',
        )
        run = parse_xml(
            f'<w:r {_DECLARED}><w:rPr><w:rFonts w:ascii="MS Gothic" w:hAnsi="MS Gothic" '
            f'w:eastAsia="MS Gothic" w:hint="eastAsia"/></w:rPr><w:t>{sign}</w:t></w:r>'
        )
        box[-1].append(run)
        paragraph = self.made([("\u00a0", ""), (label, "")], "Choice")
        properties = paragraph.find(qn("w:pPr"))
        properties.addnext(box)
        self._add(paragraph)

    def combo(self, choices: Sequence[tuple[str, str]]) -> str:
        """Give the XML of a list from which one is chosen, or something else is written."""
        items = "".join(
            f"<w:listItem w:displayText={quoteattr(label)} w:value={quoteattr(code)}/>"
            for code, label in choices
        )
        return f"<w:comboBox>{items}</w:comboBox>"

    def table(self, name: str, label: str, head: Sequence[str], rows: Sequence[Any]) -> None:
        """Add a table of which the head is repeated on every page."""
        table = self.document.add_table(rows=0, cols=len(head), style="Table Grid")
        properties = table._tbl.tblPr
        if self.rtl:
            properties.insert(1, OxmlElement("w:bidiVisual"))
        for element in ("w:tblCaption", "w:tblDescription"):
            made = OxmlElement(element)
            made.set(qn("w:val"), label)
            properties.append(made)
        for number, cells in enumerate((head, *rows)):
            row = table.add_row()
            if number == 0:
                row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
            for cell, text in zip(row.cells, cells, strict=True):
                made = self.made([(text, "bold" if number == 0 else "")], "Cell")
                cell._tc.remove(cell._tc.p_lst[0])
                cell._tc.append(made)
        table._tbl.getparent().remove(table._tbl)
        control = self._sdt(name, label, "")
        control[-1].append(table._tbl)
        self._add(control)

    def saved(self) -> bytes:
        """Give the file."""
        out = BytesIO()
        self.document.save(out)
        return out.getvalue()

    def _add(self, element: Any) -> None:
        """Put an element before the properties of the section, which stand last."""
        body = self.document.element.body
        body.sectPr.addprevious(element)

    def _sdt(self, name: str, label: str, kind: str) -> Any:
        self._number += 1
        return parse_xml(
            f"<w:sdt {_DECLARED}><w:sdtPr><w:alias w:val={quoteattr(label[:64])}/>"
            f'<w:tag w:val={quoteattr(name)}/><w:id w:val="{self._number}"/>{kind}</w:sdtPr>'
            f"<w:sdtContent/></w:sdt>"
        )

    def _run(self, paragraph: Any, text: str, look: str) -> None:
        run = paragraph.add_run(text)
        properties = run._r.get_or_add_rPr()
        if look:
            run.bold = True if look == "bold" else None
        if look == "bold" and self.rtl:
            properties.append(OxmlElement("w:bCs"))
        if look not in ("", "bold"):
            run.underline = True
            run.font.color.rgb = RGBColor.from_string(_LINK)
        if self.rtl:
            run.font.rtl = True
        if look not in ("", "bold"):
            relation = self.document.part.relate_to(
                look, "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink",
                is_external=True,
            )  # fmt: skip
            link = OxmlElement("w:hyperlink")
            link.set(qn("r:id"), relation)
            run._r.addprevious(link)
            link.append(run._r)

    def _grey(self, paragraph: Any) -> None:
        for run in paragraph.iter(qn("w:r")):
            colour = OxmlElement("w:color")
            colour.set(qn("w:val"), str(_SOFT))
            properties = run.get_or_add_rPr()
            properties._insert_color(colour)

    def _set_up(self) -> None:
        """Set paper, fonts, colours, language and direction."""
        section = self.document.sections[0]
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = Cm(2.3)
        section.top_margin = section.bottom_margin = Cm(2)
        styles = self.document.styles
        if self.rtl:
            section._sectPr.find(qn("w:docGrid")).addprevious(OxmlElement("w:bidi"))
        self._speak(styles.element.find(qn("w:docDefaults")))
        for name, size in {"Help": 10, "Choice": 11, "Cell": 10}.items():
            style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
            style.base_style = styles["Normal"]
            style.font.size = Pt(size)
        for name, size in {**_STYLES, "Normal": 11}.items():
            self._dress(styles[name], size)
        styles["Help"].font.color.rgb = _SOFT
        styles["Help"].paragraph_format.space_after = Pt(3)
        styles["Help"].paragraph_format.keep_with_next = True
        styles["Choice"].paragraph_format.space_after = Pt(2)
        styles["Cell"].paragraph_format.space_after = Pt(2)
        styles["Normal"].paragraph_format.space_after = Pt(6)
        styles["Heading 1"].paragraph_format.space_before = Pt(22)
        styles["Heading 2"].paragraph_format.space_before = Pt(14)
        self._footer(section)

    def _dress(self, style: Any, size: int) -> None:
        style.font.name, style.font.size = _FONT, Pt(size)
        properties = style.element.get_or_add_rPr()
        fonts = properties.rFonts
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        fonts.set(qn("w:cs"), _FONT)
        fonts.set(qn("w:hAnsi"), _FONT)
        for old in properties.findall(qn("w:szCs")):
            properties.remove(old)
        of_other_scripts = OxmlElement("w:szCs")
        of_other_scripts.set(qn("w:val"), str(size * 2))
        properties.find(qn("w:sz")).addnext(of_other_scripts)
        if style.name != "Normal":
            style.font.color.rgb, style.font.italic = _INK, False

    def _speak(self, defaults: Any) -> None:
        """Say in which language everything is."""
        properties = defaults.find(f"{qn('w:rPrDefault')}/{qn('w:rPr')}")
        for old in properties.findall(qn("w:lang")):
            properties.remove(old)
        language = OxmlElement("w:lang")
        language.set(qn("w:val"), "en-GB" if self.rtl else self.tag)
        language.set(qn("w:eastAsia"), "en-US")
        language.set(qn("w:bidi"), self.tag if self.rtl else "ar-SA")
        properties.append(language)

    def _footer(self, section: Any) -> None:
        """Number the pages."""
        paragraph = section.footer.paragraphs[0]
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        page = '<w:fldSimple w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple>'
        paragraph._p.append(parse_xml(page.replace("<w:fldSimple", f"<w:fldSimple {_DECLARED}")))
