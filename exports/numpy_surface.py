"""A surface as NumPy source: the loss and its exact derivatives at a point, bit for bit."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Sequence
from types import FunctionType
from typing import Any

import numpy as np

from exports.source import extract
from formulas.python import python_name
from surfaces import Surface, Transform
from surfaces.surface import TINY


def numpy_surface(surface: Surface, *, hessian: bool) -> tuple[str, set[str]]:
    """Functions value(theta), gradient(theta) and, if asked for, hessian(theta); theta is (2, ...).

    Beside their source, the imports that it needs.
    """
    names = tuple(p.name for p in surface.parameters)
    compiled = surface.expression.compiled
    transform = surface.transform
    wanted = ("value", "gradient", "hessian")[: 3 if hessian else 2]
    parts = [f"PARAMETERS = np.array({list(surface.values)!r})\n"]
    called: dict[str, Any] = {}
    for name in wanted:
        parts.append(_written(getattr(compiled, name), f"formulas_{name}", names, called))
    helpers = extract(called.values(), given=())
    if called:
        parts.insert(0, helpers.text + "\n")
    if transform.moves:
        parts.append(_back(transform))
    moved = "back(theta)" if transform.moves else "theta"
    scale = f"{transform.scale_loss!r} * " if transform.scale_loss != 1 else ""
    loss = f"{scale}formulas_value(*{moved}, *PARAMETERS)[0]"
    if _is_constant(surface):
        loss = f"np.full(np.shape(theta)[1:], {loss})"
    parts.append(f'def value(theta):\n    """The loss at theta."""\n    return {loss}\n')
    before = [f"theta = {moved}"] if transform.moves else []
    after = []
    if compiled.singular:
        before.append(f"theta = np.where(np.abs(theta) < {TINY!r}, 0.0, theta)")
        after = [
            "finite = np.isfinite(formulas_value(*theta, *PARAMETERS)[0])",
            "out[np.isnan(out) & finite] = 0.0  # the tip of a cone is flat",
        ]
    for name in wanted[1:]:
        entries = f"formulas_{name}(*theta, *PARAMETERS)"
        if name == "hessian":
            made = ["out = np.empty((2, *np.shape(theta)))"]
            made += [f"out[0, 0], out[0, 1], out[1, 1] = {entries}", "out[1, 0] = out[0, 1]"]
        else:
            made = ["out = np.empty(np.shape(theta))", f"out[0], out[1] = {entries}"]
        turned = _turned(transform, name)
        lines = [f'"""The exact {name} at theta."""', *before, *made, *after, *turned]
        parts.append(f"def {name}(theta):\n    " + "\n    ".join(lines) + "\n")
    return "\n\n".join(parts), helpers.imports


def _is_constant(surface: Surface) -> bool:
    """Whether the loss is compiled into a formula without x and y: one number for all."""
    at = np.zeros((2, 2))
    with np.errstate(all="ignore"):
        (value,) = surface.expression.compiled.value(*at, *map(np.float64, surface.values))
    return not np.shape(value)


def _written(
    function: Callable[..., Any], name: str, parameters: Sequence[str], called: dict[str, Any]
) -> str:
    """A compiled function under a name, NumPy as np; the project's own that it calls are added.

    Its arguments after x and y are called as the parameters are: SymPy makes up names in the place
    of Python's own words.
    """
    (tree,) = ast.parse(textwrap.dedent(inspect.getsource(function))).body
    assert isinstance(tree, ast.FunctionDef)
    tree.name = name
    called_now = ["x", "y", *map(python_name, parameters)]
    renamed = {a.arg: new for a, new in zip(tree.args.args, called_now, strict=True)}
    for argument in tree.args.args:
        argument.arg = renamed[argument.arg]
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    for node in names:
        node.id = renamed.get(node.id, node.id)
    local = {*renamed.values()} | {n.id for n in names if isinstance(n.ctx, ast.Store)}
    for node in names:
        meant = None if node.id in local else inspect.unwrap(function).__globals__.get(node.id)
        if meant is np:
            node.id = "np"
        elif isinstance(meant, FunctionType) and meant.__module__.startswith("formulas."):
            called[node.id] = meant
        elif meant is not None:
            node.id = _in_numpy(meant)
    return ast.unparse(tree) + "\n"


def _in_numpy(value: Any) -> str:
    name = getattr(value, "__name__", repr(value))
    assert getattr(np, name) is value
    return f"np.{name}"


def _back(transform: Transform) -> str:
    cos, sin = transform.turn
    return f'''\
def back(theta):
    """The point of the formula that lies at theta: the surface is stretched, turned and shifted."""
    x, y = theta[0] - {transform.shift_x!r}, theta[1] - {transform.shift_y!r}
    along, across = {cos!r} * x + {sin!r} * y, {cos!r} * y - {sin!r} * x
    return np.array([along / {transform.scale_x!r}, across / {transform.scale_y!r}])
'''


def _turned(transform: Transform, name: str) -> list[str]:
    """How a derivative of the formula becomes one of the surface; a factor of 0 adds nothing."""
    if transform == Transform():
        return ["return out"]
    (a, b, c, d), k = transform.jacobian, transform.scale_loss
    if name == "gradient":
        x = _sum((k * a, "fx"), (k * c, "fy"))
        y = _sum((k * b, "fx"), (k * d, "fy"))
        return ["fx, fy = out", f"return np.array([{x}, {y}])"]
    xx = _sum((k * a * a, "fxx"), (2 * k * a * c, "fxy"), (k * c * c, "fyy"))
    xy = _sum((k * a * b, "fxx"), (k * (a * d + b * c), "fxy"), (k * c * d, "fyy"))
    yy = _sum((k * b * b, "fxx"), (2 * k * b * d, "fxy"), (k * d * d, "fyy"))
    return [
        "(fxx, fxy), (_, fyy) = out",
        f"gxx, gxy, gyy = {xx}, {xy}, {yy}",
        "return np.array([[gxx, gxy], [gxy, gyy]])",
    ]


def _sum(*terms: tuple[float, str]) -> str:
    texts = [f"{factor!r} * {name}" for factor, name in terms if factor]
    return " + ".join(texts) or f"0.0 * {terms[0][1]}"
