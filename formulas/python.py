"""A formula as Python source of a library that differentiates by itself: torch or jax.numpy."""

from __future__ import annotations

import builtins
import keyword

from formulas.printer import Printer
from formulas.tree import Number, Power, Product, Sum, Tree, names

TAKEN = frozenset({"theta", "f", "np", "torch", "jax", "jnp", "optax"})
"""What a script's functions of a surface call something else."""

CONSTANTS = {"pi": "np.pi", "e": "np.e"}
FUNCTIONS = {
    "abs": "absolute",
    "min": "minimum",
    "max": "maximum",
    "mod": "remainder",
    "asin": "arcsin",
    "acos": "arccos",
    "atan": "arctan",
    "asinh": "arcsinh",
    "acosh": "arccosh",
    "atanh": "arctanh",
}
"""What the libraries call functions that they have under another name."""

DEFINED = {
    "sec": "def sec(u):\n    return 1 / np.cos(u)\n",
    "csc": "def csc(u):\n    return 1 / np.sin(u)\n",
    "cot": "def cot(u):\n    return np.cos(u) / np.sin(u)\n",
    "sigmoid": "def sigmoid(u):\n    return np.exp(-np.logaddexp(0 * u, -u))\n",
    "softplus": "def softplus(u):\n    return np.logaddexp(0 * u, u)\n",
    "absolute": "def absolute(u):\n    return u * np.sign(u)\n",
    "relu": "def relu(u):\n    return np.where(u > 0, u, 0 * u)\n",
    "step": "def step(u):\n    return np.ceil((1 + np.sign(u)) / 2)\n",
    "cbrt": '''\
def cbrt(u):
    """The real cube root, whose slope counts as 0 at 0."""
    away = np.where(u == 0, 1 + 0 * u, u)
    return np.sign(u) * np.abs(away) ** (1 / 3)
''',
    "hypot": '''\
def hypot(a, b):
    """The length of (a, b), whose slopes count as 0 where it is 0."""
    zero = (a == 0) & (b == 0)
    away = np.where(zero, 1 + 0 * a, a)
    return np.where(zero, 0 * a, np.hypot(away, b))
''',
    "atan2": '''\
def atan2(a, b):
    """The angle of (b, a), whose slopes count as 0 where both are 0."""
    zero = (a == 0) & (b == 0)
    away = np.where(zero, 1 + 0 * b, b)
    return np.where(zero, 0 * a, np.arctan2(a, away))
''',
}
"""Those that they have not, or have with other slopes; np stands for the library."""


def python_name(name: str) -> str:
    """A parameter's name where it is an argument or a variable: lambda is lambda_."""
    reserved = keyword.iskeyword(name) or hasattr(builtins, name) or name in TAKEN
    return f"{name}_" if reserved else name


class PythonPrinter(Printer):
    """Writes a formula for a library, torch or jnp, and notes which of `DEFINED` it calls."""

    def __init__(self, library: str) -> None:
        self.library = library
        self.defined: dict[str, None] = {}  # a set in the order of use

    def number(self, text: str) -> str:
        # As a float: the product of whole numbers can be too long for an array's.
        return repr(float(text))

    def name(self, name: str) -> str:
        return CONSTANTS.get(name) or python_name(name)

    def power(self, base: Tree, exponent: Tree) -> str:
        around = Sum, Product, Power
        raised = self.inside(exponent, *around)
        if isinstance(exponent, Number):
            raised = raised.removesuffix(".0")  # a whole number as one
        return f"{self.inside(base, *around)} ** {raised}"

    def call(self, name: str, arguments: tuple[Tree, ...]) -> str:
        return _halved(self.function(name), [*map(self.argument, arguments)])

    def function(self, name: str) -> str:
        """What a function is called."""
        name = FUNCTIONS.get(name, name)
        if name in DEFINED:
            self.defined[name] = None
            return name
        return f"{self.library}.{name}"

    def argument(self, tree: Tree) -> str:
        """What a function is called with; torch's take no plain numbers."""
        plain = self.library == "torch" and not _varies(tree)
        return f"torch.as_tensor({self.text(tree)})" if plain else self.text(tree)


def _halved(function: str, texts: list[str]) -> str:
    """A call for two at most: of more, halves first, as `formulas.formula` has it.

    Where three values are equal, the slopes of a chain are others.
    """
    if len(texts) > 2:
        middle = len(texts) // 2
        texts = [
            part[0] if len(part) == 1 else _halved(function, part)
            for part in (texts[:middle], texts[middle:])
        ]
    return f"{function}({', '.join(texts)})"


def _varies(tree: Tree) -> bool:
    """Whether x, y or a parameter is in it."""
    return bool(names(tree) - CONSTANTS.keys())
