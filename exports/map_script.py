"""A map as a Python script that needs NumPy alone and repeats how every run ends."""

from __future__ import annotations

from collections.abc import Sequence

from experiment import Ends
from experiment.maps import Basins, Benchmark, Map, Sweep
from exports.benchmark_script import benchmark_script
from exports.numpy_script import BASE, methods_of
from exports.numpy_surface import numpy_surface
from exports.script import STATED, call, constants, lane_row
from exports.words import MADE_BY
from figures.style import formula_text
from optimizers import Optimizer

RUN = '''\
def only(optimizer, good):
    """An optimizer for some of the runs: settings may be arrays over these."""
    other = copy.copy(optimizer)
    for key, setting in vars(optimizer).items():
        if isinstance(setting, Optimizer):
            other.__dict__[key] = only(setting, good)
        elif np.ndim(setting):
            other.__dict__[key] = setting[good]
    return other


def settle(optimizer, starts, rates=None, clip=None, eps=""):
    """Where runs end, (2, n), and their losses (n,), infinite of those that diverged.

    starts: (2, n). A hyperparameter may be an array over the runs. rates, clip: as lanes have them.
    """
    loss, theta = Loss(clip), starts.copy()
    state = optimizer.init(theta)
    runs, ends, far = np.arange(theta.shape[1]), starts.copy(), np.zeros(theta.shape[1], bool)
    for t in range(1, STEPS + 1):
        loss.t = t
        now = optimizer if rates is None else optimizer.scheduled(rates[t - 1])
        theta, state = now.step(t, theta, loss, state)
        good = np.isfinite(value(theta)) & np.isfinite(gradient(theta)).all(0)
        good &= (np.abs(theta) < FAR).all(0)
        if not good.all():
            far[runs[~good]] = True
            n = len(runs)
            state = {k: v[..., good] if np.shape(v)[-1:] == (n,) else v for k, v in state.items()}
            optimizer = only(optimizer, good)
            runs, theta = runs[good], theta[:, good]
            if not len(runs):
                break
        ends[:, runs] = theta
    return ends, np.where(far, np.inf, value(ends))
'''

BASINS = '''\
GRID = {grid}


def starts():
    """(2, GRID, GRID), rows along y."""
    middle, along = (np.arange(GRID) + 0.5) / GRID, []
    for low, high in (DOMAIN[:2], DOMAIN[2:]):
        width = high - low
        along.append(np.round(low + width * middle, {digits} - int(np.floor(np.log10(width)))))
    return np.array(np.meshgrid(*along))


def main():
    grid = starts().reshape(2, -1)
    grid = grid[:, np.isfinite(value(grid)) & np.isfinite(gradient(grid)).all(0)]
    for name, optimizer, how in LANES:
        ends, losses = settle(optimizer, grid, **how)
        print(f"{{name}}: {{np.isinf(losses).sum()}} of {{len(losses)}} diverged")
        near = np.round(ends[:, np.isfinite(losses)], 1) + 0.0
        places, counts = np.unique(near, axis=1, return_counts=True)
        for i in np.argsort(-counts)[:8]:
            print(f"  {{counts[i]}} end near ({{places[0, i]:g}}, {{places[1, i]:g}})")


if __name__ == "__main__":
    main()
'''

SWEEP = """\
X = np.array({x})  # {x_key}
Y = np.array({y})  # {y_key}


def main():
    y, x = (each.reshape(-1) for each in np.meshgrid(Y, X, indexing="ij"))
    for name, optimizer, how in LANES:
        for start in STARTS:
            grid = np.repeat(np.array(start)[:, None], len(x), axis=1)
            _, losses = settle(optimizer(x, y), grid, **how)
            best = losses.argmin()
            print(f"{{name}}: {best} (loss {{losses[best]:g}})")


if __name__ == "__main__":
    main()
"""


def map_script(a_map: Map, ends: Sequence[Ends]) -> str:
    """The script; of a benchmark see `benchmark_script`.

    In any other `LANES` holds the lanes, and `settle` runs one from many starts at once.
    """
    if isinstance(a_map, Benchmark):
        return benchmark_script(a_map, ends)
    lanes, race = a_map.lanes(), a_map.race
    methods, own = methods_of(lanes)
    surface, imported = numpy_surface(a_map.surface, hessian=".hessian(" in methods.text)
    imports = sorted({"import copy", "import numpy as np"} | methods.imports | imported)
    names = ", ".join(lane.name for lane in lanes)
    title = f"{a_map.kind.capitalize()} of {a_map.surface.called}: {names}"
    words = f"{title}\n\n{formula_text(a_map.surface)}\n\n{MADE_BY}: /maps?{a_map.to_query()}"
    rows = []
    for lane in lanes:
        made = call(lane.optimizer)
        if isinstance(a_map, Sweep):
            made = f"lambda x, y: {_swept(a_map, lane.optimizer)}"
        rows.append(lane_row(lane, made, []))
    if isinstance(a_map, Basins):
        grid = min(a_map.grid_of(lane) for lane in lanes)
        main = BASINS.format(grid=grid, digits=4)
    else:
        assert isinstance(a_map, Sweep)
        x, y = a_map.axes
        best = f"{x.key} {{x[best]:g}}" + (f", {y.key} {{y[best]:g}}" if y else "")
        main = SWEEP.format(
            x=x.values.tolist(),
            y=y.values.tolist() if y else [0.0],
            x_key=x.key,
            y_key=y.key if y else "no second axis",
            best=best,
        )
    many = BASE.replace("NOISE[self.t - 1]", "NOISE[self.t - 1][:, None]").replace(
        """        if self.clip is not None and np.hypot(*g) > self.clip:
            g = g * (self.clip / np.hypot(*g))
""",
        """        if self.clip is not None:
            length = np.hypot(*g)
            g = np.where(length > self.clip, g * (self.clip / length), g)
""",
    )
    parts = [
        f'"""{words}\n\nThe script needs NumPy alone.\n"""\n\n' + "\n".join(imports) + "\n",
        'np.seterr(all="ignore")  # a run that diverges overflows\n\n' + constants(race),
        surface,
        STATED,
        many,
        *([methods.text + "\n"] if methods.text else []),
        *own,
        "\n".join(["LANES = [", *rows, "]", ""]),
        RUN,
        main,
    ]
    return "\n\n".join(parts)


def _swept(sweep: Sweep, optimizer: Optimizer) -> str:
    """A call that names every setting, of which those on the axes are x and y."""
    at = {sweep.x.key: "x"} | ({sweep.y.key: "y"} if sweep.y else {})

    def written(part: Optimizer, inner: bool) -> str:
        texts = []
        for key, value in part.values().items():
            if isinstance(value, Optimizer):
                texts.append(f"{key}={written(value, True)}")
            elif key in at and not (inner and key in optimizer.values()):
                texts.append(f"{key}={at[key]}")
            else:
                texts.append(f"{key}={value!r}")
        return f"{type(part).__name__}({', '.join(texts)})"

    return written(optimizer, False)


def refusal(a_map: Map) -> str:
    """Why there is no script of a map, in a sentence; empty if there is one."""
    surface, lanes = a_map.surface, a_map.lanes()
    if not isinstance(a_map, Benchmark) and (not surface.formula or surface.driven):
        return "NumPy scripts are made of one formula only."
    for lane in lanes:
        if not lane.optimizer.vectorized:
            return f"{lane.name} takes one point at a time: take its race as a script."
    if isinstance(a_map, Sweep) and a_map.seeds > 1:
        return "NumPy scripts are made of one seed: take one for the script."
    return ""
