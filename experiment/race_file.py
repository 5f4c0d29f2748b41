"""A race as a file that opens again, with the data that a link only names.

    {"link": "surface=linear_regression&data=0123456789ab&lane=sgd",
     "data": {"names": ["x", "y"], "columns": [[1, 2, 3], [2, 1, 4]], "note": ""}}

What else stands in the file is passed over, so that the table of a race in JSON is one too.
"""

from __future__ import annotations

import json
import unicodedata
from dataclasses import replace
from typing import Any

import numpy as np

from experiment import mended
from experiment.experiment import KEYS, Experiment
from experiment.link import uploaded
from settings import Refusal
from surfaces import Data
from surfaces.tables.cells import MAX_NAME
from surfaces.tables.reading import MAX_BYTES
from surfaces.tables.sample import MAX_ROWS


def race_parts(experiment: Experiment) -> dict[str, Any]:
    """The link and, where the data are a person's own, these."""
    parts: dict[str, Any] = {"link": experiment.to_query()}
    if data := uploaded(experiment.surface):
        parts["data"] = {
            "names": list(data.names),
            "columns": data.columns.tolist(),
            "note": data.note,
        }
    return parts


def write_race(experiment: Experiment) -> str:
    """The file's text. Numbers read back exactly."""
    return json.dumps(race_parts(experiment), ensure_ascii=False, indent=1) + "\n"


def read_race(content: bytes) -> Experiment:
    """The race of a file; what cannot be used of it is named in `problems`.

    The data are the file's, even if someone has changed them since: then the link names others.

    Raises:
        ValueError: it is no such file; one sentence.
    """
    if len(content) > MAX_BYTES:
        raise Refusal(
            f"The file has {len(content) / 1e6:.1f} MB, and a race file at most "
            f"{MAX_BYTES / 1e6:g} MB: take the race file, not the table"
        )
    try:
        file = json.loads(content)  # in whichever Unicode an editor has saved it
        link = file["link"]
    except (ValueError, KeyError, TypeError, IndexError, RecursionError):
        link = None
    if not isinstance(link, str):
        raise Refusal(
            "The file is no race file: take one away from a race, or open a table of numbers as "
            "data instead"
        )
    parts: dict[str, list[str]] = {}
    for key, value in mended.parts(link, KEYS):
        parts.setdefault(key, []).append(value)
    if "data" not in file:
        return Experiment.from_query(parts or link)
    parts.pop("data", None)
    try:
        data = _data(file["data"])
    except Refusal as refusal:
        read = Experiment.from_query(parts)
        sentence = refusal.instead(f"{read.surface.name}'s own were used instead")
        return replace(read, problems=(sentence, *read.problems))
    return Experiment.from_query(parts | {"data": [data.digest]}, [data])


def _data(part: Any) -> Data:
    """The data of a file. ValueError: they cannot be used, and why."""
    found = part if isinstance(part, dict) else {}
    names: Any = found.get("names")
    columns: Any = found.get("columns")
    if not (_is_list(names, str) and isinstance(columns, list) and len(names) == len(columns)):
        raise Refusal("The file's data must be names and a column of numbers for each")
    if not all(_is_list(column, int | float) for column in columns):
        raise Refusal("The columns of the file's data must hold numbers only")
    if any(unicodedata.category(c) == "Cs" for name in names for c in name):
        raise Refusal("The names in the file's data hold halves of letters: write them anew")
    if len(set(names)) < len(names) or max(map(len, names)) > MAX_NAME:
        raise Refusal(
            f"The names in the file's data must differ and have at most {MAX_NAME} letters"
        )
    rows = {len(column) for column in columns}
    if len(rows) > 1 or max(rows) > MAX_ROWS:
        raise Refusal(
            f"The columns of the file's data must be equally long, with at most {MAX_ROWS} rows"
        )
    note = found.get("note")
    try:
        table = np.array(columns, np.float64)
        return Data(tuple(names), table, note if isinstance(note, str) else "")
    except OverflowError:
        raise Refusal("The numbers of the file's data are too large") from None


def _is_list(value: Any, kind: Any) -> bool:
    """Whether something is a list, not empty, of a kind; a truth value is no number."""
    return (
        isinstance(value, list)
        and len(value) > 0
        and all(isinstance(each, kind) and not isinstance(each, bool) for each in value)
    )
