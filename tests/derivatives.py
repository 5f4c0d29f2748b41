"""Points of a surface, and its derivatives held against mpmath's numerical ones."""

import mpmath
import numpy as np

from formulas.syntax import read
from formulas.tree import Call, Name, Number, Power, Product, Sum


def points(surface, n, seed=0):
    """Random points of the domain, shape (2, n)."""
    x0, x1, y0, y1 = surface.domain
    return np.random.default_rng(seed).uniform((x0, y0), (x1, y1), (n, 2)).T


def grid(surface, n):
    x0, x1, y0, y1 = surface.domain
    return np.array(np.meshgrid(np.linspace(x0, x1, n), np.linspace(y0, y1, n)))


def _mod(a, b):
    return a - b * mpmath.floor(a / b)


WORDS = {
    **vars(mpmath),
    "abs": abs,
    "min": min,
    "max": max,
    "pow": mpmath.power,
    "log2": lambda u: mpmath.log(u, 2),
    "cbrt": lambda u: mpmath.sign(u) * mpmath.cbrt(abs(u)),
    "mod": _mod,
    "step": lambda u: mpmath.mpf(u >= 0),
    "relu": lambda u: max(u, mpmath.mpf(0)),
    "sigmoid": lambda u: 1 / (1 + mpmath.exp(-u)),
    "softplus": lambda u: mpmath.log1p(mpmath.exp(u)),
}
"""The functions of formulas in mpmath."""


def assert_derivatives_are_true(surface, theta):
    with mpmath.workdps(30):
        values = zip(surface.parameters, surface.values, strict=True)
        names = WORDS | {p.name: mpmath.mpf(value) for p, value in values}
        code = compile(surface.formula.replace("^", "**"), "formula", "eval")

        def f(x, y):
            return eval(code, {"__builtins__": {}}, names | {"x": x, "y": y})

        def derivative(*order):
            return [float(mpmath.diff(f, (x, y), order)) for x, y in theta.T]

        value = [float(f(mpmath.mpf(x), mpmath.mpf(y))) for x, y in theta.T]
        gradient = [derivative(1, 0), derivative(0, 1)]
        hessian = [derivative(2, 0), derivative(1, 1), derivative(0, 2)]
    np.testing.assert_allclose(surface.value(theta), value, rtol=1e-11, atol=1e-12)
    np.testing.assert_allclose(surface.gradient(theta), gradient, rtol=1e-10, atol=1e-10)
    ours = surface.hessian(theta)
    np.testing.assert_allclose(ours[[0, 0, 1], [0, 1, 1]], hessian, rtol=1e-9, atol=1e-9)
    np.testing.assert_array_equal(ours[0, 1], ours[1, 0])


class _Unfit(Exception):
    pass


def _evaluate(tree, names):
    """A formula's tree in mpmath; refuses what is not real or not well within range."""

    def go(part):
        match part:
            case Number(text):
                value = mpmath.mpf(text)
            case Name(name):
                value = names[name]
            case Sum(terms):
                value = mpmath.fsum(go(t) if sign == "+" else -go(t) for sign, t in terms)
            case Product(factors):
                value = mpmath.mpf(1)
                for sign, factor in factors:
                    value = value * go(factor) if sign == "*" else value / go(factor)
            case Power(base, exponent):
                value = go(base) ** go(exponent)
            case Call(name, arguments):
                inside = [go(argument) for argument in arguments]
                if name in ("floor", "ceil", "mod"):
                    steps = inside[0] / (inside[1] if name == "mod" else 1)
                    if abs(steps - mpmath.nint(steps)) < 1e-9:  # where rounding can cross a jump
                        raise _Unfit
                value = WORDS[name](*inside)
        if isinstance(value, mpmath.mpc) or not 1e-4 < abs(value) < 1e4:
            raise _Unfit
        return value

    return go(tree)


def exact(formula, point):
    """The value of a typed formula and its gradient at a point, parameters at 1, by mpmath.

    (None, None) where a part of the formula is tiny, large or undefined, or not smooth.
    """
    reading = read(formula)
    names = dict.fromkeys(reading.letters, mpmath.mpf(1)) | {"pi": mpmath.pi, "e": mpmath.e}

    def f(x, y):
        return _evaluate(reading.tree, names | {"x": x, "y": y})

    with mpmath.workdps(40):
        try:
            value = f(*map(mpmath.mpf, point))
            # Central differences with two steps: where they differ, there is a kink or a jump.
            steps = (mpmath.mpf("1e-8"), mpmath.mpf("1e-10"))
            x, y = map(mpmath.mpf, point)
            wide, fine = (
                ((f(x + h, y) - f(x - h, y)) / (2 * h), (f(x, y + h) - f(x, y - h)) / (2 * h))
                for h in steps
            )
        except (_Unfit, ZeroDivisionError, ValueError, OverflowError):
            return None, None
        smooth = all(abs(a - b) <= 1e-9 * (1 + abs(b)) for a, b in zip(wide, fine, strict=True))
        return (float(value), tuple(map(float, fine))) if smooth else (None, None)
