"""What each surface's showcase is said to show, as its measurements have it."""

from dataclasses import replace

import numpy as np
from showcases import measured

from experiment import Experiment, run_swarm


def on(m, surface):
    """The same race on a variant of its surface."""
    return measured(m.experiment.on(Experiment.from_query(f"surface={surface}").surface))


def at(m, i, step):
    return m.trajectories[i].theta[step]


def mean_x(m, i):
    """Of the last 100 points."""
    return m.trajectories[i].theta[-100:, 0].mean()


def nearest(m, i):
    """Which of the lowest minima the end is nearest to."""
    minima = np.array(m.experiment.surface.minima)
    return int(np.hypot(*(minima - m.trajectories[i].theta[-1]).T).argmin())


def from_origin(m, i):
    """(T+1,)"""
    return np.hypot(*m.trajectories[i].theta.T)


def halves(m, i):
    """Whether each of the first steps halves the distance to the origin."""
    far = from_origin(m, i)[:9]
    return bool((abs(far[1:] / far[:-1] - 0.5) < 0.01).all())


def mirrored(m):
    """Whether the two starts' ends are each other's negative, away from 0, at one loss."""
    first = m.trajectories[0]
    (second,) = run_swarm(m.experiment, m.experiment.lanes[0])
    gap = np.abs(first.theta[-1] + second.theta[-1]).max()
    return gap < 0.02 and abs(m.end_x(0)) > 0.6 and abs(first.loss[-1] - second.loss[-1]) < 1e-4


# What the sentence claims, with room to spare
CLAIMS = {
    "ackley": lambda m: abs(m.distance(0) - 3.57) < 0.05 and from_origin(m, 1)[-50:].max() < 2,
    "beale": lambda m: (
        m.longest_step(0) > 20 * m.shortest_step(0) and 4 * m.ending(1) < m.ending(0)
    ),
    "booth": lambda m: (
        m.settles(2, 0.2) == 1
        and m.distance(2) < 1e-6
        and m.distance(0) < 0.01
        and m.distance(1) > 10 * m.distance(0)
    ),
    "branin": lambda m: (
        len({nearest(m, i) for i in range(3)}) == 3 and all(m.distance(i) < 0.1 for i in range(3))
    ),
    "bukin6": lambda m: all(
        m.highest_of_last(i, 50) > 15 and m.trajectories[i].outcome.kind != "converged"
        for i in range(3)
    ),
    "dixon_price": lambda m: m.end_y(0) > 0.65 and m.end_y(1) < -0.65,
    "drop_wave": lambda m: abs(m.distance(0) - 1.56) < 0.02 and abs(m.distance(1) - 0.52) < 0.03,
    "easom": lambda m: m.travelled(0) < 0.06 and m.settles(1, 0.05) < 130,
    "eggholder": lambda m: m.travelled(0) < 80 and m.travelled(1) < 15 and m.travelled(2) > 250,
    "goldstein_price": lambda m: m.diverged_at(0) <= 8 and max(m.ending(1), m.ending(2)) < 100,
    "griewank": lambda m: m.distance(0) > 12 and 5 < m.distance(1) < 7,
    "himmelblau": lambda m: (
        nearest(m, 0) != nearest(m, 1) and max(m.distance(0), m.distance(1)) < 0.1
    ),
    "levy13": lambda m: (
        abs(m.ending(0) - 7.09) < 0.1
        and 0.7 < m.highest_of_last(1, 50) < 2
        and m.trajectories[1].loss[-50:].min() < 0.5
    ),
    "linear_regression": lambda m: (
        m.loss_at(0, 25) < 0.01 * m.loss_at(0, 0)
        and m.distance(0) > 0.25
        and 10 * m.distance(1) < m.distance(0)
    ),
    "logistic_regression": lambda m: (
        m.distance(0) > 1.5
        and m.distance(1) < 0.1
        and measured(
            Experiment.from_query(
                "surface=logistic_regression(standardize=on)&steps=100&lane=sgd(lr=5)"
            )
        ).settles(0, 0.1)
        < 60
    ),
    "matyas": lambda m: (
        abs(np.diff(at(m, 0, 15))) < 0.1
        and m.settles(0, 0.1) > 100
        and m.settles(1, 0.1) < 0.85 * m.settles(0, 0.1)
    ),
    "mccormick": lambda m: abs(m.end_x(0) - 2.594) < 0.15 and m.end_x(1) < -8,
    "michalewicz": lambda m: m.travelled(0) < 0.15 and m.settles(1, 0.02) < 135,
    "min_norm": lambda m: (
        max(m.ending(0), m.ending(1)) < 1e-5
        and m.distance(0) < 0.01
        and abs(m.end_x(1) - m.end_y(1)) < 0.01 < m.end_y(1) - 0.8
    ),
    "monkey_saddle": lambda m: (
        25 <= m.first_below(0, 0) <= 40 and m.ending(0) < -0.03 and halves(m, 1)
    ),
    "network_slice": lambda m: (
        all(from_origin(m, i)[-1] < 0.05 for i in range(3))
        and 0.8 < from_origin(on(m, "network_slice(layers=6)"), 2)[-1] < 1.2
    ),
    "one_hidden_unit": lambda m: mirrored(m),
    "plateau": lambda m: m.distance(0) > 3.5 and m.settles(1, 0.05) < 130,
    "product": lambda m: (
        m.end_x(0) > 3.9 and 2.5 < m.end_x(1) < 3.5 and max(m.ending(0), m.ending(1)) < 1e-5
    ),
    "quadratic": lambda m: (
        20 * m.mean_of_last(0, 20) < m.mean_of_last(1, 20)
        and 1.5 * (o := on(m, "quadratic")).mean_of_last(1, 20) < o.mean_of_last(0, 20)
    ),
    "rastrigin": lambda m: (
        m.excess(0) > 15 and m.excess(1) > 12 and m.travelled(1) - m.travelled(0) > 0.5
    ),
    "ravine": lambda m: 3.5 * m.settles(1, 0.02) < m.settles(0, 0.02) < 300,
    "rosenbrock": lambda m: (
        all(abs(at(m, i, 60)[1] - at(m, i, 60)[0] ** 2) < 0.3 for i in range(2))
        and m.distance(0) > 1.5
        and m.distance(1) < 0.3
    ),
    "saddle": lambda m: (
        abs(m.end_y(0)) < 0.02
        and min(abs(m.end_y(1)), abs(m.end_y(2))) > 0.6
        and min((o := on(m, "saddle(rotate=45)")).ending(0), o.ending(2)) > 0.02
        and o.ending(1) < -0.3
    ),
    "schaffer2": lambda m: (
        m.first_below(0, 0.006) < 10
        and np.hypot(*(at(m, 0, -1) - at(m, 0, 10))) < 0.02
        and m.travelled(1) > 1
    ),
    "sharp_and_flat": lambda m: (
        mean_x(m, 0) > 0.5
        and abs(mean_x(m, 1) + 1) < 0.15
        and measured(replace(m.experiment, noise=0)).end_x(0) < -0.6
    ),
    "six_hump_camel": lambda m: (
        abs(m.excess(0) - 0.816) < 0.02
        and m.excess(1) < 0.02
        and 0.8 < m.longest_step(1) < 1.2
        and m.distance(1) < 0.1
    ),
    "styblinski_tang": lambda m: all(
        abs(m.excess(i) - 14.14) < 0.1 and m.end_x(i) > 2.5 and m.end_y(i) < -2.5 for i in range(3)
    ),
    "three_hump_camel": lambda m: (
        abs(m.excess(0) - 0.2986) < 0.01 and m.excess(1) < 0.001 and m.distance(1) < 0.05
    ),
    "zakharov": lambda m: (
        m.loss_at(0, 30) < 0.01 * m.loss_at(0, 0)
        and m.distance(0) > 1.3
        and 3 * m.distance(1) < m.distance(0)
    ),
}
