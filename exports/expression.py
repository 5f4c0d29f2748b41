"""A surface's formula as a Python function of a library that differentiates by itself."""

from __future__ import annotations

import re
from functools import reduce

from surfaces import Surface
from surfaces.formula import parse
from surfaces.syntax import Call, Name, Number, Power, Product, Sum, Tree

CONSTANTS = {"pi": "np.pi", "e": "np.e"}
FUNCTIONS = {"min": "minimum", "max": "maximum", "atan": "arctan"}


def loss_function(surface: Surface, library: str) -> str:
    """The source of f(theta); library is "torch" or "jnp", as the functions are called there."""
    names = tuple(p.name for p in surface.parameters)
    lines = [
        "def f(theta):",
        '    """The loss at theta, which holds x and y."""',
        "    x, y = theta",
    ]
    values = zip(names, surface.values, strict=True)
    number = "torch.tensor" if library == "torch" else "jnp.array"
    lines += [f"    {name} = {number}({value!r})" for name, value in values]
    transform = surface.transform
    if transform.moves:
        cos, sin = transform.turn
        lines += [
            f"    x, y = x - {transform.shift_x!r}, y - {transform.shift_y!r}",
            f"    x, y = {cos!r} * x + {sin!r} * y, {cos!r} * y - {sin!r} * x",
            f"    x, y = x / {transform.scale_x!r}, y / {transform.scale_y!r}",
        ]
    text = _Printer(library).text(parse(surface.formula, names).tree)
    if transform.scale_loss != 1:
        text = f"{transform.scale_loss!r} * ({text})"
    if not re.search(r"\b[xy]\b", text):
        text += " + 0 * x"  # a constant has a gradient, too: it is 0
    return "\n".join([*lines, f"    return {text}", ""])


class _Printer:
    def __init__(self, library: str) -> None:
        self.library = library

    def text(self, tree: Tree) -> str:
        match tree:
            case Number(text):
                return repr(float(text)).removesuffix(".0")
            case Name(name):
                return CONSTANTS.get(name, name)
            case Sum(terms):
                parts = [f"{sign} {self.text(term)}" for sign, term in terms]
                return " ".join(parts).removeprefix("+ ")
            case Product(factors):
                parts = [f"{sign} {self.inner(factor)}" for sign, factor in factors]
                return " ".join(parts).removeprefix("* ")
            case Power(base, exponent):
                return f"{self.inner(base)} ** {self.inner(exponent)}"
            case Call(name, arguments):
                function = f"{self.library}.{FUNCTIONS.get(name, name)}"
                texts = map(self.argument, arguments)
                return (
                    reduce(lambda a, b: f"{function}({a}, {b})", texts)
                    if len(arguments) > 1
                    else f"{function}({next(texts)})"
                )

    def argument(self, tree: Tree) -> str:
        """What a function is called with; torch's take no plain numbers."""
        plain = self.library == "torch" and not _varies(tree)
        return f"torch.tensor({self.text(tree)})" if plain else self.text(tree)

    def inner(self, tree: Tree) -> str:
        """As text, in brackets unless it holds together by itself."""
        alone = isinstance(tree, Number | Name | Call)
        return self.text(tree) if alone else f"({self.text(tree)})"


def _varies(tree: Tree) -> bool:
    """Whether x, y or a parameter is in it."""
    match tree:
        case Number():
            return False
        case Name(name):
            return name not in CONSTANTS
        case Sum(parts) | Product(parts):
            return any(_varies(part) for _, part in parts)
        case Power(base, exponent):
            return _varies(base) or _varies(exponent)
    return any(map(_varies, tree.arguments))
