"""How torch.optim and optax are called to run one of our methods: which settings they name how.

The one statement of it: the scripts that people take away are written from it, and the recordings
that the tests replay are made with it. A method's own `reference` says by which library's function
it is held to account; here stands what else repeats its path, and what a library cannot do.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from optimizers import OPTIMIZERS
from optimizers.base import DECOUPLING
from optimizers.sources import Function

Settings = Mapping[str, Any]

SCHEDULE, STANDSTILL, FLAT = "schedule", "standstill", "flat"
"""What a run can meet: a rate that changes; at the start, a gradient of 0, or of 0 in x or in y."""


class Unavailable(ValueError):
    """A library cannot run a method as it is set; the message says why, without a full stop."""


@dataclass(frozen=True)
class Call:
    """A call of a library's function.

    Attributes:
        function: "torch.optim.Adam", "optax.contrib.dog".
        arguments: its keywords, without the parameters or, for optax, the learning rate.
        l2: the λ of the λθ that is added to the gradient before, where the function does not.
    """

    function: str
    arguments: Settings
    l2: float = 0.0


@dataclass(frozen=True)
class Limit:
    """What a library's function does not do, and so where our path is another.

    Attributes:
        holds: whether the settings are within it.
        sentence: what the function does instead; {} is its name.
        met: where alone it matters, one of SCHEDULE, STANDSTILL and FLAT; empty for everywhere.
    """

    holds: Callable[[Settings], bool]
    sentence: str
    met: str = ""


@dataclass(frozen=True)
class Counterpart:
    """What a library has for one of our methods.

    Attributes:
        function: its name; empty if there is none that computes the same.
        names: what it calls a setting that it does not name as we do, apart from what its library
            always does; several words if it has to be told several times, none if it lacks the
            setting, which a limit then keeps where the function has it.
        pairs: what it takes as a pair.
        fixed: further arguments.
        stated: settings at our default that are not at the function's.
        shaped: how a value is written.
        chained_l2: whether an L2 penalty is added to the gradient before it; a decoupled decay
            is the function's own.
        limits: where it computes another path.
    """

    function: str
    names: Mapping[str, str] = field(default_factory=dict)
    pairs: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    fixed: Settings = field(default_factory=dict)
    stated: tuple[str, ...] = ()
    shaped: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)
    chained_l2: bool = False
    limits: tuple[Limit, ...] = ()


@dataclass(frozen=True)
class Library:
    """Who has counterparts.

    Attributes:
        modules: where its methods are; the first is its name.
        names, pairs: as a counterpart's, of all its functions.
        others: counterparts by our key, where it is not the method's reference as that stands.
    """

    modules: tuple[str, ...]
    names: Mapping[str, str]
    pairs: Mapping[str, tuple[str, str]]
    others: Mapping[str, Counterpart]

    @property
    def name(self) -> str:
        """As in a sentence."""
        return self.modules[0]

    def counterpart(self, key: str) -> Counterpart:
        """What it has for a method.

        Raises:
            Unavailable: nothing.
        """
        reference = OPTIMIZERS[key].reference
        if key in self.others:
            return self.others[key]
        if isinstance(reference, Function) and reference.module in self.modules:
            return Counterpart(str(reference))
        raise Unavailable(f"{self.name} does not have the method (its reference is {reference})")

    def call(self, key: str, settings: Settings, met: Collection[str] = ()) -> Call:
        """The call that runs a method with some settings; the others are the function's own.

        Args:
            met: what the run meets, of SCHEDULE, STANDSTILL and FLAT.

        Raises:
            Unavailable: there is none.
        """
        counterpart = self.counterpart(key)
        defaults = {name: h.default for name, h in OPTIMIZERS[key].hyperparameters().items()}
        for limit in counterpart.limits:
            matters = not limit.met or limit.met in met
            if matters and not limit.holds(defaults | dict(settings)):
                raise Unavailable(limit.sentence.format(counterpart.function))
        h = {name: defaults[name] for name in counterpart.stated} | dict(settings)
        h = {name: None if (name, value) in NONE else value for name, value in h.items()}
        h |= {name: shape(h[name]) for name, shape in counterpart.shaped.items() if name in h}
        decoupled = any((defaults | dict(settings)).get(switch) for switch in DECOUPLING)
        chained = counterpart.chained_l2 and not decoupled
        l2 = h.pop("weight_decay", 0.0) if chained else 0.0
        for pair, members in {**self.pairs, **counterpart.pairs}.items():
            if any(member in h for member in members):
                h[pair] = tuple(h.pop(member, defaults[member]) for member in members)
        names = {**self.names, **counterpart.names}
        named = {theirs: v for name, v in h.items() for theirs in names.get(name, name).split()}
        return Call(counterpart.function, named | dict(counterpart.fixed), l2)


def _no(*settings: str) -> dict[str, str]:
    """The names of settings that a function lacks."""
    return dict.fromkeys(settings, "")


NONE = {("max_eval", 0), ("line_search_fn", "none"), ("beta3", 0.0), ("init_estim_sq_dist", 0.0)}
"""Where we have a value that stands for "as the library likes it", which there is None."""

BETAS = {"betas": ("beta1", "beta2")}
ESTIMATING = {"d0": "estim_lr0", "d_coef": "estim_lr_coef", "beta3": "beta3"}
"""How optax names what Prodigy and D-Adaptation have."""

CONSTANT_MU = 1000.0
"""A momentum_decay with which NAdam's mu is beta1 to the last bit from the first step on."""

UNCORRECTED = Limit(lambda h: h["bias_correction"], "{} always corrects the bias")
ASKS_LOSS = ("polyak_sgd", "momo")
"""The methods that optax tells the loss, too."""

NO_LOSS = Limit(lambda h: h["base"].key not in ASKS_LOSS, "{} does not hand the loss to its base")
DIVIDES_BY_ZERO = Limit(
    lambda _: False, "{} divides 0 by 0 where the gradient is 0 at the start", met=STANDSTILL
)
NO_DECAY = Limit(lambda h: not h["weight_decay"], "{} has no weight decay")
NO_DECOUPLED = Limit(
    lambda h: not (h["decoupled_weight_decay"] and h["weight_decay"]),
    "{} has no decoupled weight decay",
)
NO_R = Limit(lambda h: not h["r"], "{} has no r")
NO_WARMUP = Limit(lambda h: not h["warmup_steps"], "{} begins its warm-up with a rate of 0")

TORCH = Library(
    ("torch.optim",),
    names={"bias_correction": ""},
    pairs=BETAS
    | {
        "etas": ("eta_minus", "eta_plus"),
        "step_sizes": ("step_min", "step_max"),
        "eps": ("eps1", "eps2"),
    },
    others={
        "adam": Counterpart(
            "torch.optim.Adam",
            _no("eps_root"),
            limits=(UNCORRECTED, Limit(lambda h: not h["eps_root"], "{} has no eps_root")),
        ),
        "amsgrad": Counterpart("torch.optim.Adam", fixed={"amsgrad": True}, limits=(UNCORRECTED,)),
        "momentum": Counterpart("torch.optim.SGD", stated=("momentum",)),
        "nesterov": Counterpart(
            "torch.optim.SGD",
            fixed={"nesterov": True},
            stated=("momentum",),
            limits=(Limit(lambda h: h["momentum"] > 0, "{} refuses nesterov with momentum 0"),),
        ),
        "rprop": Counterpart(
            "torch.optim.Rprop",
            limits=(
                Limit(
                    lambda h: h["eta_minus"] > 0 and h["eta_plus"] > 1,
                    "{} refuses an eta_minus of 0 and an eta_plus of 1",
                ),
            ),
        ),
        "muon": Counterpart(
            "torch.optim.Muon",
            limits=(
                Limit(
                    lambda _: False,
                    "{} takes its Newton-Schulz steps in bfloat16, of three digits",
                ),
            ),
        ),
    },
)
"""What torch.optim has."""

OPTAX = Library(
    ("optax", "optax.contrib"),
    names={"lr": "", "base": "", "beta1": "b1", "beta2": "b2", "beta3": "b3"},
    pairs={},
    others={
        "sgd": Counterpart("optax.sgd", chained_l2=True),
        "momentum": Counterpart(
            "optax.sgd",
            _no("dampening"),
            chained_l2=True,
            limits=(Limit(lambda h: not h["dampening"], "{} has no dampening"),),
        ),
        "nesterov": Counterpart("optax.sgd", fixed={"nesterov": True}, chained_l2=True),
        "adam": Counterpart(
            "optax.adam", _no("bias_correction"), chained_l2=True, limits=(UNCORRECTED,)
        ),
        "adamw": Counterpart(
            "optax.adamw",
            _no("amsgrad"),
            limits=(Limit(lambda h: not h["amsgrad"], "{} has no amsgrad"),),
        ),
        "adamax": Counterpart("optax.adamax", chained_l2=True),
        "adadelta": Counterpart("optax.adadelta"),
        "rmsprop": Counterpart(
            "optax.rmsprop",
            {"alpha": "decay"},
            fixed={"eps_in_sqrt": False},
            chained_l2=True,
            limits=(
                Limit(
                    lambda h: not h["momentum"],
                    "{} keeps the learning rate in its momentum, which a schedule changes",
                    met=SCHEDULE,
                ),
            ),
        ),
        "adagrad": Counterpart(
            "optax.adagrad",
            _no("lr_decay"),
            chained_l2=True,
            limits=(
                Limit(lambda h: not h["eps"], "{} adds eps inside the root; with eps 0 it agrees"),
                Limit(lambda h: not h["lr_decay"], "{} has no lr_decay"),
                Limit(
                    lambda h: h["initial_accumulator_value"] > 0,
                    "{} leaves a coordinate alone where it would divide 0 by 0",
                    met=FLAT,
                ),
            ),
        ),
        "adopt": Counterpart(
            "optax.contrib.adopt",
            chained_l2=True,
            limits=(Limit(lambda h: h["eps"], "{} divides 0 by 0 a step too soon", met=FLAT),),
        ),
        "amsgrad": Counterpart(
            "optax.amsgrad",
            _no("bias_correction"),
            fixed={"bias_correction_mu": False, "bias_correction_nu": False},
            chained_l2=True,
            limits=(
                Limit(
                    lambda h: not h["bias_correction"],
                    "{} takes the maximum of the corrected v; without bias_correction it agrees",
                ),
            ),
        ),
        "radam": Counterpart(
            "optax.radam",
            _no("decoupled_weight_decay"),
            chained_l2=True,
            limits=(
                NO_DECOUPLED,
                Limit(
                    lambda h: not h["eps"],
                    "{} adds eps after the correction; with eps 0 it agrees",
                ),
            ),
        ),
        "nadam": Counterpart(
            "optax.nadam",
            _no("momentum_decay", "decoupled_weight_decay"),
            chained_l2=True,
            limits=(
                NO_DECOUPLED,
                Limit(
                    lambda h: h["momentum_decay"] >= CONSTANT_MU,
                    "{} has a constant momentum, not one that rises",
                ),
            ),
        ),
        "adan": Counterpart(
            "optax.adan",
            _no("weight_decouple"),
            fixed={"eps_root": 0.0},
            limits=(
                Limit(
                    lambda h: h["beta2"] == 0.5,
                    "{} weighs its Nesterov terms by 1 - beta2 in the place of beta2",
                ),
                Limit(
                    lambda h: h["weight_decouple"] or not h["weight_decay"],
                    "{} has no proximal weight decay",
                ),
            ),
        ),
        "ademamix": Counterpart(
            "optax.contrib.ademamix",
            _no("t_alpha_beta3", "weight_decouple"),
            chained_l2=True,
            limits=(
                Limit(lambda h: not h["t_alpha_beta3"], "{} has other schedules of alpha and b3"),
            ),
        ),
        "rprop": Counterpart(
            "optax.rprop", limits=(Limit(lambda _: False, "{} uses each sign a step late"),)
        ),
        "adafactor": Counterpart(
            "optax.adafactor",
            limits=(Limit(lambda _: False, "{} has a constant rate and rounds to float32"),),
        ),
        "lbfgs": Counterpart(
            "optax.lbfgs",
            limits=(Limit(lambda _: False, "{} has another first step and line search"),),
        ),
        "madgrad": Counterpart(
            "optax.contrib.madgrad",
            limits=(Limit(lambda _: False, "{} rounds the root of t to float32"),),
        ),
        "sophia": Counterpart(
            "optax.contrib.sophia",
            limits=(Limit(lambda _: False, "{} corrects m and uses each Hessian a step late"),),
        ),
        "schedule_free_sgd": Counterpart(
            "optax.contrib.schedule_free_sgd",
            {"momentum": "b1", **_no("r", "warmup_steps")},
            limits=(NO_R, NO_WARMUP),
        ),
        "schedule_free_adamw": Counterpart(
            "optax.contrib.schedule_free_adamw",
            _no("r", "warmup_steps"),
            limits=(NO_R, NO_WARMUP),
        ),
        "lookahead": Counterpart(
            "optax.lookahead",
            {"k": "sync_period", "alpha": "slow_step_size", **_no("pullback_momentum")},
            limits=(
                NO_LOSS,
                Limit(
                    lambda h: h["pullback_momentum"] == "none" or not h["base"].momentum_buffer,
                    "{} leaves its base's momentum as it is",
                ),
            ),
        ),
        "sam": Counterpart(
            "optax.contrib.sam",
            _no("rho", "adaptive"),
            fixed={"opaque_mode": True},
            limits=(NO_LOSS, Limit(lambda h: not h["adaptive"], "{} has no adaptive climb")),
        ),
        "lion": Counterpart(
            "optax.lion",
            _no("weight_decouple", "cautious"),
            limits=(
                Limit(
                    lambda h: h["weight_decouple"] or not h["weight_decay"],
                    "{} has decoupled weight decay alone",
                ),
                Limit(lambda h: not h["cautious"], "{} is never cautious"),
            ),
        ),
        "signum": Counterpart("optax.signum", _no("weight_decay"), limits=(NO_DECAY,)),
        "yogi": Counterpart("optax.yogi", _no("weight_decay"), limits=(NO_DECAY,)),
        "adabelief": Counterpart("optax.adabelief", _no("weight_decay"), limits=(NO_DECAY,)),
        "tiger": Counterpart("optax.lion", {"beta": "b1 b2"}),
        "dog": Counterpart(
            "optax.contrib.dog", shaped={"init_step": lambda step: ("heuristic", step)}
        ),
        "prodigy": Counterpart(
            "optax.contrib.prodigy", ESTIMATING, BETAS, limits=(DIVIDES_BY_ZERO,)
        ),
        "dadapt_adamw": Counterpart(
            "optax.contrib.dadapt_adamw", ESTIMATING, BETAS, limits=(DIVIDES_BY_ZERO,)
        ),
    },
)
"""What optax has. The learning rate is the first argument of its functions, and left out here."""


def takes_a_matrix(key: str) -> bool:
    """Whether optax's method treats vectors otherwise, so that a point has to be a row."""
    return key == "muon"
