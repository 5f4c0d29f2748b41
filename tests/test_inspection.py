"""Looking into a step shows what the optimizer held, before and after it."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import product

import numpy as np
import pytest

from experiment import PROBLEMS, Experiment, Lane, descend, run
from figures.inspection import inspection
from figures.race import race_figures
from optimizers import OPTIMIZERS, WORDS
from surfaces import SURFACES


def inspected(query):
    experiment = Experiment.from_query(query)
    assert not experiment.problems
    (trajectory,) = run(experiment)
    return trajectory, inspection(experiment.lanes[0], trajectory, experiment.steps)


def rows(seen, name):
    (found,) = (s.rows for s in seen.series if s.name == name)
    return found


def plain(markup):
    slots = re.sub(r'<mn data-at="(\d+) (-?\d+) (\d)">0</mn>', r"{\1,\2,\3}", markup)
    return re.sub(r"<[^>]*>", "", slots)


def test_the_series_are_the_trajectory_row_for_row():
    trajectory, seen = inspected("surface=beale&start=1.5,0.7&steps=30&lane=adam(lr=0.1)")
    assert np.array_equal(rows(seen, "position"), trajectory.theta)
    assert np.array_equal(rows(seen, "step")[1:], np.diff(trajectory.theta, axis=0))
    assert np.array_equal(rows(seen, "loss"), trajectory.loss)
    for key in ("m", "v", "m_hat", "v_hat"):
        assert np.array_equal(rows(seen, key)[1:], trajectory.state[key])
    assert np.array_equal(rows(seen, "m")[0], [0, 0])


def test_the_gradient_is_the_one_that_the_step_worked_with():
    trajectory, seen = inspected(
        "surface=beale&steps=30&noise=2&lane=sgd(weight_decay=0.1,lr=0.01)"
    )
    g = rows(seen, "gradient")[1:]
    assert not np.allclose(trajectory.theta[:-1] * 0.1 + trajectory.gradient[:-1], g)
    assert trajectory.theta[:-1] - 0.01 * g == pytest.approx(trajectory.theta[1:], rel=1e-12)


def test_clipping_shows_in_the_gradient():
    _, seen = inspected("surface=rosenbrock&steps=30&lane=sgd(lr=0.01,clip=1)")
    assert np.hypot(*rows(seen, "gradient")[1:].T).max() <= 1 + 1e-12


def test_a_rule_is_shown_with_the_numbers_of_the_step():
    _, seen = inspected("lane=adam(lr=0.1)&steps=5")
    places = {s.name: i for i, s in enumerate(seen.series)}
    m, g = places["m"], places["gradient"]
    symbols, numbers = seen.lines[0]
    assert plain(symbols) == "mt=β1mt−1+(1−β1)gt"
    assert plain(numbers) == (
        f"mt=0.9·[{{{m},-1,0}}{{{m},-1,1}}]+(1−0.9)[{{{g},0,0}}{{{g},0,1}}]"
        f"=[{{{m},0,0}}{{{m},0,1}}]"
    )


def test_a_scheduled_learning_rate_changes_from_step_to_step():
    trajectory, seen = inspected("steps=50&lane=sgd(lr=0.001,warmup=10)")
    scheduled = rows(seen, "scheduled lr")[1:, None]
    g = rows(seen, "gradient")[1:]
    assert trajectory.theta[:-1] - scheduled * g == pytest.approx(trajectory.theta[1:], rel=1e-12)


def test_the_effective_learning_rate_of_adam_is_lr_over_the_root_of_v():
    trajectory, seen = inspected("surface=beale&start=1.5,0.7&steps=30&lane=adam(lr=0.1)")
    stated = 0.1 / (np.sqrt(trajectory.state["v_hat"]) + 1e-8)
    assert rows(seen, "effective learning rate")[1:] == pytest.approx(stated, rel=1e-9)


@pytest.mark.parametrize(("lane", "rate"), [("sgd(lr=0.01)", 0.01), ("momentum(lr=0.01)", 0.01)])
def test_the_effective_learning_rate_of_sgd_is_its_learning_rate(lane, rate):
    _, seen = inspected(f"surface=beale&start=1.5,0.7&steps=30&lane={lane}")
    assert rows(seen, "effective learning rate")[1:] == pytest.approx(rate, rel=1e-9)


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.open = []

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.mark.parametrize("key", OPTIMIZERS)
def test_every_method_can_be_looked_into(key):
    lane = f"{key}(f_min=0)" if key == "polyak_sgd" else key
    trajectory, seen = inspected(f"surface=beale&steps=12&lane={lane}")
    assert len(seen.lines) == len(OPTIMIZERS[key]().rule_as_set())
    shown = {s.name for s in seen.series}
    hidden = {"step", *(s for s in trajectory.state if s not in shown)}
    for name in hidden - {"step"}:
        assert np.array_equal(trajectory.state[name], rows(seen, "gradient")[1:], equal_nan=True)
    for line in seen.lines:
        for markup in line:
            tags = Tags()
            tags.feed(markup)
            assert not tags.open
            for i, back, k in re.findall(r'data-at="(\d+) (-?\d+) (\d)"', markup):
                assert int(k) < seen.series[int(i)].rows[0].size
                assert -3 < int(back) <= 0


def test_only_what_is_asked_for_crosses_the_wire():
    experiment = Experiment()
    trajectories = run(experiment)
    none = race_figures(experiment, trajectories).packed()
    one = race_figures(experiment, trajectories, inspected=[1]).packed()
    assert b'"inspections":{}' in none
    assert b'"inspections":{"1":' in one
    assert len(none) < len(one) < len(none) + 120_000


def test_the_scheduled_rate_of_a_run_that_ended_early_is_the_one_that_it_had():
    trajectory, seen = inspected("steps=50&lane=sgd(lr=0.01,schedule=cosine)")
    assert trajectory.outcome.kind == "diverged"
    took = len(trajectory.theta) - 1
    met = np.abs(trajectory.state["step"] / trajectory.given).max(axis=1)
    assert rows(seen, "scheduled lr")[1:] == pytest.approx(met)
    assert took < 50


@pytest.mark.parametrize(
    ("lane", "scaling"),
    [
        ("adam", "√v̂"),
        ("adam(bias_correction=false)", "√v"),
        ("rmsprop", "√v"),
        ("rmsprop(centered=true)", ""),
        ("adabelief", "√ŝ"),
        ("adagrad", "√G"),
        ("sgd", ""),
    ],
)
def test_what_each_coordinate_is_divided_by_is_named(lane, scaling):
    race = Experiment.from_query(f"steps=3&lane={lane}")
    (trajectory,) = run(race)
    assert inspection(race.lanes[0], trajectory, 3).scaling == scaling


def as_set(cls):
    """The method in every position of its switches and choices, alone and, a wrapper, on a base."""
    options = {
        key: (False, True) if h.kind == "switch" else h.choices
        for key, h in cls.hyperparameters().items()
        if h.kind in ("switch", "choice")
    }
    plain = [cls.suggested()]
    if plain[0].wraps:
        plain.append(replace(plain[0], base=OPTIMIZERS["momentum"].suggested()))
    for each, values in product(plain, product(*options.values())):
        yield replace(each, **dict(zip(options, values, strict=True)))


def held(optimizer, surface=SURFACES["beale"], start=(1.0, 0.7), steps=3):
    if optimizer.key == "polyak_sgd":
        optimizer = replace(optimizer, f_min=-1e9)
    return descend(optimizer, surface, start, steps)


MATRICES = PROBLEMS["matrix_factorization"]


def on_both(cls):
    """The method as it can be set and what it holds, on a surface and, where it can, matrices."""
    for optimizer in as_set(cls):
        yield optimizer, held(optimizer)
        trajectory = held(optimizer, MATRICES, MATRICES.start)
        if len(trajectory.theta) > 1:
            yield optimizer.on(MATRICES.shapes), trajectory


@pytest.mark.parametrize("cls", OPTIMIZERS.values(), ids=OPTIMIZERS)
def test_all_that_a_method_keeps_has_words_and_all_its_words_are_used(cls):
    kept = {"step"}
    for optimizer, trajectory in on_both(cls):
        words = optimizer.words_as_set()
        kept |= {key.partition("_of_")[0] for key in trajectory.state}
        for key in trajectory.state:
            name, line = words[key]
            assert name[0].isupper()
            assert line == line.strip(" .")
            assert len(line) <= 60
        seen = inspection(Lane(optimizer), trajectory, 3)
        shown = [seen.series[i].name for card in seen.cards for i in card.series]
        named = set(trajectory.state) & {each.name for each in seen.series}
        idle = {key for key in named & {"decay"} if not trajectory.state[key].any()}
        assert sorted({*shown} - {"gradient"}) == sorted(named - idle)
        assert len({*shown}) == len(shown)
        assert shown[-1] == "step"
    assert set(cls.words) <= kept


def test_the_words_of_the_usual_names_are_used():
    told = {(key, each) for cls in OPTIMIZERS.values() for key, each in cls.words.items()}
    kept = {
        key
        for cls in OPTIMIZERS.values()
        for key in held(cls.suggested()).state
        if key not in cls.words
    }
    assert set(WORDS) - {"mask"} <= kept  # that of Lion, where it is cautious
    assert not told & set(WORDS.items()), "said again"


SLOPE = np.array([3.0, -2.0])


class Even:
    """Answers as a loss would whose gradient is the same everywhere."""

    def value(self, theta):
        return np.zeros(())

    def gradient(self, theta):
        return SLOPE

    def hessian(self, theta):
        return np.eye(2)


def is_average(rows, of):
    share = rows / of
    return (np.diff(share, axis=0) >= -1e-12).all() and 0.2 < share[
        -1
    ].min() <= share.max() <= 1 + 1e-9


def is_sum(rows, of):
    share = rows[:5] / of
    return (np.diff(share, axis=0) > 0).all() and (share[-1] > 1.5 * share[0]).all()


TRUTHS = {
    "average of recent gradients": lambda rows: is_average(rows, SLOPE),
    "average of recent squared gradients": lambda rows: is_average(rows, SLOPE**2),
    "sum of gradients, of which each step keeps a share": lambda rows: is_sum(rows, SLOPE),
    "sum of scaled gradients, of which each step keeps a share": lambda rows: is_sum(rows, SLOPE),
    "sums of gradients; each keeps a share of its own": lambda rows: (rows / SLOPE >= 1).all(),
    "sum of all squared gradients so far": lambda rows: np.allclose(
        rows, np.arange(1, len(rows) + 1)[:, None] * SLOPE**2
    ),
}


def test_an_average_is_an_average_and_a_sum_a_sum():
    """Where the gradient is the same everywhere, an average comes near it and a sum goes beyond."""
    found = dict.fromkeys(TRUTHS, 0)
    for cls in OPTIMIZERS.values():
        optimizer = cls.suggested()
        if "momentum" in cls.hyperparameters():
            optimizer = replace(optimizer, momentum=0.9)
        lines = {key: line for key, (_, line) in optimizer.words_as_set().items()}
        kept = [key for key in optimizer.init(np.ones(2)) if lines[key] in TRUTHS]
        if not kept:
            continue
        theta = np.array([1000.0, 700.0])
        states = [optimizer.init(theta)]
        with np.errstate(all="ignore"):
            for t in range(1, 301):
                theta, state = optimizer.step(t, theta, Even(), states[-1])
                states.append(state)
        for key in kept:
            assert TRUTHS[lines[key]](np.array([state[key] for state in states[1:]])), (cls, key)
            found[lines[key]] += 1
    assert all(found.values()), found


@pytest.mark.parametrize(
    "lane", ["amsgrad(beta2=0.9,lr=0.1)", "adamw(amsgrad=true,beta2=0.9,lr=0.1)"]
)
def test_the_largest_v_is_the_largest(lane):
    trajectory, seen = inspected(f"surface=beale&steps=60&lane={lane}")
    assert ("Largest squares", "the largest v so far") in {(c.name, c.line) for c in seen.cards}
    v = trajectory.state["v"]
    assert not np.array_equal(trajectory.state["v_max"], v)
    assert np.array_equal(trajectory.state["v_max"], np.maximum.accumulate(v))


def test_adam_has_five_cards_of_which_four_have_an_arrow():
    _, seen = inspected("lane=adam(lr=0.1)&steps=5")
    names = [each.name for each in seen.series]
    assert [(c.name, c.along is not None and names[c.along]) for c in seen.cards] == [
        ("Gradient", "gradient"),
        ("Momentum", "m"),
        ("Squares", False),
        ("Correction", "m_hat"),
        ("Step", "step"),
    ]
    assert [names[i] for i in seen.cards[3].series] == ["m_hat", "v_hat"]


@pytest.mark.parametrize(
    ("lane", "momentum"),
    [("adam", "m_hat"), ("momentum", "b"), ("rmsprop(momentum=0.9)", "b"), ("rmsprop", None)],
)
def test_what_is_drawn_as_momentum_is_momentum(lane, momentum):
    _, seen = inspected(f"steps=3&lane={lane}")
    assert (seen.averaged and seen.series[seen.averaged].name) == momentum


@pytest.mark.parametrize(
    ("query", "ending"),
    [
        ("lane=sgd", "begins"),
        ("lane=sgd&noise=1", ", with noise"),
        ("lane=sgd(clip=1)", ", clipped"),
        ("lane=sgd(weight_decay=0.1)", ", plus λθ"),
        ("lane=adamw(weight_decay=0.1)", "begins"),
    ],
)
def test_what_the_gradient_went_through_is_said(query, ending):
    _, seen = inspected(f"surface=beale&steps=3&{query}")
    assert seen.cards[0].name == "Gradient"
    assert seen.cards[0].line.endswith(ending)


@pytest.mark.parametrize("lane", ["bfgs", "conjugate_gradient"])
def test_a_gradient_that_a_line_search_has_met_is_known_at_the_next_step(lane):
    trajectory, seen = inspected(f"surface=beale&steps=5&lane={lane}")
    assert np.isnan(trajectory.given[1:]).all()
    assert np.allclose(rows(seen, "gradient")[1:], trajectory.gradient[:-1])


def test_the_gradient_stands_before_the_step_and_the_step_after_it():
    _, seen = inspected("lane=adam(lr=0.1)&steps=5")
    told = {each.name: each.told for each in seen.series}
    assert (told["gradient"], told["step"], told["position"]) == ("before", "after", "")
