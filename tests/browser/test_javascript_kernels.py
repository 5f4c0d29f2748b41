"""What the browser computes by a rule's module is what `descend` computes."""

import base64
import itertools
import math
from hashlib import blake2b

import numpy as np
import pytest
from driver import LITTLE
from test_javascript import is_exact
from test_kernels import RULES, drawn

from experiment import SCHEDULES, descend
from experiment.loop import bound
from experiment.noise import gaussian
from experiment.schedule import factors
from figures.live import ASKEW
from formulas.functions import FUNCTIONS
from kernels import traced
from kernels.javascript import loss_module, rule_module, table
from kernels.losses import arguments
from kernels.tracing import settings
from optimizers import OPTIMIZERS, from_rule
from surfaces import SURFACES, from_formula

PAGE = "http://kernels.test/"
POLICY = "default-src 'none'; script-src 'self'"
GROUNDS = ["rosenbrock", "himmelblau", "beale", "bukin6", "booth"]  # of arithmetic
RUNS = 3

RUN = """async cases => {
  let isStrict = false;
  // Only what runs after the call of the test itself is under the page's policy.
  await new Promise(resolve => setTimeout(resolve));
  try { (0, eval)("1"); } catch { isStrict = true; }
  const numbers = text => text === null ? null
    : new Float64Array(Uint8Array.from(atob(text), c => c.charCodeAt(0)).buffer);
  const told = [];
  for (const each of cases) {
    const [rule, loss] = await Promise.all([import(each.rule), import(each.loss)]);
    const { steps, start: [x0, y0] } = each, asked = numbers(each.numbers);
    const rows = Array.from({ length: 6 }, () => new Float64Array(steps + 1));
    const [x, y, gx, gy, asking, value] = rows;
    const sizes = Object.values(rule.shapes).map(shape => shape.reduce((a, b) => a * b, 1));
    const state = Array.from({ length: sizes.reduce((a, b) => a + b, 0) },
                             () => new Float64Array(steps + 1));
    const met = Object.fromEntries(["value", "gradient", "hessian"].map(
      name => [name, loss[name](each.surface)]));
    const known = { ...met, gradient: loss.met(met.gradient, numbers(each.noise), each.clip) };
    const settings = rule.settings.map((_, i) => asked[i]);
    const given = numbers(each.table), own = [steps, settings, numbers(each.factors)];
    const taken = rule.run(steps, x0, y0, each.bound, known, settings, own[2],
                           { x, y, gx, gy, asking, state }, ...(given ? [given] : []));
    x[0] = x0; y[0] = y0;
    for (let t = 0; t <= taken; t++) value[t] = met.value(x[t], y[t]);
    const all = new Float64Array([...rows, ...state].flatMap(each => [...each]));
    let text = "";
    for (const byte of new Uint8Array(all.buffer)) text += String.fromCharCode(byte);
    told.push([taken, btoa(text), rule.columns]);
  }
  return [isStrict, told];
}"""


def sent(array):
    return base64.b64encode(np.ascontiguousarray(array, "<f8").tobytes()).decode()


@pytest.fixture(scope="module")
def ran(browser):
    """A page whose policy allows no eval, and what computes cases in it."""
    context, files = browser.new_context(), {}
    page = context.new_page()

    def answer(route):
        name = route.request.url.removeprefix(PAGE)
        kind = "text/javascript" if name else "text/html"
        policy = {"Content-Security-Policy": POLICY}
        route.fulfill(body=files.get(name, ""), content_type=kind, headers=policy)

    page.route(f"{PAGE}**", answer)
    page.goto(PAGE)

    def served(text):
        name = f"{blake2b(text.encode(), digest_size=8).hexdigest()}.js"
        files[name] = text
        return PAGE + name

    def run(*cases):
        wanted = [case | {key: served(case[key]) for key in ("rule", "loss")} for case in cases]
        is_strict, told = page.evaluate(RUN, wanted)
        assert is_strict
        found = []
        for case, (taken, text, columns) in zip(cases, told, strict=True):
            rows = np.frombuffer(base64.b64decode(text)).reshape(-1, case["steps"] + 1)
            found.append((taken, rows, columns))
        return found

    yield run
    context.close()


def case(optimizer, surface, start, steps, *, clip=None, rates=None, noise=None, by_table=True):
    """What the page is sent of a run; noise (steps, 2)."""
    graph, numbers = traced(optimizer), dict(settings(optimizer))
    values = [numbers[name] for name in graph.settings]
    sends = table(graph).array(numbers, steps, rates)
    return {
        "rule": rule_module(graph, rates is not None),
        "loss": loss_module(surface),
        "numbers": sent(values),
        "surface": list(arguments(surface).values()),
        "start": list(map(float, start)),
        "steps": steps,
        "bound": bound(surface),
        "clip": clip,
        "factors": None if rates is None else sent(rates),
        "noise": None if noise is None else sent(noise),
        "table": sent(sends) if by_table and sends.size else None,
    }


def recorded(run):
    """A trajectory as the page's rows: x, y, what was given and asked, the loss, the state."""
    n = len(run.theta)
    above = np.full((1, 2), np.nan)
    given = np.concatenate([above, run.given])
    state = [each.reshape(n - 1, math.prod(each.shape[1:])) for each in run.state.values()]
    held = np.concatenate([np.zeros((n - 1, 0)), *state], axis=1)
    held = np.concatenate([np.full((1, held.shape[1]), np.nan), held])
    columns = [run.theta, given, run.evaluations[:, None], run.loss[:, None], held]
    return np.concatenate(columns, axis=1).T


def same(mine, theirs):
    """Whether rows are equal to the last bit; all nan are one."""
    n = theirs.shape[1]
    mine = mine[:, :n].copy()
    mine[2:4, 0], mine[6:, 0] = np.nan, np.nan  # before the first step
    equal = (mine.view(np.int64) == np.ascontiguousarray(theirs).view(np.int64)) | (
        np.isnan(mine) & np.isnan(theirs)
    )
    return bool(equal.all())


def test_every_rule_computes_in_the_browser_what_it_computes_here(ran):
    """At odd settings, with schedule, noise, clipping, overflow, eps = 0 and divergence."""
    rng, runs, cases = np.random.default_rng(15), [], []
    for key, i in itertools.product(RULES, range(RUNS)):
        optimizer = drawn(RULES[key], rng) if i else RULES[key]
        surface = SURFACES[GROUNDS[int(rng.integers(len(GROUNDS)))]]
        steps = [60, 7, 25][i % 3]
        schedule = SCHEDULES[sorted(SCHEDULES)[int(rng.integers(len(SCHEDULES)))]]()
        rates = factors(schedule, int(rng.integers(5)), steps) if rng.random() < 0.4 else None
        sigma = [0.0, 0.0, 0.1, 1e150][int(rng.integers(4))] if i else 0.0
        noise = np.array(list(itertools.islice(gaussian(sigma, i), steps))) if sigma else None
        met = {"clip": [None, None, 1e-3, 1.0, 1e300][int(rng.integers(5))] if i else None}
        cases.append(
            case(optimizer, surface, surface.start, steps, rates=rates, noise=noise, **met)
        )
        met |= {"factors": rates, "noise": noise}
        run = descend(optimizer, surface, surface.start, steps, **met)
        runs.append((optimizer, surface.key, run, is_exact(traced(optimizer))))
    different = []
    for (optimizer, ground, run, equal), (taken, rows, _) in zip(runs, ran(*cases), strict=True):
        theirs, some = recorded(run), slice(min(len(run.theta), 4))
        if equal:
            ok = same(rows, theirs)
        else:
            ok = np.allclose(rows[:2, some], run.theta[some].T, rtol=1e-12, atol=1e-12)
        ok = ok and taken >= len(run.theta) - 1
        if not ok:
            different.append((optimizer, ground, run.outcome, taken))
    assert not different, different
    assert {run.outcome.kind for _, _, run, _ in runs} > {"diverged", "moving"}


TURNS = """([angles, points, numbers, from]) => import(`${location.origin}/player/turn.js`).then(
  ({ turnOf, turned }) => [
    angles.map(turnOf),
    angles.map(to => points.map(point => turned(point, numbers, from, to))),
  ])"""


def test_one_module_turns_a_surface_as_the_surface_is_turned_here(ran):
    """At any angle, given its cosine and sine; stretched, shifted and scaled besides."""
    cases, runs = [], []
    for key, angle in itertools.product(GROUNDS, (-170.0, 12.5, 45.0, 90.0, 133.0)):
        plain = SURFACES[key].transformed(scale_x=2.0, scale_loss=0.5, shift_y=0.25)
        askew, surface = plain.transformed(rotate=ASKEW), plain.transformed(rotate=angle)
        optimizer = OPTIMIZERS["adam"](lr=0.05)
        given = case(optimizer, surface, surface.start, 30)
        cases.append(given | {"loss": loss_module(askew)})
        assert arguments(askew).keys() == arguments(surface).keys()
        runs.append(descend(optimizer, surface, surface.start, 30))
    for run, (_, rows, _) in zip(runs, ran(*cases), strict=True):
        assert same(rows, recorded(run))


def test_the_page_turns_points_as_the_server_does(open_race):
    race = open_race(LITTLE)
    angles, points = [-135.0, -90.0, 0.0, 7.0, 30.0, 90.0, 180.0], [[1.0, 2.0], [-3.5, 0.25]]
    before = SURFACES["booth"].transformed(rotate=20.0, scale_y=3.0, shift_x=1.5)
    turns, around = race.page.evaluate(TURNS, [angles, points, arguments(before), 20.0])
    for angle, turn, found in zip(angles, turns, around, strict=True):
        after = before.transformed(rotate=angle).transform
        assert turn == pytest.approx(after.turn, abs=1e-15)
        assert angle % 90 or tuple(turn) == after.turn
        there = after.forth(before.transform.back(np.array(points).T)).T
        assert found == pytest.approx(there, rel=1e-14)


def test_without_a_table_and_with_sines_it_agrees_to_the_last_place(ran):
    cases, runs = [], []
    for key in ("adam", "nadam", "adabelief", "lookahead"):
        for surface in (
            SURFACES["ackley"],
            SURFACES["rastrigin"],
            from_formula("exp(x*y)+cosh(x)"),
        ):
            optimizer = OPTIMIZERS[key]()
            cases.append(case(optimizer, surface, (0.3, 0.7), 12, by_table=False))
            runs.append(descend(optimizer, surface, (0.3, 0.7), 12))
    for name, count in FUNCTIONS.items():
        of = "g/300, 0.5 - g/300" if count == 2 else "g/300"
        rule, surface = from_rule(f"x = x - 0.001g*(2 + {name}({of}))"), SURFACES["booth"]
        cases.append(case(rule, surface, (-9.0, 7.0), 12, by_table=False))
        runs.append(descend(rule, surface, (-9.0, 7.0), 12))
    told = ran(*cases)
    for run, (taken, rows, _) in zip(runs, told, strict=True):
        assert taken >= len(run.theta) - 1
        rows = rows[:, : len(run.theta)]
        assert rows[:2] == pytest.approx(run.theta.T, rel=1e-13)
        assert rows[5] == pytest.approx(run.loss, rel=1e-12)
    assert {columns for _, _, columns in told} >= {2}
