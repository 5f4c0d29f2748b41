"""The scripts for PyTorch and Optax compute the drawn paths, where these are installed."""

import importlib.util
import json
import subprocess
import sys

import numpy as np
import pytest

from experiment import Experiment, run
from exports.optax_script import optax_script
from exports.torch_script import torch_script
from optimizers import OPTIMIZERS

SCRIPTS = {"torch": torch_script, "optax": optax_script}
TOLERANCE = {"lbfgs": 1e-5}
"""It divides by differences of gradients, which noise and twenty iterations a step make small."""

PRINTS_PATHS = """
print(json.dumps([[name, path(make, **how).tolist()] for name, make, how in LANES]))
"""


def paths(library, experiment):
    """What the script of a library computes: a name and points for each lane it has."""
    if importlib.util.find_spec(library) is None:
        pytest.skip(f"{library} is not installed, and nothing but this test needs it.")
    script = SCRIPTS[library](experiment).partition('if __name__ == "__main__"')[0]
    done = subprocess.run(
        [sys.executable, "-"],
        input=f"{script}\nimport json\n{PRINTS_PATHS}",
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def assert_agreement(library, query):
    experiment = Experiment.from_query(query)
    assert not experiment.problems
    computed = paths(library, experiment)
    assert len(computed) == len(experiment.lanes)
    lanes = zip(experiment.lanes, run(experiment), computed, strict=True)
    for lane, drawn, (name, points) in lanes:
        apart = np.abs(points - drawn.theta) / np.abs(drawn.theta).max(axis=1, keepdims=True)
        assert apart.max() < TOLERANCE.get(lane.optimizer.key, 1e-10), name


def eights(library):
    keys = [key for key, cls in OPTIMIZERS.items() if cls.reference.startswith(library)]
    return [(library, keys[i : i + 8]) for i in range(0, len(keys), 8)]


@pytest.mark.parametrize(("library", "keys"), eights("torch") + eights("optax"), ids=str)
def test_every_method_of_a_library_computes_the_path_that_was_drawn(library, keys):
    lanes = "&".join(f"lane={key}" for key in keys)
    assert_agreement(library, f"surface=himmelblau&steps=25&{lanes}")


@pytest.mark.parametrize(("library", "keys"), eights("torch") + eights("optax"), ids=str)
def test_it_does_so_scheduled_clipped_and_noisy_on_a_turned_surface(library, keys):
    lanes = "&".join(f"lane={key}(schedule=cosine,warmup=3,clip=2)" for key in keys)
    assert_agreement(library, f"surface=booth(rotate=30,scale_loss=0.5)&steps=15&noise=0.1&{lanes}")


@pytest.mark.parametrize(("library", "method"), [("torch", "sgd"), ("optax", "lion")])
@pytest.mark.parametrize(
    "formula",
    ["x^2-2y+max(x,1,sin(2))+|y|+a*e^-x", "2", "-x^2/3/y+sqrt(2)^x+cos(pi)", "ln(x+9)a^y"],
)
def test_typed_formulas_are_written_as_the_library_differentiates_them(library, method, formula):
    typed = formula.replace("+", "%2B")
    assert_agreement(library, f"formula={typed}&start=2,1&steps=10&lane={method}(lr=0.01)")
