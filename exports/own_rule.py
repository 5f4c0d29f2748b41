"""A rule that a person wrote, as a script has it: in NumPy, for torch and for optax."""

from __future__ import annotations

import zlib
from collections.abc import Iterable

from experiment import Lane
from formulas.python import DEFINED
from formulas.rule_printer import Source, source, variable
from optimizers import Rule

NUMPY = '''\
class {name}(Optimizer):
    """{text}"""

    def init(self, theta):
        return {name}_init(theta{own})

    def update(self, t, theta, g, state):
        return {name}_update(t, theta, g, state{own})
'''

TORCH = '''\
class {name}(torch.optim.Optimizer):
    """{text}"""

    def __init__(self, params{then}):
        super().__init__(params, {{{given}}})

    def step(self, closure):
        loss = closure()
        with torch.no_grad():
            for group in self.param_groups:
                numbers = [torch.as_tensor(group[key]) for key in {keys}]
                for param in group["params"]:
                    state, point = self.state[param], param.clone()
                    if not state:
                        state.update({name}_init(point, *numbers), t=torch.tensor(0.0))
                    state["t"] = state["t"] + 1
                    after, kept = {name}_update(state["t"], point, param.grad, state, *numbers)
                    state.update(kept)
                    param.copy_(after)
        return loss
'''

OPTAX = '''\
def {name}({plain}):
    """{text}"""

    def init(params):
        return {{**{name}_init(params{then}), "t": 0.0}}

    def update(g, state, params):
        t = state["t"] + 1
        after, kept = {name}_update(t, params, g, state{then})
        return after - params, {{key: {{**kept, "t": t}}[key] for key in state}}

    return optax.GradientTransformation(init, update)
'''


def rules_of(lanes: Iterable[Lane]) -> list[Rule]:
    """The rules of lanes and of what they wrap, each text once."""
    parts = (part for lane in lanes for part in (lane.optimizer, *lane.optimizer.wrapped))
    return list({part.text: part for part in parts if isinstance(part, Rule)}.values())


def rule_name(rule: Rule) -> str:
    """What a script calls a rule: the same for the same text."""
    return f"Rule_{zlib.crc32(rule.text.encode()):08x}"


def rule_settings(rule: Rule) -> dict[str, float]:
    """Its numbers, as a script names them."""
    return {variable(letter): number for letter, number in rule.values().items()}


def numpy_rule(rule: Rule) -> tuple[str, Source]:
    """A class for `exports.numpy_script.BASE`, and the functions that it needs beside its own."""
    return _written(rule, "np", NUMPY)


def torch_rule(rule: Rule) -> str:
    """A torch.optim.Optimizer."""
    return _alone(rule, "torch", TORCH)


def optax_rule(rule: Rule) -> str:
    """A function that makes an optax.GradientTransformation."""
    return _alone(rule, "jnp", OPTAX)


def _alone(rule: Rule, library: str, form: str) -> str:
    text, written = _written(rule, library, form)
    defined = [DEFINED[name].replace("np.", f"{library}.") for name in written.called]
    return "\n\n".join([*defined, text])


def _written(rule: Rule, library: str, form: str) -> tuple[str, Source]:
    name, letters = rule_name(rule), [variable(letter) for letter in rule.equations.letters]
    written = source(rule.equations, library, f"{name}_")
    given = {"lr": "1.0", **{letter: letter for letter in letters}}  # torch schedules an lr
    text = form.format(
        name=name,
        text=rule.text,
        keys=letters,
        own="".join(f", self.{letter}" for letter in letters),
        then="".join(f", {letter}" for letter in letters),
        plain=", ".join(letters),
        given=", ".join(f'"{key}": {value}' for key, value in given.items()),
    )
    return "\n\n".join([written.init, written.update, text]), written
