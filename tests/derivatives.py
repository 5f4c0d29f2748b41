"""Points of a surface, and its derivatives held against mpmath's numerical ones."""

import mpmath
import numpy as np


def points(surface, n, seed=0):
    """Random points of the domain, shape (2, n)."""
    x0, x1, y0, y1 = surface.domain
    return np.random.default_rng(seed).uniform((x0, y0), (x1, y1), (n, 2)).T


def grid(surface, n):
    x0, x1, y0, y1 = surface.domain
    return np.array(np.meshgrid(np.linspace(x0, x1, n), np.linspace(y0, y1, n)))


WORDS = {**vars(mpmath), "abs": abs, "min": min, "max": max}


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
