"""The facets as HTML.

Written by hand and not as templates: a search page shows some two hundred values, and nested
template includes took longer than the search itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from html import escape

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, ngettext, override

from portal.cms import numbers
from portal.taxonomy.language import ForeignText, current_language
from search.run import Answer, FacetGroup, FacetValue


def render(answer: Answer) -> SafeString:
    """Write every facet that has something to choose, as groups of check boxes."""
    language = current_language()
    written = [
        _group(group, language)
        for group in answer.groups
        if group.selected or any(value.count for value in group.listed)
    ]
    return mark_safe("".join(written))  # noqa: S308 - every value is escaped below


def _group(group: FacetGroup, language: str) -> str:
    name = group.facet.name
    label = escape(str(group.facet.label))
    chosen = len(group.selected)
    mark = ""
    if chosen:
        words = ngettext("%(number)d chosen", "%(number)d chosen", chosen) % {"number": chosen}
        mark = f'<span class="facet-chosen">{escape(words)}</span>'
    content = _years(group.listed, language) if name == "year" else _values(group, language)
    return (
        f'<details class="facet" id="facet-{name}"{" open" if group.is_open else ""}>'
        f"<summary><span>{label}</span>{mark}</summary>"
        f'<fieldset><legend class="visually-hidden">{label}</legend>'
        f"{content}</fieldset></details>"
    )


def _values(group: FacetGroup, language: str) -> str:
    """Write the first few values, and the others in a fold."""
    name = group.facet.name
    roots = list(_trees(group.listed))
    first, rest = _split(roots, group.facet.shown)
    tree = " facet-values--tree" if any(root.children for root in roots) else ""
    if not rest:
        return _list(name, first, language, tree)
    words = gettext("All %(number)d …") % {"number": len(roots)}
    is_open = " open" if any(_has_selection(root) for root in rest) else ""
    return (
        f"{_list(name, first, language, tree)}"
        f'<details class="facet-more" id="facet-{name}-more"{is_open}>'
        f"<summary>{escape(words)}</summary>{_list(name, rest, language, tree)}</details>"
    )


def _years(values: Sequence[FacetValue], language: str) -> str:
    """Write years by decade: the newest open, the others folded unless one in them is chosen."""
    decades: dict[str, list[_Tree]] = {}
    for value in values:
        decades.setdefault(value.code[:3], []).append(_Tree(value))
    written = []
    for number, (decade, trees) in enumerate(decades.items()):
        is_open = " open" if number == 0 or any(_has_selection(tree) for tree in trees) else ""
        last, first = trees[0].value.label, trees[-1].value.label
        span = first if first == last else f"{first}–{last}"
        written.append(
            f'<details class="facet-span" id="facet-year-{escape(decade)}"{is_open}>'
            f"<summary><bdi>{escape(span)}</bdi></summary>"
            f"{_list('year', trees, language, ' facet-values--columns')}</details>"
        )
    return "".join(written)


class _Tree:
    """A value with the values below it."""

    def __init__(self, value: FacetValue) -> None:
        self.value = value
        self.children: list[_Tree] = []


def _trees(values: Iterable[FacetValue]) -> Iterator[_Tree]:
    """Nest values that come as a flat list, each behind its parent."""
    roots: list[_Tree] = []
    known: dict[str, _Tree] = {}
    for value in values:
        tree = known[value.code] = _Tree(value)
        above = known.get(value.parent)
        (above.children if above else roots).append(tree)
    return iter(roots)


def _split(roots: list[_Tree], shown: int) -> tuple[list[_Tree], list[_Tree]]:
    """Show the first few; two more are not worth a fold."""
    if len(roots) <= shown + 2:
        return roots, []
    return roots[:shown], roots[shown:]


def _has_selection(tree: _Tree) -> bool:
    return tree.value.selected or any(_has_selection(child) for child in tree.children)


def _list(name: str, trees: Iterable[_Tree], language: str, classes: str = "") -> str:
    items = "".join(_item(name, tree, language) for tree in trees)
    return f'<ul class="facet-values{classes}">{items}</ul>'


def _item(name: str, tree: _Tree, language: str) -> str:
    value = tree.value
    label = value.label
    foreign = label.language if isinstance(label, ForeignText) else ""
    box, words = _item_parts(name, value.code, label, value.depth, foreign)
    none = "" if value.count else " facet-value--none"
    checked = " checked" if value.selected else ""
    count = numbers.spelled(value.count, language)
    below = _below(name, tree, language) if tree.children else ""
    return (
        f'<li><label class="facet-value{none}">{box}{checked}>{words}'
        f'<span class="facet-count">{count}</span></label>{below}</li>'
    )


@lru_cache(maxsize=8192)
def _item_parts(name: str, code: str, label: str, depth: int, foreign: str) -> tuple[str, str]:
    """Write what does not change from search to search: the box, still open, and its label."""
    code, label = escape(code), escape(label)
    language = f' lang="{escape(foreign)}" dir="auto"' if foreign else ""
    chip = title = ""
    if name == "sdg" and depth == 0:
        number = code.removeprefix("sdg-").lstrip("0")
        chip = f'<span class="sdg sdg-{number}" aria-hidden="true">{number}</span>'
    elif name == "sdg":
        # A target's text is long: three lines of it are seen, all of it by pointing at it.
        chip = f'<b class="target-number">{code}</b> '
        title = f' title="{label}"'
    return (
        (
            f'<input type="checkbox" form="search-form" id="{name}-{code}" name="{name}"'
            f' value="{code}"'
        ),
        f'{chip}<span class="facet-label"{title}{language}>{label}</span>',
    )


def _below(name: str, tree: _Tree, language: str) -> str:
    """Write the values below one, folded until wanted: a sign at the end of its line opens them."""
    is_open = " open" if _has_selection(tree) else ""
    hidden = _narrower(name, language) % {"name": tree.value.label}
    return (
        f'<details class="facet-below" id="below-{name}-{escape(tree.value.code)}"{is_open}>'
        f'<summary><span class="visually-hidden">{escape(hidden)}</span></summary>'
        f"{_list(name, tree.children, language)}</details>"
    )


@lru_cache(maxsize=256)
def _narrower(name: str, language: str) -> str:
    """Name what is below a value, in the reader's language; a page does so a hundred times."""
    with override(language):
        if name == "sdg":
            return gettext("Targets of “%(name)s”")
        return gettext("Narrower than “%(name)s”")
