"""Rules that a person writes: what is read, what is refused, and that they compute it."""

import re
from urllib.parse import parse_qs

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rules import Run
from strategies import rules

from experiment import SCHEDULES, Experiment, Lane, alike, descend, run
from experiment.trajectory import descend_all
from exports.forms import FORMS
from exports.numpy_script import numpy_script
from figures.inspection import inspection
from formulas.rule import MAX_LENGTH, MAX_LETTERS, MAX_LINES, read_rule
from optimizers import OPTIMIZERS, Rule, from_rule
from surfaces import SURFACES

pytestmark = pytest.mark.paths

ADAM = """
m = beta1*m + (1-beta1)*g
v = beta2*v + (1-beta2)*g^2
p = m/(1-beta1^t)
q = v/(1-beta2^t)
x = x - lr*p/(sqrt(q) + eps)
"""
PAPER = r"""
m_t = \beta_1 m_{t-1} + (1 - \beta_1)\, g_t \\
v_t &= \beta_2 v_{t-1} + (1 - \beta_2) \, g_t^2 \\
\hat m_t = \frac{m_t}{1 - \beta_1^t} \\
\hat{v}_t = \frac{v_t}{1 - \beta_2^t} \\
\theta_t = \theta_{t-1} - \mathrm{lr}\, \hat m_t / (\sqrt{\hat v_t} + \epsilon)
"""
KNOWN = {
    "adam": (ADAM, {"lr": 0.1}, {"lr": 0.1}),
    "adam, as in a paper": (PAPER, {"lr": 0.1}, {"lr": 0.1}),
    "adam, as in the issue": (
        "m = beta*m + (1-beta)*g; v = 0.999v + (1-0.999)g^2; x = x - lr*m/(sqrt(v)+eps)",
        {},
        {"lr": 0.01, "bias_correction": False},
    ),
    "momentum": ("b = mu*b + g; x = x - lr*b", {"mu": 0.9, "lr": 0.001}, {"lr": 0.001}),
    "rmsprop": (
        "v = ρ v + (1-ρ) g²\nb = g/(√(v) + ε)\nθ = θ − lr b",
        {"rho": 0.99},
        {},
    ),
    "adagrad": ("G = G + g^2; x = x - lr*g/(sqrt(G)+eps)", {"eps": 1e-10, "lr": 0.5}, {"lr": 0.5}),
    "adagrad, from a start": (
        "G0 = 0.1; G = G + g^2; x = x - lr*g/(sqrt(G)+eps)",
        {"eps": 1e-10},
        {"initial_accumulator_value": 0.1},
    ),
    "lion": (
        "c = beta1*m + (1-beta1)*g; x = x - lr*sign(c); m = beta2*m + (1-beta2)*g",
        {"lr": 0.02, "beta2": 0.99},
        {"lr": 0.02, "weight_decay": 0.0},
    ),
}


@pytest.mark.parametrize("name", KNOWN)
def test_a_known_method_written_as_a_rule_has_its_path_to_the_bit(name):
    text, written, known = KNOWN[name]
    rule, method = from_rule(text, **written), OPTIMIZERS[name.partition(",")[0]](**known)
    for surface in (SURFACES["rosenbrock"], SURFACES["beale"]):
        one, other = (descend(o, surface, surface.start, 200) for o in (rule, method))
        np.testing.assert_array_equal(one.theta, other.theta)
        assert one.outcome == other.outcome


def test_lines_run_from_top_to_bottom_and_a_name_is_its_newest_value():
    rule = from_rule("a = g; a = a + 1; x = x - a; b = x")
    theta, state = rule.update(1, np.array([3.0, 4.0]), np.array([0.5, 2.0]), {})
    assert list(theta) == [1.5, 1.0]
    assert list(state["a"]) == [1.5, 3.0]
    assert list(state["b"]) == [1.5, 1.0]


def test_what_is_kept_starts_at_zero_or_where_a_line_says():
    theta = np.array([3.0, 4.0])
    rule = from_rule("z0 = 2x + k; n0 = 7; m = m + g; n = n + norm(g); x = x - m*z/n", k=1.0)
    state = rule.init(theta)
    assert {key: np.asarray(value).tolist() for key, value in state.items()} == {
        "z": [7.0, 9.0],
        "n": 7.0,
        "m": [0.0, 0.0],
    }
    _, state = rule.update(1, theta, np.array([3.0, 4.0]), state)
    assert list(state["z"]) == [7.0, 9.0]
    assert state["n"] == 12.0


def test_t_counts_from_one_and_norm_and_sum_run_over_the_coordinates():
    rule = from_rule("s = sum(g); x = x - t*g/norm(g) + 0*s")
    theta = np.zeros((2, 3))
    g = np.array([[3.0, 0.0, 5.0], [4.0, 2.0, 12.0]])
    after, state = rule.update(2, theta, g, rule.init(theta))
    np.testing.assert_allclose(after, -2 * g / np.array([5.0, 2.0, 13.0]))
    assert list(state["s"]) == [7.0, 2.0, 17.0]


def test_hyperparameters_are_its_letters_each_with_a_default_and_a_slider():
    rule = Rule("m = beta*m + g*λ; x = x - lr*m/(norm(m) + ε) + beta2*K")
    assert rule.values() == {
        "beta": 0.9,
        "lambda": 1.0,
        "lr": 0.01,
        "eps": 1e-8,
        "beta2": 0.999,
        "K": 1.0,
    }
    for key, row in rule.hyperparameters().items():
        assert row.name == key
        assert row.default in row.stops
    other = rule.with_values(lr=0.5)
    assert other == from_rule(rule.text, lr=0.5) != rule
    assert hash(other) == hash(from_rule(rule.text, lr=0.5))
    assert other.scheduled(0.5).values() == other.values() | {"lr": 0.25}
    with pytest.raises(ValueError, match="has no “q”"):
        from_rule("x = x - lr*g", q=1)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("m_{t} = m_{t-1} + g_t; x_{t+1} = x_{t} - m_t", "m = m + g; x = x - m"),
        ("θ_{t+1} = θ_t − η g_t", "x = x - eta*g"),
        ("x = x - lr g  # as ever", "x = x - lr*g"),
        ("x := x − lr·np.sign(g);", "x = x - lr*sign(g)"),
        ("x = x - lr*|g|^2", "x = x - lr*|g|^2"),
        ("avg = 0.9avg + g\n\n  x = x - lr avg", "avg = 0.9avg + g; x = x - lr*avg"),
        (r"$\theta = \theta - \alpha \bar g$; \bar{g} = g", "x = x - alpha*g_bar; g_bar = g"),
        ("grad_avg = grad; params_0 = 1; params=1; x = x - grad_avg", None),
        (
            "v_max = max(v_max, g²); x = x - g/√(v_max)",
            "v_max = max(v_max, g^2); x = x - g/sqrt(v_max)",
        ),
        ("m ← β m + g; x ← x − η m", "m = beta*m + g; x = x - eta*m"),
        (r"m \gets \beta m + g; x \leftarrow x - \eta m", "m = beta*m + g; x = x - eta*m"),
        ("m *= beta; m += g; x -= lr m", "m = m*beta; m = m + g; x = x - lr*m"),
        ("x -= g + x; x /= t g", "x = x - (g + x); x = x/(t*g)"),
        ("x_{n+1} = x_n - LR g_n", "x = x - lr*g"),
        ("x_{t,i} = x_{t-1,i} - lr g_{t,i}", "x = x - lr*g"),
        ("x_t = x_{t-1} - lr g_{t-1}", "x = x - lr*g"),
        (r"x_{k+1} = x_k - \alpha_k \nabla f(x_k)", "x = x - alpha*g"),
        ("t = t + 1; g_t = ∇_θ f_t(θ_{t-1}); θ_t = θ_{t-1} - α g_t", "x = x - alpha*g"),
        (r"\theta = \theta - \eta \nabla_{\theta} \mathcal{L}(\theta)", "x = x - eta*g"),
        (r"x = x - \alpha \frac{g}{\|g\|_2}", "x = x - alpha(g/(norm(g)))"),
        (r"x = x - \left\lVert g \right\rVert^2 \odot g", "x = x - norm(g)^2*g"),
        ("x = x - 2||g|| + |x||g||t| + ||g| - 1|", "x = x - 2norm(g) + |x||g||t| + ||g| - 1|"),
        ("x = x - g/np.linalg.norm(g)", "x = x - g/norm(g)"),
        ("ĝ = g; m̂_t = ĝ; x = x - m̂_t", "g_hat = g; m_hat = g_hat; x = x - m_hat"),
        ("m̂ = g; x = x - m̂", "m_hat = g; x = x - m_hat"),
        ("v = …; m = ?; x = x - lr*g", "v = ?; m = ?; x = x - lr*g"),
        ("1. m = g\n(2) x = x - m\n- b = x", "m = g; x = x - m; b = x"),
        ("$m &= g$\n$x &= x - m$", "m = g; x = x - m"),
        (
            "m_0 = x_0; m_{1,0} = 2; m1 = m1 + m; x = x - m1",
            "m0 = x; m10 = 2; m1 = m1 + m; x = x - m1",
        ),
    ],
)
def test_a_rule_is_read_as_papers_and_code_write_it(text, meant):
    assert read_rule(text).text == (meant or read_rule(text).text)


REFUSED = {
    "": "The rule is empty: write an equation a line",
    "m = g": "No line of the rule sets x: write one such as x = x - lr*m",
    "y = x - lr*g": "No line of the rule sets x: write one such as x = y",
    "w = w - lr*g": "Line 1: “w” at character 1: the point is x here; write x for w",
    "x = x(": "Line 1: The line ends after “(” at character 6",
    "m0 = ?; x = x - m": "“?” at character 6 is not a sign of a formula",
    "x = x - ?": "“?” at character 9 is not a sign of a formula",
    "# nothing": "The rule has no line that sets anything",
    "m = g\nx = x - lr*q*": "Line 2: The line ends after “*” at character 13",
    "x - lr*g": "is no equation: write it as m = and what m becomes",
    "x - g = x": "Line 1: “x - g” at character 1 stands left of the equals sign: write one name",
    "x = x = g": "“=” at character 7 is a second equals sign",
    "x =": "“x =” at character 1 has nothing after it",
    "g = x": "“g” at character 1 is the gradient: choose another name",
    "lr = 1": "“lr” at character 1 is what a slider sets: choose another name",
    "norm = 1": "“norm” at character 1 is a function: choose another name",
    "x0 = 1": "“x0” at character 1 is where the run starts, which is set on the map",
    "x -= ": "“x -=” at character 1 has nothing after it",
    "c = 0.9c; x = x - c*g": "“c” at character 1 starts at 0 and stays there: add a line such",
    "α_t = α/t; x = x - α_t*g": "“α_t” at character 1 starts at 0 and stays there",
    "x = x - lr*g(x)": "“g(x)” at character 12 looks like a function: write g or g*(x)",
    "m = m(t-1) + g": "“m(t-1)” at character 5 looks like a function: write m_{t-1} or m*(t-1)",
    "x = x - lr*g (3)": "“(3)” at character 14 can be the equation's number: write",
    "v = g(x); x = ∇f(x+v)": "looks like a function: write g or g*(x)",
    "x = x - ∇f(x+v)": "“∇f(x+v)” at character 9 is at another point than x: a rule knows",
    "x = x - g; x = x - ∇f(x)": "“∇f(x)” at character 10 comes after line 1, which sets x",
    "x_{t+1} = x_t - g + β(x_t - x_{t-1})": "is older than the last value: keep that in",
    "x^{k+1} = x^k - lr*g": "“x^{k+1}” at character 1: write x_{k+1}",
    "x = x - lr*nan": "“nan” at character 12 is unknown",
    "x = x - foo(g)": "“foo” at character 9 is no function here: there are sqrt, norm",
    "x = x - clip(g, -1, 1)": "write min(max(g, -1), 1)",
    "x = x - dot(g, x)": "write sum((g)*(x))",
    "x = x - lr if g": "“if” at character 12: there are no conditions here",
    "x = x - lr*p.grad": "“p.grad” at character 12: write g",
    "x = x + noise": "“noise” at character 9 is drawn at random",
    "x = x - lrm; m = g": "“lrm” at character 9 is no name here: write lr*m",
    "x = x - momentum*g": "“momentum” at character 9: write mu",
    "x = x - exec*g": "“exec” at character 9 is unknown: names are",
    "x = x - __import__*g": "“__import__” at character 9 is unknown: names are",
    "x = x - g2": "“g2” at character 9: write g^2 or g*2",
    "x = x[0]": "“x[0]” at character 5: a rule is the same for every coordinate",
    "x = g/0": "“g/0” at character 5 divides by zero",
    "x = x - exp(1000)": "“exp(1000)” at character 9 is too large or undefined",
    "x = x - sqrt(-1)": "“sqrt(-1)” at character 9 is too large or undefined",
    "x = x - (-8)^(1/3)": "too large or undefined",
    "x = x - norm(t)": "“norm(t)” at character 9 is of one number",
    "x = x - lr*norm": "“norm” at character 12: write norm(x), with brackets",
    "x = x - norm(x, g)": "norm takes one value in its brackets",
    "x = x - f(g)": "“f(g)” at character 9 looks like a function",
    "m0 = g; x = x - m": "“g” at character 6 is not there yet at the start",
    "m0 = 1; x = x - m0": "“m0” at character 10 is only where m starts: write m",
    "m_t = m_t + g; x = x - m": "is what this line works out: write m for the value before",
    "m = m + g; x = x - m_{t-1}": "is no longer known, as line 1 has set m anew",
    "x = x - m_t; m = m + g": "is worked out in line 2: move that line above this one",
    "x = x - m_t-1; m = g": "“m_t-1” at character 9: write m_{t-1}",
    "x = x - g_{t-1}": "is of the step before: keep it in a name",
    "x = x - X": "“X” at character 9 is a capital letter: write x",
    "\n".join(["x = x"] * (MAX_LINES + 1)): f"use at most {MAX_LINES}",
    f"x = {'+'.join('abcdhijklmn'[: MAX_LETTERS + 1])}": f"use at most {MAX_LETTERS}",
    f"x = x{' ' * MAX_LENGTH}": f"longer than {MAX_LENGTH} characters",
}


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_refused_names_the_line_and_the_place(text):
    with pytest.raises(ValueError, match=re.escape(REFUSED[text])) as refused:
        read_rule(text)
    assert_one_sentence(refused.value, text)
    for again in refused.value.mended(text):
        assert_read_or_refused(again)


def assert_one_sentence(refusal, typed):
    text = str(refusal)
    assert "\n" not in text
    assert text.endswith(".")
    assert len(text) <= 250
    assert 0 <= refusal.start <= refusal.end <= len(typed)


AT = {(): np.array([0.3, -1.7]), (5,): np.linspace(-2, 3, 10).reshape(2, 5)}


def assert_read_or_refused(text):
    """A rule all of whose parts can be run and shown, or a refusal in a sentence."""
    try:
        rule = Rule(text)
    except ValueError as refusal:
        return assert_one_sentence(refusal, text)
    for spelling in (rule.text, rule.text.replace(" ", ""), rule.text.replace("; ", "\n")):
        assert Rule(spelling) == rule
    for runs, theta in AT.items():
        with np.errstate(all="ignore"):
            state = rule.init(theta)
            for t in (1, 2, 3):
                theta, state = rule.update(t, theta, 2 * theta, state)
                assert theta.shape == (2, *runs)
                assert theta.dtype == np.float64
                for key, value in state.items():
                    assert np.shape(value) in ((2, *runs), runs), key
                    assert np.asarray(value).dtype == np.float64
    run = descend(rule, SURFACES["matyas"], (1.0, 2.0), 2)
    assert len(inspection(Lane(rule), run, 2).lines) == len(rule.rule)


FUZZ = settings(max_examples=min(max(100, settings.default.max_examples), 7_000))

PIECES = [*"xgtmvpez;=\n#_^*/+-(){}|,. θ", "lr", "eps", "norm(", "sum(", "m_t", "_{t-1}", "beta1"]
PIECES += [
    "∇f(x)",
    "||",
    "\\|",
    "g(x)",
    "m̂",
    "x -= ",
    "1. ",
    "&",
    "$",
    "x_{k+1}",
    "m_{1,0} = ",
    "= ?",
]
PIECES += ["x = ", "x = x - ", "m0 = ", "\\hat m", "\\frac{1}{2}", "__class__", "import", "avg"]
broken = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=14).map("".join)


@pytest.mark.parametrize(
    "texts", [rules, broken, broken.map("x = x - lr*g; ".__add__)], ids=["rules", "broken", "more"]
)
def test_fuzz_any_text_is_a_rule_or_refused_in_a_sentence(texts):
    FUZZ(given(texts)(assert_read_or_refused))()


@pytest.mark.parametrize("name", KNOWN)
def test_what_stands_on_the_screen_is_what_runs(name):
    text, written, _ = KNOWN[name]
    rule, surface = from_rule(text, **written), SURFACES["beale"]
    run = Run(rule, surface, descend(rule, surface, (1.0, 0.8), 8))
    for number in range(len(run.statements)):
        for t in range(1, 9):
            assert run.holds(number, t) is not False, run.statements[number].text


def test_an_inspector_has_a_card_for_all_that_is_kept_and_arrows_along_the_average():
    rule = from_rule(ADAM)
    seen = inspection(Lane(rule), descend(rule, SURFACES["beale"], (1.0, 0.8), 8), 8)
    assert [card.name for card in seen.cards] == ["Gradient", "Momentum", "v", "p", "q", "Step"]
    assert seen.adaptive
    assert seen.series[seen.averaged].name == "m"
    assert all(numbers for _, numbers in seen.lines)
    plain = from_rule("x = x - lr*g/norm(g)")
    assert plain.family == "first order"


def test_a_batch_has_the_paths_of_its_members():
    rule, surface = from_rule(ADAM.replace("sqrt(q)", "norm(q)"), lr=0.1), SURFACES["beale"]
    starts = np.array([[1.0, 0.5, -1.0], [0.8, 1.5, 1.0]])
    rated = rule.with_values(lr=np.array([0.1, 0.1, 0.2]))
    together, rates = (
        [run.theta for run in descend_all(each, surface, starts, 50, inside=False)]
        for each in (rule, rated)
    )
    for start, path in zip(starts.T, together, strict=True):
        np.testing.assert_allclose(path, descend(rule, surface, start, 50).theta, rtol=1e-9)
    np.testing.assert_array_equal(rates[:2], together[:2])
    assert (rates[2] != together[2]).any()


@pytest.mark.parametrize(
    "text",
    [
        "s = s + sum(g^2); p = max(t, s)^(-a); x = x - lr*sign(g)*p",
        "p = beta^norm(g); x = x - lr*g*p",
        "s0 = 1; s = 0.9s + norm(g)^1.7; p = s^t; x = x - lr*g/s",
    ],
)
def test_a_power_of_what_a_run_has_one_of_is_the_same_in_a_batch(text):
    rule, surface = from_rule(text, lr=0.01), SURFACES["beale"]
    rule = rule.with_values(**{name: 0.3 for name in rule.values() if name == "a"})
    starts = np.array([[1.0, 0.5, -1.0], [0.8, 1.5, 1.0]])
    together = descend_all(rule, surface, starts, 50)
    for start, member in zip(starts.T, together, strict=True):
        alone = descend(rule, surface, start, 50)
        np.testing.assert_array_equal(member.theta, alone.theta)
        np.testing.assert_array_equal(member.state["p"], alone.state["p"])


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("x = x + lr*g", "diverged"),
        ("x = x - lr*g/(g-g)", "stopped"),
        ("x = 1 - t^2*g", "diverged"),
    ],
)
def test_a_run_that_goes_wrong_is_an_outcome(text, kind):
    run = descend(
        from_rule(text, **({"lr": 1.0} if "lr" in text else {})), SURFACES["beale"], (1, 1), 500
    )
    assert run.outcome.kind == kind
    assert np.isfinite(run.theta).all()


def test_several_rules_of_a_race_are_told_apart():
    one, two = "x = x - lr*g", "x = x - 2lr*g"
    race = Experiment(lanes=(Lane(Rule(one)), Lane(Rule(two)), Lane(Rule(one, (0.1,)))))
    names = [lane.name for lane in race.lanes]
    assert names == ["Your own 1 · lr 0.01", "Your own 2 · lr 0.01", "Your own 1 · lr 0.1"]
    alone = Experiment(lanes=race.lanes[1:2])
    assert [lane.name for lane in alone.lanes] == ["Your own · lr 0.01"]
    within = Experiment(lanes=(Lane(OPTIMIZERS["lookahead"](Rule(one))), Lane(Rule(two))))
    assert "Your own 1" in within.lanes[0].name
    assert Experiment.from_query(within.to_query()) == within


def test_what_a_blank_line_sets_stays_until_it_is_filled_in():
    rule = Rule("s0 = 2; s = ?; x = x - s*g; x = ?")
    assert rule.equations.blanks == ("s", "x")
    theta, state = rule.update(1, np.ones(2), np.ones(2), rule.init(np.ones(2)))
    assert (list(theta), float(state["s"])) == ([-1, -1], 2.0)
    race = Experiment.from_query("lane=rule(lr=0.1)&rule=m=?;x=x-lr*m")
    assert race.problems == ()
    assert Experiment.from_query(race.to_query()) == race
    assert (run(race)[0].theta == race.start).all()


LINKS = {
    "lane=rule(lr=0.1)&rule=m=beta*m%2B(1-beta)*g;x=x-lr*m": [("m = beta*m + (1 - beta)*g", 0.1)],
    "lane=rule(lr=0.1)&rule=m=beta*m+(1-beta)*g;x=x-lr*m": [("m = beta*m + (1 - beta)*g", 0.1)],
    "lane=rule&rule=m = 0.9m + g%0Ax = x - lr*m": [("m = 0.9m + g", 0.01)],
    "lane=rule(lr=0.1)&lane=adam&lane=rule(lr=0.2)&rule=v=g;x=x-lr*v&rule=x=x-lr*g&step=5": [
        ("v = g", 0.1),
        ("x = x - lr*g", 0.2),
    ],
    "lane=rule(lr=0.1); lane=rule; rule=v=g; x=x-lr*v; rule=x=x-lr*g": [
        ("v = g", 0.1),
        ("x = x - lr*g", 0.01),
    ],
    "lane=lookahead(rule(lr=0.5),k=3)&rule=x=x-lr*g": [("x = x - lr*g", 0.5)],
    "rule=x=x-lr*g": [("x = x - lr*g", 0.01)],
}


@pytest.mark.parametrize("query", LINKS)
def test_a_link_has_its_rules_in_the_order_of_their_lanes(query):
    experiment = Experiment.from_query(query)
    assert experiment.problems == ()
    parts = [
        part for lane in experiment.lanes for part in (lane.optimizer, *lane.optimizer.wrapped)
    ]
    found = [part for part in parts if isinstance(part, Rule)]
    assert [(each.text.partition("; ")[0], each.values()["lr"]) for each in found] == LINKS[query]
    written = experiment.to_query()
    assert Experiment.from_query(written) == Experiment.from_query(parse_qs(written)) == experiment


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("lane=rule&lane=sgd", "lane=rule needs a rule, such as rule=x=x-lr*g; the lane was left"),
        ("lane=rule&lane=sgd&rule=x=x-lr*", "Line 1: The line ends after “*” at character 7"),
        ("lane=sgd&rule=x=x-lr*g", "rule is given more often than lane=rule; the last were left"),
        ("lane=rule(q=1)&rule=x=x-lr*g", "Your own has no “q”; it was left out"),
        ("lane=rule(lr=fast)&rule=x=x-lr*g", "Your own's lr must be a finite number, not “fast”"),
    ],
)
def test_what_a_link_has_wrong_is_named(query, said):
    (problem,) = Experiment.from_query(query).problems
    assert problem.startswith(said)


@settings(max_examples=60)
@given(rules, st.floats(-1e3, 1e3))
def test_any_rule_comes_back_from_its_link(text, lr):
    try:
        rule = Rule(text)
    except ValueError:
        return
    numbers = {"lr": lr} if "lr" in rule.values() else {}
    race = Experiment(lanes=(Lane(rule.with_values(**numbers)), Lane(rule)))
    assert Experiment.from_query(race.to_query()) == race
    keys = {lane.optimizer: race.run_of(lane).key for lane in race.lanes}
    assert len(set(keys.values())) == len(keys)


CALLED = "z0=x; s=s+sum(g^2); a=lr/sqrt(t); x=x-a*relu(g)*λ+a*min(g,0,1)*norm(g)/(norm(z)+s)"
RACE = (
    (
        "surface=beale&steps=60&noise=0.1&start=1,1&start=0.5,1.5&lane=rule(lr=0.02,schedule=cosine)"
        f"&lane=rule(lr=0.01,lambda=0.1)&lane=lookahead(rule)&lane=rule(schedule=cosine,clip=1)"
        f"&rule={ADAM.strip()}&rule={CALLED}&rule=x=x-lr*g&rule=x=x-0.01*sign(g)*sigmoid(g)"
    )
    .replace("+", "%2B")
    .replace("\n", "%0A")
)


def test_a_numpy_script_repeats_its_paths_to_the_bit():
    race = Experiment.from_query(RACE)
    assert race.problems == ()
    scope = {"__name__": "taken away"}
    exec(compile(numpy_script(race), "script", "exec"), scope)
    for (name, optimizer, how), drawn in zip(scope["LANES"], run(race), strict=True):
        points, why = scope["run"](optimizer, **how)
        np.testing.assert_array_equal(points, drawn.theta, err_msg=name)
        assert why == drawn.outcome.reason


def test_every_form_takes_a_race_of_rules_away():
    race = Experiment.from_query(RACE)
    drawn = run(race)
    for form in FORMS.values():
        assert form.refusal(race) == ""
        assert form.make(race, drawn, "") or form.ending == "bib"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (ADAM, "Computes what Adam computes here, to the last bit."),
        (
            "m = beta*m + (1-beta)*g; v = 0.999v + 0.001g^2; x = x - lr*m/(sqrt(v)+eps)",
            "Computes what Adam (bias correction off) computes here, to 1e-15.",
        ),
        ("b = mu*b + g; x = x - lr*b", "Computes what Momentum computes here, to the last bit."),
        (KNOWN["lion"][0], "Computes what Lion (weight decay 0) computes here, to the last bit."),
        ("G=G+g^2; x=x-η*g/(√(G)+ε)", "Computes what Adagrad computes here, to the last bit."),
        ("x = x - lr*g/(1 + norm(g))", ""),
        ("x = x - 0.01*g", ""),
        (
            "v = beta*v + (1-beta)*g^2; x = x - lr*g/(sqrt(v)+eps)",
            "Computes what RMSprop computes here, to the last bit.",
        ),
        ("x = x - lr*g*step(100 - t)", ""),
        ("k = k + 1; x = x - lr*g*min(1, 100/k)", ""),
        ("x = x - lr*max(-1000, min(1000, g))", ""),
        ("x = x - lr*sign(g)*min(1, 1000|g|)", ""),
        ("x = x", ""),
        ("x = x - lr*g/0^t", ""),
    ],
)
def test_a_rule_says_which_method_it_is(text, said):
    rule = from_rule(text)
    rule = rule.with_values(mu=0.9) if "mu" in rule.values() else rule
    rule = rule.with_values(beta=0.99) if "RMSprop" in said else rule
    assert alike(Lane(rule)) == said
    assert alike(Lane(OPTIMIZERS["adam"]())) == ""


def test_a_rule_whose_rate_no_schedule_moves_is_not_what_one_with_a_rate_is():
    fixed, cosine = Rule("x = x - 0.001g"), SCHEDULES["cosine"]()
    assert alike(Lane(fixed)) == "Computes what SGD computes here, to the last bit."
    assert alike(Lane(fixed, cosine)) == ""
    assert alike(Lane(Rule("x = x - lr*g"), cosine)).startswith("Computes what SGD computes here")
