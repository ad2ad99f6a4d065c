"""The vectors of an embedded index: rows of a file beside it.

A document of the index names its row. So the index's commit decides which rows count: rows of a
write that failed, of deleted works and of older versions lie in the file and nobody asks for them,
until a rebuild begins a new file. Rows are only ever added, so readers map the file as it is.
"""

from __future__ import annotations

import os
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

import numpy as np
from numpy.typing import NDArray

from ..document import Vector

Matrix = NDArray[np.float32]

# Single precision: in half of it the file would be half as large, but NumPy multiplies that without
# the processor's vector units, a hundred times slower.
_TYPE = np.dtype("<f4")
_NAME = "vectors."


def read_vectors(folder: Path) -> Matrix | None:
    """Give all whole rows of a generation's file, mapped from the disk, or None without a file."""
    file = _file(folder)
    if file is None:
        return None
    dimensions = _dimensions(file)
    rows = file.stat().st_size // (dimensions * _TYPE.itemsize)
    if not rows:
        return np.empty((0, dimensions), dtype=np.float32)
    return np.memmap(file, dtype=_TYPE, mode="r", shape=(rows, dimensions))


class VectorWriter:
    """Adds rows to a generation's file; the caller holds the writers' lock.

    `sync` puts them on the disk; that must be before the commit that names them.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file: BinaryIO | None = None
        self._path = _file(folder)
        self._rows = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def place(self, vector: Vector, row: int | None = None) -> int:
        """Give the row that holds a vector: `row`, where it is the same one, else a new one.

        Raises ValueError for a vector of other dimensions than those of the file.
        """
        values = np.ascontiguousarray(vector, dtype=_TYPE)
        if values.ndim != 1 or not values.size or not np.isfinite(values).all():
            raise ValueError("a vector has one dimension and finite numbers")
        if self._path is not None and values.size != _dimensions(self._path):
            raise ValueError(
                f"a vector of {values.size} dimensions cannot stand beside vectors "
                f"of {_dimensions(self._path)}"
            )
        if row is not None and self._holds(row, values):
            return row
        file = self._open(values.nbytes)
        file.write(values.tobytes())
        self._rows += 1
        return self._rows - 1

    def sync(self) -> None:
        """Put what was added on the disk."""
        if self._file is not None:
            self._file.flush()
            os.fsync(self._file.fileno())

    def _open(self, size: int) -> BinaryIO:
        if self._file is None:
            if self._path is None:
                self._path = self._folder / f"{_NAME}{size // _TYPE.itemsize}"
            self._file = self._path.open("ab")
            self._rows = self._file.tell() // size
            self._file.truncate(self._rows * size)  # what a crash left half written
            self._file.seek(0, os.SEEK_END)
        return self._file

    def _holds(self, row: int, values: Vector) -> bool:
        if self._path is None:
            return False
        found = np.fromfile(self._path, _TYPE, count=values.size, offset=row * values.nbytes)
        return found.tobytes() == values.tobytes()


def _file(folder: Path) -> Path | None:
    return next(iter(folder.glob(f"{_NAME}*")), None)


def _dimensions(file: Path) -> int:
    return int(file.name.removeprefix(_NAME))
