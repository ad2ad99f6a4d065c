"""A work's pattern: always the same, its own, small, and harmless in a page."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator

import pytest

from portal.cms.tiles import AXES, PORTAL_REFERENCE, tile_cells, tile_svg

REFERENCES = [f"L4A-{number:04}" for number in range(1, 301)]
WORK_AXES = sorted(AXES - {"portal"})


def test_the_same_reference_gives_the_same_pattern_for_ever() -> None:
    tile_svg.cache_clear()
    first = tile_svg("L4A-0042", "planet", 5, 3)
    tile_svg.cache_clear()
    assert tile_svg("L4A-0042", "planet", 5, 3) == first
    # Written down: a change of the algorithm would change the face of every work.
    assert [
        (cell.column, cell.row, cell.shape, cell.turn, cell.colour)
        for cell in tile_cells("L4A-0042", "planet", 5, 3)
    ] == [
        (3, 0, "dot", 2, "tile-a"),
        (1, 1, "dot", 3, "tile-b"),
        (4, 1, "square", 0, "tile-a"),
        (0, 2, "triangle", 2, "tile-c"),
        (2, 2, "quarter", 1, "tile-b"),
    ]


def test_other_references_give_other_patterns() -> None:
    patterns = {tile_svg(reference, "planet", 16, 10) for reference in REFERENCES}
    assert len(patterns) == len(REFERENCES)


def test_the_axis_changes_colours_and_not_shapes() -> None:
    assert tile_cells("L4A-0042", "people", 16, 10) == tile_cells("L4A-0042", "planet", 16, 10)
    assert 'class="tiles tiles--people"' in tile_svg("L4A-0042", "people", 16, 10)


@pytest.mark.parametrize("axis", WORK_AXES)
def test_a_cover_is_small_and_somewhat_less_than_half_full(axis: str) -> None:
    sizes = [len(tile_svg(reference, axis, 16, 10)) for reference in REFERENCES]
    assert max(sizes) < 2500
    filled = sum(len(tile_cells(reference, axis, 16, 10)) for reference in REFERENCES)
    assert 0.43 < filled / (len(REFERENCES) * 160) < 0.47


@pytest.mark.parametrize("axis", sorted(AXES))
def test_it_is_well_formed_and_carries_classes_alone(axis: str) -> None:
    svg = tile_svg("L4A-0042", axis, 16, 10)
    root = ET.fromstring(svg)
    assert root.tag == "svg"
    assert root.attrib["class"] == f"tiles tiles--{axis}"
    assert root.attrib["viewBox"] == "0 0 32 20"
    assert (root.attrib["width"], root.attrib["height"]) == ("384", "240")
    assert root.attrib["preserveAspectRatio"] == "xMidYMid slice"
    assert root.attrib["aria-hidden"] == "true"
    classes = [path.attrib["class"] for path in root]
    assert len(classes) == len(set(classes)), "one path for each colour"
    assert set(classes) <= {"tile-a", "tile-b", "tile-c", "tile-d", "sun"}
    assert not re.search(r"style|fill|#|url|href", svg)


def _corners(path: str) -> Iterator[tuple[float, float]]:
    """Follow a path of M, m, h, v, l, a and z, and give every point that it reaches."""
    x = y = 0.0
    for command, text in re.findall(r"([Mmhvlaz])([^Mmhvlaz]*)", path):
        numbers = [float(number) for number in re.findall(r"-?(?:\d+\.?\d*|\.\d+)", text)]
        match command:
            case "M":
                x, y = numbers
            case "m" | "l":
                x, y = x + numbers[0], y + numbers[1]
            case "h":
                x += numbers[0]
            case "v":
                y += numbers[0]
            case "a":
                x, y = x + numbers[5], y + numbers[6]
        yield x, y


def test_shapes_stay_inside_their_squares() -> None:
    """Neighbours must not overlap, or one colour would hide another."""
    seen = set()
    for reference in REFERENCES[:60]:
        for cell in tile_cells(reference, "planet", 1, 1):
            seen.add((cell.shape, cell.turn))
            [path] = ET.fromstring(tile_svg(reference, "planet", 1, 1))
            for x, y in _corners(path.attrib["d"]):
                assert -1e-9 <= x <= 2 + 1e-9
                assert -1e-9 <= y <= 2 + 1e-9
    assert {shape for shape, _ in seen} >= {"quarter", "square", "half", "triangle"}


def test_the_portals_own_pattern_thins_out_towards_the_text() -> None:
    cells = tile_cells(PORTAL_REFERENCE, "portal", 24, 12)
    assert {cell.colour for cell in cells} == {"tile-a", "tile-b", "tile-c", "tile-d", "sun"}
    near_text = sum(cell.column < 8 for cell in cells)
    far_end = sum(cell.column >= 16 for cell in cells)
    assert near_text * 4 < far_end


def test_a_reference_is_never_written_into_the_markup() -> None:
    svg = tile_svg('"><script>alert(1)</script>', "planet", 16, 10)
    assert "script" not in svg
    ET.fromstring(svg)


def test_any_reference_will_do() -> None:
    for reference in ("", "مرجع", "L4A-" + "9" * 5000):
        ET.fromstring(tile_svg(reference, "government", 4, 4))


@pytest.mark.parametrize(
    ("axis", "columns", "rows", "tile"),
    [
        ("plant", 4, 4, 24),
        ("", 4, 4, 24),
        ("planet", 0, 4, 24),
        ("planet", 4, -1, 24),
        ("planet", 4, 4, 0),
    ],
)
def test_what_makes_no_pattern_is_refused(axis: str, columns: int, rows: int, tile: int) -> None:
    with pytest.raises(ValueError, match=r"axis|pattern|size"):
        tile_svg("L4A-0042", axis, columns, rows, tile=tile)
