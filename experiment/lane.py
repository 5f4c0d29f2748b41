"""A lane: one contestant of a race."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from experiment.budget import MAX_STEPS
from experiment.given import no_optimizer, no_schedule
from experiment.schedule import Constant, Schedule, factors
from optimizers import Optimizer, Rule
from settings import Setting, setting, statements

MAX_LABEL = 32
TINY = math.nextafter(0.0, 1.0)
CONSTANT = Constant()


@dataclass(frozen=True)
class Lane:
    """One contestant: an optimizer and how it is run.

    Attributes:
        optimizer: with scalar hyperparameters.
        schedule: what becomes of its learning rate.
        warmup: over how many steps the learning rate first rises linearly; 0 for none.
        clip: the norm to which longer gradients are scaled down; None for no clipping.
        label: what to call it; empty for a name made from its settings.

    Raises:
        ValueError: one of them cannot be used; the message says which and why.
    """

    optimizer: Optimizer
    schedule: Schedule = CONSTANT
    warmup: int = setting(0, high=MAX_STEPS, words=f"0 to {MAX_STEPS} steps")
    clip: float | None = setting(
        None, low=TINY, high=math.inf, words="a finite number above 0", optional=True
    )
    label: str = setting(
        "",
        choices=("",),
        pattern=rf"[\w .+-]{{1,{MAX_LABEL}}}",
        words=f"at most {MAX_LABEL} letters, digits, spaces and . + - _",
        drawn=True,
    )

    def __post_init__(self) -> None:
        if not isinstance(self.optimizer, Optimizer):
            raise ValueError(no_optimizer(self.optimizer))
        if not isinstance(self.schedule, Schedule):
            raise ValueError(no_schedule(self.schedule))
        for part in (self.optimizer, *self.optimizer.wrapped):
            for key, value in part.values().items():
                if np.ndim(value):
                    raise ValueError(f"A lane runs one optimizer; its {key} must be one number.")
        set_ = object.__setattr__
        if isinstance(self.label, str):
            set_(self, "label", self.label.strip())
        for key, statement in statements(Lane).items():
            set_(self, key, statement.checked(getattr(self, key)))

    @property
    def learning_rate(self) -> tuple[Setting, float] | None:
        """What its learning rate may be, and is; None where it has none."""
        for optimizer in (self.optimizer, *self.optimizer.wrapped):
            if (statement := optimizer.hyperparameters().get("lr")) is not None:
                return statement, optimizer.values()["lr"]
        return None

    @property
    def rules(self) -> list[Rule]:
        """The rules that a person wrote in it, in the order in which its call names them."""
        parts = (self.optimizer, *self.optimizer.wrapped)
        return [part for part in parts if isinstance(part, Rule)]

    @property
    def name(self) -> str:
        """The label, or the optimizer's name with what sets this lane apart; clipping in both."""
        if self.label:
            return " · ".join([self.label, *self._clipping()])
        return " · ".join([self.optimizer.name, *self.settings()])

    def factors(self, steps: int) -> NDArray[np.float64] | None:
        """What multiplies its learning rate at each of so many steps; None for nothing."""
        if self.schedule == CONSTANT and not self.warmup:
            return None
        return factors(self.schedule, self.warmup, steps)

    def _clipping(self) -> list[str]:
        return [] if self.clip is None else [f"clip {self.clip:g}"]

    def settings(self) -> list[str]:
        """The learning rate, and whatever else is not at its default, in words."""
        words = []
        statements = self.optimizer.hyperparameters()
        for key, value in self.optimizer.values().items():
            changed = value != statements[key].default
            if isinstance(value, Optimizer):
                words += [value.name, *Lane(value).settings()]
            elif isinstance(value, str):
                words += [value] if changed else []
            elif isinstance(value, bool):
                words += [f"{'' if value else 'no '}{key.replace('_', ' ')}"] if changed else []
            elif key == "lr" or changed:
                words.append(f"{key} {value:g}")
        if self.schedule != CONSTANT:
            words.append(self.schedule.name.lower())
        if self.warmup:
            words.append(f"warm-up {self.warmup}")
        return words + self._clipping()
