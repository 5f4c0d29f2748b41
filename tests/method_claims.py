"""What each method's showcase is said to show, as its measurements have it."""

import numpy as np

from experiment.told import NEVER


def uphill_moves(m, i, steps):
    """How many coordinates of the first steps moved along the gradient's sign."""
    t = m.trajectories[i]
    return int((np.diff(t.theta, axis=0)[:steps] * t.gradient[:steps] > 0).sum())


# What the sentence claims, with room to spare
CLAIMS = {
    "adabelief": lambda m: 5 * m.ending(0) < m.ending(1),
    "adabound": lambda m: m.ending(0) < 1e-3 * m.ending(1),
    "adadelta": lambda m: (
        3 * m.first_below(0, 0.1) < m.first_below(1, 0.1) and m.ending(0) > 2 * m.ending(1)
    ),
    "adafactor": lambda m: m.ending(0) < 1e-3 * m.ending(1),
    "adagrad": lambda m: m.first_below(0, 0.01) < 50 and m.ending(1) > 0.02,
    "adahessian": lambda m: (
        m.evaluations_below(0, 1) < 0.8 * m.evaluations(1) and m.ending(1) > 1.05
    ),
    "adai": lambda m: 3 * m.largest(0) < m.largest(1) and 0.3 < m.ending(0) / m.ending(1) < 3,
    "adam": lambda m: (
        m.first_below(1, 0.1) < m.first_below(0, 0.1) and m.ending(0) < 1e-3 * m.ending(1)
    ),
    "adamax": lambda m: (
        2 * m.first_below(1, 0.0001) < m.first_below(0, 0.0001) < NEVER
        and 4 * m.relapse(0, 0.0001) < m.relapse(1, 0.0001)
    ),
    "adamw": lambda m: m.ending(1) + 0.05 < m.ending(0),
    "adan": lambda m: 10 * m.ending(0) < m.ending(1),
    "ademamix": lambda m: 5 * m.ending(0) < m.ending(1),
    "adopt": lambda m: m.relapse(1, 0.001) > 1 and m.ending(0) < 1e-4 and m.relapse(0, 1e-3) < 2e-3,
    "aggmo": lambda m: 1e3 * m.ending(0) < m.ending(1),
    "amsgrad": lambda m: (
        m.relapse(0, 0.0001) > 1 and m.ending(1) < 1e-10 and m.relapse(1, 1e-4) < 2e-4
    ),
    "asgd": lambda m: 1e3 * m.ending(0) < m.ending(1),
    "barzilai_borwein": lambda m: m.first_below(0, 1e-06) < 20 and m.ending(1) > 0.3,
    "bfgs": lambda m: m.first_below(0, 0.001) < 15 and m.ending(1) > 100,
    "cautious_adamw": lambda m: (
        1.3 * m.first_below(0, 0.01) < m.first_below(1, 0.01)
        and uphill_moves(m, 0, 40) == 0
        and uphill_moves(m, 1, 40) > 10
    ),
    "cocob": lambda m: m.first_below(0, 0.01) < 80 and m.first_below(1, 0.01) < 80,
    "conjugate_gradient": lambda m: (
        m.first_below(0, 1e-09) == 2 and m.evaluations_below(0, 1e-09) < 20 and m.ending(1) > 0.01
    ),
    "dadapt_adamw": lambda m: m.first_below(0, 0.01) < 100 and m.ending(1) > 1,
    "diffgrad": lambda m: 1.5 * m.ending(1) < m.ending(0),
    "dog": lambda m: (
        m.first_below(0, 0.01) < 250 and m.first_below(1, 0.01) < m.first_below(0, 0.01)
    ),
    "dowg": lambda m: 2 * m.first_below(0, 0.01) < m.first_below(1, 0.01),
    "grams": lambda m: (
        1.3 * m.first_below(0, 0.01) < m.first_below(1, 0.01)
        and uphill_moves(m, 0, 40) == 0
        and uphill_moves(m, 1, 40) > 10
    ),
    "grokfast_adamw": lambda m: (
        2 * m.first_below(0, 0.1) < m.first_below(1, 0.1) and m.largest(0) > 2 * m.largest(1)
    ),
    "lamb": lambda m: 1e3 * m.ending(0) < m.ending(1),
    "laprop": lambda m: 100 * m.ending(0) < m.ending(1),
    "lars": lambda m: (
        m.first_below(0, 0.1) < 0.8 * m.first_below(1, 0.1)
        and m.trajectories[0].outcome.kind == "swinging"
    ),
    "lbfgs": lambda m: (
        m.first_below(0, 0.0001) < 1.5 * m.first_below(1, 0.0001)
        and m.first_below(1, 0.0001) < 1.5 * m.first_below(0, 0.0001)
        and m.evaluations_below(0, 1e-4) > m.evaluations_below(1, 1e-4)
    ),
    "line_search_gd": lambda m: (
        1.5 * m.loss_after_evaluations(0, 1500) < m.loss_after_evaluations(1, 1500)
    ),
    "lion": lambda m: 1.1 * m.first_below(0, 0.5) < m.first_below(1, 0.5),
    "lookahead": lambda m: 1.2 * m.first_below(0, 0.1) < m.first_below(1, 0.1),
    "madgrad": lambda m: m.first_below(0, 0.1) < 300 and m.ending(1) > 1,
    "mars": lambda m: 3 * m.first_below(0, 0.1) < m.first_below(1, 0.1) and m.ending(0) > 1e-5,
    "momentum": lambda m: 1e3 * m.ending(0) < m.ending(1) and m.loss_at(0, 20) > m.loss_at(1, 20),
    "momo": lambda m: 10 * m.ending(0) < m.ending(1),
    "muon": lambda m: (
        m.first_below(0, 0.1) < 450
        and m.ending(1) > 0.9
        and m.longest_step(0) < 1.01 * m.shortest_step(0)
    ),
    "nadam": lambda m: 1.2 * m.ending(0) < m.ending(1),
    "nelder_mead": lambda m: 2 * m.evaluations_below(1, 0.01) < m.evaluations_below(0, 0.01) < 100,
    "nesterov": lambda m: (
        20 * m.loss_at(0, 20) < m.loss_at(1, 20) and max(m.ending(0), m.ending(1)) < 1e-5
    ),
    "newton": lambda m: (
        m.first_below(0, 0.1) == 1
        and m.first_below(1, 0.1) > 80
        and m.trajectories[0].evaluations[1] == 2
    ),
    "novograd": lambda m: m.first_below(0, 0.1) < 250 and m.ending(1) > 1,
    "optimistic_gd": lambda m: m.ending(1) < m.ending(0) < 1.5 * m.ending(1),
    "padam": lambda m: 100 * m.ending(0) < m.ending(1),
    "pid": lambda m: (
        1.3 * m.first_below(0, 0.0001) < m.first_below(1, 0.0001)
        and 1.2 * float(-m.trajectories[0].theta[:, 1].min())
        < float(-m.trajectories[1].theta[:, 1].min())
    ),
    "polyak_sgd": lambda m: 1e3 * m.ending(0) < m.ending(1) and m.largest(0) > 100,
    "prodigy": lambda m: (
        1.5 * m.largest_state(0, "d") < m.largest_state(1, "d")
        and m.first_below(0, 0.01) < 120
        and m.first_below(1, 0.01) < 120
    ),
    "qhadam": lambda m: 20 * m.ending(0) < m.ending(1),
    "qhm": lambda m: 100 * m.ending(0) < m.ending(1),
    "radam": lambda m: 5 * m.ending(0) < m.ending(1),
    "rmsprop": lambda m: 1.5 * m.ending(0) < m.ending(1),
    "rprop": lambda m: 50 * m.ending(0) < m.ending(1),
    "sam": lambda m: (
        5 * m.distance(0) < m.distance(1) and m.ending(1) < 1e-6 and m.ending(0) < 0.01
    ),
    "schedule_free_adamw": lambda m: 1.5 * m.mean_of_last(0, 300) < m.mean_of_last(1, 300),
    "schedule_free_sgd": lambda m: 100 * m.ending(0) < m.ending(1),
    "sgd": lambda m: m.first_below(0, 1) < m.first_below(1, 1) and 5 * m.ending(1) < m.ending(0),
    "sgdw": lambda m: 5 * m.ending(0) < m.ending(1),
    "shampoo": lambda m: 1e6 * m.ending(0) < m.ending(1),
    "signsgd": lambda m: m.first_below(0, 0.1) < 450 and m.ending(1) > 0.9,
    "signum": lambda m: 4 * m.ending(0) < m.ending(1),
    "soap": lambda m: 50 * m.ending(0) < m.ending(1),
    "sophia": lambda m: 5 * m.ending(0) < m.ending(1) and m.first_below(0, 1) > m.first_below(1, 1),
    "stable_adamw": lambda m: (
        1.2 * m.longest_step(0) < m.longest_step(1)
        and m.first_below(0, 0.01) > m.first_below(1, 0.01)
    ),
    "tiger": lambda m: 1.15 * m.first_below(0, 3) < m.first_below(1, 3),
    "trust_region": lambda m: m.first_below(0, 0.001) < 15 and m.ending(1) > 100,
    "yogi": lambda m: (
        m.relapse(1, 0.0001) > 1 and m.ending(0) < 1e-10 and m.relapse(0, 1e-4) < 2e-4
    ),
}
