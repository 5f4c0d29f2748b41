"""How large a formula can become, told from the formula alone."""

from __future__ import annotations

import math
from collections.abc import Mapping

from formulas.tree import Call, Name, Number, Power, Product, Sum, Tree

NEVER_ABOVE = {"sin": 0.0, "cos": 0.0, "tanh": 0.0, "sign": 0.0, "atan": math.log10(math.pi / 2)}
UNBOUNDED = math.inf
ZERO = -math.inf


def magnitude(tree: Tree, names: Mapping[str, float]) -> float:
    """The decimal logarithm of a bound on the formula's size, infinite if it has none.

    A formula with a finite one is made of numbers, names, sums, products, whole powers and the
    functions that are defined and have derivatives, or settled ones, everywhere.

    Args:
        names: the same of each name.
    """
    match tree:
        case Number(text):
            return logarithm(float(text))
        case Name(name):
            return names[name]
        case Sum(terms):
            sizes = [magnitude(term, names) for _, term in terms]
            return max(sizes) + math.log10(len(sizes))
        case Product(factors):
            if any(sign == "/" and not isinstance(factor, Number) for sign, factor in factors):
                return UNBOUNDED
            sizes = [magnitude(factor, names) for _, factor in factors]
            if UNBOUNDED in sizes:
                return UNBOUNDED
            signs = [-1 if sign == "/" else 1 for sign, _ in factors]
            return sum(s * size for s, size in zip(signs, sizes, strict=True))
        case Power(base, Number(text)) if float(text).is_integer() and float(text) > 0:
            return float(text) * magnitude(base, names)
        case Call("abs", (argument,)):
            return magnitude(argument, names)
        case Call("min" | "max", arguments):
            return max(magnitude(argument, names) for argument in arguments)
        case Call(name, (argument,)) if name in NEVER_ABOVE:
            inner = magnitude(argument, names)
            return NEVER_ABOVE[name] if inner < UNBOUNDED else UNBOUNDED
    return UNBOUNDED


def logarithm(number: float) -> float:
    """The decimal logarithm of a number's size."""
    return math.log10(abs(number)) if number else ZERO
