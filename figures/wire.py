"""How figures travel to the browser: a JSON head, then every array once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from figures.figure import Picture
from figures.plane import Plane

LARGEST = float(np.finfo(np.float32).max)
EXACT = 2.0**24  # below which float32 holds every whole number
LEVELS = 65534  # one more stands for nan


def pack(head: Mapping[str, Any], figures: Mapping[str, go.Figure | Picture | Plane]) -> bytes:
    """Pack figures for the player.

    Four bytes hold the length of the head, which is JSON padded to a multiple of four; its key
    "figures" holds the figures, as "data" and "layout", and of a plane also its "lanes" and its
    "start", which Plotly never gets. Anywhere in it {"$": i} stands for the i-th entry of its key
    "arrays", with equal "id" for equal arrays. The arrays follow in that order, little-endian, each
    padded to a multiple of four bytes:

    - {"id", "shape": [n]}: float32, of float64. A number that float32 cannot hold becomes its
      largest: it lies outside every axis.
    - {"id", "shape": [n], "from"}: nothing, for the numbers count on from that one.
    - {"id", "shape": [n] or [n, m], "low", "high"}: float32, which is for the eye only, or a grid:
      uint16 levels from low to high, finer than any screen; 65535 is nan.
    """
    arrays: dict[str, tuple[int, dict[str, Any], bytes]] = {}

    def reference(array: NDArray[Any]) -> dict[str, int]:
        entry, content = (
            _levels(array) if array.ndim == 2 or array.dtype == np.float32 else _line(array)
        )
        text = json.dumps(entry).encode() + content
        identity = hashlib.blake2b(text, digest_size=8).hexdigest()
        content += b"\0" * (-len(content) % 4)
        index, _, _ = arrays.setdefault(identity, (len(arrays), {"id": identity, **entry}, content))
        return {"$": index}

    def lighter(part: Any) -> Any:
        return reference(part) if isinstance(part, np.ndarray) else part.item()

    light = {**head, "figures": {name: _parts(each) for name, each in figures.items()}}
    text = _json(light, default=lighter)
    table = _json([entry for _, entry, _ in arrays.values()])
    whole = f'{text[:-1]},"arrays":{table}}}'.encode()
    whole += b" " * (-len(whole) % 4)
    return b"".join(
        [len(whole).to_bytes(4, "little"), whole, *(content for _, _, content in arrays.values())]
    )


_json = partial(json.dumps, separators=(",", ":"))


def _parts(picture: go.Figure | Picture | Plane) -> dict[str, Any]:
    if isinstance(picture, Plane):
        return _parts(picture.figure) | {"lanes": picture.lanes, "start": picture.start}
    if isinstance(picture, Picture):
        return {"data": picture.traces, "layout": picture.plain}
    traces = [trace.to_plotly_json() for trace in picture.data]
    return {"data": traces, "layout": picture.layout.to_plotly_json()}


def _line(array: NDArray[Any]) -> tuple[dict[str, Any], bytes]:
    counted = array[:1] + np.arange(len(array))
    if len(array) > 1 and abs(counted).max() < EXACT and np.array_equal(array, counted):
        return {"shape": list(array.shape), "from": float(array[0])}, b""
    content = np.clip(array, -LARGEST, LARGEST).astype("<f4").tobytes()
    return {"shape": list(array.shape)}, content


def _levels(array: NDArray[Any]) -> tuple[dict[str, Any], bytes]:
    array = array.astype(np.float64)
    finite = np.isfinite(array)
    low, high = 0.0, 0.0
    if finite.any():
        low = float(array.min(where=finite, initial=np.inf))
        high = float(array.max(where=finite, initial=-np.inf))
    array -= low
    array /= high - low or 1.0
    array *= LEVELS
    array[~finite] = LEVELS + 1
    entry = {"shape": list(array.shape), "low": low, "high": high, "levels": LEVELS}
    return entry, np.rint(array).astype("<u2").tobytes()
