"""A surface at a glance: its map in a few pixels."""

import base64
import zlib

import numpy as np
from numpy.typing import NDArray

from figures.relief import relief
from figures.style import SURFACE_COLORS
from surfaces import Surface

BANDS = 12


def thumbnail(surface: Surface) -> NDArray[np.uint8]:
    """The map in the colours of the large one, north up; (n, n, 3), white where undefined."""
    seen = relief(surface, surface.scale)
    height = seen.height(seen.loss)[::-1]
    share = (height - seen.low) / (seen.high - seen.low or 1.0)
    band = np.floor(np.nan_to_num(share) * BANDS) / BANDS
    at = [position for position, _ in SURFACE_COLORS]
    colors = [[int(color[i : i + 2], 16) for _, color in SURFACE_COLORS] for i in (1, 3, 5)]
    pixels = np.stack([np.interp(band, at, channel) for channel in colors], axis=-1)
    pixels[np.isnan(height)] = 255
    return pixels.astype(np.uint8)


def data_url(pixels: NDArray[np.uint8]) -> str:
    """Pixels (n, m, 3) as the address of a PNG that holds itself, so that no server is asked."""
    height, width, _ = pixels.shape
    size = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    rows = b"".join(b"\0" + row.tobytes() for row in pixels)
    parts = (
        (b"IHDR", size + b"\x08\x02\0\0\0"),  # eight bits each of red, green and blue
        (b"IDAT", zlib.compress(rows)),
        (b"IEND", b""),
    )
    png = b"\x89PNG\r\n\x1a\n" + b"".join(
        len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")
        for kind, data in parts
    )
    return "data:image/png;base64," + base64.b64encode(png).decode()
