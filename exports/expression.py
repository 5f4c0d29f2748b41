"""A surface as a Python function of a library that differentiates by itself."""

from __future__ import annotations

from formulas.python import DEFINED, PythonPrinter, python_name
from formulas.tree import names
from surfaces import Surface


def loss_function(surface: Surface, library: str) -> str:
    """The source of f(theta); library is "torch" or "jnp", as the functions are called there."""
    parameters = tuple(p.name for p in surface.parameters)
    lines = [
        "def f(theta):",
        '    """The loss at theta, which holds x and y."""',
        "    x, y = theta",
    ]
    values = zip(parameters, surface.values, strict=True)
    number = "torch.tensor" if library == "torch" else "jnp.array"
    lines += [f"    {python_name(name)} = {number}({value!r})" for name, value in values]
    transform = surface.transform
    if transform.moves:
        cos, sin = transform.turn
        lines += [
            f"    x, y = x - {transform.shift_x!r}, y - {transform.shift_y!r}",
            f"    x, y = {cos!r} * x + {sin!r} * y, {cos!r} * y - {sin!r} * x",
            f"    x, y = x / {transform.scale_x!r}, y / {transform.scale_y!r}",
        ]
    tree = surface.expression.tree
    printer = PythonPrinter(library)
    text = printer.text(tree)
    if transform.scale_loss != 1:
        text = f"{transform.scale_loss!r} * ({text})"
    if not names(tree) & {"x", "y"}:
        text += " + 0 * x"  # a constant has a gradient, too: it is 0
    defined = [DEFINED[name].replace("np.", f"{library}.") + "\n" for name in printer.defined]
    return "\n".join([*defined, *lines, f"    return {text}", ""])
