"""The scripts for PyTorch and Optax compute the drawn paths, in an environment that has both."""

import dataclasses
import json
import operator
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from strategies import expressions, stated

from experiment import Experiment, run
from exports import optax_script as optax_script_module
from exports.expression import loss_function
from exports.forms import FORMS
from exports.optax_script import JAX
from exports.references import OPTAX, TORCH, Unavailable
from exports.torch_script import PYTORCH
from formulas.functions import FUNCTIONS, LISTS
from optimizers import OPTIMIZERS
from surfaces import from_formula

torch = pytest.importorskip("torch")
jax = pytest.importorskip("jax")
optax = pytest.importorskip("optax")
torch.set_default_dtype(torch.float64)  # as the scripts do

FRAMEWORKS = {"torch": PYTORCH, "optax": JAX}
LIBRARIES = {"torch": TORCH, "optax": OPTAX}

AGREES = {
    "adagrad": "(eps=0)",
    "adan": "(beta2=0.5)",
    "nadam": "(momentum_decay=1000)",
    "radam": "(eps=0)",
}
"""Settings with which optax agrees, where it does not at ours by default."""

TOLERANCE = {"lbfgs": 1e-5}
"""It divides by differences of gradients, which noise and twenty iterations a step make small."""

RUNS_SCRIPTS = """
import json, sys
found = []
for script in json.load(sys.stdin):
    scope = {"__name__": "taken away"}
    exec(compile(script, "script", "exec"), scope)
    ends = [(name, *scope["run"](make, **how)) for name, make, how in scope["LANES"]]
    found.append([[name, points.tolist(), why] for name, points, why in ends])
print(json.dumps(found))
"""


def computed(library, experiments):
    """What a library's scripts compute: for each a name, points and a sentence for each lane."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-W", "ignore:Detected call of", "-c", RUNS_SCRIPTS],
        input=json.dumps([FRAMEWORKS[library].script(race) for race in experiments]),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def said_of(drawn):
    """What a script says of a lane that ended as a drawn one; its numbers are Python's own."""
    reason = drawn.outcome.reason.replace("−", "-")
    return reason or ("It diverged." if drawn.outcome.kind == "diverged" else "")


def assert_agreement(library, *queries, tolerance=1e-10):
    """Every lane has the drawn path in the script, which ends where that does, and says the same.

    In parts of the largest coordinate so far: a point that comes to 0 has no digits.
    """
    experiments = list(map(Experiment.from_query, queries))
    assert not any(experiment.problems for experiment in experiments)
    for experiment, lanes in zip(experiments, computed(library, experiments), strict=True):
        assert len(lanes) == len(experiment.lanes)
        drawn = run(experiment)
        for lane, expected, found in zip(experiment.lanes, drawn, lanes, strict=True):
            name, points, why = found
            assert (name, len(points)) == (lane.name, len(expected.theta)), experiment.to_query()
            assert why == said_of(expected), name
            furthest = np.maximum.accumulate(np.abs(expected.theta).max(axis=1, keepdims=True))
            apart = np.abs(points - expected.theta) / furthest.clip(1e-12)
            assert apart.max() < TOLERANCE.get(lane.optimizer.key, tolerance), name


def has(library, key):
    """A lane of a method that a library runs, without its closing bracket; empty if it has none."""
    text = f"{key}{AGREES.get(key, '') if library == 'optax' else ''}"
    (lane,) = Experiment.from_query(f"lane={text}").lanes
    try:
        LIBRARIES[library].call(key, lane.optimizer.values())
    except Unavailable:
        return ""
    return text.removesuffix(")") + ("," if text != key else "(")


def eights():
    for library in LIBRARIES:
        lanes = [text for key in OPTIMIZERS if (text := has(library, key))]
        yield from ((library, lanes[i : i + 8]) for i in range(0, len(lanes), 8))


KNOWN = {
    "torch": "sgd momentum nesterov adam adamw amsgrad adamax adadelta adagrad rmsprop radam nadam "
    "rprop asgd lbfgs adafactor",
    "optax": "sgd momentum nesterov adam adamw adamax adadelta adagrad rmsprop radam nadam adan "
    "ademamix lookahead sam schedule_free_sgd schedule_free_adamw tiger lion lamb lars yogi",
}


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_library_has_the_methods_that_it_is_known_for(library):
    assert [key for key in KNOWN[library].split() if not has(library, key)] == []


@pytest.mark.parametrize(("library", "lanes"), list(eights()), ids=str)
def test_every_method_of_a_library_computes_the_path_that_was_drawn(library, lanes):
    query = "&".join(f"lane={lane}label=a)" for lane in lanes)
    assert_agreement(library, f"surface=himmelblau&steps=25&{query}")


@pytest.mark.parametrize(("library", "lanes"), list(eights()), ids=str)
def test_it_does_so_scheduled_clipped_and_noisy_on_a_turned_surface(library, lanes):
    query = "&".join(f"lane={lane}schedule=cosine,warmup=3,clip=2)" for lane in lanes)
    surface = "surface=booth(rotate=30,scale_loss=0.5)"
    assert_agreement(library, f"{surface}&steps=15&noise=0.1&{query}")


ODD_SETTINGS = {
    "sgd": ["lr=0.003,weight_decay=0.7"],
    "momentum": ["lr=0.001,momentum=0.5,weight_decay=0.3", "lr=0.001,momentum=0"],
    "nesterov": ["lr=0.0005,momentum=0.97,weight_decay=2"],
    "adam": [
        "lr=0.05,beta1=0.5,beta2=0.8,eps=0.1,weight_decay=0.3",
        "lr=0.2,beta1=0,beta2=0",
        "lr=0.1,beta2=0.9,eps_root=0.2",
    ],
    "amsgrad": ["lr=0.03,beta1=0.7,beta2=0.9,weight_decay=0.3,bias_correction=false"],
    "adamw": ["lr=0.05,beta1=0.3,beta2=0.9,eps=1,weight_decay=0.9", "lr=0.1,weight_decay=0"],
    "adamax": ["lr=0.03,beta1=0.2,beta2=0.7,eps=0.5,weight_decay=0.4"],
    "adadelta": ["lr=2,rho=0.5,eps=0.01,weight_decay=0.2"],
    "adagrad": ["lr=0.3,eps=0,initial_accumulator_value=3,weight_decay=0.2"],
    "rmsprop": [
        "lr=0.03,alpha=0.7,eps=0.1,weight_decay=0.2",
        "lr=0.01,momentum=0.8,alpha=0.9,eps=0.01",
        "lr=0.01,centered=true,alpha=0.6,eps=0.3,momentum=0.3,weight_decay=0.1",
    ],
    "radam": ["lr=0.01,beta1=0.4,beta2=0.95,eps=0,weight_decay=0.3", "lr=0.02,beta2=0.6,eps=0"],
    "nadam": ["lr=0.01,beta1=0.6,beta2=0.9,eps=0.2,momentum_decay=5000,weight_decay=0.2"],
    "adan": [
        "lr=0.03,beta1=0.7,beta2=0.5,beta3=0.9,eps=0.01",
        "lr=0.03,beta2=0.5,eps=0.01,weight_decay=0.4,weight_decouple=true",
    ],
    "ademamix": [
        "lr=0.01,beta1=0.5,beta2=0.9,beta3=0.95,alpha=2,eps=0.1,weight_decay=0.4",
        "lr=0.01,beta1=0.5,beta3=0.95,eps=0.1,weight_decay=0.4,weight_decouple=true",
    ],
    "adopt": ["lr=0.02,beta1=0.6,beta2=0.9,eps=0.1,weight_decay=0.4"],
    "lion": ["lr=0.02,weight_decay=0.4", "lr=0.02,weight_decay=0,weight_decouple=false"],
    "dog": ["init_step=0.01,weight_decay=0.4"],
    "dowg": ["weight_decay=0.4"],
    "tiger": ["lr=0.02,beta=0.6,weight_decay=0.5"],
    "schedule_free_sgd": ["lr=0.003,momentum=0.6,weight_lr_power=1,weight_decay=0.2"],
    "schedule_free_adamw": ["lr=0.05,beta1=0.6,beta2=0.9,weight_lr_power=0,weight_decay=0.3"],
    "lookahead": [
        "adam(lr=0.05),pullback_momentum=pullback",
        "rmsprop(lr=0.02),k=3,alpha=0.8",
        "adamw,k=1,alpha=1",
        "muon(lr=0.1),k=2",
    ],
    "sam": ["adam(lr=0.1,weight_decay=0.2),rho=0.5", "momentum(lr=0.001),rho=0.01", "lars(lr=1)"],
}


@pytest.mark.parametrize("surface", ["rosenbrock", "himmelblau"])
def test_optax_agrees_with_odd_settings_too(surface):
    lanes = [f"lane={key}({odd})" for key, odds in ODD_SETTINGS.items() for odd in odds]
    races = ["&".join(lanes[i : i + 8]) for i in range(0, len(lanes), 8)]
    where = f"surface={surface}&start=-1.2,0.8&steps=80"
    assert_agreement("optax", *(f"{where}&{race}" for race in races), tolerance=1e-9)


def test_torch_agrees_wherever_its_switches_stand():
    lanes = "&lane=".join(
        [
            "adamw(lr=0.05,beta2=0.8,weight_decay=0.4,amsgrad=true)",
            "nadam(lr=0.05,weight_decay=0.4,decoupled_weight_decay=true)",
            "nadam(lr=0.05,weight_decay=0.4)",
            "radam(lr=0.02,weight_decay=0.4,decoupled_weight_decay=true)",
            "radam(lr=0.02,weight_decay=0.4)",
            "amsgrad(lr=0.05,beta2=0.8)",
            "rmsprop(lr=0.01,centered=true)",
        ]
    )
    assert_agreement("torch", f"surface=himmelblau&start=-1.2,0.8&steps=80&lane={lanes}")


@pytest.mark.parametrize(
    ("library", "lane", "lacks"),
    [
        ("torch", "adam(eps_root=0.1)", "eps_root"),
        ("torch", "amsgrad(bias_correction=false)", "corrects the bias"),
        ("torch", "sgdw", "pytorch_optimizer.SGDW"),
        ("optax", "sgdw", "pytorch_optimizer.SGDW"),
        ("optax", "radam(eps=0,weight_decay=0.1,decoupled_weight_decay=true)", "decoupled"),
        (
            "optax",
            "nadam(momentum_decay=5000,weight_decay=0.1,decoupled_weight_decay=true)",
            "decoupled",
        ),
    ],
)
def test_a_setting_that_a_library_lacks_is_named(library, lane, lacks):
    race = Experiment.from_query(f"lane={lane}")
    assert not race.problems
    assert lacks in FRAMEWORKS[library].refusal(race)


LIMITS = [
    "adam(lr=0.1,bias_correction=false)",
    "momentum(dampening=0.5)",
    "rmsprop(momentum=0.5,schedule=exponential)",
    "adagrad(lr=0.1,eps=0.01)",
    "adagrad(lr=0.1,eps=0,lr_decay=0.5)",
    "amsgrad(lr=0.1,beta1=0.5,beta2=0.5)",
    "radam(lr=0.01,eps=0.01)",
    "nadam(lr=0.1)",
    "adan(lr=0.05)",
    "adan(lr=0.05,beta2=0.5,weight_decay=0.5)",
    "ademamix(lr=0.05,t_alpha_beta3=20)",
    "adamw(lr=0.1,amsgrad=true,beta2=0.5)",
    "lion(lr=0.02,cautious=true)",
    "lion(lr=0.02,weight_decay=0.5,weight_decouple=false)",
    "signum(lr=0.02,weight_decay=0.5)",
    "yogi(lr=0.02,weight_decay=0.5)",
    "adabelief(lr=0.02,weight_decay=0.5)",
    "lookahead(momentum(lr=0.001),pullback_momentum=reset)",
    "lookahead(nesterov(lr=0.001),pullback_momentum=pullback)",
    "sam(sgd(lr=0.001),rho=0.5,adaptive=true)",
    "schedule_free_sgd(lr=0.001,r=1)",
    "schedule_free_sgd(lr=0.001,warmup_steps=9)",
    "schedule_free_adamw(lr=0.1,r=1)",
    "schedule_free_adamw(lr=0.1,warmup_steps=9)",
]


def test_where_optax_is_said_to_differ_it_does(monkeypatch):
    where = "start=-1.2,0.8&steps=80"
    races = [Experiment.from_query(f"{where}&lane={lane}") for lane in LIMITS]
    assert not any(race.problems for race in races)
    assert all(map(JAX.refusal, races))
    free = {key: dataclasses.replace(c, limits=()) for key, c in OPTAX.others.items()}
    monkeypatch.setattr(optax_script_module, "OPTAX", dataclasses.replace(OPTAX, others=free))
    for lane, race, ((_, points, _),) in zip(LIMITS, races, computed("optax", races), strict=True):
        (drawn,) = run(race)
        assert np.abs(points - drawn.theta).max() > 1e-9, lane


@pytest.mark.parametrize(
    "lane",
    ["nesterov(momentum=0)", "rprop(eta_plus=1)", "rprop(eta_minus=0)"],
)
def test_where_torch_is_said_to_refuse_a_setting_it_does(lane):
    race = Experiment.from_query(f"steps=10&lane={lane}&lane=adam&lane=sgd")
    assert not race.problems
    (lanes,) = computed("torch", [race])
    assert [name for name, _, _ in lanes] == [lane.name for lane in race.lanes[1:]]
    optimizer = race.lanes[0].optimizer
    free = {key: dataclasses.replace(c, limits=()) for key, c in TORCH.others.items()}
    call = dataclasses.replace(TORCH, others=free).call(optimizer.key, optimizer.values())
    with pytest.raises(ValueError):  # noqa: PT011
        called(torch, call)(
            [torch.zeros(2, dtype=torch.float64, requires_grad=True)], **call.arguments
        )


def called(module, call):
    return operator.attrgetter(call.function.partition(".")[2])(module)


@pytest.mark.parametrize("key", [key for key in OPTIMIZERS if has("torch", key)])
@given(st.data())
@settings(max_examples=60)
def test_torch_refuses_no_setting_of_a_script(key, data):
    optimizer = data.draw(stated(OPTIMIZERS[key]))
    try:
        call = TORCH.call(key, optimizer.values())
    except Unavailable:
        assume(False)
    called(torch, call)([torch.zeros(2, dtype=torch.float64, requires_grad=True)], **call.arguments)


EDGES = [
    "formula=log(x)%2By&start=0.3,0.2&lane=sgd(lr=0.5)&lane=adam(lr=0.1)&lane=momentum(lr=0.1)",
    "formula=sqrt(x)%2By^2&start=0.2,0.7&lane=sgd(lr=0.1)&lane=adamw(lr=0.05)",
    "formula=x*log(x)%2B1/y&start=0.4,0.5&lane=sgd(lr=0.1)&lane=rmsprop(lr=0.1)",
    "formula=(x%2B1)^0.5-2y&start=0,0&domain=-2,2,-2,2&lane=nesterov(lr=0.3)&lane=adam(lr=0.3)",
    "surface=quadratic&lane=sgd(lr=0.09)&lane=momentum(lr=1)&lane=sgd(lr=1e300)",
    "surface=ackley&start=0,0&lane=sgd&lane=adam",
    "formula=x^2&start=1,1&lane=adam(lr=0.1,eps=0)&lane=rmsprop(lr=0.1,eps=0)&lane=adamw(eps=0)",
    "formula=|x|%2Bsqrt(x^2%2By^2)&start=0,0&lane=sgd&lane=adam(lr=0.1)",
]


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_script_ends_where_the_drawn_run_does_and_says_the_same(library):
    assert_agreement(library, *(f"{race}&steps=400" for race in EDGES), tolerance=1e-9)


def test_polyaks_step_ends_below_f_min_in_the_words_of_the_page():
    assert_agreement("optax", "surface=saddle&start=1,0.1&steps=80&lane=polyak_sgd&lane=sgd")


@pytest.mark.parametrize("library", LIBRARIES)
def test_constants_and_formulas_of_one_variable_are_run(library):
    lanes = [
        text for key in ("sgd", "adam", "rmsprop", "lion", "muon") if (text := has(library, key))
    ]
    query = "&".join(f"lane={lane}label=a)" for lane in lanes)
    formulas = ("2", "a", "x", "y^2", "0*x", "max(a,3)")
    assert_agreement(library, *(f"formula={f}&start=0.5,0.2&steps=8&{query}" for f in formulas))


def test_what_divides_by_the_first_gradient_is_left_out_where_that_is_0():
    race = Experiment.from_query("formula=2&lane=prodigy&lane=dadapt_adamw&lane=adam&steps=8")
    ((adam,),) = computed("optax", [race])
    assert adam[0] == race.lanes[2].name


@pytest.mark.parametrize("library", LIBRARIES)
def test_parameters_may_be_called_as_words_of_python(library):
    formula = "lambda*x^2%2Btheta*y^2%2Bf*t*s*x%2Bpsi"
    query = f"formula={formula}&surface=formula(lambda=2,f=0.5)&start=0.5,0.2&steps=8&lane=sgd"
    assert_agreement(library, query)


@given(expressions, st.integers(0, 2**32))
@settings(max_examples=100)
def test_a_library_evaluates_the_text_to_the_loss(formula, seed):
    try:
        surface = from_formula(formula)
    except ValueError:
        assume(False)
    random = np.random.default_rng(seed)
    surface = surface.with_values(**{p.name: random.uniform(-3, 3) for p in surface.parameters})
    theta = random.uniform(-2, 2, 2)
    with np.errstate(all="ignore"):
        expected, beside = surface.value(theta), surface.value(theta * (1 + 1e-12))
    assume(np.isfinite(expected) and np.isclose(beside, expected, rtol=1e-9))
    scope = {"np": np, "torch": torch, "jnp": jax.numpy}
    with jax.enable_x64(True):
        for library, point in (
            ("torch", torch.tensor(theta)),
            ("jnp", jax.numpy.array(theta, float)),
        ):
            exec(compile(loss_function(surface, library), library, "exec"), scope)
            value = float(scope["f"](point))
            assert value == pytest.approx(float(expected), rel=1e-8, abs=1e-12), library


@pytest.mark.parametrize("name", sorted(FUNCTIONS.keys() - {"pow"}))
def test_a_library_has_the_slope_that_is_drawn_where_a_function_has_a_kink(name):
    """But for that of 0^y, which has no number in one of its two directions."""
    arguments = "x,y,0,2x,x+y" if name in LISTS else ",".join("xy"[: FUNCTIONS[name]])
    surface = from_formula(f"{name}({arguments})+y^2")
    scopes = {"torch": {"np": np, "torch": torch}, "jnp": {"np": np, "jnp": jax.numpy}}
    for library, scope in scopes.items():
        exec(compile(loss_function(surface, library), library, "exec"), scope)
    in_torch, in_jax = scopes["torch"]["f"], jax.value_and_grad(scopes["jnp"]["f"])
    for x in (-2.0, -1.0, 0.0, 1.0, 2.0):
        for y in (0.0, 1.0, -2.0):
            point = torch.tensor([x, y], requires_grad=True)
            loss = in_torch(point)
            loss.backward()
            with jax.enable_x64(True):
                value, slope = in_jax(jax.numpy.array([x, y], float))
            drawn = surface.gradient((x, y))
            if np.isfinite(surface.value((x, y))) and np.isfinite(drawn).all():
                for found in (point.grad.numpy(), np.array(slope)):
                    flat = np.where(np.isnan(found), 0, found)  # as the scripts have it
                    np.testing.assert_allclose(flat, drawn, 1e-9, 1e-12, err_msg=f"{x}, {y}")
                assert loss.item() == pytest.approx(float(value), abs=1e-12)


def test_a_script_of_every_form_runs_by_itself(tmp_path):
    race = Experiment.from_query("steps=9&lane=adam(schedule=cosine)&lane=sgd")
    for ending in ("_torch.py", "_optax.py"):
        script = tmp_path / f"race{ending}"
        script.write_text(FORMS[ending].make(race, (), ""), encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-I", script], capture_output=True, text=True, check=True
        )
        assert [line.partition(":")[0] for line in done.stdout.splitlines()] == [
            lane.name for lane in race.lanes
        ]


@pytest.mark.parametrize("library", FRAMEWORKS)
def test_a_rule_that_a_person_wrote_has_its_path(library):
    lanes = "&lane=rule(lr=0.02,schedule=cosine)&lane=rule(lambda=0.1,clip=1)&lane=rule(warmup=9)"
    rules = (
        "m=beta1*m+(1-beta1)*g;v=beta2*v+(1-beta2)*g^2;x=x-lr*m/(1-beta1^t)/(sqrt(v/(1-beta2^t))+eps)",
        "z0=x;s=s+sum(g^2);a=lr/sqrt(t);x=x-a*relu(g)*λ+a*min(g,0,1)*norm(g)/(norm(z)+sqrt(s))",
        "x=x-0.01*sign(g)*sigmoid(g)",
    )
    race = f"surface=beale&steps=60&noise=0.1{lanes}"
    race += "".join(f"&rule={rule.replace('+', '%2B')}" for rule in rules)
    wrapped = "&lane=lookahead(rule(lr=0.001))&rule=b=0.9b%2Bg;x=x-lr*b"
    assert_agreement(library, race + (wrapped if library == "optax" else ""))
