"""Reading a filled template back: by its controls, else by its headings in any of the languages."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..checking import kept
from ..fields import KINDS, FieldKind, field_names
from .answers import Answer, understand
from .inline import Line
from .limits import WordFile, open_word
from .outline import Paragraph, Table, outline, texts
from .report import Note, Reading, Report
from .wording import Wording, in_file, normal, wording

# A label longer than this is a sentence of somebody's text.
_LABEL = 200
_SUBHEADING = 3
_KINDS = {str(code): label for code, label in KINDS}


def read(data: bytes, kind: str, *, key: str = "", language: str = "en") -> Reading:
    """Read a Word file into the fields of a kind of work.

    key: of the submission that it is for. language: of the labels that the report suggests.
    Raises UploadRefused for what is no Word file, or one that is broken or made to harm.
    """
    file = open_word(data)
    found = outline(file)
    sorter = _Sorter(kind)
    for item in found.items:
        sorter.take(item)
    report = Report(nowhere=[*sorter.nowhere, *found.beside], pictures=found.pictures)
    report.made = file.made
    values = {}
    fields = field_names(kind)
    for name, answer in sorter.answers.items():
        understood = understand(fields[name], answer, language)
        for code, about in understood.notes:
            report.note(name, code, **about)
        value = kept(fields[name], understood.value)
        if value:
            values[name] = value
    report.general = _general(file, kind, key, empty=not values and not report.notes)
    return Reading(values, report)


def _general(file: WordFile, kind: str, key: str, *, empty: bool) -> list[Note]:
    found = []
    if file.key and key and file.key != key:
        found.append(Note("other_submission"))
    elif file.kind and file.kind != kind:
        found.append(Note("other_kind", {"text": str(_KINDS[file.kind])}))
    if empty:
        found.append(Note("nothing"))
    return found


@dataclass
class _Sorter:
    """Puts what stands in a file to the fields, in order."""

    kind: str
    answers: dict[str, Answer] = field(default_factory=dict)
    nowhere: list[str] = field(default_factory=list)
    _current: str = ""

    def __post_init__(self) -> None:
        self._fields = field_names(self.kind)
        self._words: Wording = wording(self.kind)

    def take(self, item: Paragraph | Table) -> None:
        """Put one thing where it belongs."""
        name = item.tag.partition(":")[0]
        if name in self._fields and in_file(self._fields[name]):
            self._give(name, item)
        elif isinstance(item, Table):
            self._table(item)
        else:
            self._paragraph(item)

    def _give(self, name: str, item: Paragraph | Table) -> None:
        if isinstance(item, Table):
            self._answer(name).items.append(item)
        elif item.line.plain and normal(item.line.plain) not in self._words.placeholders:
            # What stands in a control is somebody's answer, whatever its look.
            self._answer(name).items.append(item)

    def _answer(self, name: str) -> Answer:
        return self.answers.setdefault(name, Answer(columns=self._words.columns.get(name, {})))

    def _paragraph(self, item: Paragraph) -> None:
        boxed = next((tag.partition(":")[0] for tag, _ticked in item.line.boxes), "")
        if boxed in self._fields:
            self._give(boxed, item)
            return
        text = item.line.plain
        words = normal(text)
        if not text:
            return
        if name := self._words.labels.get(words, ""):
            self._current = name
            return
        if words in self._words.steps:
            self._current = ""
            return
        if item.is_cover or words in self._words.ignored:
            return
        if len(text) > _LABEL or not self._labelled(item):
            self._plain(item)

    def _labelled(self, item: Paragraph) -> bool:
        """Take "Label: answer" on one line."""
        head, colon, rest = item.line.marked.partition(":")
        name = self._words.labels.get(normal(head), "") if colon and rest.strip() else ""
        if not name or self._fields[name].kind is FieldKind.ROWS:
            return False
        self._current = name
        rest = rest.strip().removeprefix("**").strip()
        self._give(name, Paragraph(Line(rest, rest.replace("**", ""), item.line.href)))
        return True

    def _plain(self, item: Paragraph) -> None:
        if item.level and item.level < _SUBHEADING:
            # A heading that is not ours: what follows is not the answer to what stood before.
            self._current = ""
        if not self._current:
            self.nowhere += texts([item])
            return
        if item.level:
            item.line.marked = f"**{item.line.plain}**"
        self._give(self._current, item)

    def _table(self, table: Table) -> None:
        """Take a table without a control: the rows of a field, or labels beside answers."""
        if self._current:
            self._give(self._current, table)
            return
        for row in table.rows:
            cells = [cell for cell in row if any(line.plain for line in cell)]
            name = ""
            if len(cells) > 1:
                name = self._words.labels.get(normal(cells[0][0].plain), "")
            if not name:
                self.nowhere += texts([Table([row])])
                continue
            for cell in cells[1:]:
                for line in cell:
                    self._give(name, Paragraph(line))
