"""How fast maps are: `python benchmarks/maps.py`. Prints a table, and checks nothing.

Times are the least of several runs in one process: of the clock, and of the processor, which says
more where others are at work.
"""

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from experiment.maps import Basins, read_map, regions
from figures.basins import basins_figure, shares
from figures.sweep import sweep_figure
from kept import result

RUNS = 3
ADAM = "kind=basins&surface=rosenbrock&lane=adam(lr=0.01)&grid=200&steps=500"
MAPS = {
    "Adam on Rosenbrock, 40,000 x 500": ADAM,
    "the same, 160,000 x 500": ADAM.replace("200", "400"),
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


def main():
    columns = ("runs, s", "of the CPU", "minima, s", "picture, s", "of the CPU", "kB")
    print(f"{'map':34}" + "".join(f"{column:>12}" for column in columns))
    for name, link in MAPS.items():
        a_map = read_map(link)
        *taken, ends = least(lambda a_map=a_map: runs(a_map))
        told = 0.0
        if isinstance(a_map, Basins):
            told, *_ = least(lambda a_map=a_map, ends=ends: regions(a_map.surface, ends))
        *drawn, text = least(lambda a_map=a_map, ends=ends: picture(a_map, ends))
        numbers = (*taken, told, *drawn)
        print(f"{name:34}" + "".join(f"{n:12.3f}" for n in numbers) + f"{len(text) / 1e3:12.0f}")


if __name__ == "__main__":
    main()
