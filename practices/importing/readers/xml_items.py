"""XML: one element a record, its children the columns."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, ParseError, tostring

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from django.utils.translation import gettext as _

from ..errors import FileMismatch
from .base import Row, Table, tidy


def read_xml(path: Path, options: Mapping[str, Any], wanted: frozenset[str]) -> Table:
    """Read the records of an XML file; `item` names their element.

    Raises FileMismatch for a file that is malformed, holds no record, or defines entities (with
    which a small file can fill the memory).
    """
    try:
        root = fromstring(path.read_bytes(), forbid_dtd=False)
    except DefusedXmlException as error:
        raise FileMismatch(
            _("%(file)s defines entities or refers to other files, which is not allowed.")
            % {"file": path.name}
        ) from error
    except (ParseError, ValueError, LookupError) as error:
        raise FileMismatch(
            _("%(file)s is not well-formed XML: %(error)s") % {"file": path.name, "error": error}
        ) from error
    items = list(root.iter(str(options["item"])))
    if not items:
        raise FileMismatch(
            _("%(file)s holds no element <%(item)s>.")
            % {"file": path.name, "item": options["item"]}
        )
    columns: dict[str, None] = {}
    rows = []
    for number, item in enumerate(items, start=1):
        values: dict[str, Any] = {}
        for child in item:
            columns[str(child.tag)] = None
            text = tidy(_content(child))
            if child.tag in values:  # a repeated element is a list
                before = values[child.tag]
                values[child.tag] = [*(before if isinstance(before, list) else [before]), text]
            else:
                values[str(child.tag)] = text
        rows.append(Row(number, values))
    return Table(list(columns), rows)


def _content(element: Element) -> str:
    """Give an element's text; markup that is not escaped stays markup."""
    if not len(element):
        return element.text or ""
    inner = "".join(tostring(child, encoding="unicode") for child in element)
    return (element.text or "") + inner
