"""Adam on Rosenbrock's function from many starts, as others compute it: for `benchmarks/maps.py`.

Each takes starts (2, n) and gives where they end; what is not installed is not compared.
"""

import ctypes
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from shutil import which
from unittest.mock import patch

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent))

from experiment import settle
from experiment.by_numba import WORTH
from kernels.compiled import compiler, is_installed
from optimizers import OPTIMIZERS
from surfaces import SURFACES

RATE, BETA1, BETA2, EPS = 0.01, 0.9, 0.999, 1e-8
ADAM, ROSENBROCK = OPTIMIZERS["adam"](lr=RATE), SURFACES["rosenbrock"]
SOURCE = Path(__file__).with_name("adam.c")
# Without errno, for which a loop with a root cannot be vectorized.
COMPILE = ["gcc", "-O3", "-march=native", "-fno-math-errno", "-shared", "-fPIC"]


def starts(n):
    """(2, n), evenly over the domain."""
    side = int(np.ceil(np.sqrt(n)))
    return np.ascontiguousarray(ROSENBROCK.domain.grid(side).reshape(2, -1)[:, :n])


def by_c():
    folder = Path(tempfile.mkdtemp())
    subprocess.run([*COMPILE, SOURCE, "-o", folder / "adam.so", "-lm"], check=True)
    run = ctypes.CDLL(str(folder / "adam.so")).run
    numbers = ctypes.POINTER(ctypes.c_double)
    run.argtypes = [numbers, numbers, *[ctypes.c_long] * 2, *[ctypes.c_double] * 4]
    run.restype = None

    def ends(theta, steps):
        x, y = theta.copy()
        pointers = (each.ctypes.data_as(numbers) for each in (x, y))
        run(*pointers, len(x), steps, RATE, BETA1, BETA2, EPS)
        return np.array([x, y])

    return ends


def by_torch():
    import torch

    def ends(theta, steps):
        point = torch.tensor(theta, dtype=torch.float64, requires_grad=True)
        adam = torch.optim.Adam([point], lr=RATE, betas=(BETA1, BETA2), eps=EPS)
        with torch.no_grad():
            for _ in range(steps):
                x, y = point
                beside = y - x * x
                point.grad = torch.stack([-400 * x * beside + (2 * x - 2), 200 * beside])
                adam.step()
        return point.detach().numpy()

    return ends


def by_optax():
    from functools import partial

    import jax
    import optax

    jax.config.update("jax_enable_x64", True)
    adam = optax.adam(RATE, BETA1, BETA2, EPS)

    def step(held, _):
        (point, state), beside = held, held[0][1] - held[0][0] ** 2
        x, _ = point
        gradient = jax.numpy.stack([-400 * x * beside + (2 * x - 2), 200 * beside])
        change, state = adam.update(gradient, state)
        return (optax.apply_updates(point, change), state), None

    @partial(jax.jit, static_argnums=1)
    def scanned(point, steps):
        held, _ = jax.lax.scan(step, (point, adam.init(point)), None, steps)
        return held[0]

    return lambda theta, steps: np.asarray(scanned(theta, steps))


def by_numpy():
    def ends(theta, steps):
        with patch("experiment.ends.is_installed", lambda: False):
            return settle(ADAM, ROSENBROCK, theta, steps).theta

    return ends


def compiled():
    """By numba, which compiles it anew while NumPy does the same."""
    folder = Path(tempfile.mkdtemp())
    with patch("kernels.compiled.folder", lambda: folder):
        settle(ADAM, ROSENBROCK, starts(WORTH), 1)
        compiler.wait()
    return lambda theta, steps: settle(ADAM, ROSENBROCK, theta, steps).theta


def ours():
    """The project's own ways, as `others`."""
    yield "settle, NumPy", by_numpy
    if is_installed():
        yield "settle, numba", compiled


def others():
    """What there is to compare with: its name, and what makes its function."""
    if which(COMPILE[0]):
        yield "C, one thread", by_c
    if find_spec("torch"):
        yield "torch.optim.Adam", by_torch
    if find_spec("optax"):
        yield "optax in a jitted scan", by_optax
