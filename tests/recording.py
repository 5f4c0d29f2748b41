"""What the recorders of references share: surfaces, cases, and how a recording is written.

A recorder runs each of its cases with the library that is the reference and writes the paths into
a file of references/. The tests replay the files and need none of the libraries.

With --check a recorder writes nothing and shows, case for case, how far a fresh recording lies from
the committed one; it fails where that is more than the case's tolerance. It also shows how far a
relative jitter of 1e-13 of every gradient moves the path: a case whose path moves by more than 1e-8
amplifies rounding too much for the default tolerance and has to state one of its own, with the
reason.

A file holds one row [t, x, y] a line, of matrices [t, their entries]: every row up to 20, then
every 25th and the last one; a diverging run has every row until a coordinate exceeds 1e7. Python's
shortest repr of a float reads back exactly, so nothing is lost and a changed row is a changed line.
"""

import argparse
import json
import math
import platform
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).parent / "references"
DEFAULT_TOLERANCE = 1e-10
JITTER = 1e-13
FAR = 1e7  # farther out than any run that descend still follows


def quadratic(x, y, condition=25.0, angle=0.0):
    c, s = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    return 0.5 * (c * x + s * y) ** 2 + 0.5 * condition * (c * y - s * x) ** 2


def matrix_factorization(*entries, angle=0.0):
    """½‖U Vᵀ - A‖² of the eight entries of U and V."""
    U, V = entries[:4], entries[4:]
    c, s = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    A = ((4 * c * c + s * s, 3 * s * c), (3 * s * c, 4 * s * s + c * c))
    return 0.5 * sum(
        (sum(U[2 * i + k] * V[2 * j + k] for k in (0, 1)) - A[i][j]) ** 2
        for i in (0, 1)
        for j in (0, 1)
    )


FORMULAS = {
    "rosenbrock": lambda x, y, a=1.0, b=100.0: (a - x) ** 2 + b * (y - x**2) ** 2,
    "beale": lambda x, y: (
        (1.5 - x + x * y) ** 2 + (2.25 - x + x * y**2) ** 2 + (2.625 - x + x * y**3) ** 2
    ),
    "quadratic": quadratic,
    "saddle": lambda x, y, a=1.0, b=1.0: a * x**2 - b * y**2,
    "himmelblau": lambda x, y: (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2,
    "booth": lambda x, y: (x + 2 * y - 7) ** 2 + (2 * x + y - 5) ** 2,
    "three_hump_camel": lambda x, y: 2 * x**2 - 1.05 * x**4 + x**6 / 6 + x * y + y**2,
    "matrix_factorization": matrix_factorization,
}
"""Written apart from surfaces/; they take whatever numbers the reference differentiates."""

SHAPES = {"matrix_factorization": ((2, 2), (2, 2))}
"""Of the parameters, where they are not one vector of two numbers."""


@dataclass(frozen=True)
class Case:
    name: str
    optimizer: str
    surface: str
    start: tuple[float, ...]
    hyperparameters: dict = field(default_factory=dict)
    values: dict = field(default_factory=dict)
    steps: int = 300
    schedule: dict = field(default_factory=dict)
    warmup: int = 0
    diverges: bool = False
    tolerance: float = DEFAULT_TOLERANCE
    reason: str = ""


def method(optimizer, *cases):
    """The cases of one optimizer, each as (name, surface, start, hyperparameters, the rest)."""
    return [
        Case(f"{optimizer}, {name}", optimizer, surface, start, hyperparameters, **rest)
        for name, surface, start, hyperparameters, rest in cases
    ]


BANANA, BOWL = (-1.5, 1.5), (-2.0, 1.0)
SMALL = (0.05, 0.0, 0.0, 0.05) * 2
"""Two matrices that are as tiny in all directions."""
ANY = (0.3, -0.2, 0.1, 0.4, 0.5, 0.1, -0.3, 0.2)
"""Two matrices that have no axes in common."""


def jitter_of(size):
    """What multiplies the gradients of a run, one after the other; of a shape."""
    rng = np.random.default_rng(0)
    return lambda shape=(2,): 1 + size * rng.standard_normal(shape)


def kept(case, rows):
    """Every row up to 20, then every 25th, and the last."""
    return [r for r in rows if case.diverges or r[0] <= 20 or r[0] % 25 == 0 or r is rows[-1]]


def difference(rows, others):
    """The largest distance between equal rows, relative to the point's; the shorter decides."""
    pairs = zip(np.array(rows)[:, 1:], np.array(others)[:, 1:], strict=False)
    return max(np.abs(a - b).max() / max(np.abs(b).max(), 1e-300) for a, b in pairs)


def text(recording):
    """JSON with one row a line."""
    blocks = []
    for case in recording["cases"]:
        head = "".join(f' "{k}": {json.dumps(v)},\n' for k, v in case.items() if k != "rows")
        rows = ",\n".join(map(json.dumps, case["rows"]))
        blocks.append(f'{{\n{head} "rows": [\n{rows}\n]}}')
    head = json.dumps(recording["recorded_with"])
    return f'{{"recorded_with": {head},\n"cases": [\n' + ",\n".join(blocks) + "\n]}\n"


def record(name, cases, path, **versions):
    """Write, or check, references/name.json.

    Args:
        path: (case, jitter) -> all rows [t, x, y]; the last may be the first one far out.
    """
    parser = argparse.ArgumentParser(description=f"Record references/{name}.json.")
    parser.add_argument("--check", action="store_true", help="compare and write nothing")
    check = parser.parse_args().check

    file = FOLDER / f"{name}.json"
    committed = json.loads(file.read_text()) if file.exists() else {"cases": []}
    before = {case["name"]: case for case in committed["cases"]}
    records, failed, loose = [], sorted(set(before) - {case.name for case in cases}), []
    print(f"{'case':58} {'rows':>5} {'jittered':>9} {'committed':>9}")
    for case in cases:
        rows = kept(case, path(case, 0.0))
        entry = json.loads(json.dumps(asdict(case) | {"rows": rows}))
        records.append(entry)
        moved = difference(kept(case, path(case, JITTER)), rows)
        old = before.get(case.name)
        apart = difference(old["rows"], rows) if old else math.nan
        same = old and entry | {"rows": 0} == old | {"rows": 0} and len(rows) == len(old["rows"])
        if not (same and apart <= case.tolerance):
            failed.append(case.name)
        print(f"{case.name:58} {len(rows):5} {moved:9.1e} {apart:9.1e}")
        if moved > 1e-8 and case.tolerance == DEFAULT_TOLERANCE:
            loose.append(case.name)

    if loose:
        sys.exit("Amplify rounding; state a tolerance and the reason: " + "; ".join(loose))
    if check:
        sys.exit("Differs: " + "; ".join(failed) if failed else None)
    FOLDER.mkdir(exist_ok=True)
    versions["python"] = platform.python_version()
    file.write_text(text({"recorded_with": versions, "cases": records}))
