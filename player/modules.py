"""The player's modules as one script: a module that stands in a file cannot load others there."""

from __future__ import annotations

import re
from pathlib import Path

STATIC = Path(__file__).parent / "static"

IMPORT = re.compile(r'^import \{ ([\w, ]+) \} from "\./(\w+)\.js";\n', re.MULTILINE)
EXPORT = re.compile(r"^export (?=(?:(?:async )?function[*]?|class|const) (\w+))", re.MULTILINE)


def bundle(*entries: str) -> str:
    """The modules static/entry.js, each as a constant `entry`, and before it all that it imports.

    Each becomes a function that returns what it exports, so that their names stay apart.

    Raises:
        ValueError: a module imports or exports in a way that this does not read.
    """
    done: dict[str, str] = {}
    for entry in entries:
        _add(entry, done)
    return "\n".join(done.values())


def _add(name: str, done: dict[str, str]) -> None:
    if name in done:
        return
    code = (STATIC / f"{name}.js").read_text(encoding="utf-8")
    for _, other in IMPORT.findall(code):
        _add(other, done)
    exported = ", ".join(EXPORT.findall(code))
    code = EXPORT.sub("", IMPORT.sub(r"const { \1 } = \2;\n", code))
    if re.search(r"^(import|export)\b", code, re.MULTILINE) or "</script" in code:
        raise ValueError(f"{name}.js cannot be bundled: see player/modules.py for what it may use.")
    done[name] = f"const {name} = (() => {{\n{code}return {{ {exported} }};\n}})();\n"
