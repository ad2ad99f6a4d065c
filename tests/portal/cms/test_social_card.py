"""The picture beside a link: it says what the work is, to everybody who may read the work."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from PIL import Image, ImageChops
from pytest_django import Settings
from wagtail.models import PageViewRestriction

from portal.cms import social_card
from portal.cms.models import Work
from portal.cms.social_card import SocialCard, draw, letters, work_card, writable
from tests import works

pytestmark = pytest.mark.any_database

FONTS = Path(social_card.__file__).parent / "fonts"
database = [pytest.mark.django_db, pytest.mark.usefixtures("world", "index")]


def card(title: str, language: str = "en", direction: str = "ltr") -> SocialCard:
    """Give a card."""
    return SocialCard("L4A-1001", "planet", "Good practice", title, "Aarhus", language, direction)


def picture(png: bytes) -> Image.Image:
    """Open a card."""
    return Image.open(BytesIO(png)).convert("RGB")


def inked(image: Image.Image, box: tuple[int, int, int, int]) -> int:
    """Count the pixels of a part that are as dark as text."""
    part = image.crop(box).convert("L")
    return sum(part.histogram()[:80])


TITLE_LTR = (64, 110, 760, 450)


class TestDrawing:
    """A card is drawn by the fonts that the portal ships, in every script that they know."""

    def test_size(self) -> None:
        assert picture(draw(card("Streams in the open"))).size == (1200, 630)

    @pytest.mark.parametrize(
        ("title", "language", "direction"),
        [
            ("Streams in the open", "en", "ltr"),
            ("武汉：让城市像海绵一样吸纳雨水", "zh", "ltr"),
            ("Казань: общественные пространства", "ru", "ltr"),
            ("Đà Nẵng, Łódź, İstanbul", "en", "ltr"),
            ("مجلس مدينة عمّان", "ar", "rtl"),
        ],
    )
    def test_scripts(self, title: str, language: str, direction: str) -> None:
        assert writable(title) == title
        with_title, without = (
            draw(card(title, language, direction)),
            draw(card("", language, direction)),
        )
        box = TITLE_LTR if direction == "ltr" else (442, 110, 1140, 450)
        assert inked(picture(without), box) == 0
        assert inked(picture(with_title), box) > 1500

    def test_arabic_letters_are_joined(self) -> None:
        joined = picture(draw(card("مدينة", "ar", "rtl")))
        # A non-joiner between the letters gives each its form when alone, which is wider.
        apart = picture(draw(card("\u200c".join("مدينة"), "ar", "rtl")))
        difference = ImageChops.difference(joined, apart).getbbox()
        assert difference is not None

    @pytest.mark.parametrize(
        "title",
        ["W" * 255, "水" * 255, "many words " * 23, "ع" * 255, "Donaudampfschifffahrtskapitän"],
    )
    def test_a_long_title_stays_in_its_place(self, title: str) -> None:
        image = picture(draw(card(title)))
        assert inked(image, TITLE_LTR) > 5000
        assert inked(image, (64, 430, 760, 455)) == 0, "runs into the place"
        assert inked(image, (764, 0, 820, 630)) == 0, "runs under the pattern"

    def test_a_title_is_never_code(self) -> None:
        title = '#panic("no") $x$ *b* _i_ @ref <tag> [c] `raw` // gone \\ #read("/etc/hostname")'
        assert inked(picture(draw(card(title))), TITLE_LTR) > 5000
        plain = picture(draw(card("*bold*"))), picture(draw(card("bold")))
        assert ImageChops.difference(*plain).getbbox() is not None

    def test_letters_without_a_font_leave_the_title_out(self) -> None:
        assert writable("東京のまちづくり") == ""
        assert writable("स्वच्छ") == ""
        assert writable("Aarhus 😀") == ""

    def test_the_list_of_letters_is_that_of_the_fonts(self) -> None:
        found: set[int] = set()
        for file in FONTS.glob("*.ttf"):
            found.update(TTFont(file).getBestCmap())
        assert found == letters()

    def test_every_font_has_its_licence(self) -> None:
        readme = (FONTS / "README.md").read_text(encoding="utf-8")
        for name in re.findall(r"`(OFL-[\w-]+\.txt)`", readme):
            assert "SIL OPEN FONT LICENSE" in (FONTS / name).read_text(encoding="utf-8").upper()
        assert len(list(FONTS.glob("*.ttf"))) == 6

    def test_colours_are_those_of_the_style_sheet(self) -> None:
        path = finders.find("css/tokens.css")
        assert isinstance(path, str)
        tokens = Path(path).read_text(encoding="utf-8")
        light = tokens[: tokens.index("prefers-color-scheme")]
        for axis, colours in social_card.COLOURS.items():
            if axis == social_card.PORTAL:
                continue
            named = {"": "colour", "-tint": "tint", "-b": "b", "-c": "c"}
            for ending, name in named.items():
                assert f"--{axis}{ending}: {colours[name]};" in light
        portal = social_card.COLOURS[social_card.PORTAL]
        fills = social_card.PORTAL_TILES | {"tile-b": portal["b"], "tile-c": portal["c"]}
        for name, colour in fills.items():
            assert f".tiles--portal .{name} {{ fill: {colour}; }}" in tokens
        assert f"--head: {portal['tint']};" in light
        assert f"--sun: {social_card.SUN};" in light


class TestServing:
    """Cards of public works are served, kept and asked for again; others are not found."""

    pytestmark = database

    @pytest.fixture(autouse=True)
    def folder(self, settings: Settings, tmp_path: Path) -> Path:
        settings.VAR_DIR = tmp_path
        return tmp_path / "cards"

    def test_a_card(self, client: Client) -> None:
        page = works.practice(place="Aarhus")
        response = client.get(work_card(page).url)
        assert response.status_code == 200
        assert response.headers["Content-Type"] == "image/png"
        assert response.headers["Cache-Control"] == "public, max-age=86400"
        assert picture(response.content).size == (1200, 630)

    def test_what_it_says(self) -> None:
        page = works.practice(title="Streams", place="Aarhus", theme=["climate"])
        found = work_card(page)
        assert (found.title, found.place, found.kind) == (
            "Streams",
            "Aarhus · Denmark",
            "Good practice",
        )
        assert found.axis == page.axis

    def test_asked_again_nothing_is_sent(self, client: Client) -> None:
        url = work_card(works.practice()).url
        etag = client.get(url).headers["ETag"]
        again = client.get(url, headers={"if-none-match": etag})
        assert again.status_code == 304
        assert again.headers["ETag"] == etag

    def test_drawn_once(
        self, client: Client, monkeypatch: pytest.MonkeyPatch, folder: Path
    ) -> None:
        url = work_card(works.practice()).url
        first = client.get(url).content
        monkeypatch.setattr(social_card, "draw", lambda _card: pytest.fail("drawn again"))
        assert client.get(url).content == first
        assert len(list(folder.iterdir())) == 1

    def test_a_change_draws_another_in_its_place(self, client: Client, folder: Path) -> None:
        page = works.practice()
        before = work_card(page)
        client.get(before.url)
        after = work_card(works.publish(page, title="Another title"))
        assert after.url != before.url
        assert after.url.partition("?")[0] == before.url.partition("?")[0]
        client.get(after.url)
        assert [path.name for path in folder.iterdir()] == [
            f"{after.reference}.en.{after.digest}.png"
        ]

    def test_drafts_are_not_found(self, client: Client) -> None:
        page = works.practice(live=False)
        assert client.get(work_card(page).url).status_code == 404

    def test_other_languages_are_not_found(self, client: Client) -> None:
        page = works.practice()
        works.translated(page, "fr", live=False)
        reference = page.work.reference
        assert client.get(f"/card/{reference}/fr.png").status_code == 404
        assert client.get(f"/card/{reference}/xx.png").status_code == 404
        assert client.get("/card/L4A-9999/en.png").status_code == 404

    @pytest.mark.parametrize("place", ["page", "section"])
    def test_what_is_restricted_is_not_found(self, client: Client, place: str) -> None:
        page = works.practice("africa")
        url = work_card(page).url
        assert client.get(url).status_code == 200
        closed = page if place == "page" else works.node("section:africa")
        PageViewRestriction.objects.create(page=closed, restriction_type="login")
        assert client.get(url).status_code == 404

    def test_a_work_for_few_is_not_found(self, client: Client) -> None:
        url = work_card(works.practice()).url
        Work.objects.update(audience="secretariat")
        assert client.get(url).status_code == 404

    @pytest.mark.parametrize("language", ["en", "ar"])
    def test_the_portals_own(self, client: Client, language: str) -> None:
        response = client.get(f"/card/portal/{language}.png")
        assert picture(response.content).size == (1200, 630)

    def test_the_portals_own_in_its_languages_only(self, client: Client) -> None:
        assert client.get("/card/portal/xx.png").status_code == 404
        assert client.get("/card/portal/..%2f..%2fen.png").status_code == 404
