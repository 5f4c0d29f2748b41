"""Records what scipy.optimize does, iteration for iteration, into references/scipy.json.

recording.py says how. To record anew, or with --check to compare:

    python -m venv /tmp/scipy && /tmp/scipy/bin/pip install scipy==1.17.1 jax==0.10.2 numpy
    /tmp/scipy/bin/python tests/record_scipy.py

Gradients and Hessians come from jax. All is float64. After scipy's own end the point stays.
"""

import jax
import numpy as np
import scipy
from recording import BANANA, FORMULAS, jitter_of, method, record

jax.config.update("jax_enable_x64", True)


def simplex(start, simplex_size=0.05):
    moved = [x * (1 + simplex_size) if x else simplex_size / 200 for x in start]
    return {"initial_simplex": [start, (moved[0], start[1]), (start[0], moved[1])]}


METHODS = {
    "bfgs": ("BFGS", lambda start: {}),
    "conjugate_gradient": (
        "CG",
        lambda start, c2=1e-6: {"c1": min(1e-4, c2 / 10), "c2": c2},
    ),
    "trust_region": (
        "dogleg",
        lambda start, radius=1.0, eta=0.15: {"initial_trust_radius": radius, "eta": eta},
    ),
    "nelder_mead": ("Nelder-Mead", simplex),
}


def path(case, jitter):
    """The rows [t, x, y] that scipy computes, the last repeated up to the case's steps."""
    jittered = jitter_of(jitter)

    def loss(theta):
        return FORMULAS[case.surface](*theta, **case.values)

    value, gradient, hessian = (jax.jit(f) for f in (loss, jax.grad(loss), jax.hessian(loss)))
    name, options = METHODS[case.optimizer]
    rows = [[0, *case.start]]

    def note(intermediate_result):
        rows.append([len(rows), *intermediate_result.x.tolist()])

    scipy.optimize.minimize(
        lambda x: float(value(x)),
        np.array(case.start),
        method=name,
        jac=None if name == "Nelder-Mead" else lambda x: np.asarray(gradient(x)) * jittered(),
        hess=(lambda x: np.asarray(hessian(x))) if name == "dogleg" else None,
        options=options(case.start, **case.hyperparameters),
        callback=note,
    )

    last = rows[-1][1:]
    rows += [[t, *last] for t in range(len(rows), case.steps + 1)]
    return rows[: case.steps + 1]


BEALE, BOOTH, HIMMELBLAU, CAMEL = (1.0, 1.0), (-7.0, -5.0), (0.0, -4.0), (-2.2, 2.0)
SHORT, LONG = {"steps": 40}, {"steps": 120}

CASES = [
    *method(
        "bfgs",
        ("defaults", "rosenbrock", BANANA, {}, SHORT),
        ("another surface", "beale", BEALE, {}, SHORT),
        ("far from a minimum", "himmelblau", HIMMELBLAU, {}, SHORT),
        ("a turned bowl", "booth", BOOTH, {}, SHORT),
        ("a zero component", "rosenbrock", (0.0, 0.0), {}, SHORT),
        ("three valleys", "three_hump_camel", CAMEL, {}, SHORT),
    ),
    *method(
        "conjugate_gradient",
        ("defaults", "rosenbrock", BANANA, {}, SHORT),
        ("scipy's own line search", "himmelblau", (4.0, 4.0), {"c2": 0.4}, SHORT),
        ("scipy's own, another surface", "beale", BEALE, {"c2": 0.4}, SHORT),
        ("scipy's own, far from a minimum", "himmelblau", HIMMELBLAU, {"c2": 0.4}, SHORT),
        ("scipy's own, a bowl", "booth", BOOTH, {"c2": 0.4}, SHORT),
        ("exact, a bowl", "booth", BOOTH, {}, SHORT),
        ("a zero component", "rosenbrock", (0.0, 0.0), {"c2": 0.1}, SHORT),
        ("three valleys", "three_hump_camel", CAMEL, {"c2": 0.1}, SHORT),
    ),
    *method(
        "trust_region",
        ("defaults", "rosenbrock", BANANA, {}, SHORT),
        ("a small circle", "rosenbrock", BANANA, {"radius": 0.05}, SHORT),
        ("a small circle on a bowl", "booth", BOOTH, {"radius": 0.3, "eta": 0.0}, SHORT),
        ("strict", "rosenbrock", (1.5, -0.5), {"radius": 5.0, "eta": 0.24}, SHORT),
        ("a zero component", "rosenbrock", (0.0, 0.0), {"radius": 0.1}, SHORT),
        ("near a minimum", "himmelblau", (4.5, 3.5), {"radius": 0.2}, SHORT),
    ),
    *method(
        "nelder_mead",
        ("defaults", "rosenbrock", BANANA, {}, LONG),
        ("a large simplex", "himmelblau", HIMMELBLAU, {"simplex_size": 0.5}, LONG),
        ("another surface", "beale", BEALE, {"simplex_size": 1.0}, LONG),
        ("a bowl", "booth", BOOTH, {}, LONG),
        ("a zero component", "rosenbrock", (0.0, 0.0), {"simplex_size": 0.2}, LONG),
        ("three valleys", "three_hump_camel", CAMEL, {"simplex_size": 0.3}, LONG),
    ),
]


if __name__ == "__main__":
    record("scipy", CASES, path, scipy=scipy.__version__, jax=jax.__version__)
