"""What each surface's showcase is said to show, as its measurements have it."""

from dataclasses import replace

import numpy as np
from showcases import measured

from experiment import Experiment, run_swarm
from surfaces import SURFACES


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


def slope(surface, point):
    return np.hypot(*SURFACES[surface].gradient(np.array(point, float)))


def curvatures(surface, point):
    """The Hessian's eigenvalues, the smaller first."""
    return np.linalg.eigvalsh(SURFACES[surface].hessian(np.array(point, float)))


def race(query):
    return measured(Experiment.from_query(query))


def leaves(surface, near):
    """The step at which plain descent is 1 away from a saddle that it starts near."""
    m = race(f"surface={surface}&start={near},{near}&steps=5000&lane=sgd(lr=0.01)")
    return int(np.argmax(from_origin(m, 0) > 1))


def saved(ratio):
    """How many times fewer steps momentum takes in a ravine of a ratio, each at its best rate."""
    root = ratio**0.5
    plain, heavy = 2 / (1 + 1 / ratio), (2 / (1 + 1 / root)) ** 2
    m = race(
        f"surface=ravine(lambda1={1 / ratio})&steps=8000&lane=sgd(lr={plain})"
        f"&lane=momentum(lr={heavy},momentum={((root - 1) / (root + 1)) ** 2})"
    )
    return m.settles(0, 1e-3) / m.settles(1, 1e-3)


def condition(query):
    """How many times more curved a loss on data is across its minimum than along."""
    surface = Experiment.from_query(query).surface
    low, high = np.linalg.eigvalsh(surface.hessian(np.array(surface.minima[0])))
    return high / low


# What a surface is said to teach where its showcase does not show it
TAUGHT = {
    "beale": lambda: 3e3 < slope("beale", (4.5, -4.5)) / slope("beale", (1, 1)) < 3e4,
    "bukin6": lambda: all(
        race(f"surface=bukin6&steps=3000&lane={lane}(lr={lr})").highest_of_last(0, 500) > 0.1
        for lane in ("sgd", "momentum", "adam")
        for lr in (0.3, 0.03, 0.003)
    ),
    "easom": lambda: all(
        slope("easom", np.pi + 3 * np.array([np.cos(a), np.sin(a)])) < 1e-3 for a in range(7)
    ),
    "goldstein_price": lambda: slope("goldstein_price", SURFACES["goldstein_price"].start) > 1e5,
    "griewank": lambda: all(
        10 * x / 2000 < slope("griewank", (x, 0)) for x in (np.pi * (k + 0.5) for k in range(1, 7))
    ),
    "himmelblau": lambda: (
        max(map(SURFACES["himmelblau"].value, SURFACES["himmelblau"].minima)) < 1e-9
        and len(SURFACES["himmelblau"].minima) == 4
    ),
    "linear_regression": lambda: (
        condition("surface=linear_regression") > 10
        and condition("surface=linear_regression(standardize=on)") < 1.01
    ),
    "logistic_regression": lambda: (
        condition("surface=logistic_regression")
        > 20 * condition("surface=logistic_regression(standardize=on)")
    ),
    "matyas": lambda: np.divide(*curvatures("matyas", (0, 0))[::-1]).round(9) == 25,
    "monkey_saddle": lambda: (
        not curvatures("monkey_saddle", (0, 0)).any()
        and all(leaves("monkey_saddle", x) > 2 * leaves("saddle", x) for x in (0.05, 0.03, 0.01))
    ),
    "one_hidden_unit": lambda: (
        race("surface=one_hidden_unit&start=0,0&lane=sgd(lr=0.1)").travelled(0) == 0
        and np.prod(curvatures("one_hidden_unit", (0, 0))) < 0
    ),
    "product": lambda: curvatures("product", (4, 0.25))[1] > 2 * curvatures("product", (2, 0.5))[1],
    "rastrigin": lambda: all(
        slope("rastrigin", (0.995 * x, 0.995 * y)) < 1
        and curvatures("rastrigin", (0.995 * x, 0.995 * y))[0] > 0
        for x in range(-5, 6)
        for y in range(-5, 6)
    ),
    "ravine": lambda: all(
        0.5 < saved(ratio) / np.sqrt(ratio) < 1 for ratio in (4, 25, 100, 400, 1600)
    ),
    "rosenbrock": lambda: all(
        np.divide(*curvatures("rosenbrock", (x, x * x))[::-1]) > 90 for x in (-1, 0, 0.5, 1)
    ),
    "styblinski_tang": lambda: all(
        np.array_equal(
            np.sign(race(f"surface=styblinski_tang&start={x},{y}&lane={lane}").experiment.start),
            np.sign(
                race(f"surface=styblinski_tang&start={x},{y}&lane={lane}").trajectories[0].theta[-1]
            ),
        )
        for x in (-1, 2)
        for y in (-1, 2)
        for lane in ("sgd(lr=0.001)", "momentum(lr=0.001,momentum=0.5)", "adam(lr=0.01)")
    ),
    "zakharov": lambda: (
        curvatures("zakharov", SURFACES["zakharov"].start)[1]
        > 100 * curvatures("zakharov", (0, 0))[1]
    ),
}

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
