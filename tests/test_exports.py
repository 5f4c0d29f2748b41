"""What is taken away is the race that was drawn."""

import csv
import io
import json
import re
import runpy
import subprocess
import sys
import tomllib
from dataclasses import replace
from itertools import accumulate
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from strategies import experiments

from experiment import Experiment, Outcome, descend, descend_all, run, run_swarm
from exports.bibliography import bibliography, key, tex
from exports.forms import FORMS
from exports.numpy_script import numpy_script
from exports.optax_script import optax_script
from exports.references import OPTAX, TORCH, Unavailable
from exports.table import csv_table, json_table
from exports.torch_script import torch_script
from exports.words import file_name
from optimizers import OPTIMIZERS

pytestmark = pytest.mark.paths

ROOT = Path(__file__).parent.parent
RACE = Experiment.from_query(
    "surface=saddle(a=6,b=3)&steps=40&lane=adam(lr=0.1)&lane=nelder_mead&lane=sam(sgd)"
)
TEST_LINKS = {
    "plain": "steps=300&lane=adam(lr=0.1)&lane=sgd&lane=momentum&lane=nadam&lane=lion&lane=adamw",
    "scheduled, clipped and noisy": "surface=beale&steps=200&noise=0.5&seed=3"
    "&lane=adamw(lr=0.1,schedule=cosine,warmup=20,clip=1)&lane=sgd(schedule=step(step_size=50))"
    "&lane=lion(clip=0.5)&lane=nadam(schedule=inverse_sqrt)&lane=momentum(schedule=exponential)",
    "turned": "surface=booth(rotate=30,shift_x=1,scale_y=2,scale_loss=0.5)&steps=100&lane=adam",
    "at a tip": "surface=ackley&start=0,0&steps=5&lane=sgd&lane=newton",
    "long": f"formula={'*'.join(f'cos({n}x-y)' for n in range(1, 12))}&start=1,0.2"
    "&lane=sgd&lane=newton",
    "typed": "formula=a|x|%2Bmax(y,-y,x)%2Bx^2.5%2B3&start=2,1&steps=60&lane=sgd&lane=bfgs",
    "diverging": "surface=quadratic&steps=500&lane=sgd(lr=0.09)&lane=newton(lr=3)",
    "stopping": "surface=saddle&lane=bfgs&lane=conjugate_gradient&lane=trust_region&lane=lbfgs",
    "wrapping": "steps=50&lane=lookahead(adamw)&lane=sam(newton)&lane=lookahead(bfgs)"
    "&lane=sam(adam)",
}


def paths(script):
    """What a script computes: a name and points for each lane."""
    scope = {"__name__": "taken away"}
    exec(compile(script, "<script>", "exec"), scope)
    with np.errstate(all="ignore"):
        return [(name, scope["path"](made, **how)) for name, made, how in scope["LANES"]]


def assert_equal_bit_for_bit(experiment):
    lanes = zip(experiment.lanes, run(experiment), paths(numpy_script(experiment)), strict=True)
    for lane, drawn, (name, points) in lanes:
        assert name == lane.name
        np.testing.assert_array_equal(points, drawn.theta, err_msg=lane.name)


@pytest.mark.parametrize("link", TEST_LINKS.values(), ids=TEST_LINKS)
def test_the_numpy_script_repeats_every_path_bit_for_bit(link):
    experiment = Experiment.from_query(link)
    assert not experiment.problems
    assert_equal_bit_for_bit(experiment)


@pytest.mark.parametrize("formula", ["2", "x%2By", "x%2By^2", "x^2", "|x|", "hypot(x,y)%2By"])
@pytest.mark.parametrize("turned", ["", "(rotate=20,scale_loss=3)"], ids=["plain", "turned"])
def test_the_numpy_script_asks_for_several_points_at_once_wherever_slopes_are_constant(
    formula, turned
):
    lanes = ("nelder_mead", "sam(nelder_mead)", "sam(nelder_mead,adaptive=true)", "sam(newton)")
    link = f"surface=formula{turned}&formula={formula}&start=1,0.5&steps=20"
    experiment = Experiment.from_query(f"{link}&{'&'.join(f'lane={lane}' for lane in lanes)}")
    assert not experiment.problems
    assert_equal_bit_for_bit(experiment)


KEYS = sorted(OPTIMIZERS)


@pytest.mark.parametrize("keys", [KEYS[i : i + 8] for i in range(0, len(KEYS), 8)], ids=str)
def test_the_numpy_script_knows_every_method(keys):
    lanes = "&".join(f"lane={key}(schedule=cosine,warmup=3,clip=9)" for key in keys)
    experiment = Experiment.from_query(f"steps=30&noise=0.1&{lanes}")
    assert not experiment.problems
    assert_equal_bit_for_bit(experiment)


@given(experiments())
@settings(max_examples=30)
def test_every_script_of_any_race_can_be_read_by_python(experiment):
    for form in FORMS.values():
        if form.ending.endswith(".py") and not form.refusal(experiment):
            compile(form.make(experiment, (), ""), form.ending, "exec")


def test_the_numpy_script_runs_by_itself_and_prints_where_each_lane_ends(tmp_path):
    script = tmp_path / "race.py"
    script.write_text(numpy_script(RACE), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-I", "-W", "error", script], capture_output=True, text=True, check=True
    )
    said = done.stdout.splitlines()
    for lane, trajectory, line in zip(RACE.lanes, run(RACE), said, strict=True):
        x, y = trajectory.theta[-1]
        assert line == f"{lane.name}: ({x:g}, {y:g}) after 40 steps"


def test_the_scripts_of_a_library_name_what_it_does_not_have_and_why():
    race = Experiment.from_query(
        "lane=adam(lr=0.1)&lane=lion&lane=adam(bias_correction=false)&lane=nesterov(momentum=0)"
    )
    torch, optax = torch_script(race), optax_script(race)
    assert torch.count("lambda theta: torch.optim") == 1
    assert (
        "\n- Lion · lr 0.0001: torch.optim does not have the method (its reference is optax.lion)."
        "\n- Adam · lr 0.001 · no bias correction: torch.optim.Adam always corrects the bias."
        "\n- Nesterov · lr 0.001 · momentum 0: torch.optim.SGD refuses nesterov with momentum 0.\n"
    ) in torch
    assert optax.count("lambda rate: optax.") == 3
    assert "- Adam · lr 0.001 · no bias correction: optax.adam always corrects the bias." in optax


def test_a_script_without_lanes_is_refused_in_a_sentence():
    race = Experiment.from_query("lane=lion&lane=nelder_mead")
    for ending, script, without in (
        ("_torch.py", torch_script, Experiment.from_query("lane=lion&lane=muon")),
        ("_optax.py", optax_script, Experiment.from_query("lane=nelder_mead&lane=asgd")),
    ):
        said = FORMS[ending].refusal(without)
        assert said.startswith("The script would have no lanes. ")
        assert said.endswith(".")
        assert all(lane.name in said for lane in without.lanes)
        with pytest.raises(ValueError, match="would have no lanes"):
            script(without)
    assert FORMS["_torch.py"].refusal(race)
    assert not FORMS["_optax.py"].refusal(race)
    assert not FORMS[".py"].refusal(race)


def absence(library, key):
    """Why a library does not have a method as it is by default; empty if it has it."""
    try:
        call = library.call(key, OPTIMIZERS[key]().values())
    except Unavailable as error:
        return str(error)
    assert call.function.startswith(f"{library.name}.")
    return ""


@pytest.mark.parametrize("library", [TORCH, OPTAX], ids=lambda library: library.name)
@pytest.mark.parametrize("key", OPTIMIZERS)
def test_a_library_lacks_a_method_only_if_that_is_held_to_another(library, key):
    said = absence(library, key)
    assert not said or said.startswith(library.name), "it says who lacks it"
    if str(OPTIMIZERS[key].reference).startswith(f"{library.name}."):
        assert not said
    elif key not in library.others:
        assert said.endswith(f"(its reference is {OPTIMIZERS[key].reference})")


def test_csv_holds_every_number_of_every_step_exactly():
    trajectories = run(RACE)
    rows = list(csv.DictReader(io.StringIO(csv_table(RACE, trajectories))))
    assert len(rows) == sum(len(t.loss) for t in trajectories)
    for index, (lane, t) in enumerate(zip(RACE.lanes, trajectories, strict=True), start=1):
        own = [row for row in rows if row["lane"] == str(index)]
        assert {row["name"] for row in own} == {lane.name}
        assert [int(row["step"]) for row in own] == list(range(len(t.loss)))
        assert [int(row["evaluations"]) for row in own] == t.evaluations.tolist()
        for i, which in enumerate("xy"):
            assert [float(row[which]) for row in own] == t.theta[:, i].tolist()
            assert [float(row[f"gradient_{which}"]) for row in own] == t.gradient[:, i].tolist()
        assert [float(row["loss"]) for row in own] == t.loss.tolist()
    adam, simplex = trajectories[0].state, trajectories[1].state["simplex"]
    first = [row for row in rows if row["lane"] == "1"]
    assert [float(row["v_hat_y"]) for row in first[1:]] == adam["v_hat"][:, 1].tolist()
    second = [row for row in rows if row["lane"] == "2"]
    assert [float(row["simplex_y_2"]) for row in second[1:]] == simplex[:, 1, 2].tolist()
    assert first[0]["v_hat_y"] == second[1]["v_hat_y"] == ""


def test_json_holds_the_link_the_outcomes_and_every_number():
    trajectories = run(RACE)
    table = json.loads(json_table(RACE, trajectories))
    assert Experiment.from_query(table["link"]) == RACE
    assert table["versions"]["numpy"] == np.__version__

    for lane, t, read in zip(RACE.lanes, trajectories, table["lanes"], strict=True):
        assert read["name"] == lane.name
        assert read["outcome"]["kind"] == t.outcome.kind
        assert read["outcome"]["step"] == t.outcome.step
        np.testing.assert_array_equal(np.transpose([read["x"], read["y"]]), t.theta)
        for name, array in t.state.items():
            np.testing.assert_array_equal(read["state"][name], array)


def test_what_is_made_of_a_race_says_by_which_version():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    race = Experiment.from_query("steps=5&lane=sgd&lane=adam")
    for ending in (".html", ".json", ".py", "_torch.py", "_optax.py"):
        text = FORMS[ending].make(race, run(race), "")
        assert f"Descent Lab {project['version']}" in text


def test_json_is_valid_where_a_state_is_infinite():
    race = Experiment.from_query("surface=saddle&lane=adam(lr=1e300)&steps=3")
    json.loads(json_table(race, run(race)), parse_constant=pytest.fail)


@pytest.mark.parametrize("method", OPTIMIZERS.values(), ids=OPTIMIZERS)
def test_every_method_cites_the_work_that_it_comes_from(method):
    work = method.paper
    assert work.title
    assert 1900 < work.year <= 2100
    assert work.url.startswith("https://")
    docstring = " ".join(method.__doc__.split())
    assert str(work) in docstring, "it cites it in the same words"
    assert work.url in docstring.partition(str(work))[2]


def test_two_works_never_share_a_key():
    works = {method.paper for method in OPTIMIZERS.values()}
    assert len({key(work) for work in works}) == len({work.url for work in works}) == len(works)


def test_the_bibliography_has_each_work_once_with_its_methods():
    race = Experiment.from_query("lane=adam&lane=adamax&lane=lookahead(sgd)")
    text = bibliography(race)
    assert text.count("@misc") == 3
    assert text.startswith(
        "@misc{kingma2015adam,\n"
        "  author = {Kingma and Ba},\n"
        "  title = {{Adam: A Method for Stochastic Optimization}},\n"
        "  year = {2015},\n"
        "  url = {https://arxiv.org/abs/1412.6980},\n"
        "  note = {Adam, Adamax}\n}\n"
    )
    assert "author = {Zhang and others}" in text
    assert "author = {Robbins and Monro}" in text


@pytest.mark.parametrize("key", OPTIMIZERS)
def test_an_entry_is_one_that_every_bibtex_can_read(key):
    text = bibliography(Experiment.from_query(f"lane={key}"))
    assert text.isascii()
    bare = re.sub(r"\\[{}$%&#_]", "", text)
    for entry in bare.split("\n\n"):
        depths = list(accumulate({"{": 1, "}": -1}.get(c, 0) for c in entry))
        assert depths[-1] == 0
        assert min(depths) == 0, "no bracket closes before it opens"
        assert entry.count("$") % 2 == 0
        assert re.match(r"@misc\{[a-z][a-z0-9_]*,\n", entry)
        fields = re.findall(r"^  (\w+) = \{", entry, re.MULTILINE)
        assert fields == ["author", "title", "year", "url", "note"]
        assert re.search(r"^  title = \{\{.+\}\},$", entry, re.MULTILINE), "capitals are kept"
        assert not re.search(r"[%&#]", re.sub(r"url = .*", "", entry))


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Any β2 with", r"Any $\beta_{2}$ with"),
        ("ε-greedy, Λ", r"$\epsilon$-greedy, $\Lambda$"),
        ("Gönül, Š, ç", r"G{\"o}n{\"u}l, {\v S}, {\c c}"),
        ("50 % of A & B_1 – “so”", r"50 \% of A \& B\_1 -- ``so''"),
        ("Adam: A Method", "Adam: A Method"),
    ],
)
def test_what_ascii_lacks_is_written_as_tex_reads_it(text, written):
    assert tex(text) == written


def test_a_file_is_named_after_surface_and_optimizers():
    assert file_name(RACE) == "saddle-adam-nelder-mead-sam"


# The command line


def test_the_table_of_a_loss_on_data_holds_its_path(tmp_path):
    race = Experiment.from_query("surface=linear_regression&batch=5&steps=30&lane=adam")
    (drawn,) = run(race)
    (lane,) = json.loads(json_table(race, [drawn]))["lanes"]
    np.testing.assert_array_equal(np.transpose([lane["x"], lane["y"]]), drawn.theta)


def test_every_start_of_a_swarm_is_in_the_tables_and_in_the_script(tmp_path):
    race = Experiment.from_query(
        "start=-1.5,1.5&start=0.5,0.5&start=1,0&steps=30&lane=rmsprop&lane=bfgs"
    )
    rows = list(csv.DictReader(io.StringIO(csv_table(race, run(race)))))
    (lane, _) = json.loads(json_table(race, run(race)))["lanes"]
    script = tmp_path / "race.py"
    script.write_text(numpy_script(race), encoding="utf-8")
    scope = runpy.run_path(str(script))
    assert (
        "rule"
        not in script.read_text(encoding="utf-8")
        .partition("class RMSprop")[2]
        .partition("LANES")[0]
    )
    _, made, how = scope["LANES"][0]
    for i, each in enumerate(run_swarm(race, race.lanes[0])):
        own = [row for row in rows if (row["lane"], row["start"]) == ("1", str(i + 2))]
        assert [float(row["x"]) for row in own] == each.theta[:, 0].tolist()
        assert lane["swarm"][i]["y"] == each.theta[:, 1].tolist()
        drawn = scope["path"](made, start=scope["STARTS"][i + 1], **how)
        np.testing.assert_allclose(drawn, each.theta, rtol=1e-12)


@pytest.mark.parametrize("keys", [KEYS[i : i + 8] for i in range(0, len(KEYS), 8)], ids=str)
def test_every_member_of_a_swarm_is_in_the_script_bit_for_bit(keys):
    lanes = "&".join(f"lane={key}" for key in keys)
    starts = "start=-1.5,1.5&start=0.5,0.5&start=1,0&start=0.3,-0.7&start=-0.2,1.9"
    race = Experiment.from_query(f"{starts}&steps=60&{lanes}")
    scope = {"__name__": "taken away"}
    exec(compile(numpy_script(race), "<script>", "exec"), scope)
    for lane, (name, made, how) in zip(race.lanes, scope["LANES"], strict=True):
        for drawn, start in zip(run_swarm(race, lane), scope["STARTS"][1:], strict=True):
            points = scope["path"](made, start=start, **how)
            np.testing.assert_array_equal(points, drawn.theta, err_msg=name)


ODD_SETTINGS = (
    "muon(lr=0.3,eps=0.5)",
    "shampoo(lr=2,momentum=0.3)",
    "soap(lr=0.1)",
    "newton(lr=0.5)",
)


@pytest.mark.parametrize("surface", ["quadratic", "three_hump_camel", "himmelblau", "booth"])
@pytest.mark.parametrize("lane", ODD_SETTINGS)
def test_what_multiplies_matrices_does_so_alike_for_one_and_for_many(surface, lane):
    starts = np.random.default_rng(5).uniform(-2, 2, (2, 20))
    race = Experiment.from_query(f"surface={surface}&lane={lane}")
    optimizer = race.lanes[0].optimizer
    together = descend_all(optimizer, race.surface, starts, 60)
    for start, member in zip(starts.T, together, strict=True):
        alone = descend(optimizer, race.surface, start, 60)
        np.testing.assert_array_equal(member.theta, alone.theta)


def test_a_script_says_which_lanes_were_ended_by_the_limit_of_work():
    experiment = Experiment.from_query("surface=booth&steps=20&lane=sgd(lr=0.01)&lane=adam")
    whole, other = run(experiment)
    spent = replace(whole, outcome=Outcome("stopped", 7, "spent", "It was ended here."))
    for ending in (".py", "_torch.py", "_optax.py"):
        text = FORMS[ending].make(experiment, (spent, other), "")
        assert text.startswith("# Descent Lab ended SGD · lr 0.01 after step 7, ")
        assert "ended Adam" not in text
        assert FORMS[ending].make(experiment, (whole, other), "").startswith('"""')
