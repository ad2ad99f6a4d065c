"""The picture that messengers and social networks show beside a link: 1200 x 630 pixels.

A work's card carries its pattern, kind, title, place and the portal's name; every other page has
the portal's own. Typst draws them with the fonts of ``fonts/``, so that Arabic is shaped and
Chinese is written on a machine without fonts, too. A drawn card is kept under ``VAR_DIR/cards``
until what it says, or how it is drawn, changes.
"""

from __future__ import annotations

import hashlib
import json
import re
import tempfile
from dataclasses import asdict, dataclass
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Final

import typst
from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext, override
from django.views.decorators.http import require_safe
from wagtail.models import Locale

from portal.taxonomy.language import direction
from search.facets import WorkType
from search.public import only_public

from . import tiles
from .models import Work, WorkPage

WIDTH: Final = 1200
HEIGHT: Final = 630
PORTAL: Final = "portal"
SECONDS: Final = 86_400

# What a line cannot be broken in, where it is long enough to matter. Chinese breaks anywhere.
_LONG_WORD: Final = re.compile(r"[^\s\u2e80-\u9fff\uff00-\uffef–—-]{12,}")
_HERE: Final = Path(__file__).parent
_TEMPLATE: Final = _HERE / "data" / "social_card.typ"
_FONTS: Final = _HERE / "fonts"
# The light colours of static/css/tokens.css (a test compares them), which a picture cannot read:
# for words, to lie under the pattern, and the pattern's own.
COLOURS: Final[dict[str, dict[str, str]]] = {
    "people": {"colour": "#b8432a", "tint": "#f8e3dc", "b": "#e29a86", "c": "#efc3b6"},
    "planet": {"colour": "#1b7355", "tint": "#dff0e6", "b": "#82c4a6", "c": "#b4dcc8"},
    "government": {"colour": "#23328f", "tint": "#e2e6fa", "b": "#8d9ae0", "c": "#bcc5f1"},
    "transversal": {"colour": "#6b3fa0", "tint": "#ece3f6", "b": "#b294d6", "c": "#d3c0e8"},
    PORTAL: {"colour": "#23328f", "tint": "#161f5c", "b": "#3d4dc0", "c": "#2c8a69"},
}
PORTAL_TILES: Final = {"tile-a": "#27338f", "tile-d": "#b8432a"}
SUN: Final = "#f2b53c"


@dataclass(frozen=True)
class SocialCard:
    """What a card says. `title` and `place` are empty where the fonts cannot write them."""

    reference: str
    axis: str
    kind: str
    title: str
    place: str
    language: str
    direction: str

    @property
    def digest(self) -> str:
        """Give what changes when the card or the way it is drawn changes."""
        said = json.dumps([asdict(self), settings.WAGTAIL_SITE_NAME], sort_keys=True)
        return hashlib.sha256(f"{_drawing()}{said}".encode()).hexdigest()[:20]

    @property
    def url(self) -> str:
        """Give the card's address; it changes with the card, as networks keep pictures long."""
        address = reverse("social_card", args=[self.reference, self.language])
        return f"{address}?v={self.digest[:8]}"


@lru_cache(maxsize=1)
def _drawing() -> str:
    """Give what changes when the template, the fonts or the renderer changes."""
    parts = [version("typst"), _TEMPLATE.read_text(encoding="utf-8"), str(COLOURS)]
    parts += [f"{path.name}{path.stat().st_size}" for path in sorted(_FONTS.glob("*.ttf"))]
    return hashlib.sha256("".join(parts).encode()).hexdigest()


@lru_cache(maxsize=1)
def letters() -> frozenset[int]:
    """Give the code points that the fonts can write."""
    found: set[int] = set()
    for line in (_FONTS / "letters.txt").read_text(encoding="ascii").split():
        first, _dash, last = line.partition("-")
        found.update(range(int(first, 16), int(last or first, 16) + 1))
    return frozenset(found)


def writable(text: str) -> str:
    """Give the text on one line, or nothing where a letter of it would become a box."""
    line = " ".join(text.split())
    return line if all(ord(letter) in letters() for letter in line) else ""


def work_card(page: WorkPage) -> SocialCard:
    """Say what the card of a work's page shows, its labels in the page's language."""
    language = page.locale.language_code
    country = page.country_entry.label(language) if page.country_entry else ""
    places = (writable(page.place), writable(country))
    with override(language):
        kind = str(WorkType(page.work_type).label)
    return SocialCard(
        reference=page.work.reference,
        axis=page.axis if page.axis in COLOURS else "transversal",
        kind=writable(kind),
        title=writable(page.title),
        place=" · ".join(dict.fromkeys(part for part in places if part)),
        language=language,
        direction=direction(page.own_language),
    )


def portal_card(language: str) -> SocialCard:
    """Say what the card of all other pages shows."""
    with override(language):
        title = gettext("What cities and regions do to reach the global agendas")
    return SocialCard(
        reference=PORTAL,
        axis=PORTAL,
        kind="United Cities and Local Governments",
        title=writable(title),
        place="",
        language=language,
        direction=direction(language),
    )


def _pattern(card: SocialCard) -> str:
    """Draw the card's pattern as an SVG that carries its colours itself."""
    reference = tiles.PORTAL_REFERENCE if card.axis == PORTAL else card.reference
    colours = COLOURS[card.axis]
    fills = {"tile-a": colours["colour"], "tile-b": colours["b"], "tile-c": colours["c"]}
    if card.axis == PORTAL:
        fills |= PORTAL_TILES
    svg = tiles.tile_svg(reference, card.axis, 6, 10)
    for name, colour in {**fills, "sun": SUN}.items():
        svg = svg.replace(f'class="{name}"', f'fill="{colour}"')
    return svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)


@lru_cache(maxsize=1)
def _mark() -> str:
    path = finders.find("icons/favicon.svg")
    if not isinstance(path, str):
        raise FileNotFoundError("icons/favicon.svg")
    return Path(path).read_text(encoding="utf-8")


def draw(card: SocialCard) -> bytes:
    """Draw a card as PNG. What it says is handed over as data, so that no title is ever code.

    Raises typst.TypstError where the template is broken.
    """
    said = {
        **asdict(card),
        "colour": COLOURS[card.axis]["colour"],
        "tint": COLOURS[card.axis]["tint"],
        "words": _LONG_WORD.findall(card.title),
        "pattern": _pattern(card),
        "mark": _mark(),
        "brand": settings.WAGTAIL_SITE_NAME,
    }
    drawn = typst.compile(
        _TEMPLATE,
        root=_TEMPLATE.parent,
        font_paths=[_FONTS],
        ignore_system_fonts=True,
        format="png",
        ppi=72,
        sys_inputs={"card": json.dumps(said)},
    )
    if not isinstance(drawn, bytes):
        raise TypeError("a card is one page")
    return drawn


def kept(card: SocialCard) -> bytes:
    """Give the drawn card from the disk, or draw and keep it in the place of its predecessor."""
    folder = settings.VAR_DIR / "cards"
    name = f"{card.reference}.{card.language}"
    path = folder / f"{name}.{card.digest}.png"
    try:
        return path.read_bytes()
    except FileNotFoundError:
        drawn = draw(card)
    folder.mkdir(parents=True, exist_ok=True)
    # Written aside and then renamed: nobody reads half a picture.
    with tempfile.NamedTemporaryFile(dir=folder, suffix=".new", delete=False) as file:
        file.write(drawn)
    Path(file.name).replace(path)
    for old in folder.glob(f"{name}.*.png"):
        if old != path:
            old.unlink(missing_ok=True)
    return drawn


def _public_page(reference: str, language: str) -> WorkPage | None:
    """Give the page of a work in one language, where everybody may read it."""
    work = Work.objects.filter(reference=reference).first()
    if work is None:
        return None
    pages = WorkPage.objects.filter(
        translation_key=work.translation_key,
        locale__language_code=language,
        alias_of__isnull=True,
    )
    page = only_public(pages).first()
    found = page.specific if page else None
    return found if isinstance(found, WorkPage) else None


@require_safe
def serve(request: HttpRequest, reference: str, language: str) -> HttpResponseBase:
    """Serve a card. Raises Http404 for what is not there, not published or not for everybody."""
    if reference == PORTAL:
        if not Locale.objects.filter(language_code=language).exists():
            raise Http404
        card = portal_card(language)
    else:
        page = _public_page(reference, language)
        if page is None:
            raise Http404
        card = work_card(page)
    etag = f'"{card.digest}"'
    response: HttpResponseBase | None = get_conditional_response(request, etag=etag)
    if response is None:
        response = HttpResponse(kept(card), content_type="image/png")
    response["ETag"] = etag
    response["Cache-Control"] = f"public, max-age={SECONDS}"
    return response
