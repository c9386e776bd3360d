"""Writing a PNG of palette colours: enough for a heat map, whose cells are its pixels."""

import struct
import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from siliconmark_ui.reports.drawing.colours import Rgb

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_EIGHT_BITS, _PALETTE = 8, 3


def palette_png(cells: NDArray[np.uint8], colours: Sequence[Rgb]) -> bytes:
    """Return an image with one pixel a cell; each cell is the number of its colour, of which there are at most 256."""
    height, width = cells.shape
    rows = np.zeros((height, width + 1), dtype=np.uint8)
    rows[:, 1:] = cells  # Each row begins with the number of its filter: 0, none.
    header = struct.pack(">IIBBBBB", width, height, _EIGHT_BITS, _PALETTE, 0, 0, 0)
    parts = (
        (b"IHDR", header),
        (b"PLTE", b"".join(bytes(colour) for colour in colours)),
        (b"IDAT", zlib.compress(rows.tobytes(), 9)),
        (b"IEND", b""),
    )
    return _SIGNATURE + b"".join(_chunk(name, data) for name, data in parts)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
