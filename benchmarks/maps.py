"""How fast maps are: `python benchmarks/maps.py`. Prints tables, and checks nothing.

Times are the least of several runs in one process: of the clock, and of the processor, which says
more where others are at work. What others take for Adam on Rosenbrock's function is measured in the
same process.
"""

import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent))

from adam import others, ours, starts

from experiment.maps import Basins, read_map, regions
from figures.basins import basins_figure, shares
from figures.sweep import sweep_figure
from kept import result
from kernels.compiled import compiler

RUNS = 3
POINTS, STEPS = 40_000, 500
ADAM = "kind=basins&surface=rosenbrock&lane=adam(lr=0.01)&grid=200&steps=500"
MAPS = {
    "Adam on Rosenbrock, 40,000 x 500": ADAM,
    "the same, 160,000 x 500": ADAM.replace("200", "400"),
    "Adam under noise, 40,000 x 500": ADAM + "&noise=0.5",
    "Himmelblau, 200 x 200 x 300": ADAM.replace("rosenbrock", "himmelblau").replace("500", "300"),
    "Ackley, 200 x 200 x 300": ADAM.replace("rosenbrock", "ackley").replace("500", "300"),
    "a coarse map, 40 x 40 x 300": ADAM.replace("200", "40").replace("500", "300"),
    "a sweep, 200 rates x 500": "kind=sweep&lane=adam&x=lr(points=200)&steps=500",
    "a sweep, 60 x 60 x 500": "kind=sweep&lane=adam&y=beta1&steps=500",
}


def least(work):
    """Seconds of a call: by the clock, and of the processor."""
    clock, processor = [], []
    for _ in range(RUNS):
        begin, spent = time.perf_counter(), time.process_time()
        made = work()
        clock.append(time.perf_counter() - begin)
        processor.append(time.process_time() - spent)
    return min(clock), min(processor), made


def runs(a_map):
    return [result(a_map.steps(lane)) for lane in a_map.lanes()]


def picture(a_map, ends):
    if isinstance(a_map, Basins):
        shares(a_map, ends)
        return basins_figure(a_map, ends).to_json()
    return sweep_figure(a_map, ends).to_json()


def compared():
    """Adam on Rosenbrock's function, by what there is; the first call includes its compilation."""
    theta = starts(POINTS)
    print(f"\nAdam on Rosenbrock, {POINTS:,} starts x {STEPS} steps")
    columns = ("first, s", "then, s", "of the CPU", "x NumPy", "apart")
    print(f"{'':34}" + "".join(f"{column:>12}" for column in columns))
    least_of_all = None
    for name, made in (*ours(), *others()):
        began = time.perf_counter()
        work = made()
        work(theta, STEPS)
        first = time.perf_counter() - began
        clock, processor, ends = least(lambda work=work: work(theta, STEPS))
        least_of_all = least_of_all or (clock, ends)
        numbers = first, clock, processor, clock / least_of_all[0]
        apart = np.abs(ends - least_of_all[1]).max()
        print(f"{name:34}" + "".join(f"{n:12.3f}" for n in numbers) + f"{apart:12.1e}")


def growth():
    """How the time of `settle` grows with starts and with steps."""
    ways = [(name, made()) for name, made in ours()]
    heads = "".join(f"{name + ', s':>20}{'ns a step':>12}" for name, _ in ways)
    print(f"\n{'':34}{heads}")
    sizes = [(10**i, STEPS) for i in range(1, 7)] + [(POINTS, 10**i) for i in range(1, 5)]
    for points, steps in sizes:
        theta, row = starts(points), f"{f'{points:,} starts x {steps:,} steps':34}"
        for _, settles in ways:
            clock, *_ = least(partial(settles, theta, steps))
            row += f"{clock:20.4f}{clock / points / steps * 1e9:12.2f}"
        print(row)


def memory():
    """The most that a process holds that settles a million starts, and one that settles few."""
    code = (
        "from adam import by_numpy, starts; by_numpy()(starts({}), 20); "
        "print(open('/proc/self/status').read().partition('VmHWM:')[2].split()[0])"
    )
    print()
    for points in (10, 10**6):
        command = [sys.executable, "-c", code.format(points)]
        kibibytes = int(subprocess.check_output(command, cwd=Path(__file__).parent))
        print(f"{f'{points:,} starts':34}{kibibytes / 1024:9.0f} MB at most")


def main():
    columns = ("runs, s", "of the CPU", "minima, s", "picture, s", "of the CPU", "kB")
    print(f"{'map':34}" + "".join(f"{column:>12}" for column in columns))
    for name, link in MAPS.items():
        a_map = read_map(link)
        runs(a_map)
        compiler.wait()  # where numba is, it is what is measured
        *taken, ends = least(lambda a_map=a_map: runs(a_map))
        told = 0.0
        if isinstance(a_map, Basins):
            told, *_ = least(lambda a_map=a_map, ends=ends: regions(a_map.surface, ends))
        *drawn, text = least(lambda a_map=a_map, ends=ends: picture(a_map, ends))
        numbers = (*taken, told, *drawn)
        print(f"{name:34}" + "".join(f"{n:12.3f}" for n in numbers) + f"{len(text) / 1e3:12.0f}")
    compared()
    growth()
    memory()


if __name__ == "__main__":
    main()
