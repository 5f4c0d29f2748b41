"""How torch.optim and optax are called to run one of our methods: which settings they name how.

The one statement of it: the scripts that people take away are written from it, and the recordings
that the tests replay are made with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from optimizers import OPTIMIZERS

TORCH, OPTAX = "torch.optim", "optax"

TORCH_PAIRS = {
    "betas": ("beta1", "beta2"),
    "etas": ("eta_minus", "eta_plus"),
    "step_sizes": ("step_min", "step_max"),
    "eps": ("eps1", "eps2"),
}
"""What torch takes as a pair."""

FIXED = {"nesterov": {"nesterov": True}, "amsgrad": {"amsgrad": True}}
"""What makes a variant of a class of torch's."""

ESTIMATING = ("prodigy", "dadapt_adamw")
OPTAX_NAMES = {"beta1": "b1", "beta2": "b2"}
ESTIMATING_NAMES = {"d0": "estim_lr0", "d_coef": "estim_lr_coef"}

NONE = {("max_eval", 0), ("line_search_fn", "none"), ("beta3", 0.0), ("init_estim_sq_dist", 0.0)}
"""Where we have a value that stands for "as the library likes it", which there is None."""


@dataclass(frozen=True)
class Call:
    """A call of a library's function.

    Attributes:
        function: "torch.optim.Adam", "optax.contrib.dog".
        arguments: its keywords, without the parameters or, for optax, the learning rate.
    """

    function: str
    arguments: Mapping[str, Any]


def torch_call(key: str, settings: Mapping[str, Any]) -> Call | None:
    """The call of torch.optim that runs a method with some settings; the others are torch's own.

    None where torch.optim is not the method's reference, or lacks the setting.
    """
    library, _, name = _function(key).rpartition(".")
    h = _plain(settings)
    if library != TORCH or not h.pop("bias_correction", True):
        return None
    if name == "SGD" and key != "sgd":  # torch's own default is no momentum
        h.setdefault("momentum", OPTIMIZERS[key].hyperparameters()["momentum"].default)
    for pair, members in TORCH_PAIRS.items():
        _join(key, h, pair, members)
    return Call(f"{library}.{name}", h | FIXED.get(key, {}))


def optax_call(key: str, settings: Mapping[str, Any]) -> Call | None:
    """The same of optax; the learning rate, left out here, is its first argument."""
    function = _function(key)
    if function.split(".")[0] != OPTAX:
        return None
    h = _plain(settings)
    h.pop("lr", None)
    if key in ESTIMATING:
        _join(key, h, "betas", ("beta1", "beta2"))
    if key == "dog" and "init_step" in h:
        h["init_step"] = ("heuristic", h["init_step"])
    names = ESTIMATING_NAMES if key in ESTIMATING else OPTAX_NAMES
    return Call(function, {names.get(name, name): value for name, value in h.items()})


def takes_a_matrix(key: str) -> bool:
    """Whether the method's reference treats vectors otherwise, so that a point has to be a row."""
    return key == "muon"


def _function(key: str) -> str:
    return OPTIMIZERS[key].reference.partition("(")[0]


def _plain(settings: Mapping[str, Any]) -> dict[str, Any]:
    return {name: None if (name, v) in NONE else v for name, v in settings.items()}


def _join(key: str, h: dict[str, Any], pair: str, members: tuple[str, str]) -> None:
    """Make two settings one; one that is not given is at its default."""
    if any(member in h for member in members):
        statements = OPTIMIZERS[key].hyperparameters()
        h[pair] = tuple(h.pop(member, statements[member].default) for member in members)
