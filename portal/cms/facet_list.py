"""The facets as HTML.

Written by hand and not as templates: nested template includes took longer than the search itself.

A page holds the first values of each facet. The others, and those below a value (a goal's targets,
a region's countries), are sent when a reader asks for them: by a button of the search form that
sends `unfold`, "theme" for a whole facet, "sdg:sdg-06" for what is below a value. So whatever is
ticked or typed goes along, and it works without a script; `static/js/search.js` exchanges only the
group. What is unfolded stays so as hidden fields of the form. What is selected is always written.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import lru_cache
from html import escape

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, ngettext, override

from portal.cms import numbers
from portal.taxonomy.language import ForeignText, current_language
from search.run import Answer, FacetGroup
from search.vocabulary import Value

# So many more than a facet shows are not worth a fold.
_FEW = 2


def render(answer: Answer, unfold: Iterable[str] = ()) -> SafeString:
    """Write every facet that has something to choose, as groups of check boxes.

    unfold: what a reader wants whole, as `unfold` in an address; what is no facet and no value of
    one means nothing.
    """
    language, asked = current_language(), frozenset(unfold)
    written = [
        _Writer(group, asked, language).group() for group in answer.groups if group.has_choice
    ]
    return mark_safe("".join(written))  # noqa: S308 - every value is escaped below


class _Writer:
    """Writes one facet."""

    def __init__(self, group: FacetGroup, asked: Collection[str], language: str) -> None:
        self.source = group
        self.name = group.facet.name
        self.language = language
        self.chosen = frozenset(group.chosen)
        self.asked = asked
        self.is_whole = self.name in asked
        # What of the question concerned this facet; the form goes on asking for it.
        self.unfolded = [self.name] if self.is_whole else []

    def group(self) -> str:
        """Write the facet with its name."""
        label = escape(str(self.source.facet.label))
        content = self._years() if self.name == "year" else self._values()
        mark = ""
        if chosen := len(self.source.with_selection & self.chosen):
            words = ngettext("%(number)d chosen", "%(number)d chosen", chosen) % {"number": chosen}
            mark = f'<span class="facet-chosen">{escape(words)}</span>'
        is_open = self.source.facet.open or chosen or self.unfolded
        kept = "".join(
            f'<input type="hidden" name="unfold" value="{escape(one)}" form="search-form">'
            for one in self.unfolded
        )
        return (
            f'<details class="facet" id="facet-{self.name}"{" open" if is_open else ""}>'
            f"<summary><span>{label}</span>{mark}</summary>"
            f'<fieldset><legend class="visually-hidden">{label}</legend>'
            f"{content}{kept}</fieldset></details>"
        )

    def _values(self) -> str:
        """Write the first few values and the selected; a button asks for the others."""
        values = self.source.first_level
        shown = self.source.facet.shown
        first, more = values, ""
        if not self.is_whole and len(values) > shown + _FEW:
            with_selection = self.source.with_selection
            rest = [value for value in values[shown:] if value.code in with_selection]
            first = [*values[:shown], *rest]
            if len(first) < len(values):
                more = self._more(len(values))
        is_tree = any(self.source.below(value.code) for value in first)
        return f"{self._list(first, ' facet-values--tree' if is_tree else '')}{more}"

    def _years(self) -> str:
        """Write years by decade: the newest, those with a selected year, or all."""
        decades: dict[str, list[Value]] = {}
        for value in self.source.first_level:
            decades.setdefault(value.code[:3], []).append(value)
        written = [
            self._decade(decade, years)
            for number, (decade, years) in enumerate(decades.items())
            if number == 0 or self.is_whole or any(year.code in self.chosen for year in years)
        ]
        total = sum(map(len, decades.values()))
        more = self._more(total) if len(written) < len(decades) else ""
        return "".join(written) + more

    def _decade(self, decade: str, years: list[Value]) -> str:
        last, first = years[0].label, years[-1].label
        span = first if first == last else f"{first}–{last}"
        return (
            f'<details class="facet-span" id="facet-year-{escape(decade)}" open>'
            f"<summary><bdi>{escape(span)}</bdi></summary>"
            f"{self._list(years, ' facet-values--columns')}</details>"
        )

    def _more(self, number: int) -> str:
        """Write the button that asks for all values, and says how many they are."""
        words = gettext("All %(number)d …") % {"number": number}
        label = escape(str(self.source.facet.label))
        return (
            f'<button class="facet-more" name="unfold" value="{self.name}" form="search-form"'
            f' formaction="#facet-{self.name}">{escape(words)}'
            f'<span class="visually-hidden"> {label}</span></button>'
        )

    def _list(self, values: Iterable[Value], classes: str = "") -> str:
        items = "".join(map(self._item, values))
        return f'<ul class="facet-values{classes}">{items}</ul>'

    def _item(self, value: Value) -> str:
        label, code = value.label, value.code
        foreign = label.language if isinstance(label, ForeignText) else ""
        box, words = _item_parts(self.name, code, label, value.depth, foreign)
        number = self.source.counts.get(code, 0)
        none = "" if number else " facet-value--none"
        checked = " checked" if code in self.chosen else ""
        count = numbers.spelled(number, self.language)
        below = self.source.below(code)
        return (
            f'<li><label class="facet-value{none}">{box}{checked}>{words}'
            f'<span class="facet-count">{count}</span></label>'
            f"{self._below(value, below) if below else ''}</li>"
        )

    def _below(self, value: Value, below: list[Value]) -> str:
        """Write the values below one, or the sign at the end of its line that asks for them."""
        asking = f"{self.name}:{value.code}"
        is_asked = asking in self.asked
        if is_asked:
            self.unfolded.append(asking)
        is_open = is_asked or any(one.code in self.source.with_selection for one in below)
        hidden = escape(_narrower(self.name, self.language) % {"name": value.label})
        if not (is_open or self.is_whole):
            return (
                f'<button class="facet-unfold" name="unfold" value="{escape(asking)}"'
                f' form="search-form" formaction="#facet-{self.name}">'
                f'<span class="visually-hidden">{hidden}</span></button>'
            )
        return (
            f'<details class="facet-below" id="below-{self.name}-{escape(value.code)}"'
            f"{' open' if is_open else ''}>"
            f'<summary><span class="visually-hidden">{hidden}</span></summary>'
            f"{self._list(below)}</details>"
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


@lru_cache(maxsize=256)
def _narrower(name: str, language: str) -> str:
    """Name what is below a value, in the reader's language; a page does so a hundred times."""
    with override(language):
        if name == "sdg":
            return gettext("Targets of “%(name)s”")
        return gettext("Narrower than “%(name)s”")
