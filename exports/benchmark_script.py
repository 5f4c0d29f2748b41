"""A benchmark as a Python script that needs NumPy alone and repeats what every run took."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import indent
from typing import cast

from experiment import Ends, called
from experiment.loop import bound
from experiment.maps import Benchmark, Scores
from exports.numpy_script import BASE, methods_of
from exports.numpy_surface import numpy_surface
from exports.script import STATED, call, lane_row
from exports.words import MADE_BY
from surfaces import Surface

LOSS = '''\
class Loss:
    """An instance as a lane meets it: with noise and clipping, every question counted."""

    def __init__(self, on, clip, noise):
        self.on, self.clip, self.noise = on, clip, noise
        self.t, self.asked, self.runs = 1, 0, slice(None)

    def value(self, theta):
        self.asked += 1
        return self.on.value(theta)

    def gradient(self, theta):
        self.asked += 1
        g = self.on.gradient(theta)
        if self.noise is not None:
            g = g + self.noise[self.t - 1][:, self.runs]
        if self.clip is not None:
            length = np.hypot(*g)
            g = np.where(length > self.clip, g * (self.clip / length), g)
        return g

    def hessian(self, theta):
        self.asked += 1
        return self.on.hessian(theta)
'''

RUN = '''\
def reached(on, targets, optimizer, rates=None, clip=None, eps=""):
    """What it took until each run was as low as each target, (targets, runs); infinite for never.

    rates, clip: as lanes have them.
    """
    noise = None
    if SIGMA:
        drawn = [np.random.Generator(np.random.PCG64(seed)) for seed in on.seeds]
        drawn = [SIGMA * each.standard_normal((STEPS, 2)) for each in drawn]
        noise = np.stack(drawn, axis=-1)
    loss, theta = Loss(on, clip, noise), np.array(on.starts).T
    state = optimizer.init(theta)
    runs, found = np.arange(theta.shape[1]), np.full((len(targets), theta.shape[1]), np.inf)

    def look():
        low, so_far = on.value(theta) <= np.array(targets)[:, None], found[:, runs]
        found[:, runs] = np.where(low & np.isinf(so_far), loss.asked, so_far)

    look()
    for t in range(1, STEPS + 1):
        loss.t, loss.runs = t, runs
        now = optimizer if rates is None else optimizer.scheduled(rates[t - 1])
        theta, state = now.step(t, theta, loss, state)
        good = np.isfinite(on.value(theta)) & np.isfinite(on.gradient(theta)).all(0)
        good &= (np.abs(theta) < on.far).all(0)
        if not good.all():
            n = len(runs)
            state = {k: v[..., good] if np.shape(v)[-1:] == (n,) else v for k, v in state.items()}
            runs, theta = runs[good], theta[:, good]
            if not len(runs):
                break
        look()
    return found


def evaluations():
    """Of each lane what every run took, (targets, surfaces, instances, starts)."""
    names = [name for name, *_ in BENCHMARK[0][3]]
    found = {name: [] for name in names}
    for _, targets, instances, lanes in BENCHMARK:
        for name, optimizer, how in lanes:
            took = [reached(make(), targets, optimizer, **how) for make in instances]
            found[name].append(np.stack(took, axis=1))
    return {name: np.stack(took, axis=1) for name, took in found.items()}


def main():
    for name, took in evaluations().items():
        there = np.isfinite(took)
        print(f"{name}: {there.sum()} of {took.size} targets reached")
        for (surface, *_), part in zip(BENCHMARK, there.mean(axis=(0, 2, 3))):
            print(f"  {surface}: {part:.1%}")


if __name__ == "__main__":
    main()
'''


def benchmark_script(drawn: Benchmark, ends: Sequence[Ends]) -> str:
    """The script, at the rates that were chosen; `evaluations` in it gives what every run took."""
    scores = cast(Sequence[Scores], ends)
    names, (instances, _) = called(drawn.race), drawn.counts
    methods, own = methods_of(drawn.race.lanes)
    hessian = ".hessian(" in methods.text
    imports = {"import copy", "import numpy as np", "from types import SimpleNamespace"}
    imports |= methods.imports
    made, rows = [], []
    for i, surface in enumerate(drawn.on):
        for number in range(instances):
            text, imported = _instance(drawn, surface, number, hessian)
            made.append(text)
            imports |= imported
        lanes = [
            lane_row(lane, call(drawn.tuned(lane, score.rate[i]).optimizer), [], name)
            for lane, name, score in zip(drawn.race.lanes, names, scores, strict=True)
        ]
        makers = ", ".join(f"{surface.key}_{number + 1}" for number in range(instances))
        rows += [
            f"    ({surface.name!r}, {drawn.goals(surface).tolist()}, [{makers}], [",
            *(indent(row, "    ") for row in lanes),
            "    ]),",
        ]
    title = f"Benchmark on {', '.join(each.name for each in drawn.on)}: {', '.join(names)}"
    says = (
        "Each lane has the learning rate that was chosen for it beforehand, which is not repeated."
        "\nThe script needs NumPy alone."
    )
    parts = [
        f'"""{title}\n\n{MADE_BY}: /maps?{drawn.to_query()}\n\n{says}\n"""\n\n'
        + "\n".join(sorted(imports))
        + "\n",
        'np.seterr(all="ignore")  # a run that diverges overflows\n\n'
        f"STEPS = {drawn.race.steps}\nSIGMA = {drawn.race.noise!r}  # of the noise\n",
        STATED,
        BASE.partition("class Loss:")[0].rstrip() + "\n",
        LOSS,
        *([methods.text + "\n"] if methods.text else []),
        *own,
        *made,
        "\n".join(["# of each surface its targets, its instances and the lanes", "BENCHMARK = ["])
        + "\n"
        + "\n".join([*rows, "]", ""]),
        RUN,
    ]
    return "\n\n".join(parts)


def _instance(
    drawn: Benchmark, surface: Surface, number: int, hessian: bool
) -> tuple[str, set[str]]:
    """A function that makes an instance, with its starts and the seeds of its runs' noise."""
    there = drawn.instance(surface, number)
    starts = drawn.starts_on(surface, number).T.tolist()
    source, imported = numpy_surface(there, hessian=hessian)
    turn = there.transform
    moved = f"turned by {turn.rotate:g}° and moved by ({turn.shift_x:g}, {turn.shift_y:g})"
    answers = ["value", "gradient", *(["hessian"] if hessian else [])]
    given = [f"{name}={name}" for name in answers]
    given += [f"far={bound(there)!r}", f"starts={starts}"]
    given += [f"seeds={drawn.seeds(number, len(starts)).tolist()}"] if drawn.race.noise else []
    lines = [
        f"def {surface.key}_{number + 1}():",
        f'    """{surface.name}, {moved}."""',
        indent(source.rstrip(), "    "),
        "",
        f"    return SimpleNamespace({', '.join(given)})",
        "",
    ]
    return "\n".join(lines), imported
