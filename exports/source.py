"""The project's own source, cut down to what some classes need."""

from __future__ import annotations

import ast
import functools
import importlib
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

OWN = ("matrices", "optimizers", "experiment", "surfaces")
KEPT = ("name", "momentum_buffer")
"""Of a class's attributes, those that its methods read. Settings are given when it is made."""

DESCRIBE = (
    "__post_init__",
    "rule_as_set",
    "words_as_set",
    "divides_by_as_set",
    "work_of_an_answer",
)
"""Of its methods, those that check it and describe it."""


@dataclass
class Extract:
    """Definitions in an order that runs, and the imports they need.

    Attributes:
        imports: lines, such as "import numpy as np".
        definitions: (module, name) -> source.
        seen: the names that were followed.
    """

    imports: set[str] = field(default_factory=set)
    seen: set[tuple[str, str]] = field(default_factory=set)
    definitions: dict[tuple[str, str], str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The definitions, two empty lines apart.

        Where two modules mean different things by one name, all but the first add their own name.
        """
        meant: dict[str, str] = {}
        for (module, name), text in list(self.definitions.items()):
            if meant.setdefault(name, text) != text:
                self._rename(module, name)
        return "\n\n\n".join(dict.fromkeys(self.definitions.values()))

    def _rename(self, module: str, name: str) -> None:
        other = f"{name}_{module.rpartition('.')[2]}"
        for key, text in self.definitions.items():
            if key[0] == module:
                self.definitions[key] = re.sub(rf"\b{name}\b", other, text)


def extract(wanted: Iterable[Any], given: Collection[str]) -> Extract:
    """The source of classes and functions, and of everything of the project that it names.

    A class with settings is written without them and without what describes it: a base of its own
    has to be `given`, as is every other name that the source need not define.
    """
    found = Extract()
    for each in wanted:
        _follow(each.__module__, each.__name__, given, found)
    return found


def _follow(module: str, name: str, given: Collection[str], found: Extract) -> None:
    node = _module(module).get(name)
    if node is None or name in given or (module, name) in found.seen:
        return
    found.seen.add((module, name))
    if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] in OWN:
        _follow(node.module, name, given, found)
    elif isinstance(node, ast.Import | ast.ImportFrom):
        found.imports.add(_import_of(node, name))
    else:
        text, used = _written(module, node)
        for other in sorted(used):
            _follow(module, other, given, found)
        found.definitions[module, name] = text


@functools.cache
def _module(module: str) -> dict[str, ast.stmt]:
    """What each name at the top of a module stands for."""
    names: dict[str, ast.stmt] = {}
    for node in ast.parse("\n".join(_lines(module))).body:
        match node:
            case ast.Import() | ast.ImportFrom():
                names |= {alias.asname or alias.name: node for alias in node.names}
            case ast.FunctionDef() | ast.ClassDef():
                names[node.name] = node
            case ast.Assign():
                targets = (n for t in node.targets for n in ast.walk(t))
                names |= {n.id: node for n in targets if isinstance(n, ast.Name)}
    return names


@functools.cache
def _lines(module: str) -> list[str]:
    file = importlib.import_module(module).__file__
    assert file is not None
    return Path(file).read_text().splitlines()


def _import_of(node: ast.Import | ast.ImportFrom, name: str) -> str:
    alias = next(alias for alias in node.names if (alias.asname or alias.name) == name)
    return ast.unparse(
        ast.Import([alias])
        if isinstance(node, ast.Import)
        else ast.ImportFrom(node.module, [alias], 0)
    )


def _written(module: str, node: ast.stmt) -> tuple[str, set[str]]:
    """The source of a definition, and the names in it."""
    head, parts = "", [node]
    used: set[str] = set()
    if isinstance(node, ast.ClassDef) and node.decorator_list:  # a dataclass: one with settings
        head = f"class {node.name}({', '.join(map(ast.unparse, node.bases))}):\n"
        parts = [part for part in node.body if _stays(part)]
        used = _names(node.bases)
    texts = [_text(module, part) for part in parts]
    return head + "\n\n".join(texts), used | _names(parts)


def _stays(part: ast.stmt) -> bool:
    match part:
        case ast.FunctionDef(name):
            return name not in DESCRIBE
        case ast.Assign([ast.Name(name)]):
            return name in KEPT
    return isinstance(part, ast.Expr)


def _names(nodes: Iterable[ast.AST]) -> set[str]:
    return {n.id for node in nodes for n in ast.walk(node) if isinstance(n, ast.Name)}


def _text(module: str, node: ast.stmt) -> str:
    """The lines of a statement, with the comment that ends the last."""
    decorators = getattr(node, "decorator_list", [])
    first = min(n.lineno for n in (node, *decorators))
    return "\n".join(_lines(module)[first - 1 : node.end_lineno])
