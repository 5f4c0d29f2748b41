"""How figures travel to the browser: a JSON head, then every array once, as float32."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import plotly.graph_objects as go

LARGEST = float(np.finfo(np.float32).max)


def pack(head: Mapping[str, Any], figures: Mapping[str, go.Figure]) -> bytes:
    """Pack figures for the player.

    Four bytes hold the length of the head, which is JSON padded to a multiple of four; its key
    "figures" holds the figures, in which {"$": i} stands for the i-th entry of its key "arrays":
    {"id", "shape"}, with equal ids for equal arrays. The arrays follow in that order, little-endian
    float32. A number that float32 cannot hold becomes its largest: it lies outside every axis.
    """
    arrays: dict[str, tuple[int, list[int], bytes]] = {}

    def reference(array: np.ndarray) -> dict[str, int]:
        content = np.clip(array, -LARGEST, LARGEST).astype("<f4").tobytes()
        shape = list(array.shape)
        identity = hashlib.blake2b(
            content, digest_size=8, salt=str(shape).encode()[:16]
        ).hexdigest()
        index, _, _ = arrays.setdefault(identity, (len(arrays), shape, content))
        return {"$": index}

    def lighten(part: Any) -> Any:
        if isinstance(part, dict):
            return {key: lighten(value) for key, value in part.items()}
        if isinstance(part, np.ndarray):
            return reference(part)
        if isinstance(part, list | tuple):
            return [lighten(value) for value in part]
        return part

    light = {
        name: {
            "data": [lighten(trace.to_plotly_json()) for trace in figure.data],
            "layout": lighten(figure.layout.to_plotly_json()),
        }
        for name, figure in figures.items()
    }
    table = [{"id": identity, "shape": shape} for identity, (_, shape, _) in arrays.items()]
    text = json.dumps({**head, "figures": light, "arrays": table}, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 4)
    return b"".join(
        [len(text).to_bytes(4, "little"), text, *(content for _, _, content in arrays.values())]
    )
