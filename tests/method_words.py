"""What each method is said to do, in its summary and in plain words, as its moves have it.

A method meets slopes that are made up for the purpose, or a surface; what it then does is compared
with what is said, or with what its parent does of the same.
"""

from dataclasses import dataclass, field

import numpy as np
from showcases import measured

from experiment import Experiment
from optimizers import OPTIMIZERS

STEADY = [(1, 1)] * 60
TO_AND_FRO = [(1, 1), (-1, -1)] * 30
UNEVEN = [(100, 1)] * 60
RANDOM = np.random.default_rng(0).normal(size=(60, 2)) + 0.3
PLACE = (3.0, 4.0)  # 5 from the origin


@dataclass
class Met:
    """What a method did of slopes: its moves (T, 2) and where to, and what it held at each step."""

    moves: np.ndarray
    points: np.ndarray
    held: list = field(repr=False)

    def all(self, name):
        return np.array([state[name] for state in self.held])

    @property
    def last(self):
        return self.moves[-1]

    @property
    def lengths(self):
        return np.hypot(*self.moves.T)


def meets(key, slopes, at=(0.0, 0.0), **settings):
    """A method that meets these slopes one after another, wherever it is."""
    settings = {"lr": 0.01, **settings}
    known = OPTIMIZERS[key]().values()
    optimizer = OPTIMIZERS[key](**{k: v for k, v in settings.items() if k in known})
    theta, moves, points, held = np.array(at, float), [], [], []
    state = optimizer.init(theta)
    for t, g in enumerate(np.array(slopes, float), 1):
        with np.errstate(all="ignore"):  # as the loop has it
            after, state = optimizer.update(t, theta, g, state)
        moves.append(after - theta)
        points.append(after)
        held.append(state)
        theta = after
    return Met(np.array(moves), np.array(points), held)


def races(lanes, surface="rosenbrock", more="&steps=100"):
    lanes = "".join(f"&lane={lane}" for lane in lanes.split())
    return measured(Experiment.from_query(f"surface={surface}{more}{lanes}"))


def near(a, b, within=1e-3):
    return bool(np.allclose(a, b, rtol=within, atol=1e-12))


def falls(numbers):
    return bool((np.diff(numbers) < 0).all())


def rises(numbers):
    return bool((np.diff(numbers) > 0).all())


def against(moves, slopes):
    """Whether no coordinate moves along the slope that it stands on."""
    return bool((moves * np.array(slopes) <= 0).all())


def average(numbers, weight, axis=0):
    """The running average that starts at zero, at each time."""
    now, all_ = np.zeros_like(numbers[0], float), []
    for number in np.array(numbers, float):
        now = weight * now + (1 - weight) * number
        all_.append(now)
    return np.array(all_)


def corrected(numbers, weight):
    t = np.arange(1, len(numbers) + 1)[:, None]
    return average(numbers, weight) / (1 - weight**t)


def after(key, slopes, newest, **settings):
    """The last move, if a newest slope follows others."""
    return meets(key, [*slopes, newest], **settings).last


def even(key, **settings):
    """How many times as far it moves where slopes are a hundred times as steep."""
    x, y = meets(key, UNEVEN, **settings).last
    return x / y


def first_turn(key):
    """The first step at which it moves against a slope that has flipped."""
    slopes = [(1, 1)] * 20 + [(-1, -1)] * 40
    return int(np.argmax(meets(key, slopes, momentum=0.9).moves[:, 0] > 0))


def decays(key, slope):
    """What the decay alone adds to the first move."""
    with_, without = (meets(key, [slope], PLACE, weight_decay=w).last for w in (0.1, 0.0))
    return with_ - without


def calm(key):
    """How many times as long steps get, for one slope, in a calm stretch after steep ground."""
    slopes = [(1, 1)] * 3000 + [(0.01, 0.01)] * 5000
    moves = meets(key, slopes).lengths
    return moves[-1] / moves[3100]  # once the average of slopes has forgotten the steep ones


def spike(key, **settings):
    """The length of the step at a slope that is suddenly far steeper, by the length before it."""
    lengths = meets(key, [*STEADY, (100, 100)], **settings).lengths
    return lengths[-1] / lengths[-2]


def turned(lane):
    """How far apart the ways down are, once a ravine is turned, with all that is in it."""
    race = f"&steps=60&start=1,0.6&lane={lane}"
    own = measured(Experiment.from_query("surface=ravine(lambda1=0.05)" + race))
    cos, sin = np.cos(np.pi / 5), np.sin(np.pi / 5)
    start = np.array([[cos, -sin], [sin, cos]]) @ (1, 0.6)
    there = f"&steps=60&start={start[0]:.17g},{start[1]:.17g}&lane={lane}"
    other = measured(Experiment.from_query("surface=ravine(lambda1=0.05,rotate=36)" + there))
    loss = [m.trajectories[0].loss for m in (own, other)]
    return float(np.abs(loss[0] - loss[1]).max() / loss[0].max())


def swings(lane):
    """How far it is from the floor of a ravine in the second half of a run."""
    y = races(lane, "ravine", "&steps=200").trajectories[0].theta[100:, 1]
    return float(abs(y).max())


def states(m, i, name):
    return m.trajectories[i].state[name]


def moves(m, i):
    return np.diff(m.trajectories[i].theta, axis=0)


def _lookahead():
    m = races("lookahead(base=sgd(lr=0.1),k=5,alpha=0.5) sgd(lr=0.1)", "booth", "&steps=5")
    start, (slow, fast) = m.trajectories[0].theta[0], (t.theta[-1] for t in m.trajectories)
    same = near(m.trajectories[0].theta[:5], m.trajectories[1].theta[:5])
    return same and near(slow - start, 0.5 * (fast - start))


def _newton():
    bowl = races("newton", "booth", "&steps=1")
    m = races("newton", "himmelblau", "&start=0.5,0.5&steps=50")
    return bowl.distance(0) < 1e-9 and m.slope(0, 0, 50) < 1e-9 and m.ending(0) > 1


def _sam():
    m = races("sam(base=sgd(lr=0.01),rho=0.5)", "booth", "&steps=1")
    theta = m.trajectories[0].theta[0]
    g = m.experiment.surface.gradient(theta)
    uphill = m.experiment.surface.gradient(theta + 0.5 * g / np.hypot(*g))
    m2 = measured(Experiment.from_query(OPTIMIZERS["sam"].showcase))
    sharpness = [
        np.linalg.eigvalsh(m2.experiment.surface.hessian(t.theta[-1]))[-1] for t in m2.trajectories
    ]
    return near(moves(m, 0)[0], -0.01 * uphill) and sharpness[0] < sharpness[1]


def _trust_region():
    m = races("trust_region(radius=0.05)", more="&steps=40")
    radius, rho = states(m, 0, "radius"), states(m, 0, "rho")
    reach = np.concatenate([[0.05], radius[:-1]])
    grew = np.diff(np.concatenate([[0.05], radius])) > 0
    kept = (np.hypot(*moves(m, 0).T) <= reach * (1 + 1e-9)).all()
    return bool(kept and grew.any() and (rho[grew] > 0.75).all())


def _barzilai():
    m = races("barzilai_borwein(lr=0.01)", "booth", "&steps=20")
    s, y = moves(m, 0)[0], np.diff(m.trajectories[0].gradient, axis=0)[0]
    return near(states(m, 0, "alpha")[1], (s @ s) / (s @ y))


def _conjugate():
    m = races("conjugate_gradient", "booth", "&steps=2")
    first, second = moves(m, 0)
    hessian = m.experiment.surface.hessian(np.array([1.0, 3.0]))
    slopes = m.trajectories[0].gradient
    lowest = abs(first @ slopes[1]) < 1e-3 * np.hypot(*first) * np.hypot(*slopes[0])
    return lowest and abs(first @ hessian @ second) < 1e-3 and m.distance(0) < 1e-3


def _quasi(lane):
    """On a bowl a curvature that is learnt leads there in a few steps, and stays no guess."""
    m = races(f"{lane} sgd(lr=1)", "ravine", "&steps=30")
    return m.distance(0) < 1e-3 < 0.5 < m.distance(1)


def _line_search():
    m = races("line_search_gd", more="&steps=200")
    longest = states(m, 0, "tries") == 1
    alpha = states(m, 0, "alpha")
    fell = falls(m.trajectories[0].loss)
    return bool(fell and (alpha[longest] == 1).all() and (alpha[~longest] < 1).all())


def _nelder_mead():
    m = races("nelder_mead", more="&steps=100")
    asked = m.trajectories[0].asked[-1]
    return bool(asked[0] > 100 and asked[1] == 0 and asked[2] == 0 and m.ending(0) < 0.1)


def _momo():
    m = races("momo(lr=1,beta=0)", "booth", "&steps=30")
    t = m.trajectories[0]
    polyak = t.loss[:-1] / (t.gradient[: len(t.loss) - 1] ** 2).sum(axis=1)
    remembered = races("momo(lr=1)", "booth", "&steps=30")
    mean = corrected_from_first(remembered.trajectories[0].gradient[:30], 0.9)
    return near(states(m, 0, "tau"), np.minimum(1, polyak)) and near(
        states(remembered, 0, "m"), mean
    )


def corrected_from_first(numbers, weight):
    """The running average that starts at the first."""
    now, all_ = numbers[0], []
    for number in numbers:
        now = weight * now + (1 - weight) * number if all_ else number
        all_.append(now)
    return np.array(all_)


def _polyak():
    m = races("polyak_sgd(lr=100)", "booth", "&steps=20")
    t = m.trajectories[0]
    told = t.loss[:-1] / (t.gradient[: len(t.loss) - 1] ** 2).sum(axis=1)
    raised = races("polyak_sgd(lr=100,f_min=-50)", "booth", "&steps=1")
    return near(states(m, 0, "eta"), told[:20]) and states(raised, 0, "eta") > told[0]


def _adahessian():
    m = races("adahessian(lr=0.01)", "ravine(lambda1=0.01)", "&start=1,1&steps=1")
    x, y = moves(m, 0)[0]
    steep = races("adahessian(lr=0.01) adam(lr=0.01)", "saddle", "&steps=1")
    g, h = steep.trajectories[0].gradient[0], steep.experiment.surface.hessian((1.0, 0.0))
    return near(x, y) and near(moves(steep, 0)[0], -0.01 * g / np.abs(np.diag(h)))


def _sophia():
    m = races("sophia(lr=0.06,p=0.01,update_period=1)", "ravine", "&steps=50")
    free = races("sophia(lr=0.06,p=1000,update_period=1)", "ravine", "&steps=50")
    cut = np.abs(moves(m, 0)).max() <= 0.06 * 0.01 * (1 + 1e-9)
    wanted = 0.06 * states(free, 0, "m") / states(free, 0, "h")
    return bool(cut and near(-moves(free, 0), wanted))


def _lbfgs():
    m = races("lbfgs(history_size=1,line_search_fn=strong_wolfe)", more="&steps=5")
    return "S" in m.trajectories[0].state and _quasi("lbfgs(line_search_fn=strong_wolfe)")


def _asgd():
    plain, averaged = (meets("asgd", RANDOM, lambd=0.9, t0=t0) for t0 in (10**6, 0))
    mean = np.cumsum(averaged.points[1:], axis=0) / np.arange(1, 60)[:, None]
    return (
        falls(plain.all("eta"))
        and near(averaged.all("average")[1:], mean)
        and near(plain.all("average"), plain.points)
    )


def _schedule_free(key):
    met = meets(key, STEADY[:20], beta1=0.9, momentum=0.9, lr=0.1)
    z, x = met.all("z"), met.all("x")
    mean = np.cumsum(z, axis=0) / np.arange(1, 21)[:, None]
    return near(np.diff(z[:, 0]), -0.1) and near(x, mean)


def _rprop():
    grown = meets("rprop", STEADY[:5]).lengths
    shrunk = meets("rprop", TO_AND_FRO[:6]).all("delta")[:, 0]
    gentle = meets("rprop", [(1e-6, 1e-6)] * 5).lengths
    return rises(grown) and shrunk[1] < shrunk[0] and near(grown, gentle)


def _cocob():
    met = meets("cocob", [*STEADY[:30], *TO_AND_FRO[:1]], lr=1.0)
    won = met.all("R")[:30, 0]
    return rises(won[1:]) and rises(met.lengths[1:30]) and against(met.moves[:30], STEADY[:30])


def _dog(key):
    met = meets(key, STEADY, lr=1.0)
    steep = meets(key, 10 * np.array(STEADY), lr=1.0)
    return rises(met.lengths[1:20]) and not near(met.all("eta"), steep.all("eta"))


def _dowg():
    """Doubled slopes close by and far out: what they do to the rate at the end."""
    near_, far = (np.array(STEADY, float) for _ in range(2))
    near_[5:10] *= 2
    far[50:55] *= 2

    def lowered(key):
        plain, a, b = (
            meets(key, slopes, lr=1.0, init_step=1e-3, eps=1e-4).all("eta")[-1]
            for slopes in (STEADY, near_, far)
        )
        return (plain - b) / (plain - a)

    return lowered("dowg") > lowered("dog")


def _free(key):
    """Its own estimate grows while slopes carry it on."""
    d = meets(key, STEADY, lr=1.0).all("d")
    return bool((np.diff(d) >= 0).all() and d[-1] > 1e2 * d[0])


def _prodigy():
    late = [*[(1, 1)] * 40, *[(3, 3)] * 5]
    early = [*[(3, 3)] * 5, *[(1, 1)] * 40]
    one, other = (meets("prodigy", s, lr=1.0).all("s")[-1, 0] for s in (late, early))
    return _free("prodigy") and one > other


def _muon():
    m = meets("muon", RANDOM, ns_steps=5)
    steep = meets("muon", 100 * RANDOM, ns_steps=5)
    return np.ptp(m.lengths) < 0.01 * m.lengths[0] and near(m.moves, steep.moves)


def _lamb():
    met = meets("lamb", RANDOM, PLACE, lr=0.01)
    from_ = np.vstack([PLACE, met.points[:-1]])
    adam = meets("adam", RANDOM, lr=0.01, eps=1e-6).moves
    way = met.moves / met.lengths[:, None]
    return near(met.lengths / np.hypot(*from_.T), 0.01) and near(
        way, adam / np.hypot(*adam.T)[:, None]
    )


def _lars():
    first, steep = (
        meets("lars", [g], PLACE, lr=1.0, trust_coefficient=0.1) for g in ((1, 1), (9, 9))
    )
    ball = meets("lars", STEADY[:5], PLACE, lr=1.0, trust_coefficient=0.001)
    return near(first.lengths, 0.5) and near(first.moves, steep.moves) and rises(ball.lengths)


def _adabound():
    begins = near(meets("adabound", RANDOM[:1]).moves, meets("adam", RANDOM[:1]).moves)
    late = meets("adabound", UNEVEN * 200, gamma=0.01, final_lr=0.1).all("rate")
    width = np.abs(np.log(late[:, 0] / late[:, 1]))
    return begins and width[-1] < 0.05 < width[0] and near(late[-1], 0.1, 0.02)


def _grokfast():
    slopes = np.array([(0.2 + (-1) ** t, 0.2 + (-1) ** t) for t in range(400)])
    slow, plain = (
        meets(key, slopes, beta2=0.99).moves.sum(axis=0)[0] for key in ("grokfast_adamw", "adamw")
    )
    rate = meets("grokfast_adamw", slopes[:1]).last[0]
    return abs(slow / rate) > 2 * abs(plain / 0.01)


def _adopt():
    past = [(1, 1)] * 20
    none, one, two = (after("adopt", past, (g, g), use_clipping=False) for g in (0, 1, 50))
    adam = [after("adam", past, (g, g)) for g in (0, 1, 50)]
    return (
        near((two - none) / (one - none), 50)
        and ((adam[2] - adam[0]) / (adam[1] - adam[0]) < 25).all()
    )


def _laprop():
    met = meets("laprop", RANDOM, beta1=0.9, beta2=0.999, lr=0.01)
    divided = RANDOM / np.sqrt(corrected(RANDOM**2, 0.999))
    other = meets("adam", RANDOM, lr=0.01).moves
    return near(met.moves, -0.01 * corrected(divided, 0.9)) and near(
        other, -0.01 * corrected(RANDOM, 0.9) / np.sqrt(corrected(RANDOM**2, 0.999))
    )


def _mars():
    long = meets("mars", 100 * RANDOM).all("c")
    rising, steady = (
        meets("mars", s).all("c")[-1] for s in ([(0.1, 0), (0.2, 0)], [(0.2, 0), (0.2, 0)])
    )
    return bool((np.hypot(*long.T) <= 1 + 1e-9).all() and rising[0] > steady[0])


def _adan():
    """How its change differs from that of the same averages without a look ahead."""
    for slopes in ([*STEADY, (3, 3)], [*STEADY, (0.2, 0.2)]):
        met = meets("adan", slopes)
        m_hat, n_hat = (
            corrected(slopes, 0.98),
            corrected(np.diff(slopes, axis=0, prepend=[slopes[0]]), 0.92),
        )
        ahead = m_hat + 0.92 * n_hat
        if not (
            near(met.last / met.moves[0], ahead[-1] / np.sqrt(met.held[-1]["v"] / (1 - 0.99**61)))
        ):
            return False
        if np.sign(n_hat[-1, 0]) != np.sign(slopes[-1][0] - 1):
            return False
    return True


def _pid():
    """What the brake adds is against the change of the slope."""
    kept = {"momentum": 0.9, "integral": 5.0}
    for newest in ((0.2, 0.2), (3.0, 3.0)):
        braked, free = (after("pid", STEADY, newest, derivative=d, **kept) for d in (10.0, 0.0))
        if ((braked - free) * (np.array(newest) - 1) >= 0).any():
            return False
    return True


def _shampoo():
    gentle, steep = meets("shampoo", [*[(1, 0), (0, 10)] * 10], lr=1.0).moves[-2:]
    slanting = turned("shampoo(lr=0.1)") < 1e-3 < turned("adagrad(lr=0.1)")
    return slanting and abs(steep[1]) / 10 < 0.2 * abs(gentle[0])


def _soap():
    turns = "soap(lr=0.05,precondition_1d=true,precondition_frequency=1,weight_decay=0)"
    axes = "soap(lr=0.05,weight_decay=0)"
    return turned(turns) < 1e-3 < turned(axes)


def _madgrad():
    """Where it is led to depends on all slopes alike, from the start."""
    met = meets("madgrad", RANDOM, PLACE, lr=0.1, momentum=0.0)
    t = np.arange(1, 61)[:, None]
    rate = (0.1 + 1e-6) * np.sqrt(t)
    led = PLACE - np.cumsum(rate * RANDOM, axis=0) / np.cbrt(np.cumsum(rate * RANDOM**2, axis=0))
    return near(met.points, led, 1e-2)


def _radam():
    met, plain = meets("radam", RANDOM), -0.01 * corrected(RANDOM, 0.9)
    alone = np.isclose(met.moves, plain).all(axis=1)
    enough = int(np.argmin(alone))
    return bool(3 <= enough <= 10 and not alone[enough:].any())


def _amsgrad():
    return (
        near(
            np.maximum.accumulate(meets("amsgrad", RANDOM).all("v_max")),
            meets("amsgrad", RANDOM).all("v_max"),
        )
        and calm("amsgrad") < 1.1
        and calm("adam") > 5
    )


SAID = {
    "adabelief": lambda: (
        meets("adabelief", STEADY * 10).lengths[-1] > 5 * meets("adam", STEADY).lengths[-1]
        and falls(meets("adabelief", STEADY).all("s")[30:, 0])
        and rises(meets("adabelief", [*STEADY, (-1, -1)]).all("s")[-2:, 0])
    ),
    "adabound": _adabound,
    "adadelta": lambda: (
        near(
            abs((met := meets("adadelta", STEADY * 10, lr=1.0)).last),
            np.sqrt(average(met.moves**2, 0.9)[-1]),
            0.02,
        )
        and abs(after("adadelta", STEADY, (1, 1), lr=1.0)[0])
        > abs(after("adadelta", 10 * np.array(STEADY), (1, 1), lr=1.0)[0])
    ),
    "adafactor": lambda: (
        near(
            meets("adafactor", [(1, 1)], (6, 8)).last, 2 * meets("adafactor", [(1, 1)], PLACE).last
        )
        and near(even("adafactor"), 1)
        and near(after("adafactor", STEADY, (0, 0), at=PLACE), 0)
    ),
    "adagrad": lambda: falls(meets("adagrad", STEADY).lengths) and near(even("adagrad"), 1),
    "adahessian": _adahessian,
    "adai": lambda: (
        (mu := meets("adai", UNEVEN).all("mu")[-1])[0] < mu[1]
        and near(meets("adai", RANDOM).moves, -0.01 * meets("adai", RANDOM).all("m_hat"))
    ),
    "adam": lambda: (
        near(even("adam"), 1)
        and near(
            meets("adam", RANDOM).moves,
            -0.01 * corrected(RANDOM, 0.9) / np.sqrt(corrected(RANDOM**2, 0.999)),
        )
    ),
    "adamax": lambda: near(
        meets("adamax", RANDOM).all("u")[-1],
        (abs(RANDOM) * 0.999 ** np.arange(59, -1, -1)[:, None]).max(axis=0),
    ),
    "adamw": lambda: (
        near(decays("adamw", (1, 1)), decays("adamw", (100, 100)))
        and near(decays("adamw", (1, 1)), -0.001 * np.array(PLACE))
        and near(meets("adamw", RANDOM, weight_decay=0).moves, meets("adam", RANDOM).moves)
    ),
    "adan": _adan,
    "ademamix": lambda: near(
        meets("ademamix", RANDOM, alpha=5.0).moves,
        -0.01
        * (corrected(RANDOM, 0.9) + 5 * average(RANDOM, 0.9999))
        / np.sqrt(corrected(RANDOM**2, 0.999)),
    ),
    "adopt": _adopt,
    "aggmo": lambda: (
        near(
            meets("aggmo", RANDOM).moves,
            sum(meets("momentum", RANDOM, momentum=b).moves for b in (0, 0.9, 0.99)) / 3,
        )
        and swings("aggmo(lr=0.05)") < 0.5 * swings("momentum(lr=0.05,momentum=0.99)")
    ),
    "amsgrad": _amsgrad,
    "asgd": _asgd,
    "barzilai_borwein": _barzilai,
    "bfgs": lambda: _quasi("bfgs"),
    "cautious_adamw": lambda: (
        against(meets("cautious_adamw", RANDOM).moves, RANDOM)
        and not against(meets("adamw", RANDOM, weight_decay=0).moves, RANDOM)
    ),
    "cocob": _cocob,
    "conjugate_gradient": _conjugate,
    "dadapt_adamw": lambda: _free("dadapt_adamw"),
    "diffgrad": lambda: (
        near(meets("diffgrad", STEADY).last, meets("adam", STEADY).last / 2)
        and (
            abs(after("diffgrad", STEADY, (9, 9))) > 0.99 * abs(after("adam", STEADY, (9, 9)))
        ).all()
    ),
    "dog": lambda: _dog("dog"),
    "dowg": lambda: (
        _dowg()
        and (
            races("dowg dog", "booth", "&steps=100").travelled(0)
            > races("dowg dog", "booth", "&steps=100").travelled(1)
        )
    ),
    "grams": lambda: (
        near(abs(meets("grams", RANDOM).moves), abs(meets("adamw", RANDOM, weight_decay=0).moves))
        and against(meets("grams", RANDOM).moves, RANDOM)
    ),
    "grokfast_adamw": _grokfast,
    "lamb": _lamb,
    "laprop": _laprop,
    "lars": _lars,
    "lbfgs": _lbfgs,
    "line_search_gd": _line_search,
    "lion": lambda: (
        near(abs(meets("lion", RANDOM, weight_decay=0).moves), 0.01)
        and near(meets("lion", RANDOM).all("m"), average(RANDOM, 0.99))
        and near(
            meets("lion", RANDOM).all("c")[1:], 0.9 * average(RANDOM, 0.99)[:-1] + 0.1 * RANDOM[1:]
        )
    ),
    "lookahead": _lookahead,
    "madgrad": _madgrad,
    "mars": _mars,
    "momentum": lambda: (
        rises(meets("momentum", STEADY).lengths)
        and meets("momentum", TO_AND_FRO).lengths[-1] < meets("sgd", TO_AND_FRO).lengths[-1]
        and near(after("momentum", STEADY, (0, 0)), 0.9 * meets("momentum", STEADY).last)
    ),
    "momo": _momo,
    "muon": _muon,
    "nadam": lambda: (
        abs(after("nadam", STEADY, (0, 0)) - after("nadam", STEADY, (2, 2)))[0]
        > 1.5 * abs(after("adam", STEADY, (0, 0)) - after("adam", STEADY, (2, 2)))[0]
    ),
    "nelder_mead": _nelder_mead,
    "nesterov": lambda: first_turn("nesterov") < first_turn("momentum"),
    "newton": _newton,
    "novograd": lambda: (
        np.shape(meets("novograd", UNEVEN).held[0]["v"]) == ()
        and near(even("novograd"), 100)
        and rises(meets("novograd", STEADY).lengths[:30])
        and near(
            meets("novograd", STEADY).moves,
            meets("novograd", UNEVEN).moves[:, :1] * np.sqrt((1 + 1e-4) / 2),
            0.01,
        )
    ),
    "optimistic_gd": lambda: near(
        meets("optimistic_gd", RANDOM).moves[1:], -0.01 * (RANDOM[1:] + np.diff(RANDOM, axis=0))
    ),
    "padam": lambda: 5 < even("padam", partial=0.25) < 20 and near(even("padam", partial=0.5), 1),
    "pid": _pid,
    "polyak_sgd": _polyak,
    "prodigy": _prodigy,
    "qhadam": lambda: near(
        meets("qhadam", RANDOM, nu1=0.7, nu2=0.6).moves,
        -0.01
        * (0.7 * corrected(RANDOM, 0.9) + 0.3 * RANDOM)
        / np.sqrt(0.6 * corrected(RANDOM**2, 0.999) + 0.4 * RANDOM**2),
    ),
    "qhm": lambda: near(
        meets("qhm", RANDOM, momentum=0.9, nu=0.7).moves,
        -0.01 * (0.7 * average(RANDOM, 0.9) + 0.3 * RANDOM),
    ),
    "radam": _radam,
    "rmsprop": lambda: (
        near(even("rmsprop"), 1)
        and near(meets("rmsprop", RANDOM).moves, -0.01 * RANDOM / np.sqrt(average(RANDOM**2, 0.99)))
        and not falls(meets("rmsprop", [*STEADY, *0.01 * np.array(STEADY * 10)]).lengths)
    ),
    "rprop": _rprop,
    "sam": _sam,
    "schedule_free_adamw": lambda: _schedule_free("schedule_free_adamw"),
    "schedule_free_sgd": lambda: _schedule_free("schedule_free_sgd"),
    "sgd": lambda: near(meets("sgd", RANDOM).moves, -0.01 * RANDOM),
    "sgdw": lambda: (
        near(decays("sgdw", (1, 1)), decays("sgdw", (100, 100)))
        and falls(meets("sgdw", [(0, 0)] * 30, PLACE, momentum=0.9, weight_decay=0.1).lengths)
        and rises(meets("momentum", [(0, 0)] * 30, PLACE, weight_decay=0.1).lengths[:10])
    ),
    "shampoo": _shampoo,
    "signsgd": lambda: near(meets("signsgd", RANDOM).moves, -0.01 * np.sign(RANDOM)),
    "signum": lambda: near(meets("signum", RANDOM).moves, -0.01 * np.sign(average(RANDOM, 0.9))),
    "soap": _soap,
    "sophia": _sophia,
    "stable_adamw": lambda: spike("stable_adamw") < 0.5 * spike("adamw", beta2=0.99),
    "tiger": lambda: near(
        meets("tiger", RANDOM, weight_decay=0).moves, -0.01 * np.sign(average(RANDOM, 0.965))
    ),
    "trust_region": _trust_region,
    "yogi": lambda: (
        (
            abs(np.diff(meets("yogi", RANDOM).all("v"), axis=0)) <= 0.001 * RANDOM[1:] ** 2 + 1e-15
        ).all()
        and (
            lost := [
                meets(key, [*STEADY * 5, *[(1e-3, 1e-3)] * 100]).all("v")
                for key in ("adam", "yogi")
            ]
        )
        and lost[0][-1, 0] / lost[0][299, 0] < 0.95
        and lost[1][-1, 0] / lost[1][299, 0] > 0.999
    ),
}
