"""The atlas of tiles: a pattern for every work, drawn from its public reference.

A pattern is a grid of squares; somewhat less than half of them carry a quarter circle, a square,
half a square, a triangle or a dot. The same reference always gives the same pattern, so a work
is recognised in a list, over its page and on a social card. Nothing here knows of colours: the
shapes carry class names (``tile-a`` to ``tile-d`` and ``sun``) which ``static/css/tokens.css``
fills for each axis, in light and in dark.

``tile_cells`` gives the pattern as data, for whoever draws it in another way than SVG.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

PORTAL: Final = "portal"
# The reference whose pattern stands in the home page's head, chosen by eye among many.
PORTAL_REFERENCE: Final = "portal-17"
AXES: Final = frozenset({"people", "planet", "government", "transversal", PORTAL})

# Out of 256, so that one byte of the stream decides.
_DENSITY = 115
_SHAPES: Final = (
    ("quarter", 104),
    ("square", 38),
    ("half", 40),
    ("triangle", 36),
    ("disc", 20),
    ("dot", 18),
)
_COLOURS: Final = (("tile-a", 124), ("tile-b", 72), ("tile-c", 38), ("sun", 22))
_PORTAL_COLOURS: Final = (
    ("tile-a", 104),
    ("tile-b", 84),
    ("tile-d", 24),
    ("sun", 24),
    ("tile-c", 20),
)

# Subpaths in a square of 2 x 2 units, starting from its top left corner, one per quarter turn.
# "M{x} {y}" comes first; relative commands keep the text short.
_PATHS: Final[dict[str, tuple[tuple[int, int, str], ...]]] = {
    "quarter": (
        (0, 0, "h2a2 2 0 0 1-2 2z"),
        (2, 0, "v2a2 2 0 0 1-2-2z"),
        (2, 2, "h-2a2 2 0 0 1 2-2z"),
        (0, 2, "v-2a2 2 0 0 1 2 2z"),
    ),
    "square": ((0, 0, "h2v2h-2z"),) * 4,
    "half": (
        (0, 0, "h2v1h-2z"),
        (1, 0, "h1v2h-1z"),
        (0, 1, "h2v1h-2z"),
        (0, 0, "h1v2h-1z"),
    ),
    "triangle": (
        (0, 0, "h2l-2 2z"),
        (0, 0, "h2v2z"),
        (2, 0, "v2h-2z"),
        (0, 0, "v2h2z"),
    ),
    "disc": ((0, 1, "a1 1 0 1 1 2 0a1 1 0 1 1-2 0z"),) * 4,
    "dot": ((0, 1, "m.4 0a.6.6 0 1 1 1.2 0a.6.6 0 1 1-1.2 0z"),) * 4,
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One filled square of a pattern.

    ``shape`` is quarter, square, half, triangle, disc or dot; ``turn`` counts quarter turns
    clockwise; ``colour`` is the class name of its colour.
    """

    column: int
    row: int
    shape: str
    turn: int
    colour: str


def _bytes(seed: str) -> Iterator[int]:
    """Give an endless stream of bytes that depends on nothing but the seed.

    ``random`` is not used: its methods may change between versions of Python, and a work's
    pattern must not.
    """
    block = 0
    while True:
        yield from hashlib.sha256(f"{seed}\0{block}".encode()).digest()
        block += 1


def _choose(byte: int, weighted: tuple[tuple[str, int], ...]) -> str:
    """Give the name whose share of 256 the byte falls in."""
    for name, weight in weighted:
        byte -= weight
        if byte < 0:
            return name
    return weighted[0][0]


def tile_cells(reference: str, axis: str, columns: int, rows: int) -> list[Cell]:
    """Give the filled squares of a work's pattern, row by row.

    ``reference`` is the work's public reference, ``axis`` one of ``AXES``. The portal's own
    pattern grows denser from the first column to the last, so that text can stand before it.

    Raises ValueError for an unknown axis or a grid without squares.
    """
    if axis not in AXES:
        raise ValueError(f"unknown axis: {axis!r}")
    if columns < 1 or rows < 1:
        raise ValueError("a pattern needs at least one column and one row")
    colours = _PORTAL_COLOURS if axis == PORTAL else _COLOURS
    stream = _bytes(reference)
    cells: list[Cell] = []
    for row in range(rows):
        for column in range(columns):
            filled, shape, turn, colour = (next(stream) for _ in range(4))
            density = _DENSITY
            if axis == PORTAL:
                density = 190 * (column + 1) // (columns + 1)
            if filled < density:
                cells.append(
                    Cell(
                        column,
                        row,
                        _choose(shape, _SHAPES),
                        turn % 4,
                        _choose(colour, colours),
                    )
                )
    return cells


@lru_cache(maxsize=2048)
def tile_svg(reference: str, axis: str, columns: int, rows: int, *, tile: int = 24) -> str:
    """Draw a work's pattern as an inline SVG that says nothing to a screen reader.

    ``tile`` is the side of a square in pixels, where the page's style sheet does not say
    otherwise. The markup carries classes only, no inline style: a strict
    Content-Security-Policy lets it through.

    Raises ValueError as ``tile_cells`` does, and for a tile without size.
    """
    if tile < 1:
        raise ValueError("a tile needs a size")
    paths: dict[str, list[str]] = {}
    for cell in tile_cells(reference, axis, columns, rows):
        x, y, rest = _PATHS[cell.shape][cell.turn]
        start = f"M{2 * cell.column + x} {2 * cell.row + y}"
        paths.setdefault(cell.colour, []).append(start + rest)
    drawn = "".join(
        f'<path class="{colour}" d="{"".join(parts)}"/>' for colour, parts in sorted(paths.items())
    )
    return (
        f'<svg class="tiles tiles--{axis}" viewBox="0 0 {2 * columns} {2 * rows}"'
        f' width="{columns * tile}" height="{rows * tile}"'
        f' preserveAspectRatio="xMidYMid slice" aria-hidden="true" focusable="false">{drawn}</svg>'
    )
